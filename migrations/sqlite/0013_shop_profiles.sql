-- Every address that a shop has or had; the former ones lead to the present one.
CREATE TABLE shop_slugs (
  slug    TEXT NOT NULL PRIMARY KEY,
  shop_id BLOB NOT NULL REFERENCES shops (id)
) STRICT;
CREATE INDEX shop_slugs_shop ON shop_slugs (shop_id);
INSERT INTO shop_slugs (slug, shop_id) SELECT slug, id FROM shops;

-- What a shop tells beside name, place and story; one row for each shop.
CREATE TABLE shop_profiles (
  shop_id         BLOB NOT NULL PRIMARY KEY REFERENCES shops (id),
  returns_days    INTEGER CONSTRAINT shop_profiles_returns_days CHECK (returns_days BETWEEN 0 AND 365),
  returns_note    TEXT NOT NULL,
  custom_work     TEXT NOT NULL CONSTRAINT shop_profiles_custom_work CHECK (custom_work IN ('no', 'on_request', 'yes')),
  custom_note     TEXT NOT NULL,
  lead_from       INTEGER,
  lead_to         INTEGER,
  seller_kind     TEXT NOT NULL CONSTRAINT shop_profiles_seller_kind CHECK (seller_kind IN ('private', 'business')),
  seller_name     TEXT NOT NULL,
  seller_address  TEXT NOT NULL,
  seller_phone    TEXT NOT NULL,
  seller_email    TEXT NOT NULL,
  seller_register TEXT NOT NULL,
  away_from       INTEGER,
  away_until      INTEGER,
  version         INTEGER NOT NULL CONSTRAINT shop_profiles_version CHECK (version > 0),
  CONSTRAINT shop_profiles_lead CHECK (lead_from BETWEEN 0 AND lead_to AND lead_to <= 365),
  CONSTRAINT shop_profiles_away CHECK (away_until IS NULL OR away_from < away_until)
) STRICT;
INSERT INTO shop_profiles (shop_id, returns_note, custom_work, custom_note, seller_kind, seller_name, seller_address,
                           seller_phone, seller_email, seller_register, version)
SELECT id, '', 'no', '', 'private', '', '', '', '', '', 1 FROM shops;

CREATE TABLE shop_images (
  shop_id  BLOB NOT NULL REFERENCES shops (id),
  kind     TEXT NOT NULL CONSTRAINT shop_images_kind CHECK (kind IN ('banner', 'portrait', 'process')),
  position INTEGER NOT NULL CONSTRAINT shop_images_position CHECK (position BETWEEN 0 AND 7),
  hash     TEXT NOT NULL REFERENCES images (hash),
  alt      TEXT NOT NULL,
  PRIMARY KEY (shop_id, kind, position)
) STRICT;
CREATE INDEX shop_images_hash ON shop_images (hash);

-- What a list of listings shows: the listing, its shop, its first picture, and when the shop is away.
DROP VIEW listing_cards;
CREATE VIEW listing_cards AS
SELECT l.id, l.slug, l.title, l.status, l.category, l.price_minor, l.currency, l.available, l.published_at,
       l.shop_id, s.name AS shop_name, s.slug AS shop_slug, s.commission_bps, s.onboarding,
       h.away_from, h.away_until,
       g.hash AS cover_hash, g.alt AS cover_alt, i.width AS cover_width, i.height AS cover_height, i.tint AS cover_tint,
       EXISTS (SELECT 1 FROM variants v WHERE v.listing_id = l.id AND v.retired_at IS NULL
                                          AND v.price_minor > l.price_minor) AS more_prices
  FROM listings l
  JOIN shops s ON s.id = l.shop_id
  JOIN shop_profiles h ON h.shop_id = l.shop_id
  LEFT JOIN listing_images g ON g.listing_id = l.id AND g.position = 0
  LEFT JOIN images i ON i.hash = g.hash;
