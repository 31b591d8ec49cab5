-- The process that keeps an app's SQLite databases, where there are several: chosen when the app is made. Those that were made before are in the first.
ALTER TABLE apps ADD COLUMN sqlite_shard INTEGER NOT NULL DEFAULT 0;

-- The last copy of each database, for when the volume of its process is lost. Its chunks are in blob_chunks.
CREATE TABLE database_copies (
    app_id INTEGER NOT NULL,
    label TEXT NOT NULL,
    shard INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    upload_id TEXT NOT NULL UNIQUE,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (app_id, label)
);
CREATE INDEX database_copies_shard ON database_copies (shard, app_id, label);
