-- The care of connections: steps that can be taken back, test sign-ins, what was seen of providers, and what waits for a word.
ALTER TABLE mail_request ADD COLUMN kind TEXT NOT NULL DEFAULT 'reset';
CREATE TABLE connection_move (connection BLOB NOT NULL REFERENCES connection(id), at BIGINT NOT NULL, doc TEXT NOT NULL, undone INTEGER NOT NULL);
CREATE INDEX connection_move_at ON connection_move (connection, at);
-- One-time links to a test sign-in, as SHA-256.
CREATE TABLE test_link (token_hash BLOB PRIMARY KEY, connection BLOB NOT NULL, until BIGINT NOT NULL);
-- What a test sign-in showed, for the browser that began it.
CREATE TABLE test_result (
  handle_hash BLOB PRIMARY KEY, connection BLOB NOT NULL, browser TEXT NOT NULL, at BIGINT NOT NULL, passed INTEGER NOT NULL, doc TEXT NOT NULL,
  until BIGINT NOT NULL
);
CREATE INDEX test_result_connection ON test_result (connection, at);
-- How the sign-ins of a connection ended lately is read from those that are under way or were a moment ago.
CREATE INDEX sso_transaction_connection ON sso_transaction (connection);
-- What was seen of a provider at the last look, and metadata that waits for an administrator's word.
CREATE TABLE connection_watch (connection BLOB PRIMARY KEY REFERENCES connection(id), at BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE TABLE connection_refresh (connection BLOB PRIMARY KEY REFERENCES connection(id), doc TEXT NOT NULL);
