-- Letters by the address that they went to, however it was typed.
CREATE INDEX mails_recipient ON mails (lower(recipient));

-- Those that are forgotten as soon as they are sent: the last one to somebody who went.
ALTER TABLE mails ADD COLUMN fleeting INTEGER NOT NULL DEFAULT 0 CHECK (fleeting IN (0, 1));
