-- What an order owes its artisan, and the Stripe objects that paid it.
CREATE TABLE transfers (
  order_id        BLOB NOT NULL PRIMARY KEY REFERENCES orders (id),
  shop_id         BLOB NOT NULL REFERENCES shops (id),
  amount_minor    INTEGER NOT NULL CONSTRAINT transfers_amount CHECK (amount_minor >= 0),
  currency        TEXT NOT NULL,
  stripe_transfer TEXT,
  stripe_payment  TEXT,
  payout_id       BLOB,
  due_at          INTEGER NOT NULL,
  made_at         INTEGER
) STRICT;
CREATE UNIQUE INDEX transfers_stripe ON transfers (stripe_transfer) WHERE stripe_transfer IS NOT NULL;
CREATE INDEX transfers_shop ON transfers (shop_id, due_at);
CREATE INDEX transfers_payout ON transfers (payout_id) WHERE payout_id IS NOT NULL;

-- Double entry: an entry's postings sum to zero in each currency. A source books a rule once.
CREATE TABLE journal_entries (
  id          BLOB NOT NULL PRIMARY KEY,
  rule        TEXT NOT NULL,
  source      TEXT NOT NULL,
  purchase_id BLOB REFERENCES purchases (id),
  at          INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX journal_entries_once ON journal_entries (rule, source);
CREATE INDEX journal_entries_purchase ON journal_entries (purchase_id) WHERE purchase_id IS NOT NULL;

-- amount_minor: debit positive, credit negative.
CREATE TABLE postings (
  entry_id     BLOB NOT NULL REFERENCES journal_entries (id),
  position     INTEGER NOT NULL,
  account      TEXT NOT NULL,
  shop_id      BLOB REFERENCES shops (id),
  amount_minor INTEGER NOT NULL CONSTRAINT postings_amount CHECK (amount_minor <> 0),
  currency     TEXT NOT NULL,
  PRIMARY KEY (entry_id, position)
) STRICT;
CREATE INDEX postings_account ON postings (account, shop_id);

CREATE TRIGGER journal_entries_no_update BEFORE UPDATE ON journal_entries BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_entries_no_delete BEFORE DELETE ON journal_entries BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER postings_no_update BEFORE UPDATE ON postings BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER postings_no_delete BEFORE DELETE ON postings BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- Raw webhooks, once by Stripe's event id.
CREATE TABLE stripe_events (
  id          TEXT NOT NULL PRIMARY KEY,
  kind        TEXT NOT NULL,
  account     TEXT NOT NULL,
  object      TEXT NOT NULL,
  payload     BLOB NOT NULL,
  created_at  INTEGER NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX stripe_events_received ON stripe_events (received_at);

CREATE TABLE payouts (
  id           BLOB NOT NULL PRIMARY KEY,
  shop_id      BLOB NOT NULL REFERENCES shops (id),
  stripe_id    TEXT NOT NULL,
  status       TEXT NOT NULL CONSTRAINT payouts_status
               CHECK (status IN ('pending', 'in_transit', 'paid', 'failed', 'canceled')),
  amount_minor INTEGER NOT NULL,
  currency     TEXT NOT NULL,
  itemised     INTEGER NOT NULL CHECK (itemised IN (0, 1)),
  line_count   INTEGER NOT NULL,
  matched      INTEGER NOT NULL,
  reconciled   INTEGER NOT NULL CHECK (reconciled IN (0, 1)),
  created_at   INTEGER NOT NULL,
  arrives_at   INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX payouts_stripe ON payouts (stripe_id);
CREATE INDEX payouts_shop ON payouts (shop_id, created_at DESC, id DESC);

-- Stripe's own lines of a connected account, as it reports them.
CREATE TABLE balance_transactions (
  stripe_id       TEXT NOT NULL PRIMARY KEY,
  shop_id         BLOB NOT NULL REFERENCES shops (id),
  payout_id       BLOB NOT NULL REFERENCES payouts (id),
  kind            TEXT NOT NULL,
  source          TEXT NOT NULL,
  source_transfer TEXT,
  amount_minor    INTEGER NOT NULL,
  fee_minor       INTEGER NOT NULL,
  net_minor       INTEGER NOT NULL,
  currency        TEXT NOT NULL,
  created_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX balance_transactions_payout ON balance_transactions (payout_id, created_at, stripe_id);
