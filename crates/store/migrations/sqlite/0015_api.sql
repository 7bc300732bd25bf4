-- The API: tokens under the SHA-256 of their secrets, in which accounts each was used on which day, and answers that are given again.
CREATE TABLE api_token (
  id BLOB PRIMARY KEY, hash BLOB NOT NULL UNIQUE, person BLOB NOT NULL REFERENCES person(id), account BLOB NOT NULL REFERENCES account(id),
  name TEXT NOT NULL, scopes TEXT NOT NULL, federated BOOLEAN NOT NULL, made_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, ended_at BIGINT,
  last_used BIGINT
);
CREATE INDEX api_token_account ON api_token (account, made_at);
CREATE TABLE api_use (token BLOB NOT NULL REFERENCES api_token(id), account BLOB NOT NULL, day BIGINT NOT NULL, PRIMARY KEY (token, account, day));
CREATE TABLE api_answer (
  token BLOB NOT NULL, key BLOB NOT NULL, request BLOB NOT NULL, at BIGINT NOT NULL, status BIGINT, etag TEXT, location TEXT, body TEXT,
  PRIMARY KEY (token, key)
);
CREATE INDEX api_answer_at ON api_answer (at);
