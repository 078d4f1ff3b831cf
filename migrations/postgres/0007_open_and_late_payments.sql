-- Why an open payment was given up: by the shopper, or for a newer checkout of the same cart.
ALTER TABLE purchases ADD COLUMN given_up TEXT CONSTRAINT purchases_given_up CHECK (given_up IN ('shopper', 'replaced'));

-- A cart has one open payment at most. Older ones of before can still be paid, but leave their cart.
UPDATE purchases SET cart_id = NULL
 WHERE status = 'pending' AND EXISTS
       (SELECT 1 FROM purchases newer WHERE newer.cart_id = purchases.cart_id AND newer.status = 'pending'
           AND (newer.placed_at, newer.id) > (purchases.placed_at, purchases.id));
CREATE UNIQUE INDEX purchases_open_cart ON purchases (cart_id) WHERE status = 'pending' AND cart_id IS NOT NULL;
