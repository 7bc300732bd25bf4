-- Until when a broker may seal and sign under a root key: it says so again and again as long as it runs.
ALTER TABLE root_key ADD COLUMN used_until BIGINT;
