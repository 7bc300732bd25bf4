-- What administrators were told by mail, so that each is told once, or once a day.
CREATE TABLE alert (
  kind TEXT NOT NULL, connection BLOB NOT NULL REFERENCES connection(id), about TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (kind, connection, about)
);
