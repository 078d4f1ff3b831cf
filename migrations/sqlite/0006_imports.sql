CREATE TABLE imports (
  id                 BLOB NOT NULL PRIMARY KEY,
  shop_id            BLOB NOT NULL REFERENCES shops (id),
  file               TEXT NOT NULL,
  format             TEXT NOT NULL,
  status             TEXT NOT NULL CONSTRAINT imports_status CHECK (status IN ('planning', 'applying', 'applied')),
  allow_delete       INTEGER NOT NULL CHECK (allow_delete IN (0, 1)),
  created_at         INTEGER NOT NULL,
  applied_at         INTEGER
) STRICT;
CREATE INDEX imports_shop ON imports (shop_id, created_at DESC, id DESC);

-- The plan, one row a listing. before_image is what an exact undo needs; turn counts what files
-- said of a listing, so that the highest is what was said last, even where time stands still.
CREATE TABLE import_rows (
  import_id          BLOB NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  position           INTEGER NOT NULL,
  line               INTEGER NOT NULL,
  import_key         TEXT NOT NULL,
  action             TEXT NOT NULL CONSTRAINT import_rows_action CHECK (action IN ('create', 'change', 'keep', 'fail')),
  payload            TEXT NOT NULL,
  listing_id         BLOB,
  before_image       TEXT,
  error              TEXT,
  variants_created   INTEGER NOT NULL,
  variants_changed   INTEGER NOT NULL,
  variants_unchanged INTEGER NOT NULL,
  applied_at         INTEGER,
  turn               INTEGER,
  PRIMARY KEY (import_id, position)
) STRICT;
CREATE UNIQUE INDEX import_rows_key ON import_rows (import_id, import_key);
CREATE INDEX import_rows_open ON import_rows (import_id, position) WHERE applied_at IS NULL;
-- What a file last said about a listing: the base that the next file is compared with.
CREATE INDEX import_rows_listing ON import_rows (listing_id, turn) WHERE listing_id IS NOT NULL;
