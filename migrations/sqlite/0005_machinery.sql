-- Work to do, enqueued in the transaction that makes it necessary.
CREATE TABLE jobs (
  id           BLOB NOT NULL PRIMARY KEY,
  kind         TEXT NOT NULL,
  key          TEXT,
  payload      TEXT NOT NULL,
  run_at       INTEGER NOT NULL,
  locked_until INTEGER NOT NULL,
  attempts     INTEGER NOT NULL,
  last_error   TEXT,
  done_at      INTEGER,
  dead_at      INTEGER
) STRICT;
CREATE UNIQUE INDEX jobs_key ON jobs (kind, key) WHERE key IS NOT NULL;
CREATE INDEX jobs_due ON jobs (run_at) WHERE done_at IS NULL AND dead_at IS NULL;
CREATE INDEX jobs_done ON jobs (done_at) WHERE done_at IS NOT NULL;

-- Letters to people; in the demo they are kept here and shown.
CREATE TABLE mails (
  id         BLOB NOT NULL PRIMARY KEY,
  recipient  TEXT NOT NULL,
  subject    TEXT NOT NULL,
  body       TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  sent_at    INTEGER
) STRICT;
CREATE INDEX mails_newest ON mails (created_at DESC, id DESC);

-- First answers to writes that carried an Idempotency-Key.
CREATE TABLE idempotency_keys (
  account_id   BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  key          TEXT NOT NULL,
  request_hash BLOB NOT NULL,
  status       INTEGER NOT NULL,
  body         BLOB NOT NULL,
  created_at   INTEGER NOT NULL,
  PRIMARY KEY (account_id, key)
) STRICT;
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- Facts about this market as a whole, such as which payments it was started with.
CREATE TABLE facts (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
