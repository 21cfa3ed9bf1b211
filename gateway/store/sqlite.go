package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// openSQLite opens the file, making it where it is missing, and brings its schema up to the last of the steps.
func openSQLite(ctx context.Context, file string, steps fs.FS) (*engine, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, err
	}
	// SQLite would make it readable for all; what it makes beside the file has the file's mode.
	made, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := made.Close(); err != nil {
		return nil, err
	}
	e := &engine{
		limited: func() (context.Context, context.CancelFunc) {
			return context.Background(), func() {} // nothing can interrupt a disk that hangs
		},
		blame: blameSQLite,
	}
	if e.writer, err = sqliteDB(file, 1, "_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"+
		"&_pragma=foreign_keys(1)&_pragma=journal_size_limit(67108864)"); err != nil {
		return nil, err
	}
	if e.reader, err = sqliteDB(file, max(4, runtime.NumCPU()), "mode=ro&_pragma=query_only(1)"); err != nil {
		return nil, errors.Join(err, e.writer.Close())
	}
	if err := e.prepareSQLite(ctx, steps); err != nil {
		return nil, errors.Join(err, e.close())
	}
	return e, nil
}

func (e *engine) prepareSQLite(ctx context.Context, steps fs.FS) error {
	var mode string
	if err := e.writer.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("the file's journal mode is %s, want wal: its file system may not support it", mode)
	}
	return migrate(ctx, e.writer, goose.DialectSQLite3, steps)
}

func sqliteDB(file string, connections int, settings string) (*sql.DB, error) {
	name := url.URL{Scheme: "file", Path: file, RawQuery: settings + "&_pragma=busy_timeout(5000)"}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

func blameSQLite(err error) fault {
	var told *sqlite.Error
	if !errors.As(err, &told) {
		return faultOfStatement
	}
	switch told.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return faultTaken
	}
	switch told.Code() & 0xff { // the rest tells more of the same
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_INTERRUPT,
		sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
		sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_PERM:
		return faultAway
	}
	return faultOfStatement
}
