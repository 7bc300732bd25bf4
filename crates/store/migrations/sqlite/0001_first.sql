-- Times are seconds since 1970. Documents are JSON; what is looked up stands in a column of its own.
CREATE TABLE account (
  id BLOB PRIMARY KEY, number TEXT NOT NULL UNIQUE, doc TEXT NOT NULL, policy TEXT NOT NULL, default_application TEXT
);
CREATE TABLE person (
  id BLOB PRIMARY KEY, account BLOB NOT NULL REFERENCES account(id), username_key TEXT NOT NULL, doc TEXT NOT NULL,
  UNIQUE (username_key, account)
);
CREATE INDEX person_account ON person (account);
CREATE TABLE domain_claim (
  domain TEXT NOT NULL, account BLOB NOT NULL REFERENCES account(id), doc TEXT NOT NULL, PRIMARY KEY (domain, account)
);
CREATE TABLE connection (id BLOB PRIMARY KEY, account BLOB NOT NULL REFERENCES account(id), doc TEXT NOT NULL);
CREATE INDEX connection_account ON connection (account);
CREATE TABLE application (client_id TEXT PRIMARY KEY, enabled INTEGER NOT NULL, doc TEXT NOT NULL, client TEXT NOT NULL);

CREATE TABLE credential (
  person BLOB PRIMARY KEY REFERENCES person(id), version BIGINT NOT NULL, scheme TEXT NOT NULL, changed_at BIGINT NOT NULL,
  must_change INTEGER NOT NULL
);
CREATE INDEX credential_changed ON credential (changed_at);
CREATE TABLE credential_history (
  person BLOB NOT NULL, version BIGINT NOT NULL, scheme TEXT NOT NULL, changed_at BIGINT NOT NULL, PRIMARY KEY (person, version)
);
CREATE TABLE session (
  id BLOB PRIMARY KEY, token_hash BLOB NOT NULL UNIQUE, person BLOB NOT NULL, account BLOB NOT NULL, credential_version BIGINT NOT NULL,
  method TEXT NOT NULL, authenticated_at BIGINT NOT NULL, last_seen BIGINT NOT NULL, ended_at BIGINT, ended_why TEXT, device TEXT NOT NULL
);
CREATE INDEX session_person ON session (person);
CREATE TABLE proven_stage (handle_hash BLOB PRIMARY KEY, doc TEXT NOT NULL, until BIGINT NOT NULL);
CREATE TABLE known_browser (
  username_key TEXT NOT NULL, browser_hash BLOB NOT NULL, last BIGINT NOT NULL, PRIMARY KEY (username_key, browser_hash)
);
CREATE TABLE put_off (person BLOB PRIMARY KEY, at BIGINT NOT NULL);
CREATE TABLE mail_request (selector TEXT PRIMARY KEY, username TEXT NOT NULL, language TEXT NOT NULL, network TEXT NOT NULL, at BIGINT NOT NULL,
  claimed_until BIGINT NOT NULL);
CREATE TABLE reset (
  selector TEXT PRIMARY KEY, purpose TEXT NOT NULL, person BLOB NOT NULL, verifier_hash BLOB NOT NULL, code_hash BLOB NOT NULL,
  credential_version BIGINT NOT NULL, expires_at BIGINT NOT NULL, tries BIGINT NOT NULL, void INTEGER NOT NULL, made_at BIGINT NOT NULL
);
CREATE INDEX reset_person ON reset (person, made_at);
CREATE TABLE reminder (person BLOB NOT NULL, version BIGINT NOT NULL, days BIGINT NOT NULL, PRIMARY KEY (person, version, days));
CREATE TABLE guess_counter (key BLOB PRIMARY KEY, doc TEXT NOT NULL, last BIGINT NOT NULL);

CREATE TABLE code (
  hash BLOB PRIMARY KEY, doc TEXT NOT NULL, person BLOB NOT NULL, session BLOB NOT NULL, expires_at BIGINT NOT NULL, used_grant BLOB,
  void INTEGER NOT NULL
);
CREATE INDEX code_person ON code (person);
CREATE INDEX code_session ON code (session);
CREATE TABLE app_grant (
  id BLOB PRIMARY KEY, client TEXT NOT NULL, person BLOB NOT NULL, session BLOB NOT NULL, doc TEXT NOT NULL, generation BIGINT NOT NULL,
  rotated_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, revoked_at BIGINT, revoked_why TEXT
);
CREATE INDEX app_grant_person ON app_grant (person);
CREATE INDEX app_grant_session ON app_grant (session);
CREATE TABLE signing_key (kid TEXT PRIMARY KEY, algorithm TEXT NOT NULL, sealed BLOB NOT NULL, created_at BIGINT NOT NULL);
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT, recipient TEXT NOT NULL, doc TEXT NOT NULL, due_at BIGINT, tries BIGINT NOT NULL, error TEXT
);
CREATE INDEX outbox_due ON outbox (due_at);
CREATE TABLE audit (
  number INTEGER PRIMARY KEY AUTOINCREMENT, at BIGINT NOT NULL, event TEXT NOT NULL, outcome TEXT NOT NULL, person BLOB, account BLOB,
  application TEXT, network TEXT NOT NULL, case_number TEXT, detail TEXT NOT NULL
);
CREATE INDEX audit_case ON audit (case_number);
