-- Every price at which a variant stood on a shelf, and from when on. What it says of the thirty days
-- before a price was lowered is kept with the variant: the lowest price then, and when it was lowered.
CREATE TABLE offered_prices (
  variant_id  BLOB NOT NULL REFERENCES variants (id),
  since       INTEGER NOT NULL,
  price_minor INTEGER NOT NULL CONSTRAINT offered_prices_price CHECK (price_minor > 0),
  PRIMARY KEY (variant_id, since)
) STRICT;

ALTER TABLE variants ADD COLUMN reduced_from INTEGER;
ALTER TABLE variants ADD COLUMN reduced_at INTEGER CONSTRAINT variants_reduced
  CHECK ((reduced_at IS NULL) = (reduced_from IS NULL) AND (reduced_from IS NULL OR reduced_from > price_minor));
CREATE INDEX variants_reduced ON variants (listing_id, price_minor) WHERE reduced_at IS NOT NULL;

-- What is on a shelf has had its price since it was last changed, as far as anybody knows.
INSERT INTO offered_prices (variant_id, since, price_minor)
SELECT v.id, l.updated_at, v.price_minor FROM variants v JOIN listings l ON l.id = v.listing_id
 WHERE v.retired_at IS NULL AND l.status IN ('active', 'sold_out');

DROP VIEW shelf_cards;
DROP VIEW listing_cards;
CREATE VIEW listing_cards AS
SELECT l.id, l.slug, l.title, l.status, l.category, l.price_minor, l.currency, l.available, l.published_at,
       l.making_from, l.making_to, l.making_weekly, COALESCE(l.making_to, h.lead_to) AS ready_in,
       l.shop_id, s.name AS shop_name, s.slug AS shop_slug, s.commission_bps, s.onboarding,
       EXISTS (SELECT 1 FROM open_shops o WHERE o.id = l.shop_id) AS shop_open,
       h.away_from, h.away_until,
       g.hash AS cover_hash, g.alt AS cover_alt, i.width AS cover_width, i.height AS cover_height, i.tint AS cover_tint,
       EXISTS (SELECT 1 FROM variants v WHERE v.listing_id = l.id AND v.retired_at IS NULL
                                          AND v.price_minor > l.price_minor) AS more_prices,
       r.reduced_from, r.reduced_at
  FROM listings l
  JOIN shops s ON s.id = l.shop_id
  JOIN shop_profiles h ON h.shop_id = l.shop_id
  LEFT JOIN listing_images g ON g.listing_id = l.id AND g.position = 0
  LEFT JOIN images i ON i.hash = g.hash
  LEFT JOIN variants r ON r.id = (SELECT v.id FROM variants v
                                   WHERE v.listing_id = l.id AND v.retired_at IS NULL
                                     AND v.reduced_at IS NOT NULL AND v.price_minor = l.price_minor
                                   ORDER BY v.position LIMIT 1);
CREATE VIEW shelf_cards AS SELECT * FROM listing_cards WHERE status = 'active' AND shop_open;
