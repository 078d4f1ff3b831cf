CREATE TABLE carts (
  id         UUID NOT NULL PRIMARY KEY,
  token_hash BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX carts_token ON carts (token_hash);
CREATE INDEX carts_updated ON carts (updated_at);

-- price_minor is what the shopper saw, so that a change can be announced.
CREATE TABLE cart_lines (
  cart_id     UUID NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
  variant_id  UUID NOT NULL REFERENCES variants (id),
  quantity    BIGINT NOT NULL CONSTRAINT cart_lines_quantity CHECK (quantity BETWEEN 1 AND 99),
  price_minor BIGINT NOT NULL,
  added_at    BIGINT NOT NULL,
  PRIMARY KEY (cart_id, variant_id)
);

-- One payment over one or more shops.
CREATE TABLE purchases (
  id               UUID NOT NULL PRIMARY KEY,
  number           TEXT NOT NULL,
  attempt_key      TEXT NOT NULL,
  cart_id          UUID,
  account_id       UUID REFERENCES accounts (id),
  status           TEXT NOT NULL CONSTRAINT purchases_status CHECK (status IN ('pending', 'paid', 'cancelled')),
  email            TEXT NOT NULL,
  ship_name        TEXT NOT NULL,
  ship_line1       TEXT NOT NULL,
  ship_line2       TEXT NOT NULL,
  ship_postal_code TEXT NOT NULL,
  ship_city        TEXT NOT NULL,
  ship_country     TEXT NOT NULL,
  total_minor      BIGINT NOT NULL CONSTRAINT purchases_total CHECK (total_minor > 0),
  currency         TEXT NOT NULL,
  session          TEXT,
  session_url      TEXT,
  payment_intent   TEXT,
  charge           TEXT,
  expires_at       BIGINT NOT NULL,
  placed_at        BIGINT NOT NULL,
  paid_at          BIGINT
);
CREATE UNIQUE INDEX purchases_number ON purchases (number);
CREATE UNIQUE INDEX purchases_attempt ON purchases (attempt_key);
CREATE UNIQUE INDEX purchases_session ON purchases (session) WHERE session IS NOT NULL;
CREATE UNIQUE INDEX purchases_charge ON purchases (charge) WHERE charge IS NOT NULL;
CREATE INDEX purchases_account ON purchases (account_id, placed_at DESC) WHERE account_id IS NOT NULL;
CREATE INDEX purchases_open ON purchases (expires_at) WHERE status = 'pending';

-- Secrets that let a guest follow a purchase.
CREATE TABLE order_links (
  token_hash  BYTEA NOT NULL PRIMARY KEY,
  purchase_id UUID NOT NULL REFERENCES purchases (id),
  created_at  BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL
);
CREATE INDEX order_links_purchase ON order_links (purchase_id);
CREATE INDEX order_links_expiry ON order_links (expires_at);

-- One shop's part of a purchase; commission and net are frozen here.
CREATE TABLE orders (
  id               UUID NOT NULL PRIMARY KEY,
  purchase_id      UUID NOT NULL REFERENCES purchases (id),
  shop_id          UUID NOT NULL REFERENCES shops (id),
  number           TEXT NOT NULL,
  status           TEXT NOT NULL CONSTRAINT orders_status
                   CHECK (status IN ('pending', 'paid', 'shipped', 'cancelled', 'refunded')),
  total_minor      BIGINT NOT NULL CONSTRAINT orders_total CHECK (total_minor > 0),
  commission_minor BIGINT NOT NULL CONSTRAINT orders_commission CHECK (commission_minor >= 0),
  net_minor        BIGINT NOT NULL,
  currency         TEXT NOT NULL,
  note             TEXT NOT NULL,
  placed_at        BIGINT NOT NULL,
  paid_at          BIGINT,
  version          BIGINT NOT NULL,
  CONSTRAINT orders_net CHECK (net_minor = total_minor - commission_minor)
);
CREATE UNIQUE INDEX orders_number ON orders (number);
CREATE UNIQUE INDEX orders_purchase_shop ON orders (purchase_id, shop_id);
CREATE INDEX orders_shop ON orders (shop_id, placed_at DESC, id DESC) WHERE status <> 'pending';
CREATE INDEX orders_shop_status ON orders (shop_id, status, placed_at DESC, id DESC);

CREATE TABLE order_lines (
  order_id         UUID NOT NULL REFERENCES orders (id),
  position         BIGINT NOT NULL,
  listing_id       UUID NOT NULL REFERENCES listings (id),
  variant_id       UUID NOT NULL REFERENCES variants (id),
  title            TEXT NOT NULL,
  option_label     TEXT NOT NULL,
  sku              TEXT NOT NULL,
  quantity         BIGINT NOT NULL CONSTRAINT order_lines_quantity CHECK (quantity > 0),
  price_minor      BIGINT NOT NULL CONSTRAINT order_lines_price CHECK (price_minor > 0),
  commission_bps   BIGINT NOT NULL,
  commission_minor BIGINT NOT NULL,
  image            TEXT,
  PRIMARY KEY (order_id, position)
);
CREATE INDEX order_lines_variant ON order_lines (variant_id);

-- What happened to an order, for people and for the proof that each state was reached legally.
CREATE TABLE order_events (
  id       UUID NOT NULL PRIMARY KEY,
  order_id UUID NOT NULL REFERENCES orders (id),
  status   TEXT NOT NULL,
  text     TEXT NOT NULL,
  at       BIGINT NOT NULL
);
CREATE INDEX order_events_order ON order_events (order_id, at, id);

CREATE TABLE fulfillments (
  id         UUID NOT NULL PRIMARY KEY,
  order_id   UUID NOT NULL REFERENCES orders (id),
  carrier    TEXT NOT NULL,
  tracking   TEXT NOT NULL,
  shipped_at BIGINT NOT NULL
);
CREATE INDEX fulfillments_order ON fulfillments (order_id, shipped_at);

-- The head of an order with what people need beside it.
CREATE VIEW order_heads AS
SELECT o.id, o.purchase_id, o.shop_id, o.number, o.status, o.total_minor, o.commission_minor, o.net_minor, o.currency,
       o.note, o.placed_at, o.paid_at, o.version, p.ship_name, p.ship_line1, p.ship_line2,
       p.ship_postal_code, p.ship_city, p.ship_country, s.name AS shop_name, s.slug AS shop_slug
  FROM orders o JOIN purchases p ON p.id = o.purchase_id JOIN shops s ON s.id = o.shop_id;

-- A row of an artisan's list.
CREATE VIEW order_summaries AS
SELECT o.id, o.shop_id, o.number, o.status, p.ship_name AS customer, o.total_minor, o.net_minor, o.currency,
       o.placed_at, o.paid_at,
       (SELECT title FROM order_lines l WHERE l.order_id = o.id AND l.position = 0) AS title,
       (SELECT COUNT(*) FROM order_lines l WHERE l.order_id = o.id) AS lines,
       (SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM order_lines l WHERE l.order_id = o.id) AS quantity,
       (SELECT tracking FROM fulfillments f WHERE f.order_id = o.id ORDER BY f.shipped_at DESC LIMIT 1) AS tracking
  FROM orders o JOIN purchases p ON p.id = o.purchase_id;
