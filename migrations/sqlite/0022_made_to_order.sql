-- Pieces that are made when they are ordered: days until one is ready, and how many are begun in a
-- week. No days: from stock.
ALTER TABLE listings ADD COLUMN making_from INTEGER;
ALTER TABLE listings ADD COLUMN making_to INTEGER CONSTRAINT listings_making
  CHECK (making_from BETWEEN 1 AND making_to AND making_to <= 365);
ALTER TABLE listings ADD COLUMN making_weekly INTEGER CONSTRAINT listings_making_weekly CHECK (making_weekly > 0);

-- Of a line that is made to order: the Monday of the week in which it is begun, and what was promised.
ALTER TABLE order_lines ADD COLUMN making_week INTEGER;
ALTER TABLE order_lines ADD COLUMN ready_by INTEGER;
CREATE INDEX order_lines_making ON order_lines (listing_id, making_week) WHERE making_week IS NOT NULL;

DROP VIEW shelf_cards;
DROP VIEW listing_cards;
CREATE VIEW listing_cards AS
SELECT l.id, l.slug, l.title, l.status, l.category, l.price_minor, l.currency, l.available, l.published_at,
       l.making_from, l.making_to, l.making_weekly,
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
CREATE VIEW shelf_cards AS SELECT * FROM listing_cards WHERE status = 'active' AND shop_open;
