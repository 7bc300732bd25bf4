-- Who has allowed something through a connection, the newest first.
CREATE INDEX delegated_grant_when ON delegated_grant (connection, granted_at, person);
