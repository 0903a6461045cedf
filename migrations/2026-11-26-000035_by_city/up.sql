-- The organisers' list of one city: without it each page read every nomination of the edition.
CREATE INDEX nominations_city ON nominations (edition, city_key, id);
