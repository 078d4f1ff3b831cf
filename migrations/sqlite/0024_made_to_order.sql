-- Pieces that are made when they are ordered: days until one is ready, and how many are begun in a
-- week. No days: from stock.
ALTER TABLE listings ADD COLUMN making_from INTEGER;
ALTER TABLE listings ADD COLUMN making_to INTEGER CONSTRAINT listings_making
  CHECK (making_from BETWEEN 1 AND making_to AND making_to <= 365);
ALTER TABLE listings ADD COLUMN making_weekly INTEGER CONSTRAINT listings_making_weekly CHECK (making_weekly > 0);

-- Of a line that is made to order: when all its pieces are ready to be sent, as it was promised.
ALTER TABLE order_lines ADD COLUMN ready_by INTEGER;

-- The weeks in which its pieces are begun, each by its Monday. Orders that were called off or given
-- back leave theirs to others.
CREATE TABLE making_weeks (
  order_id   BLOB NOT NULL,
  position   INTEGER NOT NULL,
  week       INTEGER NOT NULL,
  listing_id BLOB NOT NULL REFERENCES listings (id),
  pieces     INTEGER NOT NULL CONSTRAINT making_weeks_pieces CHECK (pieces > 0),
  PRIMARY KEY (order_id, position, week),
  FOREIGN KEY (order_id, position) REFERENCES order_lines (order_id, position)
) STRICT;
CREATE INDEX making_weeks_listing ON making_weeks (listing_id, week);

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
                                          AND v.price_minor > l.price_minor) AS more_prices
  FROM listings l
  JOIN shops s ON s.id = l.shop_id
  JOIN shop_profiles h ON h.shop_id = l.shop_id
  LEFT JOIN listing_images g ON g.listing_id = l.id AND g.position = 0
  LEFT JOIN images i ON i.hash = g.hash;
CREATE VIEW shelf_cards AS SELECT * FROM listing_cards WHERE status = 'active' AND shop_open;

DROP VIEW order_summaries;
CREATE VIEW order_summaries AS
SELECT o.id, o.shop_id, o.number, o.status, p.ship_name AS customer, o.total_minor, o.net_minor, o.currency,
       o.placed_at, o.paid_at,
       (SELECT title FROM order_lines l WHERE l.order_id = o.id AND l.position = 0) AS title,
       (SELECT COUNT(*) FROM order_lines l WHERE l.order_id = o.id) AS lines,
       (SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM order_lines l WHERE l.order_id = o.id) AS quantity,
       (SELECT MAX(ready_by) FROM order_lines l WHERE l.order_id = o.id) AS ready_by,
       (SELECT tracking FROM fulfillments f WHERE f.order_id = o.id ORDER BY f.shipped_at DESC LIMIT 1) AS tracking
  FROM orders o JOIN purchases p ON p.id = o.purchase_id;
