-- Letters by the address that they went to, however it was typed.
CREATE INDEX mails_recipient ON mails (lower(recipient));

-- Those that are forgotten as soon as they are sent: the last one to somebody who went.
ALTER TABLE mails ADD COLUMN fleeting BOOLEAN NOT NULL DEFAULT FALSE;
