-- Proofs of domains that are under way: what the TXT record must hold, and what was found instead when it was last looked for.
CREATE TABLE domain_proof (
  domain TEXT NOT NULL, account BLOB NOT NULL REFERENCES account(id), token TEXT NOT NULL, looked_at BIGINT, found TEXT, PRIMARY KEY (domain, account)
);
CREATE INDEX domain_claim_account ON domain_claim (account, domain);
