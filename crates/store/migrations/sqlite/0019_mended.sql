-- What voids answers of a connection, in the order in which it was heard: an answer that was being verified meanwhile is void as well. Without
-- `called` and `called_session`: every answer of the connection.
CREATE TABLE sso_departure (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, connection BLOB NOT NULL, called BLOB, called_session BLOB, until BIGINT NOT NULL
);
CREATE INDEX sso_departure_connection ON sso_departure (connection, seq);
-- Each step of which an account's other administrators are still to be told.
CREATE TABLE portal_alarm_step (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, account BLOB NOT NULL REFERENCES account(id), kind TEXT NOT NULL, at BIGINT NOT NULL, given_by BLOB NOT NULL,
  about BLOB, detail TEXT NOT NULL, network TEXT NOT NULL
);
CREATE INDEX portal_alarm_step_kind ON portal_alarm_step (account, kind, seq);
-- The address that somebody has proved to be theirs: by a mail that came back, or by the word of a provider inside a proved domain. It counts
-- as long as it is the person's.
CREATE TABLE mailbox_proof (person BLOB PRIMARY KEY REFERENCES person(id), address_key TEXT NOT NULL, proved_at BIGINT NOT NULL);
-- Whose change of an address was taken back: a password alone does not change it again before a new one came by mail.
CREATE TABLE email_taken_back (person BLOB PRIMARY KEY REFERENCES person(id), at BIGINT NOT NULL);
