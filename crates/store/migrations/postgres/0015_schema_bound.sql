-- The oldest generation of the program that may work with this database. A migration that takes something away raises it.
CREATE TABLE schema_bound (id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1), least BIGINT NOT NULL);
INSERT INTO schema_bound(id, least) VALUES (1, 1);
