package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
)

const (
	maxQueue = 1024
	maxBatch = 64 // changes in a commit; PostgreSQL keeps track of up to 64 savepoints of a transaction cheaply
	maxTries = 2  // more of a change that loses against another replica
)

// change is one caller's part of a commit.
type change struct {
	ctx   context.Context // of who waits; what nobody waits for any more is not begun
	run   func(ctx context.Context, tx *sql.Tx) error
	tries int
	err   error
	done  chan struct{} // closed once err is known
}

func (c *change) settle(err error) {
	c.err = err
	close(c.done)
}

// Write runs a change in a transaction that it may share with those of others who wait, and returns when the change is
// durable. What the change returns undoes its own part alone, and is returned.
//
// A change may use nothing but its tx and ends with its ctx. It may run more than once; what it sets may be read only
// after Write has returned nil. When ctx ends first, Write returns its error, and the change may take effect or not.
func (s *Store) Write(ctx context.Context, run func(ctx context.Context, tx *sql.Tx) error) error {
	c := &change{ctx: ctx, run: run, done: make(chan struct{})}
	select {
	case s.queue <- c:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.quit:
		return errClosed
	}
	select {
	case <-c.done:
		return c.err
	case <-ctx.Done():
		return ctx.Err()
	case <-s.ended: // with this change or, had it come too late, without
		select {
		case <-c.done:
			return c.err
		default:
			return errClosed
		}
	}
}

var errClosed = fmt.Errorf("%w: it is closed", ErrUnavailable)

// write is the only writer. It takes what queued while the last commit ran and never waits for more: under load commits
// grow by themselves.
func (s *Store) write() {
	for {
		select {
		case first := <-s.queue:
			s.commit(s.gather(first))
		case <-s.quit:
			for {
				select {
				case first := <-s.queue:
					s.commit(s.gather(first))
				default:
					return
				}
			}
		}
	}
}

func (s *Store) gather(first *change) []*change {
	batch := []*change{first}
	for len(batch) < maxBatch {
		select {
		case next := <-s.queue:
			batch = append(batch, next)
		default:
			return batch
		}
	}
	return batch
}

// commit carries out a batch and tells each caller how its own part ended, nobody before all of it is durable: a change
// may have failed over what another did in the same transaction.
func (s *Store) commit(batch []*change) {
	for len(batch) > 0 {
		s.began.Store(s.now().UnixMilli())
		err := s.transact(batch)
		s.began.Store(0)
		if err != nil {
			s.engine.renew()
			s.report(err)
		}
		var again []*change
		for _, c := range batch {
			switch lost := s.engine.blame(c.err) == faultLost; {
			case err != nil:
				c.settle(fmt.Errorf("write: %w: %w", ErrUnavailable, err))
			case lost && c.tries < maxTries:
				c.tries++
				again = append(again, c)
			case lost:
				c.settle(fmt.Errorf("write: %w: %w", ErrUnavailable, c.err))
			default:
				c.settle(c.err)
			}
		}
		batch = again
	}
}

// errApart says that a transaction was undone because it needs savepoints.
var errApart = errors.New("one of the changes failed")

// transact runs a batch in one transaction. Each change has its own error; the one returned is that of all. A savepoint
// costs two trips to the server, and changes seldom fail: only when one did, all are run again, each with its own.
func (s *Store) transact(batch []*change) error {
	err := s.attempt(batch, s.together)
	if errors.Is(err, errApart) {
		err = s.attempt(batch, s.apart)
	}
	return err
}

func (s *Store) attempt(batch []*change, each func(context.Context, *sql.Tx, *change) error) error {
	ctx, cancel := s.engine.limited()
	defer cancel()
	tx, err := s.engine.writer.BeginTx(ctx, s.engine.isolated)
	if err != nil {
		return err
	}
	defer tx.Rollback() // of what was not committed
	for _, c := range batch {
		if c.err = c.ctx.Err(); c.err != nil {
			continue
		}
		err := each(ctx, tx, c)
		switch {
		case errors.Is(err, errApart) && len(batch) == 1:
			// Nobody else is concerned. A database that cannot even undo is gone, or has undone everything itself.
			if err := tx.Rollback(); err != nil {
				return errors.Join(c.err, err)
			}
			return nil
		case err != nil:
			return err
		}
	}
	switch err := tx.Commit(); {
	case s.engine.blame(err) == faultPassedOver:
		return errApart
	case err != nil:
		return err
	}
	s.report(nil)
	return nil
}

// together runs a change that cannot be undone without the others.
func (s *Store) together(ctx context.Context, tx *sql.Tx, c *change) error {
	if c.err = call(ctx, tx, c); c.err == nil {
		return nil
	}
	if err := s.failed(c.err); err != nil {
		return err
	}
	return errApart
}

// apart runs a change so that it can be undone alone.
func (s *Store) apart(ctx context.Context, tx *sql.Tx, c *change) error {
	if _, err := tx.ExecContext(ctx, "SAVEPOINT change"); err != nil {
		return err
	}
	if c.err = call(ctx, tx, c); c.err == nil {
		// PostgreSQL refuses where the change passed over an error.
		if _, c.err = tx.ExecContext(ctx, "RELEASE SAVEPOINT change"); c.err == nil {
			return nil
		}
	}
	if err := s.failed(c.err); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT change; RELEASE SAVEPOINT change"); err != nil {
		return errors.Join(c.err, err)
	}
	return nil
}

// failed returns an error that is the database's failure and therefore everybody's.
func (s *Store) failed(err error) error {
	if s.engine.blame(err) == faultAway {
		return err
	}
	return nil
}

// call runs a change. Its panic must not end the writer.
func call(ctx context.Context, tx *sql.Tx, c *change) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("change panicked: %v\n%s", fault, debug.Stack())
		}
	}()
	return c.run(ctx, tx)
}
