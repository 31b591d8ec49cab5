-- Variables and secrets of apps. The value is protected by the key ring for this tenant, app and name only.
CREATE TABLE app_values (
    id         bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    tenant_id  bigint NOT NULL,
    app_id     bigint NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    name       text   NOT NULL,
    kind       text   NOT NULL,
    value      bytea  NOT NULL,
    revision   bigint NOT NULL,
    updated_at bigint NOT NULL,
    updated_by text   NOT NULL,
    UNIQUE (app_id, name)
);

-- Raised by each change of an app's variables, secrets and limits: workers then resolve its components anew.
ALTER TABLE apps ADD COLUMN configuration bigint NOT NULL DEFAULT 0;
ALTER TABLE apps ADD COLUMN limits text;
