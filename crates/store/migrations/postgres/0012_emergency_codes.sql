-- Printed codes of break-glass people, as hashes. One that was used stays until the next sheet: it says how many there were.
CREATE TABLE emergency_code (
  hash BYTEA NOT NULL PRIMARY KEY, person UUID NOT NULL REFERENCES person(id), made_at BIGINT NOT NULL, made_by UUID NOT NULL, used_at BIGINT, used_in BYTEA
);
CREATE INDEX emergency_code_person ON emergency_code (person);
CREATE INDEX emergency_code_maker ON emergency_code (made_by);
