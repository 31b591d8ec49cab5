-- Workers that have said that they are there, for every control plane to see. A row is written every few seconds and is worth nothing later.
CREATE TABLE workers (
    id text PRIMARY KEY,
    url text NOT NULL,
    zone text,
    version text NOT NULL,
    capacity bigint NOT NULL,
    running bigint NOT NULL,
    draining bigint NOT NULL,
    seen_at bigint NOT NULL
);
CREATE INDEX workers_age ON workers (seen_at);
