-- Workers that have said that they are there, for every control plane to see. A row is written every few seconds and is worth nothing later.
CREATE TABLE workers (
    id TEXT NOT NULL PRIMARY KEY,
    url TEXT NOT NULL,
    zone TEXT,
    version TEXT NOT NULL,
    capacity INTEGER NOT NULL,
    running INTEGER NOT NULL,
    draining INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
);
CREATE INDEX workers_age ON workers (seen_at);
