-- Variables and secrets of apps. The value is protected by the key ring for this tenant, app and name only.
CREATE TABLE app_values (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id  INTEGER NOT NULL,
    app_id     INTEGER NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    name       TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    value      BLOB    NOT NULL,
    revision   INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by TEXT    NOT NULL,
    UNIQUE (app_id, name)
);

-- Raised by each change of an app's variables, secrets and limits: workers then resolve its components anew.
ALTER TABLE apps ADD COLUMN configuration INTEGER NOT NULL DEFAULT 0;
ALTER TABLE apps ADD COLUMN limits TEXT;
