-- Requests that are kept, with what a page of them shows in columns and the rest as JSON. Lines of one request are found by its id.
CREATE TABLE app_requests (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id      INTEGER NOT NULL,
    app_id         INTEGER NOT NULL,
    time           INTEGER NOT NULL,
    request_id     TEXT NOT NULL,
    version        INTEGER NOT NULL,
    component      TEXT NOT NULL,
    method         TEXT NOT NULL,
    path           TEXT NOT NULL,
    route          TEXT NOT NULL,
    status         INTEGER,
    outcome        TEXT NOT NULL,
    wall_us        INTEGER NOT NULL,
    receipt        TEXT,
    trap           TEXT,
    trace_id       TEXT,
    spans          TEXT NOT NULL,
    spans_left_out INTEGER NOT NULL,
    size           INTEGER NOT NULL
);
CREATE UNIQUE INDEX app_requests_request ON app_requests (app_id, request_id);
CREATE INDEX app_requests_app ON app_requests (app_id, id, size);
CREATE INDEX app_requests_outcome ON app_requests (app_id, outcome, id);
CREATE INDEX app_requests_time ON app_requests (time);
CREATE INDEX app_logs_request ON app_logs (app_id, request_id, id);

-- Counts by minute, hour and day. l0 to l42 are the buckets of latencies (LatencyBuckets), null for none: most are, and cost nothing then.
CREATE TABLE app_minutes (
    app_id INTEGER NOT NULL,
    time INTEGER NOT NULL,
    version INTEGER NOT NULL,
    tenant_id INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    throttled INTEGER NOT NULL,
    cold_starts INTEGER NOT NULL,
    fuel INTEGER NOT NULL,
    memory_bytes INTEGER NOT NULL,
    l0 INTEGER, l1 INTEGER, l2 INTEGER, l3 INTEGER, l4 INTEGER, l5 INTEGER, l6 INTEGER, l7 INTEGER,
    l8 INTEGER, l9 INTEGER, l10 INTEGER, l11 INTEGER, l12 INTEGER, l13 INTEGER, l14 INTEGER, l15 INTEGER,
    l16 INTEGER, l17 INTEGER, l18 INTEGER, l19 INTEGER, l20 INTEGER, l21 INTEGER, l22 INTEGER, l23 INTEGER,
    l24 INTEGER, l25 INTEGER, l26 INTEGER, l27 INTEGER, l28 INTEGER, l29 INTEGER, l30 INTEGER, l31 INTEGER,
    l32 INTEGER, l33 INTEGER, l34 INTEGER, l35 INTEGER, l36 INTEGER, l37 INTEGER, l38 INTEGER, l39 INTEGER,
    l40 INTEGER, l41 INTEGER, l42 INTEGER,
    PRIMARY KEY (app_id, time, version)
);
CREATE INDEX app_minutes_time ON app_minutes (time);

CREATE TABLE app_hours (
    app_id INTEGER NOT NULL,
    time INTEGER NOT NULL,
    version INTEGER NOT NULL,
    tenant_id INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    throttled INTEGER NOT NULL,
    cold_starts INTEGER NOT NULL,
    fuel INTEGER NOT NULL,
    memory_bytes INTEGER NOT NULL,
    l0 INTEGER, l1 INTEGER, l2 INTEGER, l3 INTEGER, l4 INTEGER, l5 INTEGER, l6 INTEGER, l7 INTEGER,
    l8 INTEGER, l9 INTEGER, l10 INTEGER, l11 INTEGER, l12 INTEGER, l13 INTEGER, l14 INTEGER, l15 INTEGER,
    l16 INTEGER, l17 INTEGER, l18 INTEGER, l19 INTEGER, l20 INTEGER, l21 INTEGER, l22 INTEGER, l23 INTEGER,
    l24 INTEGER, l25 INTEGER, l26 INTEGER, l27 INTEGER, l28 INTEGER, l29 INTEGER, l30 INTEGER, l31 INTEGER,
    l32 INTEGER, l33 INTEGER, l34 INTEGER, l35 INTEGER, l36 INTEGER, l37 INTEGER, l38 INTEGER, l39 INTEGER,
    l40 INTEGER, l41 INTEGER, l42 INTEGER,
    PRIMARY KEY (app_id, time, version)
);
CREATE INDEX app_hours_time ON app_hours (time);

CREATE TABLE app_days (
    app_id INTEGER NOT NULL,
    time INTEGER NOT NULL,
    version INTEGER NOT NULL,
    tenant_id INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    throttled INTEGER NOT NULL,
    cold_starts INTEGER NOT NULL,
    fuel INTEGER NOT NULL,
    memory_bytes INTEGER NOT NULL,
    l0 INTEGER, l1 INTEGER, l2 INTEGER, l3 INTEGER, l4 INTEGER, l5 INTEGER, l6 INTEGER, l7 INTEGER,
    l8 INTEGER, l9 INTEGER, l10 INTEGER, l11 INTEGER, l12 INTEGER, l13 INTEGER, l14 INTEGER, l15 INTEGER,
    l16 INTEGER, l17 INTEGER, l18 INTEGER, l19 INTEGER, l20 INTEGER, l21 INTEGER, l22 INTEGER, l23 INTEGER,
    l24 INTEGER, l25 INTEGER, l26 INTEGER, l27 INTEGER, l28 INTEGER, l29 INTEGER, l30 INTEGER, l31 INTEGER,
    l32 INTEGER, l33 INTEGER, l34 INTEGER, l35 INTEGER, l36 INTEGER, l37 INTEGER, l38 INTEGER, l39 INTEGER,
    l40 INTEGER, l41 INTEGER, l42 INTEGER,
    PRIMARY KEY (app_id, time, version)
);
CREATE INDEX app_days_time ON app_days (time);

-- Hours and days (by their length in milliseconds) that something came to since they were last summed up.
CREATE TABLE series_pending (
    step INTEGER NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (step, time)
);

-- Reports that were added, so that none is added twice.
CREATE TABLE series_batches (
    node        TEXT NOT NULL,
    start       TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (node, start, sequence)
);
CREATE INDEX series_batches_age ON series_batches (received_at);
