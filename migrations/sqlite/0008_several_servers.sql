-- Which transaction wrote a line of the live feed. On PostgreSQL lines may be committed in another
-- order than that of their numbers, and a reader must not run ahead; here there is one writer.
ALTER TABLE shop_events ADD COLUMN tx INTEGER NOT NULL DEFAULT 0;
