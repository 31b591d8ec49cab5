-- No foreign keys: what was used stays known when the app is gone. 'hour' is its beginning.
CREATE TABLE usage_hours (
    tenant_id          bigint NOT NULL,
    hour               bigint NOT NULL,
    app_id             bigint NOT NULL,
    version            bigint NOT NULL,
    outcome            text   NOT NULL,
    app                text   NOT NULL,
    requests           bigint NOT NULL,
    fuel               bigint NOT NULL,
    cpu_us             bigint NOT NULL,
    wall_us            bigint NOT NULL,
    bytes_in           bigint NOT NULL,
    bytes_out          bigint NOT NULL,
    outbound_requests  bigint NOT NULL,
    outbound_bytes_out bigint NOT NULL,
    outbound_bytes_in  bigint NOT NULL,
    cold_starts        bigint NOT NULL,
    log_bytes          bigint NOT NULL,
    PRIMARY KEY (tenant_id, hour, app_id, version, outcome)
);
CREATE INDEX usage_hours_app ON usage_hours (tenant_id, app, hour);
CREATE INDEX usage_hours_age ON usage_hours (hour);

-- Fuel of a calendar month, kept beside the hours so that a quota costs one row to look at.
CREATE TABLE usage_months (
    month     bigint NOT NULL,
    tenant_id bigint NOT NULL,
    fuel      bigint NOT NULL,
    PRIMARY KEY (month, tenant_id)
);

-- Batches that were applied, so that none is applied twice.
CREATE TABLE usage_batches (
    node        text   NOT NULL,
    start       text   NOT NULL,
    sequence    bigint NOT NULL,
    received_at bigint NOT NULL,
    PRIMARY KEY (node, start, sequence)
);
CREATE INDEX usage_batches_age ON usage_batches (received_at);

-- What the operator has set, JSON; null is all defaults.
ALTER TABLE tenants ADD COLUMN quota text;

-- Bytes of the blobs that the tenant owns. By triggers, so that it is right whichever program writes.
ALTER TABLE tenants ADD COLUMN storage_bytes bigint NOT NULL DEFAULT 0;
UPDATE tenants SET storage_bytes = (SELECT COALESCE(SUM(b.size), 0) FROM tenant_blobs t JOIN blobs b ON b.sha256 = t.sha256 WHERE t.tenant_id = tenants.id);
CREATE FUNCTION tenant_blobs_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE tenants SET storage_bytes = storage_bytes + (SELECT size FROM blobs WHERE sha256 = NEW.sha256) WHERE id = NEW.tenant_id;
    ELSE
        UPDATE tenants SET storage_bytes = storage_bytes - (SELECT size FROM blobs WHERE sha256 = OLD.sha256) WHERE id = OLD.tenant_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tenant_blobs_counted AFTER INSERT OR DELETE ON tenant_blobs FOR EACH ROW EXECUTE FUNCTION tenant_blobs_counted();
