-- What an order owes its artisan, and the Stripe objects that paid it.
CREATE TABLE transfers (
  order_id        UUID NOT NULL PRIMARY KEY REFERENCES orders (id),
  shop_id         UUID NOT NULL REFERENCES shops (id),
  amount_minor    BIGINT NOT NULL CONSTRAINT transfers_amount CHECK (amount_minor >= 0),
  currency        TEXT NOT NULL,
  stripe_transfer TEXT,
  stripe_payment  TEXT,
  payout_id       UUID,
  due_at          BIGINT NOT NULL,
  made_at         BIGINT
);
CREATE UNIQUE INDEX transfers_stripe ON transfers (stripe_transfer) WHERE stripe_transfer IS NOT NULL;
CREATE INDEX transfers_shop ON transfers (shop_id, due_at);
CREATE INDEX transfers_payout ON transfers (payout_id) WHERE payout_id IS NOT NULL;

-- Double entry: an entry's postings sum to zero in each currency. A source books a rule once.
CREATE TABLE journal_entries (
  id          UUID NOT NULL PRIMARY KEY,
  rule        TEXT NOT NULL,
  source      TEXT NOT NULL,
  purchase_id UUID REFERENCES purchases (id),
  at          BIGINT NOT NULL
);
CREATE UNIQUE INDEX journal_entries_once ON journal_entries (rule, source);
CREATE INDEX journal_entries_purchase ON journal_entries (purchase_id) WHERE purchase_id IS NOT NULL;

-- amount_minor: debit positive, credit negative.
CREATE TABLE postings (
  entry_id     UUID NOT NULL REFERENCES journal_entries (id),
  position     BIGINT NOT NULL,
  account      TEXT NOT NULL,
  shop_id      UUID REFERENCES shops (id),
  amount_minor BIGINT NOT NULL CONSTRAINT postings_amount CHECK (amount_minor <> 0),
  currency     TEXT NOT NULL,
  PRIMARY KEY (entry_id, position)
);
CREATE INDEX postings_account ON postings (account, shop_id);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$;
CREATE TRIGGER journal_entries_no_change BEFORE UPDATE OR DELETE ON journal_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER postings_no_change BEFORE UPDATE OR DELETE ON postings FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM postings WHERE entry_id = NEW.entry_id GROUP BY currency HAVING SUM(amount_minor) <> 0) THEN
    RAISE EXCEPTION 'journal entry % does not balance', NEW.entry_id;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER postings_balance AFTER INSERT ON postings
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_balances();

-- Raw webhooks, once by Stripe's event id.
CREATE TABLE stripe_events (
  id          TEXT NOT NULL PRIMARY KEY,
  kind        TEXT NOT NULL,
  account     TEXT NOT NULL,
  object      TEXT NOT NULL,
  payload     BYTEA NOT NULL,
  created_at  BIGINT NOT NULL,
  received_at BIGINT NOT NULL
);
CREATE INDEX stripe_events_received ON stripe_events (received_at);

CREATE TABLE payouts (
  id           UUID NOT NULL PRIMARY KEY,
  shop_id      UUID NOT NULL REFERENCES shops (id),
  stripe_id    TEXT NOT NULL,
  status       TEXT NOT NULL CONSTRAINT payouts_status
               CHECK (status IN ('pending', 'in_transit', 'paid', 'failed', 'canceled')),
  amount_minor BIGINT NOT NULL,
  currency     TEXT NOT NULL,
  itemised     BOOLEAN NOT NULL,
  line_count   BIGINT NOT NULL,
  matched      BIGINT NOT NULL,
  reconciled   BOOLEAN NOT NULL,
  created_at   BIGINT NOT NULL,
  arrives_at   BIGINT NOT NULL
);
CREATE UNIQUE INDEX payouts_stripe ON payouts (stripe_id);
CREATE INDEX payouts_shop ON payouts (shop_id, created_at DESC, id DESC);

-- Stripe's own lines of a connected account, as it reports them.
CREATE TABLE balance_transactions (
  stripe_id       TEXT NOT NULL PRIMARY KEY,
  shop_id         UUID NOT NULL REFERENCES shops (id),
  payout_id       UUID NOT NULL REFERENCES payouts (id),
  kind            TEXT NOT NULL,
  source          TEXT NOT NULL,
  source_transfer TEXT,
  amount_minor    BIGINT NOT NULL,
  fee_minor       BIGINT NOT NULL,
  net_minor       BIGINT NOT NULL,
  currency        TEXT NOT NULL,
  created_at      BIGINT NOT NULL
);
CREATE INDEX balance_transactions_payout ON balance_transactions (payout_id, created_at, stripe_id);
