-- Links by which somebody outside sets up one connection, and the sessions that began by them; steps of which administrators are still to
-- be told; and the language that somebody last used in the portal, in which they are written to.
CREATE TABLE setup_link (
  reference TEXT PRIMARY KEY, token BLOB NOT NULL UNIQUE, account BLOB NOT NULL REFERENCES account(id), connection BLOB REFERENCES connection(id),
  maker BLOB NOT NULL REFERENCES person(id), roles TEXT NOT NULL, made_at BIGINT NOT NULL, until BIGINT NOT NULL, ended_at BIGINT, opened_at BIGINT
);
CREATE INDEX setup_link_account ON setup_link (account, made_at);
CREATE INDEX setup_link_maker ON setup_link (maker);
CREATE TABLE setup_session (hash BLOB PRIMARY KEY, link TEXT NOT NULL REFERENCES setup_link(reference), since BIGINT NOT NULL, last_used BIGINT NOT NULL);
CREATE INDEX setup_session_link ON setup_session (link, since);
CREATE TABLE portal_alarm (
  account BLOB NOT NULL REFERENCES account(id), kind TEXT NOT NULL, told_at BIGINT, claimed_until BIGINT, waiting BIGINT NOT NULL, since BIGINT NOT NULL, at BIGINT NOT NULL,
  given_by BLOB NOT NULL, by_several BOOLEAN NOT NULL, about BLOB, detail TEXT NOT NULL, network TEXT NOT NULL, PRIMARY KEY (account, kind)
);
CREATE TABLE portal_language (person BLOB PRIMARY KEY REFERENCES person(id), language TEXT NOT NULL);
