-- Sessions that go on, by their last use: how many of them were used within the hour is counted in the index alone.
CREATE INDEX session_seen ON session (last_seen, ended_at) WHERE ended_at IS NULL;
