-- How requests are split among versions, JSON; null when one version has all. Of no effect unless its largest share is the live version's: a program of the version before sets live alone.
ALTER TABLE apps ADD COLUMN traffic TEXT;

-- A version that was removed by age or number stays as history: its state is 'failed' for a program of the version before, so that nothing runs it.
ALTER TABLE versions ADD COLUMN message TEXT;
ALTER TABLE versions ADD COLUMN removed_at INTEGER;

-- Which blobs a version needs. Filled when it is added; where a program of the version before added it, blobs_known is 0 and its document says.
ALTER TABLE versions ADD COLUMN blobs_known INTEGER NOT NULL DEFAULT 0;
CREATE INDEX versions_blobs_unknown ON versions (tenant_id) WHERE blobs_known = 0;
CREATE TABLE version_blobs (
    app_id    INTEGER NOT NULL,
    number    INTEGER NOT NULL,
    sha256    TEXT NOT NULL,
    tenant_id INTEGER NOT NULL,
    PRIMARY KEY (app_id, number, sha256),
    FOREIGN KEY (app_id, number) REFERENCES versions (app_id, number) ON DELETE CASCADE,
    -- Looked at when a transaction commits: of a deploy and a collection of the same blob one fails, and a tenant's rows may go in any order.
    FOREIGN KEY (tenant_id, sha256) REFERENCES tenant_blobs (tenant_id, sha256) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX version_blobs_blob ON version_blobs (tenant_id, sha256);

-- When a blob was last uploaded or found to be there already; 0: not since it was first.
ALTER TABLE tenant_blobs ADD COLUMN touched_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX tenant_blobs_age ON tenant_blobs (created_at);

-- Deleted, and restorable until the grace time is over; purging: its data is being removed, for good.
ALTER TABLE tenants ADD COLUMN deleted_at INTEGER;
ALTER TABLE tenants ADD COLUMN purging INTEGER NOT NULL DEFAULT 0;
ALTER TABLE apps ADD COLUMN deleted_at INTEGER;
ALTER TABLE apps ADD COLUMN purging INTEGER NOT NULL DEFAULT 0;
CREATE INDEX tenants_deleted ON tenants (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX apps_deleted ON apps (deleted_at) WHERE deleted_at IS NOT NULL;

-- A version that may do more than the one that was live waits for an owner: widened says what, JSON; null when it needs no approval.
ALTER TABLE tenants ADD COLUMN require_approval INTEGER NOT NULL DEFAULT 0;
ALTER TABLE versions ADD COLUMN widened TEXT;
ALTER TABLE versions ADD COLUMN approved_by TEXT;
