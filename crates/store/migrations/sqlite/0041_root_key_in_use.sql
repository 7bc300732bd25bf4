-- Until when a broker may seal and sign under a root key: it says so again and again as long as it runs. A file serves one broker, which says nothing.
ALTER TABLE root_key ADD COLUMN used_until BIGINT;
