package cache

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
)

// ErrFetchPanicked stands for a fault in the fetching code, told to everyone who waited for it; the stack is in the log.
// It is a fault of ours, not of the national system, and must not count against it.
var ErrFetchPanicked = errors.New("fetch panicked")

// errNoRecord is a fetch that returned neither a record nor an error.
var errNoRecord = errors.New("fetch returned no record")

// Load fetches a record once for all who ask at the same time, stores it and gives it to each of them; shared says that
// another caller's fetch, not this one's, brought it. Errors go to all who wait and are not remembered.
//
// A record kept here that is good is answered instead of fetching: it came while this caller was on its way here. With
// nil as good the caller insists on a new answer, which it shares only with others who insist.
//
// The fetch runs under the first caller's values but not its cancellation, bounded by Options.FetchTimeout. A caller
// whose context ends leaves with the context's error, and the fetch goes on for the others and for the cache.
func (c *Cache) Load(ctx context.Context, key Key, good func(*Record) bool, fetch func(context.Context) (*Record, error)) (rec *Record, shared bool, err error) {
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	flight := string(key[:])
	if good == nil {
		flight += " insisting"
	}
	fetched := false
	answer := c.flights.DoChan(flight, func() (any, error) {
		if good != nil {
			if e, ok := c.local.GetIfPresent(key); ok && good(e.rec) {
				return e.rec, nil
			}
		}
		fetched = true
		return c.fetch(ctx, key, fetch)
	})
	select {
	case a := <-answer:
		rec, _ := a.Val.(*Record)
		return rec, !fetched, a.Err
	case <-ctx.Done():
		return nil, false, ctx.Err()
	}
}

// fetch runs on a goroutine of the flight, where a panic would end the process.
func (c *Cache) fetch(ctx context.Context, key Key, fetch func(context.Context) (*Record, error)) (rec *Record, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.fetchTimeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			// The value may quote what was asked or answered: only its type may be told.
			c.log.LogAttrs(ctx, slog.LevelError, "fetch panicked",
				slog.String("type", fmt.Sprintf("%T", p)), slog.String("stack", string(debug.Stack())))
			rec, err = nil, ErrFetchPanicked
		}
	}()
	rec, err = fetch(ctx)
	if err != nil {
		return nil, err
	}
	if rec == nil {
		return nil, errNoRecord
	}
	c.Put(key, rec)
	return rec, nil
}
