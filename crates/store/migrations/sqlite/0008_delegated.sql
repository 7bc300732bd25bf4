-- Delegated access: what people have granted. Documents are JSON; tokens in them are sealed for their connection and person.
CREATE TABLE delegated_grant (
  connection BLOB NOT NULL, person BLOB NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL, granted_at BIGINT NOT NULL, PRIMARY KEY (connection, person)
);
CREATE INDEX delegated_grant_person ON delegated_grant (person);
-- Who refreshes now.
CREATE TABLE delegated_lease (connection BLOB NOT NULL, person BLOB NOT NULL, holder TEXT NOT NULL, until BIGINT NOT NULL, PRIMARY KEY (connection, person));
-- Requests that are at Microsoft, and one-time links of administrators; both by their hash.
CREATE TABLE consent_request (state_hash BLOB PRIMARY KEY, browser TEXT NOT NULL, doc TEXT NOT NULL, until BIGINT NOT NULL);
CREATE TABLE start_link (hash BLOB PRIMARY KEY, doc TEXT NOT NULL, used INTEGER NOT NULL, until BIGINT NOT NULL);
CREATE TABLE administrator_consent (connection BLOB PRIMARY KEY, doc TEXT NOT NULL);
-- Where answers to requests for consent arrive.
ALTER TABLE connection ADD COLUMN delegated_path TEXT;
CREATE INDEX connection_delegated_path ON connection (delegated_path);
