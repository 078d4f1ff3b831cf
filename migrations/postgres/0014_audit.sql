-- Whom an entry of the audit log is about. The log itself names only this id, so that cutting the
-- link, which erasure does, leaves entries of nobody, and the log stays as it was written.
CREATE TABLE audit_actors (
  id         UUID NOT NULL PRIMARY KEY,
  account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX audit_actors_account ON audit_actors (account_id);

-- Who did what to which object, when. No actor: the operator at the machine, or the market itself.
CREATE TABLE audit_entries (
  id       UUID NOT NULL PRIMARY KEY,
  actor_id UUID,
  role     TEXT NOT NULL CONSTRAINT audit_entries_role CHECK (role IN ('shopper', 'artisan', 'staff', 'operator', 'system')),
  means    TEXT NOT NULL CONSTRAINT audit_entries_means CHECK (means IN ('browser', 'terminal', 'operator', 'system')),
  verb     TEXT NOT NULL,
  object   TEXT NOT NULL,
  at       BIGINT NOT NULL
);
CREATE INDEX audit_entries_actor ON audit_entries (actor_id, at DESC, id DESC) WHERE actor_id IS NOT NULL;

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$;
CREATE TRIGGER audit_entries_no_change BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
