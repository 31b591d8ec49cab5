-- Custom domains. No foreign keys: a name stays held for a while after its app or tenant is gone.
CREATE TABLE domains (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    name               TEXT    NOT NULL,
    tenant_id          INTEGER NOT NULL,
    app_id             INTEGER NOT NULL,
    token              TEXT    NOT NULL,
    created_at         INTEGER NOT NULL,
    checked_at         INTEGER,
    failure            TEXT,
    verified_at        INTEGER,
    method             TEXT,
    due_at             INTEGER,
    failed_days        INTEGER NOT NULL DEFAULT 0,
    released_at        INTEGER,
    certificate        TEXT,
    certificate_key    TEXT,
    certificate_sha256 TEXT,
    revision           INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX domains_claim ON domains (app_id, name);
CREATE INDEX domains_name ON domains (name);
CREATE INDEX domains_due ON domains (due_at) WHERE due_at IS NOT NULL;

-- Who has a name: one at a time, whichever proves it first.
CREATE TABLE domain_owners (
    name      TEXT PRIMARY KEY,
    domain_id INTEGER NOT NULL
);
