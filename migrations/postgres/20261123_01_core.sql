-- Times are milliseconds since the Unix epoch, UTC.
CREATE TABLE tenants (
    id         bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name       text    NOT NULL UNIQUE,
    created_at bigint NOT NULL
);

CREATE TABLE tokens (
    id         bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    tenant_id  bigint NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    lookup     text    NOT NULL UNIQUE,
    hash       bytea    NOT NULL,
    name       text    NOT NULL,
    role       text    NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint
);
CREATE INDEX tokens_tenant ON tokens (tenant_id, id);

-- A blob is visible once its row is here; chunks of an upload under way belong to no blob yet.
CREATE TABLE blob_uploads (
    id         text    PRIMARY KEY,
    started_at bigint NOT NULL
);
CREATE TABLE blob_chunks (
    upload_id text    NOT NULL,
    n         bigint NOT NULL,
    data      bytea    NOT NULL,
    PRIMARY KEY (upload_id, n)
);
CREATE TABLE blobs (
    sha256     text    PRIMARY KEY,
    size       bigint NOT NULL,
    upload_id  text    NOT NULL UNIQUE,
    created_at bigint NOT NULL
);
CREATE TABLE tenant_blobs (
    tenant_id  bigint NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    sha256     text    NOT NULL REFERENCES blobs (sha256),
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, sha256)
);
CREATE INDEX tenant_blobs_sha256 ON tenant_blobs (sha256);

CREATE TABLE apps (
    id           bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    tenant_id    bigint NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name         text    NOT NULL,
    live         bigint,
    last_version bigint NOT NULL DEFAULT 0,
    created_at   bigint NOT NULL,
    UNIQUE (tenant_id, name)
);

CREATE TABLE versions (
    app_id     bigint NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    number     bigint NOT NULL,
    tenant_id  bigint NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    state      text    NOT NULL,
    reason     text,
    document   text    NOT NULL,
    created_at bigint NOT NULL,
    created_by text    NOT NULL,
    PRIMARY KEY (app_id, number)
);
CREATE INDEX versions_compiling ON versions (state) WHERE state = 'compiling';

-- Every change of what gateways and workers know takes the next revision, in commit order.
CREATE TABLE revision (
    id    bigint PRIMARY KEY CHECK (id = 1),
    value bigint NOT NULL
);
INSERT INTO revision (id, value) VALUES (1, 0);
CREATE TABLE app_changes (
    revision bigint PRIMARY KEY,
    tenant   text NOT NULL,
    app      text NOT NULL
);

CREATE TABLE idempotency_keys (
    caller       text    NOT NULL,
    key          text    NOT NULL,
    request_hash bytea    NOT NULL,
    holder       text    NOT NULL,
    started_at   bigint NOT NULL,
    response     bytea,
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (started_at);

CREATE TABLE store_keys (
    name  text PRIMARY KEY,
    value bytea NOT NULL
);

-- Chunks are compressed code already or read rarely: stored out of line, not compressed again.
ALTER TABLE blob_chunks ALTER COLUMN data SET STORAGE EXTERNAL;
