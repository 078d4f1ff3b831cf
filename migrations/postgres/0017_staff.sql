-- Staff of the market: granted and taken at the machine only.
CREATE TABLE staff (
  account_id UUID NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  since      BIGINT NOT NULL
);

-- Suspensions of shops, each with its statement of reasons. The one that was not lifted holds.
CREATE TABLE suspensions (
  id           UUID NOT NULL PRIMARY KEY,
  shop_id      UUID NOT NULL REFERENCES shops (id),
  reason       TEXT NOT NULL,
  suspended_at BIGINT NOT NULL,
  lifted_at    BIGINT
);
CREATE UNIQUE INDEX suspensions_in_force ON suspensions (shop_id) WHERE lifted_at IS NULL;
CREATE INDEX suspensions_shop ON suspensions (shop_id, suspended_at DESC, id DESC);
CREATE INDEX suspensions_lifted ON suspensions (lifted_at) WHERE lifted_at IS NOT NULL;

-- The shops that shoppers see: neither closed nor suspended. Whatever is shown or sold asks this.
CREATE VIEW open_shops AS
SELECT s.id, s.slug, s.name, s.place, s.story, s.currency, s.commission_bps, s.onboarding, s.created_at
  FROM shops s
 WHERE s.closed_at IS NULL AND NOT EXISTS (SELECT 1 FROM suspensions u WHERE u.shop_id = s.id AND u.lifted_at IS NULL);

-- What a list of listings shows: the listing, its shop and whether that is open, its first picture, and when the shop is away.
DROP VIEW listing_cards;
CREATE VIEW listing_cards AS
SELECT l.id, l.slug, l.title, l.status, l.category, l.price_minor, l.currency, l.available, l.published_at,
       l.shop_id, s.name AS shop_name, s.slug AS shop_slug, s.commission_bps, s.onboarding,
       EXISTS (SELECT 1 FROM open_shops o WHERE o.id = l.shop_id) AS shop_open,
       h.away_from, h.away_until,
       g.hash AS cover_hash, g.alt AS cover_alt, i.width AS cover_width, i.height AS cover_height, i.tint AS cover_tint,
       EXISTS (SELECT 1 FROM variants v WHERE v.listing_id = l.id AND v.retired_at IS NULL
                                          AND v.price_minor > l.price_minor) AS more_prices
  FROM listings l
  JOIN shops s ON s.id = l.shop_id
  JOIN shop_profiles h ON h.shop_id = l.shop_id
  LEFT JOIN listing_images g ON g.listing_id = l.id AND g.position = 0
  LEFT JOIN images i ON i.hash = g.hash;

-- What is on the shelf: for sale, in an open shop.
CREATE VIEW shelf_cards AS SELECT * FROM listing_cards WHERE status = 'active' AND shop_open;

-- What staff see: every shop, and how it stands.
CREATE INDEX shops_age ON shops (created_at DESC, id DESC);
CREATE INDEX audit_entries_object ON audit_entries (object, at DESC, id DESC) WHERE object <> '';
