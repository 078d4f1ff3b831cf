-- Which transaction wrote a line of the live feed. On PostgreSQL lines may be committed in another
-- order than that of their numbers, and a reader must not run ahead of those still open.
ALTER TABLE shop_events ADD COLUMN tx BIGINT NOT NULL DEFAULT 0;
ALTER TABLE shop_events ALTER COLUMN tx SET DEFAULT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT);
