-- Partitions, one a UTC day, are made by the writer and dropped whole when they are past retention.
CREATE SEQUENCE app_logs_id;
CREATE TABLE app_logs (
    id         bigint NOT NULL DEFAULT nextval('app_logs_id'),
    tenant_id  bigint NOT NULL,
    app_id     bigint NOT NULL,
    time       bigint NOT NULL,
    version    bigint NOT NULL,
    component  text   NOT NULL,
    request_id text   NOT NULL,
    stream     text   NOT NULL,
    text       text   NOT NULL,
    size       bigint NOT NULL
) PARTITION BY RANGE (time);
CREATE INDEX app_logs_app ON app_logs (app_id, id, size);
