CREATE TABLE users (
    id            bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    email         text    NOT NULL UNIQUE,
    name          text    NOT NULL,
    password_hash text,
    created_at    bigint NOT NULL
);

-- Who a user is at an OpenID Connect authority.
CREATE TABLE user_logins (
    issuer  text    NOT NULL,
    subject text    NOT NULL,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX user_logins_user ON user_logins (user_id);

CREATE TABLE members (
    tenant_id  bigint NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    user_id    bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role       text    NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX members_user ON members (user_id);

-- One-time links: only the hash of what the link holds is kept, and the row goes with its use.
CREATE TABLE invitations (
    id         bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    tenant_id  bigint NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    email      text    NOT NULL,
    role       text    NOT NULL,
    hash       bytea    NOT NULL UNIQUE,
    created_at bigint NOT NULL,
    created_by text    NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX invitations_tenant ON invitations (tenant_id, id);
CREATE TABLE password_resets (
    hash       bytea    PRIMARY KEY,
    user_id    bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    tenant_id  bigint REFERENCES tenants (id) ON DELETE CASCADE,
    expires_at bigint NOT NULL
);
CREATE INDEX password_resets_user ON password_resets (user_id);

-- By the hash of an address, whether there is such a user or not, so that the two can't be told apart.
CREATE TABLE sign_in_failures (
    subject      text    PRIMARY KEY,
    count        bigint NOT NULL,
    since        bigint NOT NULL,
    locked_until bigint NOT NULL
);

-- A session is of a user, of an API token, or of the operator (the hash of the operator's token then: a new token ends it).
CREATE TABLE sessions (
    id            text    PRIMARY KEY,
    user_id       bigint REFERENCES users (id) ON DELETE CASCADE,
    token_id      bigint REFERENCES tokens (id) ON DELETE CASCADE,
    operator      bytea,
    secret_hash   bytea    NOT NULL,
    previous_hash bytea,
    is_cookie     bigint NOT NULL,
    created_at    bigint NOT NULL,
    expires_at    bigint NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_token ON sessions (token_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE signing_keys (
    id          text    PRIMARY KEY,
    public_key  bytea    NOT NULL,
    private_key bytea    NOT NULL,
    created_at  bigint NOT NULL
);

ALTER TABLE tokens ADD COLUMN last_used_at bigint;
ALTER TABLE tokens ADD COLUMN created_by text;
