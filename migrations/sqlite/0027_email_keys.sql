-- One rule for addresses: ASCII letters are the same in either case, all others have to be the same letters.
-- That is what lower() does here; the key of an account follows it.
UPDATE accounts SET email_key = lower(email) WHERE email <> '';
