-- Letters by the address that they went to, however it was typed.
CREATE INDEX mails_recipient ON mails (lower(recipient));
