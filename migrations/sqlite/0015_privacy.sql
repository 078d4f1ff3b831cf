-- When the shop's owner went; its name stays on receipts until they lapse.
ALTER TABLE shops ADD COLUMN closed_at INTEGER;

-- What the retention job looks for, so that it reads only rows that still hold something.
CREATE INDEX stripe_events_bodies ON stripe_events (received_at) WHERE length(payload) > 0;
CREATE INDEX purchases_contacts ON purchases (placed_at) WHERE email <> '';
CREATE INDEX purchases_addresses ON purchases (placed_at) WHERE ship_name <> '';
CREATE INDEX mails_bodies ON mails (created_at);
CREATE INDEX imports_age ON imports (created_at);
CREATE INDEX order_lines_image ON order_lines (image) WHERE image IS NOT NULL;
