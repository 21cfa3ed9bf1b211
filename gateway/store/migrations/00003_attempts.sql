-- +goose Up

-- What clients marked with an Idempotency-Key; key is its digest. Header and body are there once it is done.
CREATE TABLE attempts (
    client text    NOT NULL,
    key    bytea   NOT NULL,
    digest bytea   NOT NULL,
    until  bigint  NOT NULL,
    done   boolean NOT NULL,
    status bigint  NOT NULL,
    header bytea,
    body   bytea,
    PRIMARY KEY (client, key)
);
CREATE INDEX attempts_until ON attempts (until);
