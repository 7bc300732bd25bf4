-- Single Sign-On in the portal: values of a provider that wait to be taken over, and who is in a pilot.
CREATE TABLE sign_on_proposal (connection BLOB PRIMARY KEY REFERENCES connection(id), doc TEXT NOT NULL, until BIGINT NOT NULL);
CREATE INDEX person_pilot ON person (account, username_key) WHERE rule = 'pilot';
