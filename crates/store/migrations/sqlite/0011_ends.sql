-- What an outage alone lets in ends with it: which connection is out, and until when.
ALTER TABLE session ADD COLUMN outage BLOB;
ALTER TABLE session ADD COLUMN expires_at BIGINT;
CREATE INDEX session_outage ON session (outage) WHERE outage IS NOT NULL;
ALTER TABLE app_grant ADD COLUMN outage TEXT GENERATED ALWAYS AS (json_extract(doc, '$.who.stopgap.connection')) VIRTUAL;
CREATE INDEX app_grant_outage ON app_grant (outage) WHERE outage IS NOT NULL;
ALTER TABLE code ADD COLUMN outage TEXT GENERATED ALWAYS AS (json_extract(doc, '$.who.stopgap.connection')) VIRTUAL;
CREATE INDEX code_outage ON code (outage) WHERE outage IS NOT NULL;
-- A session counts its proofs. What each kept of its provider stays as long as anything that was granted by it.
ALTER TABLE session ADD COLUMN proof BIGINT NOT NULL DEFAULT 0;
CREATE TABLE proof_there (
  session BLOB NOT NULL, proof BIGINT NOT NULL, person BLOB NOT NULL, account BLOB NOT NULL, connection BLOB NOT NULL, called BLOB NOT NULL,
  called_session BLOB, doc TEXT NOT NULL, PRIMARY KEY (session, proof)
);
INSERT INTO proof_there SELECT session, 0, person, account, connection, called, called_session, doc FROM session_there;
DROP TABLE session_there;
ALTER TABLE proof_there RENAME TO session_there;
CREATE INDEX session_there_called ON session_there (connection, called);
CREATE INDEX session_there_called_session ON session_there (connection, called_session);
-- What the provider calls the person of an answer that waits to be fetched: signing out there voids it, too.
ALTER TABLE sso_result ADD COLUMN connection BLOB;
ALTER TABLE sso_result ADD COLUMN called BLOB;
ALTER TABLE sso_result ADD COLUMN called_session BLOB;
-- Who asked for a mail: a browser of the person's own, or anybody in a network.
ALTER TABLE mail_request ADD COLUMN own TEXT NOT NULL DEFAULT '{}';
ALTER TABLE reset ADD COLUMN asker TEXT NOT NULL DEFAULT '';
-- Whose a request for consent is, so that nobody has many.
ALTER TABLE consent_request ADD COLUMN owner BLOB;
CREATE INDEX consent_request_owner ON consent_request (owner);
-- The settings that a test sign-in has tested, as SHA-256.
ALTER TABLE test_result ADD COLUMN settings BLOB;
