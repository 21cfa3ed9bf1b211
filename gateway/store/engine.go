package store

import (
	"context"
	"database/sql"
)

// engine is one of the two databases. Everything in which they differ is here and in how they are opened; statements are
// the same, with $1 for arguments.
type engine struct {
	writer *sql.DB // one connection
	reader *sql.DB // refuses to write

	snapshot *sql.TxOptions // of a reader that needs everything as of one moment
	isolated *sql.TxOptions // of the writer

	// limited bounds a transaction that the network may hold up.
	limited func() (context.Context, context.CancelFunc)
	// unlocked follows a SELECT inside a DELETE that leaves to other replicas what they are deleting.
	unlocked string
	// blame tells what kind of fault an error of the database is.
	blame func(error) fault
}

// fault is the kind of an error.
type fault int

const (
	faultOfStatement fault = iota // or no fault of the database at all
	faultTaken                    // a value that must be unique exists already
	faultLost                     // against another replica: the same change may succeed when it is run again
	faultAway                     // the database itself fails
	faultPassedOver               // a commit was refused because a change passed over an error
)

// renew lets the next transaction have a connection of its own making: the one before may lead to a server that has become
// a replica, or be in a state that nobody knows.
func (e *engine) renew() {
	e.writer.SetMaxIdleConns(0)
	e.writer.SetMaxIdleConns(1)
}

func (e *engine) close() error {
	err := e.reader.Close()
	if closing := e.writer.Close(); err == nil { // last, so that SQLite folds its log into the file
		err = closing
	}
	return err
}
