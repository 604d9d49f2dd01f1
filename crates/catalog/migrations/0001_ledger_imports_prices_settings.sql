-- The first catalog. Migrations only go forward: never edit this file, add the next one.

CREATE TABLE ledger (
    workspace_id TEXT NOT NULL,
    -- Day of receipt, counted from 1970-01-01 in UTC.
    day          INTEGER NOT NULL,
    -- Name of the ingest key, never the key itself.
    key_name     TEXT NOT NULL,
    signal       TEXT NOT NULL,
    counter      TEXT NOT NULL,
    -- Why, or by which rule; empty where the counter says it all.
    reason       TEXT NOT NULL,
    count        INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, day, key_name, signal, counter, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_progress (
    -- Fingerprint of the file's bytes, and of the options that decide what is read from them.
    file_fingerprint    TEXT NOT NULL,
    options_fingerprint TEXT NOT NULL,
    -- The name map in force, so that a person can see what was imported how.
    name_map            TEXT NOT NULL,
    -- First byte and line (from 1) not yet acknowledged.
    byte_offset         INTEGER NOT NULL,
    line                INTEGER NOT NULL,
    records             INTEGER NOT NULL,
    is_finished         INTEGER NOT NULL CHECK (is_finished IN (0, 1)),
    updated_unix_nanos  INTEGER NOT NULL,
    PRIMARY KEY (file_fingerprint, options_fingerprint)
) STRICT, WITHOUT ROWID;

CREATE TABLE price_override (
    position              INTEGER NOT NULL PRIMARY KEY,
    provider              TEXT NOT NULL,
    model                 TEXT NOT NULL,
    valid_from_unix_nanos INTEGER,
    valid_to_unix_nanos   INTEGER,
    -- US dollars per million tokens.
    input                 REAL NOT NULL,
    cache_read            REAL,
    cache_write           REAL,
    output                REAL NOT NULL
) STRICT;

CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
