-- Every saved change of a listing; what orders do to its stock is in stock_movements. was and
-- became hold only the fields that changed, so a version is what stands now with the was of every
-- later one put back. No account: the market itself.
CREATE TABLE listing_versions (
  listing_id UUID NOT NULL REFERENCES listings (id),
  version    BIGINT NOT NULL,
  at         BIGINT NOT NULL,
  account_id UUID REFERENCES accounts (id),
  means      TEXT NOT NULL CONSTRAINT listing_versions_means CHECK (means IN ('browser', 'terminal', 'operator', 'system')),
  cause      TEXT NOT NULL CONSTRAINT listing_versions_cause
             CHECK (cause IN ('draft', 'edit', 'import', 'bulk_edit', 'restore', 'undo', 'duplicate', 'earlier')),
  was        JSONB NOT NULL,
  became     JSONB NOT NULL,
  PRIMARY KEY (listing_id, version)
);

-- Pictures that a version took out of a gallery: kept as long as they can be put back.
CREATE TABLE listing_version_images (
  listing_id UUID NOT NULL,
  version    BIGINT NOT NULL,
  hash       TEXT NOT NULL REFERENCES images (hash),
  PRIMARY KEY (listing_id, version, hash),
  FOREIGN KEY (listing_id, version) REFERENCES listing_versions (listing_id, version) ON DELETE CASCADE
);
CREATE INDEX listing_version_images_hash ON listing_version_images (hash);

-- Listings from before there was a history begin theirs as they are.
INSERT INTO listing_versions (listing_id, version, at, means, cause, was, became)
SELECT id, version, updated_at, 'system', 'earlier', CAST('{}' AS JSONB), CAST('{}' AS JSONB) FROM listings;

-- One change to many listings. planned_to is the last listing that was looked at.
CREATE TABLE bulk_edits (
  id         UUID NOT NULL PRIMARY KEY,
  shop_id    UUID NOT NULL REFERENCES shops (id),
  filter     JSONB NOT NULL,
  change     JSONB NOT NULL,
  status     TEXT NOT NULL CONSTRAINT bulk_edits_status
             CHECK (status IN ('planning', 'planned', 'applying', 'applied', 'undoing', 'undone')),
  planned_to UUID,
  unchanged  BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  applied_at BIGINT,
  undone_at  BIGINT
);
CREATE INDEX bulk_edits_shop ON bulk_edits (shop_id, created_at DESC, id DESC);

-- The plan, one row for each listing that would change or cannot. version is the one that applying
-- wrote and published_at what it replaced: what an exact undo needs beside the history.
CREATE TABLE bulk_edit_rows (
  edit_id      UUID NOT NULL REFERENCES bulk_edits (id) ON DELETE CASCADE,
  position     BIGINT NOT NULL,
  listing_id   UUID NOT NULL REFERENCES listings (id),
  title        TEXT NOT NULL,
  action       TEXT NOT NULL CONSTRAINT bulk_edit_rows_action CHECK (action IN ('change', 'fail')),
  changes      JSONB NOT NULL,
  error        TEXT,
  version      BIGINT,
  published_at BIGINT,
  applied_at   BIGINT,
  undone_at    BIGINT,
  skipped      TEXT,
  PRIMARY KEY (edit_id, position)
);
CREATE INDEX bulk_edit_rows_open ON bulk_edit_rows (edit_id, position) WHERE applied_at IS NULL;
CREATE INDEX bulk_edit_rows_done ON bulk_edit_rows (edit_id, position) WHERE version IS NOT NULL AND undone_at IS NULL;

-- A shop's listings in an order that no change moves.
CREATE INDEX listings_shop_id ON listings (shop_id, id);
