CREATE TABLE app_logs (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id  INTEGER NOT NULL,
    app_id     INTEGER NOT NULL,
    time       INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    component  TEXT    NOT NULL,
    request_id TEXT    NOT NULL,
    stream     TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    size       INTEGER NOT NULL
);
CREATE INDEX app_logs_app ON app_logs (app_id, id, size);
CREATE INDEX app_logs_time ON app_logs (time);
