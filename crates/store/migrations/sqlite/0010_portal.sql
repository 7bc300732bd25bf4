-- The account portal: roles, sessions of its own, who put whom on the exclusion list; and indexes, so that a page of an account with
-- ten users costs what one with a hundred thousand costs.
CREATE TABLE portal_role (
  person BLOB NOT NULL REFERENCES person(id), role TEXT NOT NULL, given_at BIGINT NOT NULL, PRIMARY KEY (person, role)
);
CREATE INDEX portal_role_role ON portal_role (role);
CREATE TABLE portal_session (
  hash BLOB PRIMARY KEY, person BLOB NOT NULL, home BLOB NOT NULL, session BLOB NOT NULL, grant_id BLOB NOT NULL, proved_at BIGINT NOT NULL,
  since BIGINT NOT NULL, last_used BIGINT NOT NULL, entered BLOB
);
CREATE TABLE exclusion (person BLOB PRIMARY KEY REFERENCES person(id), given_at BIGINT NOT NULL, given_by BLOB NOT NULL);

ALTER TABLE account ADD COLUMN parent BLOB GENERATED ALWAYS AS (unhex(replace(json_extract(doc, '$.parent'), '-', ''))) VIRTUAL;
ALTER TABLE account ADD COLUMN name_key TEXT GENERATED ALWAYS AS (lower(json_extract(doc, '$.name'))) VIRTUAL;
CREATE INDEX account_parent ON account (parent) WHERE parent IS NOT NULL;

ALTER TABLE person ADD COLUMN state TEXT GENERATED ALWAYS AS (json_extract(doc, '$.state')) VIRTUAL;
ALTER TABLE person ADD COLUMN rule TEXT GENERATED ALWAYS AS (json_extract(doc, '$.rule')) VIRTUAL;
ALTER TABLE person ADD COLUMN emergency INTEGER GENERATED ALWAYS AS (json_extract(doc, '$.break_glass')) VIRTUAL;
DROP INDEX person_account;
CREATE INDEX person_account_name ON person (account, username_key);
CREATE INDEX person_account_state ON person (account, state, rule, emergency);
CREATE INDEX person_not_active ON person (account, state, username_key) WHERE state <> 'active';
CREATE INDEX person_excluded ON person (account, username_key) WHERE rule = 'excluded';

CREATE INDEX audit_record_account ON audit_record (account, number);
CREATE INDEX audit_record_failure ON audit_record (account, at) WHERE outcome <> 'ok';
CREATE INDEX audit_record_subject ON audit_record (subject, account, number);
