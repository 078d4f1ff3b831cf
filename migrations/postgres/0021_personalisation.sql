-- What whoever orders a piece is asked, in the order of the form.
ALTER TABLE listings ADD COLUMN questions JSONB NOT NULL DEFAULT '[]';

-- What was answered, and what each answer added to the price of the line.
ALTER TABLE order_lines ADD COLUMN answers JSONB NOT NULL DEFAULT '[]';

-- Pieces of one variant with different answers are different lines: answers_key is SHA-256 of the
-- answers in hexadecimal digits, empty where nothing was answered.
ALTER TABLE cart_lines RENAME TO plain_cart_lines;
CREATE TABLE cart_lines (
  cart_id     UUID NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
  variant_id  UUID NOT NULL REFERENCES variants (id),
  answers_key TEXT NOT NULL,
  answers     JSONB NOT NULL,
  quantity    BIGINT NOT NULL CONSTRAINT cart_lines_quantity CHECK (quantity BETWEEN 1 AND 99),
  price_minor BIGINT NOT NULL,
  added_at    BIGINT NOT NULL,
  PRIMARY KEY (cart_id, variant_id, answers_key)
);
INSERT INTO cart_lines (cart_id, variant_id, answers_key, answers, quantity, price_minor, added_at)
SELECT cart_id, variant_id, '', '[]', quantity, price_minor, added_at FROM plain_cart_lines;
DROP TABLE plain_cart_lines;
