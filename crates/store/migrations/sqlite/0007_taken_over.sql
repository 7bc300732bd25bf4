-- Addresses that connections brought along from another product: which provider answers there, and under which host it knows them.
ALTER TABLE connection ADD COLUMN acs_origin TEXT;
ALTER TABLE connection ADD COLUMN issuer TEXT;
UPDATE connection SET issuer = COALESCE(json_extract(settings, '$.protocol.saml.idp_entity_id'), json_extract(settings, '$.protocol.oidc.issuer'));
DROP INDEX connection_acs_path;
CREATE INDEX connection_acs_path ON connection (acs_path, issuer, acs_origin);
