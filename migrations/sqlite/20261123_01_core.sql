-- Times are milliseconds since the Unix epoch, UTC.
CREATE TABLE tenants (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
);

CREATE TABLE tokens (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id  INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    lookup     TEXT    NOT NULL UNIQUE,
    hash       BLOB    NOT NULL,
    name       TEXT    NOT NULL,
    role       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER
);
CREATE INDEX tokens_tenant ON tokens (tenant_id, id);

-- A blob is visible once its row is here; chunks of an upload under way belong to no blob yet.
CREATE TABLE blob_uploads (
    id         TEXT    PRIMARY KEY,
    started_at INTEGER NOT NULL
);
CREATE TABLE blob_chunks (
    upload_id TEXT    NOT NULL,
    n         INTEGER NOT NULL,
    data      BLOB    NOT NULL,
    PRIMARY KEY (upload_id, n)
);
CREATE TABLE blobs (
    sha256     TEXT    PRIMARY KEY,
    size       INTEGER NOT NULL,
    upload_id  TEXT    NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
);
CREATE TABLE tenant_blobs (
    tenant_id  INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    sha256     TEXT    NOT NULL REFERENCES blobs (sha256),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, sha256)
);
CREATE INDEX tenant_blobs_sha256 ON tenant_blobs (sha256);

CREATE TABLE apps (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id    INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name         TEXT    NOT NULL,
    live         INTEGER,
    last_version INTEGER NOT NULL DEFAULT 0,
    created_at   INTEGER NOT NULL,
    UNIQUE (tenant_id, name)
);

CREATE TABLE versions (
    app_id     INTEGER NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    number     INTEGER NOT NULL,
    tenant_id  INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    state      TEXT    NOT NULL,
    reason     TEXT,
    document   TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT    NOT NULL,
    PRIMARY KEY (app_id, number)
);
CREATE INDEX versions_compiling ON versions (state) WHERE state = 'compiling';

-- Every change of what gateways and workers know takes the next revision, in commit order.
CREATE TABLE revision (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    value INTEGER NOT NULL
);
INSERT INTO revision (id, value) VALUES (1, 0);
CREATE TABLE app_changes (
    revision INTEGER PRIMARY KEY,
    tenant   TEXT NOT NULL,
    app      TEXT NOT NULL
);

CREATE TABLE idempotency_keys (
    caller       TEXT    NOT NULL,
    key          TEXT    NOT NULL,
    request_hash BLOB    NOT NULL,
    holder       TEXT    NOT NULL,
    started_at   INTEGER NOT NULL,
    response     BLOB,
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (started_at);

CREATE TABLE store_keys (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
);
