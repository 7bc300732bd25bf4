-- Who began a proof that is looked for without a button, and by which setup link; nobody: it is not looked for.
ALTER TABLE domain_proof ADD COLUMN sought_by BLOB;
ALTER TABLE domain_proof ADD COLUMN sought_link TEXT;
CREATE INDEX domain_proof_sought ON domain_proof (sought_by) WHERE sought_by IS NOT NULL;
