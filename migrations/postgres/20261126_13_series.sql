-- Requests that are kept, with what a page of them shows in columns and the rest as JSON. Lines of one request are found by its id.
CREATE SEQUENCE app_requests_id;
CREATE TABLE app_requests (
    id             bigint NOT NULL DEFAULT nextval('app_requests_id'),
    tenant_id      bigint NOT NULL,
    app_id         bigint NOT NULL,
    time           bigint NOT NULL,
    request_id     text NOT NULL,
    version        bigint NOT NULL,
    component      text NOT NULL,
    method         text NOT NULL,
    path           text NOT NULL,
    route          text NOT NULL,
    status         bigint,
    outcome        text NOT NULL,
    wall_us        bigint NOT NULL,
    receipt        text,
    trap           text,
    trace_id       text,
    spans          text NOT NULL,
    spans_left_out bigint NOT NULL,
    size           bigint NOT NULL
) PARTITION BY RANGE (time);
CREATE UNIQUE INDEX app_requests_request ON app_requests (app_id, request_id, time);
CREATE INDEX app_requests_app ON app_requests (app_id, id, size);
CREATE INDEX app_requests_outcome ON app_requests (app_id, outcome, id);
CREATE INDEX app_logs_request ON app_logs (app_id, request_id, id);

-- Counts by minute, hour and day. l0 to l42 are the buckets of latencies (LatencyBuckets), null for none: most are, and cost nothing then.
CREATE TABLE app_minutes (
    app_id bigint NOT NULL,
    time bigint NOT NULL,
    version bigint NOT NULL,
    tenant_id bigint NOT NULL,
    requests bigint NOT NULL,
    errors bigint NOT NULL,
    throttled bigint NOT NULL,
    cold_starts bigint NOT NULL,
    fuel bigint NOT NULL,
    memory_bytes bigint NOT NULL,
    l0 bigint, l1 bigint, l2 bigint, l3 bigint, l4 bigint, l5 bigint, l6 bigint, l7 bigint,
    l8 bigint, l9 bigint, l10 bigint, l11 bigint, l12 bigint, l13 bigint, l14 bigint, l15 bigint,
    l16 bigint, l17 bigint, l18 bigint, l19 bigint, l20 bigint, l21 bigint, l22 bigint, l23 bigint,
    l24 bigint, l25 bigint, l26 bigint, l27 bigint, l28 bigint, l29 bigint, l30 bigint, l31 bigint,
    l32 bigint, l33 bigint, l34 bigint, l35 bigint, l36 bigint, l37 bigint, l38 bigint, l39 bigint,
    l40 bigint, l41 bigint, l42 bigint,
    PRIMARY KEY (app_id, time, version)
) PARTITION BY RANGE (time);
CREATE INDEX app_minutes_time ON app_minutes (time);

CREATE TABLE app_hours (
    app_id bigint NOT NULL,
    time bigint NOT NULL,
    version bigint NOT NULL,
    tenant_id bigint NOT NULL,
    requests bigint NOT NULL,
    errors bigint NOT NULL,
    throttled bigint NOT NULL,
    cold_starts bigint NOT NULL,
    fuel bigint NOT NULL,
    memory_bytes bigint NOT NULL,
    l0 bigint, l1 bigint, l2 bigint, l3 bigint, l4 bigint, l5 bigint, l6 bigint, l7 bigint,
    l8 bigint, l9 bigint, l10 bigint, l11 bigint, l12 bigint, l13 bigint, l14 bigint, l15 bigint,
    l16 bigint, l17 bigint, l18 bigint, l19 bigint, l20 bigint, l21 bigint, l22 bigint, l23 bigint,
    l24 bigint, l25 bigint, l26 bigint, l27 bigint, l28 bigint, l29 bigint, l30 bigint, l31 bigint,
    l32 bigint, l33 bigint, l34 bigint, l35 bigint, l36 bigint, l37 bigint, l38 bigint, l39 bigint,
    l40 bigint, l41 bigint, l42 bigint,
    PRIMARY KEY (app_id, time, version)
);
CREATE INDEX app_hours_time ON app_hours (time);

CREATE TABLE app_days (
    app_id bigint NOT NULL,
    time bigint NOT NULL,
    version bigint NOT NULL,
    tenant_id bigint NOT NULL,
    requests bigint NOT NULL,
    errors bigint NOT NULL,
    throttled bigint NOT NULL,
    cold_starts bigint NOT NULL,
    fuel bigint NOT NULL,
    memory_bytes bigint NOT NULL,
    l0 bigint, l1 bigint, l2 bigint, l3 bigint, l4 bigint, l5 bigint, l6 bigint, l7 bigint,
    l8 bigint, l9 bigint, l10 bigint, l11 bigint, l12 bigint, l13 bigint, l14 bigint, l15 bigint,
    l16 bigint, l17 bigint, l18 bigint, l19 bigint, l20 bigint, l21 bigint, l22 bigint, l23 bigint,
    l24 bigint, l25 bigint, l26 bigint, l27 bigint, l28 bigint, l29 bigint, l30 bigint, l31 bigint,
    l32 bigint, l33 bigint, l34 bigint, l35 bigint, l36 bigint, l37 bigint, l38 bigint, l39 bigint,
    l40 bigint, l41 bigint, l42 bigint,
    PRIMARY KEY (app_id, time, version)
);
CREATE INDEX app_days_time ON app_days (time);

-- Hours and days (by their length in milliseconds) that something came to since they were last summed up.
CREATE TABLE series_pending (
    step bigint NOT NULL,
    time bigint NOT NULL,
    PRIMARY KEY (step, time)
);

-- Reports that were added, so that none is added twice.
CREATE TABLE series_batches (
    node        text NOT NULL,
    start       text NOT NULL,
    sequence    bigint NOT NULL,
    received_at bigint NOT NULL,
    PRIMARY KEY (node, start, sequence)
);
CREATE INDEX series_batches_age ON series_batches (received_at);
