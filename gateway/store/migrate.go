package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var embedded embed.FS

// shipped is the schema of this release, step by step.
func shipped() fs.FS {
	steps, err := fs.Sub(embedded, "migrations")
	if err != nil {
		panic(err) // the name is fixed when the program is built
	}
	return steps
}

// migrate brings an older schema up to the last of the steps. A newer one it leaves as it is.
func migrate(ctx context.Context, db *sql.DB, dialect goose.Dialect, steps fs.FS) error {
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if dialect == goose.DialectPostgres {
		options = append(options, goose.WithSessionLocker(replicaLock{}))
	}
	provider, err := goose.NewProvider(dialect, db, steps, options...)
	if err != nil {
		return err
	}
	_, failed := provider.Up(ctx)
	found, known, err := provider.GetVersions(ctx)
	if err == nil && found > known {
		return fmt.Errorf("%w: it has schema %d, this release knows up to %d; start the release that made it, or restore a backup from before",
			ErrNewerSchema, found, known)
	}
	return errors.Join(failed, err)
}

// replicaLock lets one of the replicas that start together migrate while the others wait. Unlike goose's own locks it
// waits in the database, which wakes it at once.
type replicaLock struct{}

const migrationLock = 0x6c677370 // "lgsp", among the advisory locks of the database

var _ lock.SessionLocker = replicaLock{}

func (replicaLock) SessionLock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", migrationLock)
	return err
}

func (replicaLock) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", migrationLock)
	return err
}
