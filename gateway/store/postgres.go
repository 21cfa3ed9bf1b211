package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"maps"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

const (
	connectWithin = 5 * time.Second
	commitWithin  = 15 * time.Second // with everything before it; longer than the server's own limits below
	maxReaders    = 8
)

// openPostgres connects to the server and brings its schema up to the last of the steps. What the address sets itself
// stays as it sets it.
func openPostgres(ctx context.Context, address string, steps fs.FS) (*engine, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, err // without the password
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectWithin
	}
	if err := migratePostgres(ctx, config, steps); err != nil {
		return nil, err
	}
	e := &engine{
		snapshot: &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
		isolated: &sql.TxOptions{Isolation: sql.LevelReadCommitted},
		limited: func() (context.Context, context.CancelFunc) {
			return context.WithTimeout(context.Background(), commitWithin)
		},
		unlocked: " FOR UPDATE SKIP LOCKED",
		blame:    blamePostgres,
	}
	e.writer = postgresDB(config, 1, pgconn.ValidateConnectTargetSessionAttrsReadWrite, map[string]string{
		"statement_timeout": "10s",
		"lock_timeout":      "2s",
		// A replica that stops inside a transaction must not hold its locks for ever.
		"idle_in_transaction_session_timeout": "5s",
	})
	// Not a replica of the database that lags: what one gateway has written, all read.
	e.reader = postgresDB(config, maxReaders, pgconn.ValidateConnectTargetSessionAttrsPrimary, map[string]string{
		"statement_timeout":             "10s",
		"default_transaction_read_only": "on",
	})
	return e, nil
}

func migratePostgres(ctx context.Context, config *pgx.ConnConfig, steps fs.FS) error {
	db := postgresDB(config, 1, pgconn.ValidateConnectTargetSessionAttrsReadWrite, nil) // a migration may take its time
	return errors.Join(migrate(ctx, db, goose.DialectPostgres, steps), db.Close())
}

func postgresDB(shared *pgx.ConnConfig, connections int, fit pgconn.ValidateConnectFunc, settings map[string]string) *sql.DB {
	config := shared.Copy()
	own := config.RuntimeParams
	config.RuntimeParams = map[string]string{"application_name": "lgsp"}
	maps.Copy(config.RuntimeParams, settings)
	maps.Copy(config.RuntimeParams, own)
	if config.ValidateConnect == nil {
		config.ValidateConnect = fit
	}
	db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(durable))
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	db.SetConnMaxLifetime(30 * time.Minute)
	return db
}

// durable makes a server that acknowledges commits before they are on disk do it afterwards.
func durable(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'")
	return err
}

func blamePostgres(err error) fault {
	if errors.Is(err, pgx.ErrTxCommitRollback) {
		return faultPassedOver
	}
	var told *pgconn.PgError
	if !errors.As(err, &told) {
		return faultOfStatement
	}
	switch told.Code {
	case "23505": // unique_violation
		return faultTaken
	case "40001", "40P01", "55P03": // serialization_failure, deadlock_detected, lock_not_available
		return faultLost
	case "25006": // read_only_sql_transaction: the server is a replica now
		return faultAway
	}
	switch told.Code[:2] {
	case "08", "53", "57", "58", "XX": // connection, resources, operator, system, internal
		return faultAway
	}
	return faultOfStatement
}
