-- What a listing says of the attributes of its shelf, by their keys.
ALTER TABLE listings ADD COLUMN attributes TEXT NOT NULL DEFAULT '{}';
