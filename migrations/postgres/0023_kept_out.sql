-- Listings of a file that were never sent because the file itself is wrong; they count as failed.
ALTER TABLE imports ADD COLUMN kept_out BIGINT NOT NULL DEFAULT 0;
