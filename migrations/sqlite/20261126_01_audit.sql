-- No foreign keys: what was done to a tenant stays known when the tenant is gone.
CREATE TABLE audit (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id  INTEGER,
    tenant     TEXT,
    time       INTEGER NOT NULL,
    actor      TEXT    NOT NULL,
    actor_name TEXT,
    address    TEXT,
    request_id TEXT,
    action     TEXT    NOT NULL,
    target     TEXT    NOT NULL,
    before     TEXT,
    after      TEXT
);
CREATE INDEX audit_tenant ON audit (tenant_id, id);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

-- Raised by each change of what the API shows of them: their ETags.
ALTER TABLE tenants ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE apps ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;

-- The framework's data protection key ring, wrapped by the master key, which is never here.
CREATE TABLE protection_keys (
    name TEXT PRIMARY KEY,
    xml  TEXT NOT NULL
);
