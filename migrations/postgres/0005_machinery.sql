-- Work to do, enqueued in the transaction that makes it necessary.
CREATE TABLE jobs (
  id           UUID NOT NULL PRIMARY KEY,
  kind         TEXT NOT NULL,
  key          TEXT,
  payload      JSONB NOT NULL,
  run_at       BIGINT NOT NULL,
  locked_until BIGINT NOT NULL,
  attempts     BIGINT NOT NULL,
  last_error   TEXT,
  done_at      BIGINT,
  dead_at      BIGINT
);
CREATE UNIQUE INDEX jobs_key ON jobs (kind, key) WHERE key IS NOT NULL;
CREATE INDEX jobs_due ON jobs (run_at) WHERE done_at IS NULL AND dead_at IS NULL;
CREATE INDEX jobs_done ON jobs (done_at) WHERE done_at IS NOT NULL;

-- Letters to people; in the demo they are kept here and shown.
CREATE TABLE mails (
  id         UUID NOT NULL PRIMARY KEY,
  recipient  TEXT NOT NULL,
  subject    TEXT NOT NULL,
  body       TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  sent_at    BIGINT
);
CREATE INDEX mails_newest ON mails (created_at DESC, id DESC);

-- First answers to writes that carried an Idempotency-Key.
CREATE TABLE idempotency_keys (
  account_id   UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  key          TEXT NOT NULL,
  request_hash BYTEA NOT NULL,
  status       BIGINT NOT NULL,
  body         BYTEA NOT NULL,
  created_at   BIGINT NOT NULL,
  PRIMARY KEY (account_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- Facts about this market as a whole, such as which payments it was started with.
CREATE TABLE facts (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
