-- Steps of which people are still to be told that they sign in at the provider now, and how far that has come.
CREATE TABLE sign_on_telling (connection UUID NOT NULL PRIMARY KEY, at BIGINT NOT NULL, doc TEXT COLLATE "C" NOT NULL);
