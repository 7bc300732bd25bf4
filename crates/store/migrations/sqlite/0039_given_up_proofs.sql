-- What else was known of the proof of a domain that was given up: it comes back with the domain.
ALTER TABLE domain_given_up ADD COLUMN looked_at BIGINT;
ALTER TABLE domain_given_up ADD COLUMN found TEXT;
ALTER TABLE domain_given_up ADD COLUMN due_at BIGINT;
ALTER TABLE domain_given_up ADD COLUMN sought_by BLOB;
ALTER TABLE domain_given_up ADD COLUMN sought_link TEXT;
CREATE INDEX domain_given_up_sought ON domain_given_up (sought_by) WHERE sought_by IS NOT NULL;
