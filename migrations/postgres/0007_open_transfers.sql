-- What a shop is due and is in no payout yet: a handful, however long it has been selling.
CREATE INDEX transfers_open ON transfers (shop_id, due_at) WHERE payout_id IS NULL;
