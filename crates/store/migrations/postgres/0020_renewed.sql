-- The secrets that a session had before it was renewed, as SHA-256, and when it gave each up: the sign-in that one came of starts no other session.
CREATE TABLE session_before (token_hash BYTEA PRIMARY KEY, session UUID NOT NULL, at BIGINT NOT NULL);
