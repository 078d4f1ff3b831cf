-- What a person shows of herself and to whom; the display name is the account's. No row is the
-- profile of somebody who never changed it.
CREATE TABLE profiles (
  account_id  UUID NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  about       TEXT NOT NULL,
  place       TEXT NOT NULL,
  links       JSONB NOT NULL,
  avatar      TEXT REFERENCES images (hash),
  show_name   TEXT NOT NULL CONSTRAINT profiles_show_name CHECK (show_name IN ('public', 'customers', 'private')),
  show_avatar TEXT NOT NULL CONSTRAINT profiles_show_avatar CHECK (show_avatar IN ('public', 'customers', 'private')),
  show_about  TEXT NOT NULL CONSTRAINT profiles_show_about CHECK (show_about IN ('public', 'customers', 'private')),
  show_place  TEXT NOT NULL CONSTRAINT profiles_show_place CHECK (show_place IN ('public', 'customers', 'private')),
  show_links  TEXT NOT NULL CONSTRAINT profiles_show_links CHECK (show_links IN ('public', 'customers', 'private')),
  version     BIGINT NOT NULL CONSTRAINT profiles_version CHECK (version > 0),
  updated_at  BIGINT NOT NULL
);
CREATE INDEX profiles_avatar ON profiles (avatar) WHERE avatar IS NOT NULL;

-- Names that people chose for the address of their page; a name given up is free at once.
CREATE TABLE profile_slugs (
  slug       TEXT NOT NULL PRIMARY KEY,
  account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX profile_slugs_account ON profile_slugs (account_id);

-- Where a person has parcels sent. region is the state or province, where the country needs one.
CREATE TABLE addresses (
  id          UUID NOT NULL PRIMARY KEY,
  account_id  UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name        TEXT NOT NULL,
  line1       TEXT NOT NULL,
  line2       TEXT NOT NULL,
  postal_code TEXT NOT NULL,
  city        TEXT NOT NULL,
  region      TEXT NOT NULL,
  country     TEXT NOT NULL CONSTRAINT addresses_country CHECK (length(country) = 2),
  is_default  BOOLEAN NOT NULL,
  version     BIGINT NOT NULL,
  created_at  BIGINT NOT NULL
);
CREATE INDEX addresses_account ON addresses (account_id, created_at, id);
CREATE UNIQUE INDEX addresses_default ON addresses (account_id) WHERE is_default;

-- What guests bought, by the address they gave, until an account proves that it is its own.
CREATE INDEX purchases_guest ON purchases (lower(email)) WHERE account_id IS NULL;
-- A shopper's own purchases, from new to old.
DROP INDEX purchases_account;
CREATE INDEX purchases_account ON purchases (account_id, placed_at DESC, id DESC) WHERE account_id IS NOT NULL;
