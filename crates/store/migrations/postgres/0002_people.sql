-- How many people were added to an account within the hour is counted at each new one: without reading the account's other records.
CREATE INDEX audit_record_added ON audit_record (account, at) WHERE event = 'portal.user_added';
-- Who was told within the last day that they sign in at the provider now: nobody is told twice.
CREATE TABLE sign_on_told (connection UUID NOT NULL, person UUID NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (connection, person));
