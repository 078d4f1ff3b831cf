-- Every saved change of a listing; what orders do to its stock is in stock_movements. was and
-- became hold only the fields that changed, so a version is what stands now with the was of every
-- later one put back. No account: the market itself.
CREATE TABLE listing_versions (
  listing_id BLOB NOT NULL REFERENCES listings (id),
  version    INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  account_id BLOB REFERENCES accounts (id),
  means      TEXT NOT NULL CONSTRAINT listing_versions_means CHECK (means IN ('browser', 'terminal', 'operator', 'system')),
  cause      TEXT NOT NULL CONSTRAINT listing_versions_cause
             CHECK (cause IN ('draft', 'edit', 'import', 'bulk_edit', 'restore', 'undo', 'duplicate', 'earlier')),
  was        TEXT NOT NULL,
  became     TEXT NOT NULL,
  PRIMARY KEY (listing_id, version)
) STRICT;

-- Pictures that a version took out of a gallery: kept as long as they can be put back.
CREATE TABLE listing_version_images (
  listing_id BLOB NOT NULL,
  version    INTEGER NOT NULL,
  hash       TEXT NOT NULL REFERENCES images (hash),
  PRIMARY KEY (listing_id, version, hash),
  FOREIGN KEY (listing_id, version) REFERENCES listing_versions (listing_id, version) ON DELETE CASCADE
) STRICT;
CREATE INDEX listing_version_images_hash ON listing_version_images (hash);

-- Listings from before there was a history begin theirs as they are.
INSERT INTO listing_versions (listing_id, version, at, means, cause, was, became)
SELECT id, version, updated_at, 'system', 'earlier', '{}', '{}' FROM listings;

-- One change to many listings. planned_to is the last listing that was looked at.
CREATE TABLE bulk_edits (
  id         BLOB NOT NULL PRIMARY KEY,
  shop_id    BLOB NOT NULL REFERENCES shops (id),
  filter     TEXT NOT NULL,
  change     TEXT NOT NULL,
  status     TEXT NOT NULL CONSTRAINT bulk_edits_status
             CHECK (status IN ('planning', 'planned', 'applying', 'applied', 'undoing', 'undone')),
  planned_to BLOB,
  unchanged  INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  applied_at INTEGER,
  undone_at  INTEGER
) STRICT;
CREATE INDEX bulk_edits_shop ON bulk_edits (shop_id, created_at DESC, id DESC);

-- The plan, one row for each listing that would change or cannot. version is the one that applying
-- wrote and published_at what it replaced: what an exact undo needs beside the history.
CREATE TABLE bulk_edit_rows (
  edit_id      BLOB NOT NULL REFERENCES bulk_edits (id) ON DELETE CASCADE,
  position     INTEGER NOT NULL,
  listing_id   BLOB NOT NULL REFERENCES listings (id),
  title        TEXT NOT NULL,
  action       TEXT NOT NULL CONSTRAINT bulk_edit_rows_action CHECK (action IN ('change', 'fail')),
  changes      TEXT NOT NULL,
  error        TEXT,
  version      INTEGER,
  published_at INTEGER,
  applied_at   INTEGER,
  undone_at    INTEGER,
  skipped      TEXT,
  PRIMARY KEY (edit_id, position)
) STRICT;
CREATE INDEX bulk_edit_rows_open ON bulk_edit_rows (edit_id, position) WHERE applied_at IS NULL;
CREATE INDEX bulk_edit_rows_done ON bulk_edit_rows (edit_id, position) WHERE version IS NOT NULL AND undone_at IS NULL;

-- A shop's listings in an order that no change moves.
CREATE INDEX listings_shop_id ON listings (shop_id, id);
