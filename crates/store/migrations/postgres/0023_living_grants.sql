-- What a person granted that goes on, by its end: a list reads that, and nothing that is over.
CREATE INDEX app_grant_living ON app_grant (person, expires_at) WHERE revoked_at IS NULL;
