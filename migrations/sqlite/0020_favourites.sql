-- Pieces that somebody marked; nobody else sees which.
CREATE TABLE favourites (
  account_id BLOB NOT NULL REFERENCES accounts (id),
  listing_id BLOB NOT NULL REFERENCES listings (id),
  added_at   INTEGER NOT NULL,
  PRIMARY KEY (account_id, listing_id)
) STRICT;
CREATE INDEX favourites_newest ON favourites (account_id, added_at DESC, listing_id DESC);
CREATE INDEX favourites_listing ON favourites (listing_id);
