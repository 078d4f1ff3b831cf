-- The epoch of an account grows when its password changes: sessions of an earlier epoch have ended,
-- also those that are being begun at that moment.
ALTER TABLE accounts ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0;

-- proved_at is when the person last gave the password in this session.
ALTER TABLE sessions ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;

-- The epoch of the session that approved the terminal.
ALTER TABLE device_logins ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0;

-- Each secret in a letter has its purpose; email is the address to change to.
CREATE TABLE mail_tokens_by_purpose (
  token_hash BYTEA NOT NULL PRIMARY KEY,
  account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  purpose    TEXT NOT NULL CONSTRAINT mail_tokens_purpose CHECK (purpose IN ('verify_email', 'reset_password', 'change_email')),
  email      TEXT CONSTRAINT mail_tokens_email CHECK ((purpose = 'change_email') = (email IS NOT NULL)),
  expires_at BIGINT NOT NULL
);
INSERT INTO mail_tokens_by_purpose (token_hash, account_id, purpose, expires_at)
  SELECT token_hash, account_id, purpose, expires_at FROM mail_tokens;
DROP TABLE mail_tokens;
ALTER TABLE mail_tokens_by_purpose RENAME TO mail_tokens;
CREATE INDEX mail_tokens_account ON mail_tokens (account_id, purpose);
CREATE INDEX mail_tokens_expiry ON mail_tokens (expires_at);
