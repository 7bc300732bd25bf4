-- Domains that counted when they were given up, as they were, while they can be taken back.
CREATE TABLE domain_given_up (
  domain TEXT COLLATE "C" NOT NULL, account UUID NOT NULL REFERENCES account(id), doc TEXT COLLATE "C" NOT NULL, token TEXT COLLATE "C", made_at BIGINT,
  proved_at BIGINT, lost_at BIGINT, at BIGINT NOT NULL, by_above BOOLEAN NOT NULL, PRIMARY KEY (domain, account)
);
CREATE INDEX domain_given_up_account ON domain_given_up (account, domain);
