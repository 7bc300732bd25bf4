-- Pushed authorization requests (RFC 9126), by the hash of their reference; used once.
CREATE TABLE pushed_request (hash BLOB PRIMARY KEY, client TEXT NOT NULL, doc TEXT NOT NULL, expires_at BIGINT NOT NULL);
-- Client assertions that were used (RFC 7523), until they end.
CREATE TABLE used_assertion (client TEXT NOT NULL, jti_hash BLOB NOT NULL, until BIGINT NOT NULL, PRIMARY KEY (client, jti_hash));
CREATE INDEX used_assertion_until ON used_assertion (until);
-- Origins from which pages of an application call us (CORS).
CREATE TABLE application_origin (origin TEXT NOT NULL, client_id TEXT NOT NULL, PRIMARY KEY (origin, client_id));
-- Applications that are told when a session ends; NULL for those that are not.
ALTER TABLE application ADD COLUMN backchannel_logout_uri TEXT;
-- Who is still to be told of which session. Due at NULL: given up.
CREATE TABLE logout_notice (
  id INTEGER PRIMARY KEY AUTOINCREMENT, client TEXT NOT NULL, person BLOB NOT NULL, session BLOB NOT NULL, due_at BIGINT, tries BIGINT NOT NULL, error TEXT
);
CREATE INDEX logout_notice_due ON logout_notice (due_at);
