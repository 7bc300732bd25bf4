-- Sign-ins through identity providers. Handles stand here as SHA-256 only; documents are JSON; secrets in them are sealed.
ALTER TABLE connection ADD COLUMN settings TEXT;
ALTER TABLE connection ADD COLUMN acs_path TEXT;
CREATE INDEX connection_acs_path ON connection (acs_path);
ALTER TABLE session ADD COLUMN upstream TEXT;
ALTER TABLE person ADD COLUMN email_key TEXT;
ALTER TABLE person ADD COLUMN external_id TEXT;
UPDATE person SET email_key = lower(json_extract(doc, '$.email'));
CREATE INDEX person_email ON person (account, email_key);
CREATE INDEX person_external ON person (account, external_id);
CREATE TABLE connection_key (
  connection BLOB NOT NULL REFERENCES connection(id), number BIGINT NOT NULL, sealed BLOB NOT NULL, certificate BLOB NOT NULL, made_at BIGINT NOT NULL,
  PRIMARY KEY (connection, number)
);
CREATE TABLE sso_transaction (
  handle_hash BLOB PRIMARY KEY, connection BLOB NOT NULL, doc TEXT NOT NULL, tries BIGINT NOT NULL, used INTEGER NOT NULL, until BIGINT NOT NULL
);
CREATE TABLE sso_result (handle_hash BLOB PRIMARY KEY, browser TEXT, doc TEXT NOT NULL, until BIGINT NOT NULL);
CREATE TABLE sso_seen (connection BLOB NOT NULL, mark BLOB NOT NULL, until BIGINT NOT NULL, PRIMARY KEY (connection, mark));
CREATE TABLE binding (
  connection BLOB NOT NULL, subject_hash BLOB NOT NULL, doc TEXT NOT NULL, person BLOB NOT NULL, made_at BIGINT NOT NULL,
  PRIMARY KEY (connection, subject_hash), UNIQUE (connection, person)
);
CREATE INDEX binding_person ON binding (person);
CREATE TABLE sso_trace (case_number TEXT PRIMARY KEY, connection BLOB NOT NULL, at BIGINT NOT NULL, doc TEXT NOT NULL, until BIGINT NOT NULL);
CREATE INDEX sso_trace_connection ON sso_trace (connection, at);
