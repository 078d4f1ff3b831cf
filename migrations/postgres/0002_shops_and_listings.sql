CREATE TABLE shops (
  id             UUID NOT NULL PRIMARY KEY,
  slug           TEXT NOT NULL,
  name           TEXT NOT NULL,
  place          TEXT NOT NULL,
  story          TEXT NOT NULL,
  currency       TEXT NOT NULL CONSTRAINT shops_currency CHECK (length(currency) = 3),
  commission_bps BIGINT NOT NULL CONSTRAINT shops_commission CHECK (commission_bps BETWEEN 0 AND 10000),
  stripe_account TEXT,
  onboarding     TEXT NOT NULL CONSTRAINT shops_onboarding
                 CHECK (onboarding IN ('not_started', 'pending', 'restricted', 'transfers_active', 'complete')),
  created_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX shops_slug ON shops (slug);
CREATE UNIQUE INDEX shops_stripe_account ON shops (stripe_account) WHERE stripe_account IS NOT NULL;

-- Who works at a stall; one owner for now.
CREATE TABLE shop_members (
  shop_id    UUID NOT NULL REFERENCES shops (id),
  account_id UUID NOT NULL REFERENCES accounts (id),
  role       TEXT NOT NULL CONSTRAINT shop_members_role CHECK (role IN ('owner')),
  PRIMARY KEY (shop_id, account_id)
);
CREATE UNIQUE INDEX shop_members_account ON shop_members (account_id);

-- price_minor and available follow the variants, in the same transaction, for the lists.
CREATE TABLE listings (
  id           UUID NOT NULL PRIMARY KEY,
  shop_id      UUID NOT NULL REFERENCES shops (id),
  short        TEXT NOT NULL,
  slug         TEXT NOT NULL,
  status       TEXT NOT NULL CONSTRAINT listings_status
               CHECK (status IN ('draft', 'active', 'paused', 'sold_out', 'archived')),
  title        TEXT NOT NULL CONSTRAINT listings_title CHECK (length(title) BETWEEN 1 AND 140),
  description  TEXT NOT NULL,
  category     TEXT NOT NULL CONSTRAINT listings_category
               CHECK (category IN ('clay', 'wood', 'textiles', 'wax', 'metal', 'glass', 'paper', 'leather', 'other')),
  materials    JSONB NOT NULL,
  tags         JSONB NOT NULL,
  options      JSONB NOT NULL,
  import_key   TEXT,
  price_minor  BIGINT NOT NULL,
  currency     TEXT NOT NULL,
  available    BIGINT NOT NULL CONSTRAINT listings_available CHECK (available >= 0),
  published_at BIGINT,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL,
  version      BIGINT NOT NULL
);
CREATE UNIQUE INDEX listings_short ON listings (short);
CREATE UNIQUE INDEX listings_import_key ON listings (shop_id, import_key) WHERE import_key IS NOT NULL;
CREATE INDEX listings_title ON listings (shop_id, title);
CREATE INDEX listings_shop ON listings (shop_id, updated_at DESC, id DESC);
CREATE INDEX listings_newest ON listings (published_at DESC, id DESC) WHERE status = 'active';
CREATE INDEX listings_category_newest ON listings (category, published_at DESC, id DESC) WHERE status = 'active';
CREATE INDEX listings_shop_newest ON listings (shop_id, published_at DESC, id DESC) WHERE status = 'active';
CREATE INDEX listings_price ON listings (price_minor, id) WHERE status = 'active';
CREATE INDEX listings_category_price ON listings (category, price_minor, id) WHERE status = 'active';

CREATE TABLE variants (
  id            UUID NOT NULL PRIMARY KEY,
  listing_id    UUID NOT NULL REFERENCES listings (id),
  position      BIGINT NOT NULL,
  sku           TEXT NOT NULL,
  option_values JSONB NOT NULL,
  price_minor   BIGINT NOT NULL CONSTRAINT variants_price CHECK (price_minor > 0),
  currency      TEXT NOT NULL,
  available     BIGINT NOT NULL CONSTRAINT variants_available CHECK (available >= 0),
  retired_at    BIGINT
);
CREATE INDEX variants_listing ON variants (listing_id, position);
CREATE INDEX variants_sku ON variants (sku) WHERE sku <> '';

-- Every change of a number of pieces, and why; the sum is the number.
CREATE TABLE stock_movements (
  id         UUID NOT NULL PRIMARY KEY,
  variant_id UUID NOT NULL REFERENCES variants (id),
  change     BIGINT NOT NULL,
  reason     TEXT NOT NULL CONSTRAINT stock_movements_reason
             CHECK (reason IN ('set', 'import', 'hold', 'release')),
  order_id   UUID,
  at         BIGINT NOT NULL
);
CREATE INDEX stock_movements_variant ON stock_movements (variant_id, at);
CREATE INDEX stock_movements_order ON stock_movements (order_id) WHERE order_id IS NOT NULL;

-- Stored masters by BLAKE3; the blobs lie in the object store under the same name.
CREATE TABLE images (
  hash       TEXT NOT NULL PRIMARY KEY,
  width      BIGINT NOT NULL,
  height     BIGINT NOT NULL,
  tint       BIGINT NOT NULL CONSTRAINT images_tint CHECK (tint BETWEEN 0 AND 63),
  created_at BIGINT NOT NULL
);

-- What a shop uploaded, by SHA-256 of the original bytes, so that it is not sent twice.
CREATE TABLE uploads (
  shop_id UUID NOT NULL REFERENCES shops (id),
  sha256  TEXT NOT NULL,
  hash    TEXT NOT NULL REFERENCES images (hash),
  PRIMARY KEY (shop_id, sha256)
);
CREATE INDEX uploads_hash ON uploads (hash);
CREATE INDEX uploads_sha256 ON uploads (sha256);

CREATE TABLE listing_images (
  listing_id UUID NOT NULL REFERENCES listings (id),
  position   BIGINT NOT NULL CONSTRAINT listing_images_position CHECK (position BETWEEN 0 AND 19),
  hash       TEXT NOT NULL REFERENCES images (hash),
  alt        TEXT NOT NULL,
  PRIMARY KEY (listing_id, position)
);
CREATE INDEX listing_images_hash ON listing_images (hash);

-- What a list of listings shows: the listing, its shop, its first picture.
CREATE VIEW listing_cards AS
SELECT l.id, l.slug, l.title, l.status, l.category, l.price_minor, l.currency, l.available, l.published_at,
       l.shop_id, s.name AS shop_name, s.slug AS shop_slug, s.commission_bps, s.onboarding,
       g.hash AS cover_hash, g.alt AS cover_alt, i.width AS cover_width, i.height AS cover_height, i.tint AS cover_tint,
       EXISTS (SELECT 1 FROM variants v WHERE v.listing_id = l.id AND v.retired_at IS NULL
                                          AND v.price_minor > l.price_minor) AS more_prices
  FROM listings l
  JOIN shops s ON s.id = l.shop_id
  LEFT JOIN listing_images g ON g.listing_id = l.id AND g.position = 0
  LEFT JOIN images i ON i.hash = g.hash;

-- Which listings the search index has to read again.
CREATE TABLE search_feed (
  seq        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  listing_id UUID NOT NULL,
  at         BIGINT NOT NULL
);
CREATE INDEX search_feed_at ON search_feed (at);

-- The shop's own live feed for terminals.
CREATE TABLE shop_events (
  seq     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  shop_id UUID NOT NULL REFERENCES shops (id),
  kind    TEXT NOT NULL,
  object  TEXT NOT NULL,
  text    TEXT NOT NULL,
  at      BIGINT NOT NULL
);
CREATE INDEX shop_events_shop ON shop_events (shop_id, seq);
CREATE INDEX shop_events_at ON shop_events (at);
