-- Where a provider says that somebody has signed out, under an address that was taken over from the product before.
ALTER TABLE connection ADD COLUMN slo_path TEXT;
CREATE INDEX connection_slo_path ON connection (slo_path, issuer);
