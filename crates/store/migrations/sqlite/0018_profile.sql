-- Changes of an e-mail address: the code that was sent to the new one, and the link by which the old one takes it back. `address` is the
-- new one of a change that waits, and the old one of a change that was made.
CREATE TABLE email_change (
  selector TEXT PRIMARY KEY, purpose TEXT NOT NULL, person BLOB NOT NULL REFERENCES person(id), verifier_hash BLOB NOT NULL, code_hash BLOB NOT NULL,
  credential_version BIGINT NOT NULL, expires_at BIGINT NOT NULL, tries BIGINT NOT NULL, void INTEGER NOT NULL, made_at BIGINT NOT NULL,
  address TEXT NOT NULL, address_key TEXT NOT NULL
);
CREATE INDEX email_change_person ON email_change (person, made_at);
CREATE INDEX email_change_address ON email_change (address_key, made_at);
-- The value that proves a domain stays, and its record is looked for again: since when the value is asked for, when the domain was proved,
-- when to look next, since when the record is missing, and since when the domain counts for nothing because of that.
ALTER TABLE domain_proof ADD COLUMN made_at BIGINT;
ALTER TABLE domain_proof ADD COLUMN proved_at BIGINT;
ALTER TABLE domain_proof ADD COLUMN due_at BIGINT;
ALTER TABLE domain_proof ADD COLUMN lost_at BIGINT;
ALTER TABLE domain_proof ADD COLUMN off_at BIGINT;
CREATE INDEX domain_proof_due ON domain_proof (due_at) WHERE due_at IS NOT NULL;
