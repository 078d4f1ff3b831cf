-- An authenticator app of an account; confirmed_at is absent until its first code was right. The
-- last step that was used keeps a code from working twice.
CREATE TABLE second_factors (
  account_id   BLOB NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  secret       BLOB NOT NULL,
  last_step    INTEGER NOT NULL,
  confirmed_at INTEGER
) STRICT;

-- Recovery codes that are left; only their SHA-256 is kept.
CREATE TABLE recovery_codes (
  code_hash  BLOB NOT NULL PRIMARY KEY,
  account_id BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX recovery_codes_account ON recovery_codes (account_id);

-- Logins whose password was right and whose code is still missing.
CREATE TABLE login_steps (
  token_hash BLOB NOT NULL PRIMARY KEY,
  account_id BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  epoch      INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX login_steps_account ON login_steps (account_id);
CREATE INDEX login_steps_expiry ON login_steps (expires_at);

-- What a session may do: * for everything, else scopes with a space between.
ALTER TABLE sessions ADD COLUMN scopes TEXT NOT NULL DEFAULT '*';
ALTER TABLE device_logins ADD COLUMN scopes TEXT NOT NULL DEFAULT '*';
