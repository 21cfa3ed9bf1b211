-- The same text runs on SQLite and PostgreSQL. SQLite takes any name for a type: it keeps bytea as the blob it is and a
-- boolean as 0 or 1. Times are milliseconds since 1970; lists are JSON. Replicas of the release before still run while a
-- step is taken: it only adds, or removes what they do not use either. There is no way down: an older release refuses a
-- newer schema when it starts, and a backup is the way back.

-- +goose Up
CREATE TABLE counters (
    name  text   NOT NULL PRIMARY KEY,
    value bigint NOT NULL
);
INSERT INTO counters (name, value) VALUES ('registry', 0);

CREATE TABLE agencies (
    id        text    NOT NULL PRIMARY KEY,
    old_id    text    NOT NULL,
    name_vi   text    NOT NULL,
    name_en   text    NOT NULL,
    suspended boolean NOT NULL,
    fictional boolean NOT NULL
);
CREATE UNIQUE INDEX agencies_old_id ON agencies (old_id) WHERE old_id <> '';

CREATE TABLE clients (
    id           text    NOT NULL PRIMARY KEY,
    agency       text    NOT NULL REFERENCES agencies (id),
    name         text    NOT NULL,
    scopes       text    NOT NULL,
    suspended    boolean NOT NULL,
    keys         text    NOT NULL,
    jwks_url     text    NOT NULL,
    certificates text    NOT NULL,
    secret_hash  text    NOT NULL,
    daily_quota  bigint  NOT NULL
);
CREATE INDEX clients_agency ON clients (agency);
