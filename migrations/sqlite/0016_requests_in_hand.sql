-- Until when a write with an Idempotency-Key is in a server's hands, in microseconds of the
-- database's own clock as with the leases of jobs, and how often it was taken up: a server that
-- has lost it to another one can tell by that.
ALTER TABLE idempotency_keys ADD COLUMN locked_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE idempotency_keys ADD COLUMN turn INTEGER NOT NULL DEFAULT 1;
