-- The audit is a chain: each record's hash covers the one before, under a key that is not in the database. Whom a record is about
-- stands in a table of its own, and the network beside the chain, so that both can be forgotten without breaking it.
-- No version before this one was released: the records of the first table had no chain to keep.
DROP TABLE audit;
CREATE TABLE audit_subject (ref BLOB PRIMARY KEY, person BLOB NOT NULL UNIQUE);
CREATE TABLE audit_record (
  number INTEGER PRIMARY KEY, at BIGINT NOT NULL, event TEXT NOT NULL, outcome TEXT NOT NULL, subject BLOB, account BLOB, application TEXT,
  case_number TEXT, detail TEXT NOT NULL, network TEXT, salt BLOB, personal BLOB NOT NULL, key_number BIGINT NOT NULL, hash BLOB NOT NULL
);
CREATE INDEX audit_record_case ON audit_record (case_number) WHERE case_number IS NOT NULL;
-- The end of the chain, sealed: records that are cut off are missed.
CREATE TABLE audit_head (id INTEGER PRIMARY KEY, number BIGINT NOT NULL, hash BLOB NOT NULL, key_number BIGINT NOT NULL, seal BLOB NOT NULL);
CREATE TRIGGER audit_record_stays BEFORE DELETE ON audit_record BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_record_is_fixed
  BEFORE UPDATE OF number, at, event, outcome, subject, account, application, case_number, detail, personal, key_number, hash ON audit_record
  BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_record_forgets
  BEFORE UPDATE OF network, salt ON audit_record WHEN NEW.network IS NOT NULL OR NEW.salt IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;

-- A signing key is published from the start and signs from this time on.
ALTER TABLE signing_key ADD COLUMN signs_from BIGINT NOT NULL DEFAULT 0;
