-- The process that keeps an app's SQLite databases, where there are several: chosen when the app is made. Those that were made before are in the first.
ALTER TABLE apps ADD COLUMN sqlite_shard bigint NOT NULL DEFAULT 0;

-- The last copy of each database, for when the volume of its process is lost. Its chunks are in blob_chunks.
CREATE TABLE database_copies (
    app_id bigint NOT NULL,
    label text NOT NULL,
    shard bigint NOT NULL,
    sha256 text NOT NULL,
    size bigint NOT NULL,
    upload_id text NOT NULL UNIQUE,
    made_at bigint NOT NULL,
    PRIMARY KEY (app_id, label)
);
CREATE INDEX database_copies_shard ON database_copies (shard, app_id, label);
