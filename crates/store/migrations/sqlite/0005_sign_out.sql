-- What a session keeps of the provider it came from, so that each ends with the other. Names stand here as SHA-256 only; what signing out
-- there takes is sealed. A row stays as long as anything that was granted under its session.
CREATE TABLE session_there (
  session BLOB PRIMARY KEY, person BLOB NOT NULL, account BLOB NOT NULL, connection BLOB NOT NULL, called BLOB NOT NULL, called_session BLOB,
  doc TEXT NOT NULL
);
CREATE INDEX session_there_called ON session_there (connection, called);
CREATE INDEX session_there_called_session ON session_there (connection, called_session);
-- Sign-outs that are under way at a provider.
CREATE TABLE sign_out (
  handle_hash BLOB PRIMARY KEY, browser TEXT NOT NULL, doc TEXT NOT NULL, went TEXT, tries BIGINT NOT NULL, until BIGINT NOT NULL
);
-- A key of our side signs or decrypts; one from before this version does both until its successors replace it.
ALTER TABLE connection_key ADD COLUMN purpose TEXT NOT NULL DEFAULT 'both';
ALTER TABLE connection_key ADD COLUMN stage TEXT NOT NULL DEFAULT 'present';
-- Names at the provider stand in no session any more.
UPDATE session SET upstream = json_remove(upstream, '$.subject', '$.name', '$.session_index') WHERE upstream IS NOT NULL;
