-- Since when a broker signs with a root key, and when everything was sealed again under it. Says nothing about the key itself.
CREATE TABLE root_key (number BIGINT PRIMARY KEY, since BIGINT NOT NULL, sealed_at BIGINT);
