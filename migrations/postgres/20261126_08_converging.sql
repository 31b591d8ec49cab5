-- Who claimed a key holds it until lease_until and renews that while it lives; 0: a program of the version before claimed it, for ten minutes from started_at.
ALTER TABLE idempotency_keys ADD COLUMN lease_until BIGINT NOT NULL DEFAULT 0;

-- The answer, written by the transaction that has the effect, encrypted by answer_key, which the key ring protects. Both go once response is there, which a program of the version before reads.
ALTER TABLE idempotency_keys ADD COLUMN answer_key BYTEA;
ALTER TABLE idempotency_keys ADD COLUMN answer BYTEA;

-- Apps that are gone, whose data is removed once more at due_at: a request that ran as they were purged may have written since. No foreign keys.
CREATE TABLE purged_apps (
    app_id BIGINT PRIMARY KEY,
    due_at BIGINT NOT NULL
);
CREATE INDEX purged_apps_due ON purged_apps (due_at);
