-- No foreign keys: what was used stays known when the app is gone. 'hour' is its beginning.
CREATE TABLE usage_hours (
    tenant_id          INTEGER NOT NULL,
    hour               INTEGER NOT NULL,
    app_id             INTEGER NOT NULL,
    version            INTEGER NOT NULL,
    outcome            TEXT    NOT NULL,
    app                TEXT    NOT NULL,
    requests           INTEGER NOT NULL,
    fuel               INTEGER NOT NULL,
    cpu_us             INTEGER NOT NULL,
    wall_us            INTEGER NOT NULL,
    bytes_in           INTEGER NOT NULL,
    bytes_out          INTEGER NOT NULL,
    outbound_requests  INTEGER NOT NULL,
    outbound_bytes_out INTEGER NOT NULL,
    outbound_bytes_in  INTEGER NOT NULL,
    cold_starts        INTEGER NOT NULL,
    log_bytes          INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, hour, app_id, version, outcome)
) WITHOUT ROWID;
CREATE INDEX usage_hours_app ON usage_hours (tenant_id, app, hour);
CREATE INDEX usage_hours_age ON usage_hours (hour);

-- Fuel of a calendar month, kept beside the hours so that a quota costs one row to look at.
CREATE TABLE usage_months (
    month     INTEGER NOT NULL,
    tenant_id INTEGER NOT NULL,
    fuel      INTEGER NOT NULL,
    PRIMARY KEY (month, tenant_id)
) WITHOUT ROWID;

-- Batches that were applied, so that none is applied twice.
CREATE TABLE usage_batches (
    node        TEXT    NOT NULL,
    start       TEXT    NOT NULL,
    sequence    INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (node, start, sequence)
) WITHOUT ROWID;
CREATE INDEX usage_batches_age ON usage_batches (received_at);

-- What the operator has set, JSON; null is all defaults.
ALTER TABLE tenants ADD COLUMN quota TEXT;

-- Bytes of the blobs that the tenant owns. By triggers, so that it is right whichever program writes.
ALTER TABLE tenants ADD COLUMN storage_bytes INTEGER NOT NULL DEFAULT 0;
UPDATE tenants SET storage_bytes = (SELECT COALESCE(SUM(b.size), 0) FROM tenant_blobs t JOIN blobs b ON b.sha256 = t.sha256 WHERE t.tenant_id = tenants.id);
CREATE TRIGGER tenant_blobs_added AFTER INSERT ON tenant_blobs BEGIN
    UPDATE tenants SET storage_bytes = storage_bytes + (SELECT size FROM blobs WHERE sha256 = NEW.sha256) WHERE id = NEW.tenant_id;
END;
CREATE TRIGGER tenant_blobs_removed AFTER DELETE ON tenant_blobs BEGIN
    UPDATE tenants SET storage_bytes = storage_bytes - (SELECT size FROM blobs WHERE sha256 = OLD.sha256) WHERE id = OLD.tenant_id;
END;
