-- Why an open payment was given up: by the shopper, or for a newer checkout of the same cart.
ALTER TABLE purchases ADD COLUMN given_up TEXT CONSTRAINT purchases_given_up CHECK (given_up IN ('shopper', 'replaced'));

-- A cart has one open payment at most. Older ones of before can still be paid, but leave their cart.
UPDATE purchases SET cart_id = NULL
 WHERE status = 'pending' AND EXISTS
       (SELECT 1 FROM purchases newer WHERE newer.cart_id = purchases.cart_id AND newer.status = 'pending'
           AND (newer.placed_at, newer.id) > (purchases.placed_at, purchases.id));
CREATE UNIQUE INDEX purchases_open_cart ON purchases (cart_id) WHERE status = 'pending' AND cart_id IS NOT NULL;

-- Money that came for a purchase after it was called off and that goes back to its shopper.
CREATE TABLE late_payments (
  purchase_id   BLOB NOT NULL PRIMARY KEY REFERENCES purchases (id),
  amount_minor  INTEGER NOT NULL CONSTRAINT late_payments_amount CHECK (amount_minor > 0),
  currency      TEXT NOT NULL,
  reason        TEXT NOT NULL CONSTRAINT late_payments_reason CHECK (reason IN ('piece_gone', 'paid_twice')),
  arrived_at    INTEGER NOT NULL,
  stripe_refund TEXT,
  refunded_at   INTEGER,
  CONSTRAINT late_payments_refunded CHECK ((stripe_refund IS NULL) = (refunded_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX late_payments_refund ON late_payments (stripe_refund) WHERE stripe_refund IS NOT NULL;
