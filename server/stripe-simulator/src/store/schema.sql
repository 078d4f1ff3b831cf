-- Everything the simulator knows. Objects are the documents of Stripe's API;
-- a key `_sim` inside one is private and never leaves the house.

CREATE TABLE IF NOT EXISTS meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS objects (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    id      TEXT NOT NULL UNIQUE,
    kind    TEXT NOT NULL,
    account TEXT NOT NULL,
    created INTEGER NOT NULL,          -- Unix seconds
    body    TEXT NOT NULL CHECK (json_valid(body))
) STRICT;
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (account, kind, seq);
CREATE INDEX IF NOT EXISTS objects_by_charge ON objects (json_extract(body, '$.source_transaction'))
    WHERE kind = 'transfer';

-- One row per balance transaction: the books that balances and payouts are computed from.
CREATE TABLE IF NOT EXISTS entries (
    id           TEXT PRIMARY KEY REFERENCES objects (id),
    account      TEXT NOT NULL,
    currency     TEXT NOT NULL,
    type         TEXT NOT NULL,
    net          INTEGER NOT NULL,     -- minor units
    available_at INTEGER NOT NULL,     -- microseconds
    payout       TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS entries_by_account ON entries (account, currency, available_at);
CREATE INDEX IF NOT EXISTS entries_unpaid ON entries (account, available_at) WHERE payout IS NULL;

-- What must happen when the clock reaches a moment.
CREATE TABLE IF NOT EXISTS agenda (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,          -- microseconds
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    UNIQUE (action, subject)
) STRICT;
CREATE INDEX IF NOT EXISTS agenda_by_time ON agenda (at, seq);

-- Events on their way to the endpoints; `at` is the next attempt, NULL when there is none.
CREATE TABLE IF NOT EXISTS deliveries (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    event    TEXT NOT NULL REFERENCES objects (id),
    endpoint TEXT NOT NULL CHECK (endpoint IN ('account', 'connect')),
    attempt  INTEGER NOT NULL DEFAULT 0,
    at       INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (at, seq) WHERE at IS NOT NULL;

-- First answers, by idempotency key.
CREATE TABLE IF NOT EXISTS replies (
    account     TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status      INTEGER NOT NULL,
    body        TEXT NOT NULL,
    request     TEXT NOT NULL,
    at          INTEGER NOT NULL,      -- microseconds
    PRIMARY KEY (account, key)
) STRICT;
