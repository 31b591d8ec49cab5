-- Custom domains. No foreign keys: a name stays held for a while after its app or tenant is gone.
CREATE TABLE domains (
    id                 bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name               text    NOT NULL,
    tenant_id          bigint NOT NULL,
    app_id             bigint NOT NULL,
    token              text    NOT NULL,
    created_at         bigint NOT NULL,
    checked_at         bigint,
    failure            text,
    verified_at        bigint,
    method             text,
    due_at             bigint,
    failed_days        bigint NOT NULL DEFAULT 0,
    released_at        bigint,
    certificate        text,
    certificate_key    text,
    certificate_sha256 text,
    revision           bigint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX domains_claim ON domains (app_id, name);
CREATE INDEX domains_name ON domains (name);
CREATE INDEX domains_due ON domains (due_at) WHERE due_at IS NOT NULL;

-- Who has a name: one at a time, whichever proves it first.
CREATE TABLE domain_owners (
    name      text PRIMARY KEY,
    domain_id bigint NOT NULL
);
