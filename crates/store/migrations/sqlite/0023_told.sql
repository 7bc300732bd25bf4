-- Who was told within the last day that they sign in at the provider now: nobody is told twice.
CREATE TABLE sign_on_told (connection BLOB NOT NULL, person BLOB NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (connection, person));
