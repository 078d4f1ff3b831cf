-- Walking through all that is for sale, in the order of ids.
CREATE INDEX listings_on_shelf ON listings (id) WHERE status = 'active';
