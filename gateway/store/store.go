// Package store is the durable home of managed state: agencies and clients, what was used up or revoked, what was done
// under an idempotency key, and the tables of whoever brings a migration and a change.
//
// It owns the database, SQLite in a file or PostgreSQL for several replicas, its schema and its one writer, in which the
// changes of callers who wait share a commit. It does not decide what an agency may do, checks no signature and keeps no
// policy; those who do call it. The same statements and the same tests run on both databases.
package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

var (
	// ErrNewerSchema says that a newer release has used the database. Nothing was changed; do not start on it.
	ErrNewerSchema = errors.New("the database was made by a newer release")
	// ErrNotFound says that what a change refers to is not there. The caller corrects its request.
	ErrNotFound = errors.New("not found")
	// ErrExists says that an identifier belongs to another. The caller chooses another one.
	ErrExists = errors.New("belongs to another already")
	// ErrStale says that things have moved on since the caller looked. It looks again before it decides anew.
	ErrStale = errors.New("has changed meanwhile")
	// ErrInvalid says that a value cannot be kept, by its form or size. Trying again does not help.
	ErrInvalid = errors.New("cannot be kept")
	// ErrFull says that one client takes more room than one may. It is told to wait; others are not affected.
	ErrFull = errors.New("the client takes too much room")
	// ErrUnavailable says that the database does not work at the moment, or that the store is closed. A change may have
	// taken effect nevertheless; nothing may be done in reliance on it, and nothing in reliance on its absence. The
	// caller answers that the bus cannot serve now.
	ErrUnavailable = errors.New("the store is not available")
)

// Options says where the state lives.
type Options struct {
	URL  string // of PostgreSQL, postgres://…; "" for SQLite
	File string // of SQLite
	Now  func() time.Time
	Log  *slog.Logger
}

// Store is safe for concurrent use. Several processes may share a PostgreSQL; a SQLite file belongs to one process.
type Store struct {
	engine *engine
	now    func() time.Time
	log    *slog.Logger
	most   int // rows of one client in a table

	queue chan *change
	quit  chan struct{} // closed when no more changes are taken
	ended chan struct{} // closed when the last commit has ended
	close func() error

	broken  atomic.Pointer[error] // what the last write or probe ran into, nil if it succeeded
	wrote   atomic.Int64          // when that was, in milliseconds
	began   atomic.Int64          // when the transaction under way began, 0 if there is none
	crowded atomic.Pointer[map[crowd]bool]
}

// Open opens the store and migrates an older schema. A newer one is ErrNewerSchema, a database that does not answer
// ErrUnavailable.
func Open(ctx context.Context, o Options) (*Store, error) {
	return open(ctx, o, shipped())
}

func open(ctx context.Context, o Options, steps fs.FS) (*Store, error) {
	var e *engine
	var err error
	if o.URL != "" {
		e, err = openPostgres(ctx, o.URL, steps)
	} else {
		e, err = openSQLite(ctx, o.File, steps)
	}
	switch {
	case errors.Is(err, ErrNewerSchema):
		return nil, fmt.Errorf("open store: %w", err)
	case err != nil:
		return nil, fmt.Errorf("open store: %w: %w", ErrUnavailable, err)
	}
	s := &Store{
		engine: e,
		now:    o.Now,
		log:    cmp.Or(o.Log, slog.New(slog.DiscardHandler)),
		most:   maxRows,
		queue:  make(chan *change, maxQueue),
		quit:   make(chan struct{}),
		ended:  make(chan struct{}),
	}
	if s.now == nil {
		s.now = time.Now
	}
	s.wrote.Store(s.now().UnixMilli())
	s.crowded.Store(&map[crowd]bool{})
	s.start()
	return s, nil
}

// start begins the background work and prepares its end.
func (s *Store) start() {
	upkeep, stop := context.WithCancel(context.Background())
	var work sync.WaitGroup
	work.Go(func() { s.write() })
	work.Go(func() { s.keepUp(upkeep) })
	go func() {
		work.Wait()
		close(s.ended)
	}()
	s.close = sync.OnceValue(func() error {
		stop()
		close(s.quit)
		select {
		case <-s.ended:
			return s.engine.close()
		case <-time.After(commitWithin):
			return fmt.Errorf("close store: %w: the last commit does not end", ErrUnavailable)
		}
	})
}

// Close commits what waits and closes the database. Changes that come later are refused with ErrUnavailable.
func (s *Store) Close() error { return s.close() }

// Reader is a pool of connections that cannot write. It sees what was written before it asks.
func (s *Store) Reader() *sql.DB { return s.engine.reader }

// readWithin bounds a read whose caller does not, on a network that has gone silent.
const readWithin = 10 * time.Second

// unread is the error of a reader: the caller's own end, or a database that does not work.
func unread(ctx context.Context, what string, err error) error {
	if ended := ctx.Err(); ended != nil {
		return ended
	}
	return fmt.Errorf("read %s: %w: %w", what, ErrUnavailable, err)
}
