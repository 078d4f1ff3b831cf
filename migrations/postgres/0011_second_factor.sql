-- An authenticator app of an account; confirmed_at is absent until its first code was right. The
-- last step that was used keeps a code from working twice.
CREATE TABLE second_factors (
  account_id   UUID NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  secret       BYTEA NOT NULL,
  last_step    BIGINT NOT NULL,
  confirmed_at BIGINT
);

-- Recovery codes that are left; only their SHA-256 is kept.
CREATE TABLE recovery_codes (
  code_hash  BYTEA NOT NULL PRIMARY KEY,
  account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX recovery_codes_account ON recovery_codes (account_id);

-- Logins whose password was right and whose code is still missing.
CREATE TABLE login_steps (
  token_hash BYTEA NOT NULL PRIMARY KEY,
  account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  epoch      BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX login_steps_account ON login_steps (account_id);
CREATE INDEX login_steps_expiry ON login_steps (expires_at);

-- What a session may do: * for everything, else scopes with a space between.
ALTER TABLE sessions ADD COLUMN scopes TEXT NOT NULL DEFAULT '*';
ALTER TABLE device_logins ADD COLUMN scopes TEXT NOT NULL DEFAULT '*';
