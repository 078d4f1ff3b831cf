-- Whom an entry of the audit log is about. The log itself names only this id, so that cutting the
-- link, which erasure does, leaves entries of nobody, and the log stays as it was written.
CREATE TABLE audit_actors (
  id         BLOB NOT NULL PRIMARY KEY,
  account_id BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX audit_actors_account ON audit_actors (account_id);

-- Who did what to which object, when. No actor: the operator at the machine, or the market itself.
CREATE TABLE audit_entries (
  id       BLOB NOT NULL PRIMARY KEY,
  actor_id BLOB,
  role     TEXT NOT NULL CONSTRAINT audit_entries_role CHECK (role IN ('shopper', 'artisan', 'staff', 'operator', 'system')),
  means    TEXT NOT NULL CONSTRAINT audit_entries_means CHECK (means IN ('browser', 'terminal', 'operator', 'system')),
  verb     TEXT NOT NULL,
  object   TEXT NOT NULL,
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_entries_actor ON audit_entries (actor_id, at DESC, id DESC) WHERE actor_id IS NOT NULL;

CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
