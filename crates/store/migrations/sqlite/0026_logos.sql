-- Logos of sign-in pages, by the hash of their bytes. The account's own document says which one counts; another one waits to be looked at.
CREATE TABLE logo (
  account BLOB NOT NULL REFERENCES account(id), hash BLOB NOT NULL, png BLOB NOT NULL, width BIGINT NOT NULL, height BIGINT NOT NULL, made_at BIGINT NOT NULL,
  PRIMARY KEY (account, hash)
);
CREATE INDEX logo_hash ON logo (hash);
