CREATE TABLE imports (
  id                 UUID NOT NULL PRIMARY KEY,
  shop_id            UUID NOT NULL REFERENCES shops (id),
  file               TEXT NOT NULL,
  format             TEXT NOT NULL,
  status             TEXT NOT NULL CONSTRAINT imports_status CHECK (status IN ('planning', 'applying', 'applied')),
  allow_delete       BOOLEAN NOT NULL,
  created_at         BIGINT NOT NULL,
  applied_at         BIGINT
);
CREATE INDEX imports_shop ON imports (shop_id, created_at DESC, id DESC);

-- The plan, one row a listing. before_image is what an exact undo needs; turn counts what files
-- said of a listing, so that the highest is what was said last, even where time stands still.
CREATE TABLE import_rows (
  import_id          UUID NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  position           BIGINT NOT NULL,
  line               BIGINT NOT NULL,
  import_key         TEXT NOT NULL,
  action             TEXT NOT NULL CONSTRAINT import_rows_action CHECK (action IN ('create', 'change', 'keep', 'fail')),
  payload            JSONB NOT NULL,
  listing_id         UUID,
  before_image       JSONB,
  error              JSONB,
  variants_created   BIGINT NOT NULL,
  variants_changed   BIGINT NOT NULL,
  variants_unchanged BIGINT NOT NULL,
  applied_at         BIGINT,
  turn               BIGINT,
  PRIMARY KEY (import_id, position)
);
CREATE UNIQUE INDEX import_rows_key ON import_rows (import_id, import_key);
CREATE INDEX import_rows_open ON import_rows (import_id, position) WHERE applied_at IS NULL;
-- What a file last said about a listing: the base that the next file is compared with.
CREATE INDEX import_rows_listing ON import_rows (listing_id, turn) WHERE listing_id IS NOT NULL;
