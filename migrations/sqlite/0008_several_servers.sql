-- Which transaction wrote a line of the live feed. On PostgreSQL lines may be committed in another
-- order than that of their numbers, and a reader must not run ahead; here there is one writer.
ALTER TABLE shop_events ADD COLUMN tx INTEGER NOT NULL DEFAULT 0;

-- Until when a write with an Idempotency-Key is in somebody's hands; microseconds of the database's
-- own clock, as with the leases of jobs.
ALTER TABLE idempotency_keys ADD COLUMN locked_until INTEGER NOT NULL DEFAULT 0;
