-- Whose account a letter was written to. Letters to guests, and to an address that an account does not
-- have yet, are nobody's.
ALTER TABLE mails ADD COLUMN account_id BLOB REFERENCES accounts (id);
CREATE INDEX mails_account ON mails (account_id, created_at, id) WHERE account_id IS NOT NULL;
