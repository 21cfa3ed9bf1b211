package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

const (
	probeEvery = 5 * time.Second // while nobody writes; each second while the database fails
	sweepEvery = 10 * time.Second
	stallAfter = 5 * time.Second
	// sweepAfter is how long expired rows stay: a replica whose clock is behind still goes by them.
	sweepAfter = 2 * time.Minute
	sweepChunk = 500     // rows in one change, so that nobody waits long behind it
	maxRows    = 1 << 18 // of one client in a table
)

// expiring lists the tables of rows with an end, and the keys of the rows.
var expiring = []struct{ table, key string }{
	{"assertions", "client, id"},
	{"revocations", "token"},
	{"attempts", "client, key"},
}

// crowd is a client whose rows fill a table.
type crowd struct{ table, client string }

// Health is nil while the last write or probe succeeded. While nobody writes the database is probed every few seconds.
func (s *Store) Health() error {
	if began := s.began.Load(); began != 0 && s.now().Sub(time.UnixMilli(began)) > stallAfter {
		return fmt.Errorf("%w: it does not answer", ErrUnavailable)
	}
	if fault := s.broken.Load(); fault != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, *fault)
	}
	return nil
}

// report notes how a transaction ended.
func (s *Store) report(err error) {
	if err != nil {
		if s.broken.Swap(&err) == nil {
			s.log.Error("store fails", slog.String("error", err.Error()))
		}
		return
	}
	s.wrote.Store(s.now().UnixMilli())
	if s.broken.Swap(nil) != nil {
		s.log.Info("store works again")
	}
}

// keepUp probes and sweeps until its context ends.
func (s *Store) keepUp(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	swept := s.now()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if s.broken.Load() != nil || s.now().Sub(time.UnixMilli(s.wrote.Load())) >= probeEvery {
			_ = s.probe(ctx) // Health tells
		}
		if s.now().Sub(swept) < sweepEvery {
			continue
		}
		swept = s.now()
		if err := errors.Join(s.sweep(ctx), s.count(ctx)); err != nil && ctx.Err() == nil {
			s.log.Warn("sweep store", slog.String("error", err.Error()))
		}
	}
}

// probe writes something that changes nothing.
func (s *Store) probe(ctx context.Context) error {
	return s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE counters SET value = value WHERE name = 'registry'")
		return err
	})
}

// sweep deletes what expired.
func (s *Store) sweep(ctx context.Context) error {
	for _, rows := range expiring {
		for deleted := int64(sweepChunk); deleted == sweepChunk; {
			var err error
			if deleted, err = s.sweepSome(ctx, rows.table, rows.key); err != nil {
				return fmt.Errorf("delete expired %s: %w", rows.table, err)
			}
		}
	}
	return nil
}

// sweepSome deletes up to sweepChunk expired rows in one change.
func (s *Store) sweepSome(ctx context.Context, table, key string) (deleted int64, err error) {
	statement := fmt.Sprintf("DELETE FROM %[1]s WHERE (%[2]s) IN (SELECT %[2]s FROM %[1]s WHERE until <= $1 ORDER BY until LIMIT %[3]d%[4]s)",
		table, key, sweepChunk, s.engine.unlocked)
	until := s.now().Add(-sweepAfter).UnixMilli()
	err = s.Write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		deleted, err = affected(tx.ExecContext(ctx, statement, until))
		return err
	})
	if err != nil {
		return 0, err
	}
	return deleted, nil
}

// count finds the clients that take too much room. Until it counts again one may overshoot by what it can write by then.
func (s *Store) count(ctx context.Context) error {
	crowded := map[crowd]bool{}
	for _, in := range expiring {
		rows, err := s.Reader().QueryContext(ctx, "SELECT client FROM "+in.table+" GROUP BY client HAVING count(*) >= $1", s.most)
		if err != nil {
			return unread(ctx, in.table, err)
		}
		clients, err := collect(rows, func(client *string) []any { return []any{client} })
		if err != nil {
			return unread(ctx, in.table, err)
		}
		for _, client := range clients {
			crowded[crowd{in.table, client}] = true
		}
	}
	s.crowded.Store(&crowded)
	return nil
}

// room is ErrFull for a client whose rows fill a table.
func (s *Store) room(table, client string) error {
	if (*s.crowded.Load())[crowd{table, client}] {
		return fmt.Errorf("%s of client %s: %w", table, client, ErrFull)
	}
	return nil
}
