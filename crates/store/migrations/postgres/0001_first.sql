-- The whole schema, as the embedded store has it. Times are seconds since 1970. Documents are JSON; what is looked up stands in a column of its
-- own. Texts compare and sort by their bytes, whatever the database's own order is.

-- Functions that SQLite has and PostgreSQL does not, so that each statement is one text for both. A text of PostgreSQL has no character 0: in a
-- document it stands as an escape, and a text that is taken out of it has U+FFFD there.
CREATE FUNCTION json_extract(doc TEXT, path TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CAST(replace(doc, '\u0000', '\ufffd') AS JSON) #>> string_to_array(substr(path, 3), '.') $$;
CREATE FUNCTION json_each(doc TEXT) RETURNS TABLE (value TEXT) LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT json_array_elements_text(CAST(doc AS JSON)) $$;
CREATE FUNCTION json_set(doc TEXT, path TEXT, number BIGINT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CAST(jsonb_set(CAST(replace(doc, '\u0000', '\ufffd') AS JSONB), string_to_array(substr(path, 3), '.'), to_jsonb(number)) AS TEXT) $$;
CREATE FUNCTION json_set(doc TEXT, one TEXT, text1 TEXT, two TEXT, text2 TEXT, three TEXT, json3 JSON, four TEXT, json4 JSON)
  RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CAST(CAST(replace(doc, '\u0000', '\ufffd') AS JSONB) || jsonb_build_object(substr(one, 3), text1, substr(two, 3), text2, substr(three, 3), json3, substr(four, 3), json4) AS TEXT) $$;
-- The sixteen bytes of an id.
CREATE FUNCTION unhex(digits TEXT) RETURNS UUID LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT CAST(digits AS UUID) $$;
CREATE FUNCTION instr(whole BYTEA, part BYTEA) RETURNS INTEGER LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT position(part IN whole) $$;

CREATE TABLE account (
  id UUID PRIMARY KEY, number TEXT COLLATE "C" NOT NULL UNIQUE, doc TEXT COLLATE "C" NOT NULL, policy TEXT COLLATE "C" NOT NULL,
  default_application TEXT COLLATE "C", parent UUID GENERATED ALWAYS AS (CAST(json_extract(doc, '$.parent') AS UUID)) STORED,
  name_key TEXT COLLATE "C" GENERATED ALWAYS AS (lower(json_extract(doc, '$.name') COLLATE "C")) STORED
);
CREATE INDEX account_parent ON account (parent) WHERE parent IS NOT NULL;
CREATE TABLE person (
  id UUID PRIMARY KEY, account UUID NOT NULL REFERENCES account(id), username_key TEXT COLLATE "C" NOT NULL, doc TEXT COLLATE "C" NOT NULL,
  email_key TEXT COLLATE "C", external_id TEXT COLLATE "C", state TEXT COLLATE "C" GENERATED ALWAYS AS (json_extract(doc, '$.state')) STORED,
  rule TEXT COLLATE "C" GENERATED ALWAYS AS (json_extract(doc, '$.rule')) STORED,
  emergency BOOLEAN GENERATED ALWAYS AS (CAST(json_extract(doc, '$.break_glass') AS BOOLEAN)) STORED, UNIQUE (username_key, account)
);
CREATE INDEX person_email ON person (account, email_key);
CREATE INDEX person_external ON person (account, external_id);
CREATE INDEX person_account_name ON person (account, username_key);
CREATE INDEX person_account_state ON person (account, state, rule, emergency);
CREATE INDEX person_not_active ON person (account, state, username_key) WHERE state <> 'active';
CREATE INDEX person_excluded ON person (account, username_key) WHERE rule = 'excluded';
CREATE INDEX person_pilot ON person (account, username_key) WHERE rule = 'pilot';
CREATE TABLE connection (
  id UUID PRIMARY KEY, account UUID NOT NULL REFERENCES account(id), doc TEXT COLLATE "C" NOT NULL, settings TEXT COLLATE "C",
  acs_path TEXT COLLATE "C", acs_origin TEXT COLLATE "C", issuer TEXT COLLATE "C", delegated_path TEXT COLLATE "C"
);
CREATE INDEX connection_account ON connection (account);
CREATE INDEX connection_acs_path ON connection (acs_path, issuer, acs_origin);
CREATE INDEX connection_delegated_path ON connection (delegated_path);
CREATE TABLE application (
  client_id TEXT COLLATE "C" PRIMARY KEY, enabled BOOLEAN NOT NULL, doc TEXT COLLATE "C" NOT NULL, client TEXT COLLATE "C" NOT NULL,
  backchannel_logout_uri TEXT COLLATE "C"
);
CREATE TABLE domain_claim (
  domain TEXT COLLATE "C" NOT NULL, account UUID NOT NULL REFERENCES account(id), doc TEXT COLLATE "C" NOT NULL, PRIMARY KEY (domain, account)
);
CREATE INDEX domain_claim_account ON domain_claim (account, domain);
CREATE TABLE credential (
  person UUID PRIMARY KEY REFERENCES person(id), version BIGINT NOT NULL, scheme TEXT COLLATE "C" NOT NULL, changed_at BIGINT NOT NULL,
  must_change BOOLEAN NOT NULL
);
CREATE INDEX credential_changed ON credential (changed_at);
CREATE TABLE credential_history (
  person UUID NOT NULL, version BIGINT NOT NULL, scheme TEXT COLLATE "C" NOT NULL, changed_at BIGINT NOT NULL, PRIMARY KEY (person, version)
);
CREATE TABLE session (
  id UUID PRIMARY KEY, token_hash BYTEA NOT NULL UNIQUE, person UUID NOT NULL, account UUID NOT NULL, credential_version BIGINT NOT NULL,
  method TEXT COLLATE "C" NOT NULL, authenticated_at BIGINT NOT NULL, last_seen BIGINT NOT NULL, ended_at BIGINT, ended_why TEXT COLLATE "C",
  device TEXT COLLATE "C" NOT NULL, upstream TEXT COLLATE "C", outage UUID, expires_at BIGINT, proof BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX session_person ON session (person);
CREATE INDEX session_outage ON session (outage) WHERE outage IS NOT NULL;
CREATE TABLE proven_stage (
  handle_hash BYTEA PRIMARY KEY, doc TEXT COLLATE "C" NOT NULL, until BIGINT NOT NULL, rowid BIGINT GENERATED BY DEFAULT AS IDENTITY UNIQUE
);
CREATE TABLE known_browser (
  username_key TEXT COLLATE "C" NOT NULL, browser_hash BYTEA NOT NULL, last BIGINT NOT NULL, PRIMARY KEY (username_key, browser_hash)
);
CREATE TABLE put_off (
  person UUID PRIMARY KEY, at BIGINT NOT NULL
);
CREATE TABLE mail_request (
  selector TEXT COLLATE "C" PRIMARY KEY, username TEXT COLLATE "C" NOT NULL, language TEXT COLLATE "C" NOT NULL, network TEXT COLLATE "C" NOT NULL,
  at BIGINT NOT NULL, claimed_until BIGINT NOT NULL, kind TEXT COLLATE "C" NOT NULL DEFAULT 'reset', own TEXT COLLATE "C" NOT NULL DEFAULT '{}'
);
CREATE TABLE reset (
  selector TEXT COLLATE "C" PRIMARY KEY, purpose TEXT COLLATE "C" NOT NULL, person UUID NOT NULL, verifier_hash BYTEA NOT NULL,
  code_hash BYTEA NOT NULL, credential_version BIGINT NOT NULL, expires_at BIGINT NOT NULL, tries BIGINT NOT NULL, void BOOLEAN NOT NULL,
  made_at BIGINT NOT NULL, asker TEXT COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX reset_person ON reset (person, made_at);
CREATE TABLE reminder (
  person UUID NOT NULL, version BIGINT NOT NULL, days BIGINT NOT NULL, PRIMARY KEY (person, version, days)
);
CREATE TABLE guess_counter (
  key BYTEA PRIMARY KEY, doc TEXT COLLATE "C" NOT NULL, last BIGINT NOT NULL
);
CREATE TABLE code (
  hash BYTEA PRIMARY KEY, doc TEXT COLLATE "C" NOT NULL, person UUID NOT NULL, session UUID NOT NULL, expires_at BIGINT NOT NULL, used_grant UUID,
  void BOOLEAN NOT NULL, outage TEXT COLLATE "C" GENERATED ALWAYS AS (json_extract(doc, '$.who.stopgap.connection')) STORED
);
CREATE INDEX code_person ON code (person);
CREATE INDEX code_session ON code (session);
CREATE INDEX code_outage ON code (outage) WHERE outage IS NOT NULL;
CREATE TABLE app_grant (
  id UUID PRIMARY KEY, client TEXT COLLATE "C" NOT NULL, person UUID NOT NULL, session UUID NOT NULL, doc TEXT COLLATE "C" NOT NULL,
  generation BIGINT NOT NULL, rotated_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, revoked_at BIGINT, revoked_why TEXT COLLATE "C",
  outage TEXT COLLATE "C" GENERATED ALWAYS AS (json_extract(doc, '$.who.stopgap.connection')) STORED
);
CREATE INDEX app_grant_person ON app_grant (person);
CREATE INDEX app_grant_session ON app_grant (session);
CREATE INDEX app_grant_outage ON app_grant (outage) WHERE outage IS NOT NULL;
CREATE TABLE signing_key (
  kid TEXT COLLATE "C" PRIMARY KEY, algorithm TEXT COLLATE "C" NOT NULL, sealed BYTEA NOT NULL, created_at BIGINT NOT NULL,
  signs_from BIGINT NOT NULL DEFAULT 0, rowid BIGINT GENERATED BY DEFAULT AS IDENTITY UNIQUE
);
CREATE TABLE outbox (
  id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, recipient TEXT COLLATE "C" NOT NULL, doc TEXT COLLATE "C" NOT NULL, due_at BIGINT,
  tries BIGINT NOT NULL, error TEXT COLLATE "C"
);
CREATE INDEX outbox_due ON outbox (due_at);
CREATE TABLE pushed_request (
  hash BYTEA PRIMARY KEY, client TEXT COLLATE "C" NOT NULL, doc TEXT COLLATE "C" NOT NULL, expires_at BIGINT NOT NULL
);
CREATE TABLE used_assertion (
  client TEXT COLLATE "C" NOT NULL, jti_hash BYTEA NOT NULL, until BIGINT NOT NULL, PRIMARY KEY (client, jti_hash)
);
CREATE INDEX used_assertion_until ON used_assertion (until);
CREATE TABLE application_origin (
  origin TEXT COLLATE "C" NOT NULL, client_id TEXT COLLATE "C" NOT NULL, PRIMARY KEY (origin, client_id)
);
CREATE TABLE logout_notice (
  id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, client TEXT COLLATE "C" NOT NULL, person UUID NOT NULL, session UUID NOT NULL,
  due_at BIGINT, tries BIGINT NOT NULL, error TEXT COLLATE "C"
);
CREATE INDEX logout_notice_due ON logout_notice (due_at);
CREATE TABLE audit_subject (
  ref UUID PRIMARY KEY, person UUID NOT NULL UNIQUE
);
CREATE TABLE audit_record (
  number BIGINT PRIMARY KEY, at BIGINT NOT NULL, event TEXT COLLATE "C" NOT NULL, outcome TEXT COLLATE "C" NOT NULL, subject UUID, account UUID,
  application TEXT COLLATE "C", case_number TEXT COLLATE "C", detail TEXT COLLATE "C" NOT NULL, network TEXT COLLATE "C", salt BYTEA,
  personal BYTEA NOT NULL, key_number BIGINT NOT NULL, hash BYTEA NOT NULL
);
CREATE INDEX audit_record_case ON audit_record (case_number) WHERE case_number IS NOT NULL;
CREATE INDEX audit_record_account ON audit_record (account, number);
CREATE INDEX audit_record_failure ON audit_record (account, at) WHERE outcome <> 'ok';
CREATE INDEX audit_record_subject ON audit_record (subject, account, number);
CREATE TABLE audit_head (
  id BIGINT PRIMARY KEY, number BIGINT NOT NULL, hash BYTEA NOT NULL, key_number BIGINT NOT NULL, seal BYTEA NOT NULL
);
CREATE TABLE connection_key (
  connection UUID NOT NULL REFERENCES connection(id), number BIGINT NOT NULL, sealed BYTEA NOT NULL, certificate BYTEA NOT NULL,
  made_at BIGINT NOT NULL, purpose TEXT COLLATE "C" NOT NULL DEFAULT 'both', stage TEXT COLLATE "C" NOT NULL DEFAULT 'present',
  rowid BIGINT GENERATED BY DEFAULT AS IDENTITY UNIQUE, PRIMARY KEY (connection, number)
);
CREATE TABLE sso_transaction (
  handle_hash BYTEA PRIMARY KEY, connection UUID NOT NULL, doc TEXT COLLATE "C" NOT NULL, tries BIGINT NOT NULL, used BOOLEAN NOT NULL,
  until BIGINT NOT NULL
);
CREATE INDEX sso_transaction_connection ON sso_transaction (connection);
CREATE TABLE sso_result (
  handle_hash BYTEA PRIMARY KEY, browser TEXT COLLATE "C", doc TEXT COLLATE "C" NOT NULL, until BIGINT NOT NULL, connection UUID, called BYTEA,
  called_session BYTEA
);
CREATE TABLE sso_seen (
  connection UUID NOT NULL, mark BYTEA NOT NULL, until BIGINT NOT NULL, PRIMARY KEY (connection, mark)
);
CREATE TABLE binding (
  connection UUID NOT NULL, subject_hash BYTEA NOT NULL, doc TEXT COLLATE "C" NOT NULL, person UUID NOT NULL, made_at BIGINT NOT NULL,
  PRIMARY KEY (connection, subject_hash), UNIQUE (connection, person)
);
CREATE INDEX binding_person ON binding (person);
CREATE TABLE sso_trace (
  case_number TEXT COLLATE "C" PRIMARY KEY, connection UUID NOT NULL, at BIGINT NOT NULL, doc TEXT COLLATE "C" NOT NULL, until BIGINT NOT NULL,
  rowid BIGINT GENERATED BY DEFAULT AS IDENTITY UNIQUE
);
CREATE INDEX sso_trace_connection ON sso_trace (connection, at);
CREATE TABLE sign_out (
  handle_hash BYTEA PRIMARY KEY, browser TEXT COLLATE "C" NOT NULL, doc TEXT COLLATE "C" NOT NULL, went TEXT COLLATE "C", tries BIGINT NOT NULL,
  until BIGINT NOT NULL, rowid BIGINT GENERATED BY DEFAULT AS IDENTITY UNIQUE
);
CREATE TABLE connection_move (
  connection UUID NOT NULL REFERENCES connection(id), at BIGINT NOT NULL, doc TEXT COLLATE "C" NOT NULL, undone BOOLEAN NOT NULL,
  rowid BIGINT GENERATED BY DEFAULT AS IDENTITY UNIQUE
);
CREATE INDEX connection_move_at ON connection_move (connection, at);
CREATE TABLE test_link (
  token_hash BYTEA PRIMARY KEY, connection UUID NOT NULL, until BIGINT NOT NULL
);
CREATE TABLE test_result (
  handle_hash BYTEA PRIMARY KEY, connection UUID NOT NULL, browser TEXT COLLATE "C" NOT NULL, at BIGINT NOT NULL, passed BOOLEAN NOT NULL,
  doc TEXT COLLATE "C" NOT NULL, until BIGINT NOT NULL, settings BYTEA, rowid BIGINT GENERATED BY DEFAULT AS IDENTITY UNIQUE
);
CREATE INDEX test_result_connection ON test_result (connection, at);
CREATE TABLE connection_watch (
  connection UUID PRIMARY KEY REFERENCES connection(id), at BIGINT NOT NULL, doc TEXT COLLATE "C" NOT NULL
);
CREATE TABLE connection_refresh (
  connection UUID PRIMARY KEY REFERENCES connection(id), doc TEXT COLLATE "C" NOT NULL
);
CREATE TABLE delegated_grant (
  connection UUID NOT NULL, person UUID NOT NULL, version BIGINT NOT NULL, doc TEXT COLLATE "C" NOT NULL, granted_at BIGINT NOT NULL,
  PRIMARY KEY (connection, person)
);
CREATE INDEX delegated_grant_person ON delegated_grant (person);
CREATE INDEX delegated_grant_when ON delegated_grant (connection, granted_at, person);
CREATE TABLE delegated_lease (
  connection UUID NOT NULL, person UUID NOT NULL, holder TEXT COLLATE "C" NOT NULL, until BIGINT NOT NULL, PRIMARY KEY (connection, person)
);
CREATE TABLE consent_request (
  state_hash BYTEA PRIMARY KEY, browser TEXT COLLATE "C" NOT NULL, doc TEXT COLLATE "C" NOT NULL, until BIGINT NOT NULL, owner BYTEA,
  rowid BIGINT GENERATED BY DEFAULT AS IDENTITY UNIQUE
);
CREATE INDEX consent_request_owner ON consent_request (owner);
CREATE TABLE start_link (
  hash BYTEA PRIMARY KEY, doc TEXT COLLATE "C" NOT NULL, used BOOLEAN NOT NULL, until BIGINT NOT NULL
);
CREATE TABLE administrator_consent (
  connection UUID PRIMARY KEY, doc TEXT COLLATE "C" NOT NULL
);
CREATE TABLE root_key (
  number BIGINT PRIMARY KEY, since BIGINT NOT NULL, sealed_at BIGINT
);
CREATE TABLE portal_role (
  person UUID NOT NULL REFERENCES person(id), role TEXT COLLATE "C" NOT NULL, given_at BIGINT NOT NULL, PRIMARY KEY (person, role)
);
CREATE INDEX portal_role_role ON portal_role (role);
CREATE TABLE portal_session (
  hash BYTEA PRIMARY KEY, person UUID NOT NULL, home UUID NOT NULL, session UUID NOT NULL, grant_id UUID NOT NULL, proved_at BIGINT NOT NULL,
  since BIGINT NOT NULL, last_used BIGINT NOT NULL, entered UUID
);
CREATE TABLE exclusion (
  person UUID PRIMARY KEY REFERENCES person(id), given_at BIGINT NOT NULL, given_by UUID NOT NULL
);
CREATE TABLE session_there (
  session UUID NOT NULL, proof BIGINT NOT NULL, person UUID NOT NULL, account UUID NOT NULL, connection UUID NOT NULL, called BYTEA NOT NULL,
  called_session BYTEA, doc TEXT COLLATE "C" NOT NULL, rowid BIGINT GENERATED BY DEFAULT AS IDENTITY UNIQUE, PRIMARY KEY (session, proof)
);
CREATE INDEX session_there_called ON session_there (connection, called);
CREATE INDEX session_there_called_session ON session_there (connection, called_session);
CREATE TABLE alert (
  kind TEXT COLLATE "C" NOT NULL, connection UUID NOT NULL REFERENCES connection(id), about TEXT COLLATE "C" NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (kind, connection, about)
);
CREATE TABLE sign_on_proposal (
  connection UUID PRIMARY KEY REFERENCES connection(id), doc TEXT COLLATE "C" NOT NULL, until BIGINT NOT NULL
);
CREATE TABLE domain_proof (
  domain TEXT COLLATE "C" NOT NULL, account UUID NOT NULL REFERENCES account(id), token TEXT COLLATE "C" NOT NULL, looked_at BIGINT,
  found TEXT COLLATE "C", made_at BIGINT, proved_at BIGINT, due_at BIGINT, lost_at BIGINT, off_at BIGINT, PRIMARY KEY (domain, account)
);
CREATE INDEX domain_proof_due ON domain_proof (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE api_token (
  id UUID PRIMARY KEY, hash BYTEA NOT NULL UNIQUE, person UUID NOT NULL REFERENCES person(id), account UUID NOT NULL REFERENCES account(id),
  name TEXT COLLATE "C" NOT NULL, scopes TEXT COLLATE "C" NOT NULL, federated BOOLEAN NOT NULL, made_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
  ended_at BIGINT, last_used BIGINT
);
CREATE INDEX api_token_account ON api_token (account, made_at);
CREATE TABLE api_use (
  token UUID NOT NULL REFERENCES api_token(id), account UUID NOT NULL, day BIGINT NOT NULL, PRIMARY KEY (token, account, day)
);
CREATE TABLE api_answer (
  token UUID NOT NULL, key BYTEA NOT NULL, request BYTEA NOT NULL, at BIGINT NOT NULL, status BIGINT, etag TEXT COLLATE "C",
  location TEXT COLLATE "C", body TEXT COLLATE "C", PRIMARY KEY (token, key)
);
CREATE INDEX api_answer_at ON api_answer (at);
CREATE INDEX api_answer_age ON api_answer (token, at);
CREATE TABLE setup_link (
  reference TEXT COLLATE "C" PRIMARY KEY, token BYTEA NOT NULL UNIQUE, account UUID NOT NULL REFERENCES account(id),
  connection UUID REFERENCES connection(id), maker UUID NOT NULL REFERENCES person(id), roles TEXT COLLATE "C" NOT NULL, made_at BIGINT NOT NULL,
  until BIGINT NOT NULL, ended_at BIGINT, opened_at BIGINT
);
CREATE INDEX setup_link_account ON setup_link (account, made_at);
CREATE INDEX setup_link_maker ON setup_link (maker);
CREATE TABLE setup_session (
  hash BYTEA PRIMARY KEY, link TEXT COLLATE "C" NOT NULL REFERENCES setup_link(reference), since BIGINT NOT NULL, last_used BIGINT NOT NULL
);
CREATE INDEX setup_session_link ON setup_session (link, since);
CREATE TABLE portal_alarm (
  account UUID NOT NULL REFERENCES account(id), kind TEXT COLLATE "C" NOT NULL, told_at BIGINT, claimed_until BIGINT, waiting BIGINT NOT NULL,
  since BIGINT NOT NULL, at BIGINT NOT NULL, given_by UUID NOT NULL, by_several BOOLEAN NOT NULL, about UUID, detail TEXT COLLATE "C" NOT NULL,
  network TEXT COLLATE "C" NOT NULL, PRIMARY KEY (account, kind)
);
CREATE TABLE portal_language (
  person UUID PRIMARY KEY REFERENCES person(id), language TEXT COLLATE "C" NOT NULL
);
CREATE TABLE email_change (
  selector TEXT COLLATE "C" PRIMARY KEY, purpose TEXT COLLATE "C" NOT NULL, person UUID NOT NULL REFERENCES person(id), verifier_hash BYTEA NOT NULL,
  code_hash BYTEA NOT NULL, credential_version BIGINT NOT NULL, expires_at BIGINT NOT NULL, tries BIGINT NOT NULL, void BOOLEAN NOT NULL,
  made_at BIGINT NOT NULL, address TEXT COLLATE "C" NOT NULL, address_key TEXT COLLATE "C" NOT NULL,
  rowid BIGINT GENERATED BY DEFAULT AS IDENTITY UNIQUE
);
CREATE INDEX email_change_person ON email_change (person, made_at);
CREATE INDEX email_change_address ON email_change (address_key, made_at);
-- What voids answers of a connection, in the order in which it was heard: an answer that was being verified meanwhile is void as well. Without
-- `called` and `called_session`: every answer of the connection.
CREATE TABLE sso_departure (
  seq BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, connection UUID NOT NULL, called BYTEA, called_session BYTEA, until BIGINT NOT NULL
);
CREATE INDEX sso_departure_connection ON sso_departure (connection, seq);
CREATE TABLE portal_alarm_step (
  seq BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, account UUID NOT NULL REFERENCES account(id), kind TEXT COLLATE "C" NOT NULL, at BIGINT NOT NULL,
  given_by UUID NOT NULL, about UUID, detail TEXT COLLATE "C" NOT NULL, network TEXT COLLATE "C" NOT NULL
);
CREATE INDEX portal_alarm_step_kind ON portal_alarm_step (account, kind, seq);
CREATE TABLE mailbox_proof (
  person UUID PRIMARY KEY REFERENCES person(id), address_key TEXT COLLATE "C" NOT NULL, proved_at BIGINT NOT NULL
);
CREATE TABLE email_taken_back (
  person UUID PRIMARY KEY REFERENCES person(id), at BIGINT NOT NULL
);

-- Records of the audit stay as they are; person and network may be forgotten.
CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$;
CREATE TRIGGER audit_record_stays BEFORE DELETE ON audit_record FOR EACH ROW EXECUTE FUNCTION audit_stays();
CREATE TRIGGER audit_record_all_stay BEFORE TRUNCATE ON audit_record FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();
CREATE TRIGGER audit_record_is_fixed
  BEFORE UPDATE OF number, at, event, outcome, subject, account, application, case_number, detail, personal, key_number, hash ON audit_record
  FOR EACH ROW EXECUTE FUNCTION audit_stays();
CREATE TRIGGER audit_record_forgets BEFORE UPDATE OF network, salt ON audit_record FOR EACH ROW
  WHEN (NEW.network IS NOT NULL OR NEW.salt IS NOT NULL) EXECUTE FUNCTION audit_stays();
