-- One rule for addresses: ASCII letters are the same in either case, all others have to be the same letters.
-- With the collation "C" that is what lower() does; the key of an account follows it.
ALTER TABLE accounts ALTER COLUMN email TYPE TEXT COLLATE "C";
ALTER TABLE mails ALTER COLUMN recipient TYPE TEXT COLLATE "C";
ALTER TABLE mail_tokens ALTER COLUMN email TYPE TEXT COLLATE "C";
ALTER TABLE purchases ALTER COLUMN email TYPE TEXT COLLATE "C";
UPDATE accounts SET email_key = lower(email) WHERE email <> '';
