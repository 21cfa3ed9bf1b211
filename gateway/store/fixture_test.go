package store

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/gateway/internal/testpostgres"
)

// onBoth runs a test on both databases. Opening what it gives again opens the same state.
func onBoth(t *testing.T, test func(t *testing.T, o Options)) {
	t.Run("sqlite", func(t *testing.T) { test(t, inFile(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, onServer(t)) })
}

func inFile(t testing.TB) Options {
	return Options{File: filepath.Join(t.TempDir(), "state", "store.db")}
}

func onServer(t testing.TB) Options { return Options{URL: testpostgres.Start(t)} }

func opened(t testing.TB, o Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// clock is a time that tests move.
type clock struct{ milliseconds atomic.Int64 }

func newClock() *clock {
	var c clock
	c.milliseconds.Store(time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC).UnixMilli())
	return &c
}

func (c *clock) Now() time.Time          { return time.UnixMilli(c.milliseconds.Load()) }
func (c *clock) advance(d time.Duration) { c.milliseconds.Add(d.Milliseconds()) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// number is what a query of one number answers.
func number(t testing.TB, s *Store, query string, args ...any) (n int64) {
	t.Helper()
	must(t, s.Reader().QueryRowContext(context.Background(), query, args...).Scan(&n))
	return n
}
