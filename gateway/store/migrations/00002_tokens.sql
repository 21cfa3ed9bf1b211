-- +goose Up

-- What clients proved themselves with. The id is the digest of theirs: of one size, whatever they send.
CREATE TABLE assertions (
    client text   NOT NULL,
    id     bytea  NOT NULL,
    until  bigint NOT NULL,
    PRIMARY KEY (client, id)
);
CREATE INDEX assertions_until ON assertions (until);

-- The sequence comes from the counter, whose row is locked until the commit: who has read up to a number has missed none
-- below it. A sequence of PostgreSQL's own would not hold that.
CREATE TABLE revocations (
    token    text   NOT NULL PRIMARY KEY,
    client   text   NOT NULL,
    until    bigint NOT NULL,
    sequence bigint NOT NULL UNIQUE
);
CREATE INDEX revocations_until ON revocations (until);
CREATE INDEX revocations_client ON revocations (client);
INSERT INTO counters (name, value) VALUES ('revocations', 0);
