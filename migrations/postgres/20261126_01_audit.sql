-- No foreign keys: what was done to a tenant stays known when the tenant is gone.
CREATE TABLE audit (
    id         bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    tenant_id  bigint,
    tenant     text,
    time       bigint NOT NULL,
    actor      text   NOT NULL,
    actor_name text,
    address    text,
    request_id text,
    action     text   NOT NULL,
    target     text   NOT NULL,
    before     text,
    after      text
);
CREATE INDEX audit_tenant ON audit (tenant_id, id);
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

-- Raised by each change of what the API shows of them: their ETags.
ALTER TABLE tenants ADD COLUMN revision bigint NOT NULL DEFAULT 1;
ALTER TABLE apps ADD COLUMN revision bigint NOT NULL DEFAULT 1;

-- The framework's data protection key ring, wrapped by the master key, which is never here.
CREATE TABLE protection_keys (
    name text PRIMARY KEY,
    xml  text NOT NULL
);
