-- How many answers a token has kept within their time is counted at each new key: without reading the answers themselves.
CREATE INDEX api_answer_age ON api_answer (token, at);
