-- People: one login may be shopper and artisan at once.
CREATE TABLE accounts (
  id             UUID NOT NULL PRIMARY KEY,
  email          TEXT NOT NULL,
  email_key      TEXT NOT NULL,
  email_verified BOOLEAN NOT NULL,
  name           TEXT NOT NULL,
  password_hash  TEXT NOT NULL,
  created_at     BIGINT NOT NULL
);
-- email_key is the address lower-cased: the same person, however it is typed.
CREATE UNIQUE INDEX accounts_email ON accounts (email_key);

-- Browser sessions and terminal tokens; only the SHA-256 of the secret is kept.
CREATE TABLE sessions (
  id         UUID NOT NULL PRIMARY KEY,
  token_hash BYTEA NOT NULL,
  account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  kind       TEXT NOT NULL CONSTRAINT sessions_kind CHECK (kind IN ('web', 'token')),
  name       TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at    BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE INDEX sessions_account ON sessions (account_id, seen_at DESC);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Secrets sent by mail, used once.
CREATE TABLE mail_tokens (
  token_hash BYTEA NOT NULL PRIMARY KEY,
  account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  purpose    TEXT NOT NULL CONSTRAINT mail_tokens_purpose CHECK (purpose IN ('verify_email')),
  expires_at BIGINT NOT NULL
);
CREATE INDEX mail_tokens_account ON mail_tokens (account_id);

-- A terminal that waits for approval in the browser.
CREATE TABLE device_logins (
  id          UUID NOT NULL PRIMARY KEY,
  device_hash BYTEA NOT NULL,
  user_code   TEXT NOT NULL,
  name        TEXT NOT NULL,
  status      TEXT NOT NULL CONSTRAINT device_logins_status CHECK (status IN ('pending', 'approved', 'denied', 'spent')),
  account_id  UUID REFERENCES accounts (id) ON DELETE CASCADE,
  created_at  BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX device_logins_device ON device_logins (device_hash);
CREATE UNIQUE INDEX device_logins_code ON device_logins (user_code);

-- Counters that slow guessing down, the same on every server.
CREATE TABLE throttles (
  key        TEXT NOT NULL PRIMARY KEY,
  count      BIGINT NOT NULL,
  started_at BIGINT NOT NULL
);
