-- How many people were added to an account within the hour is counted at each new one: without reading the account's other records.
CREATE INDEX audit_record_added ON audit_record (account, at) WHERE event = 'portal.user_added';
