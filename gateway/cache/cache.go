// Package cache keeps answers of national systems for as long as a policy allows: first in this process, then in Redis,
// encrypted, for all replicas.
//
// It owns the naming, sealing and ageing of records and the care for a Redis that goes away and comes back. It does not
// know what a question or a field is, nor which record may be answered to whom: the lookup decides before it asks here,
// and judges freshness itself. It never stores an error.
//
// Nothing here waits for Redis longer than one small timeout, and after a failure nobody waits at all until it answers again.
package cache

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/singleflight"
)

// Defaults of Options.
const (
	DefaultMaxBytes     = 64 << 20
	DefaultLocalFor     = 30 * time.Second
	DefaultFetchTimeout = 60 * time.Second
	DefaultRetry        = time.Second
)

// maxBody is the largest body that is stored; a larger one is answered and forgotten.
const maxBody = 4 << 20

// Options says how a cache is set up. Only Secrets is required.
type Options struct {
	Secrets  Secrets
	MaxBytes int64                 // of records in this process
	Redis    redis.UniversalClient // nil: records live in this process only; stays the caller's to close
	// LocalFor is how long a record is answered from this process before Redis is asked again. It bounds how long a
	// record that was removed or replaced in Redis is still seen here; while Redis is away it does not apply.
	LocalFor     time.Duration
	FetchTimeout time.Duration // of one shared fetch
	Retry        time.Duration // between looks whether Redis answers
	Now          func() time.Time
	Log          *slog.Logger
	OnStatus     func(Status) // called after each change, one at a time
}

// Tier tells where a record was found.
type Tier uint8

// The tiers, nearest first; Nowhere is a miss.
const (
	Nowhere Tier = iota
	InProcess
	InRedis
)

// Cache is safe for concurrent use.
type Cache struct {
	local        *otter.Cache[Key, *entry]
	remote       *remote // nil without Redis
	namer        namer
	flights      singleflight.Group
	now          func() time.Time
	log          *slog.Logger
	localFor     time.Duration
	fetchTimeout time.Duration
	counts       counts
}

// entry is a record in this process.
type entry struct {
	rec   *Record
	alone time.Time // up to here it is answered without asking Redis
}

type counts struct{ local, redis, misses atomic.Uint64 }

// Stats are counters since start and the present weight.
type Stats struct {
	InProcess, InRedis, Misses uint64 // outcomes of Get
	Unreadable                 uint64 // values in Redis that did not open, each answered as a miss
	Dropped                    uint64 // records not written to Redis: queue full, Redis away or refusing
	Bytes, Entries             uint64 // in this process, approximately
}

// New starts a cache. It tries Redis once, for at most its dial timeout, and goes on without it if it must.
func New(o Options) (*Cache, error) {
	if o.Secrets == nil {
		return nil, errors.New("start cache: no secrets given")
	}
	c := &Cache{
		namer:        namer{secrets: o.Secrets},
		now:          o.Now,
		log:          cmp.Or(o.Log, slog.New(slog.DiscardHandler)),
		localFor:     cmp.Or(o.LocalFor, DefaultLocalFor),
		fetchTimeout: cmp.Or(o.FetchTimeout, DefaultFetchTimeout),
	}
	if c.now == nil {
		c.now = time.Now
	}
	var err error
	c.local, err = otter.New(&otter.Options[Key, *entry]{
		MaximumWeight: uint64(cmp.Or(o.MaxBytes, DefaultMaxBytes)),
		Weigher:       func(_ Key, e *entry) uint32 { return e.rec.weight() },
		ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[Key, *entry]) time.Duration {
			return max(1, e.Value.rec.until().Sub(c.now()))
		}),
	})
	if err != nil {
		return nil, err
	}
	if o.Redis != nil {
		c.remote = startRemote(o, c.now, c.log)
	}
	return c, nil
}

// Close writes what is queued for Redis, for a second at most, and ends the background work.
func (c *Cache) Close() {
	if c.remote != nil {
		c.remote.close()
	}
	c.local.StopAllGoroutines()
}

// Local returns the record if this process may answer it without asking Redis, else nil.
func (c *Cache) Local(key Key) *Record {
	e, ok := c.local.GetIfPresent(key)
	if !ok {
		return nil
	}
	now := c.now()
	if !now.Before(e.rec.until()) || c.remote.usable() && !now.Before(e.alone) {
		return nil
	}
	return e.rec
}

// Get returns a record that has not reached the end of its life, from the nearest tier; it may be stale. Without one it
// returns nil. A Redis that fails is never an error here.
func (c *Cache) Get(ctx context.Context, key Key) (*Record, Tier) {
	if rec := c.Local(key); rec != nil {
		c.counts.local.Add(1)
		return rec, InProcess
	}
	if !c.remote.usable() {
		c.counts.misses.Add(1)
		return nil, Nowhere
	}
	held, _ := c.local.GetIfPresent(key)
	rec, err := c.remote.get(ctx, key)
	switch {
	case err == nil && c.now().Before(rec.until()):
		c.counts.redis.Add(1)
		return c.promote(key, rec, held), InRedis
	case err != nil && !errors.Is(err, errMiss):
		// Redis fell silent during this call: what is held here counts as if it had been away before.
		if held != nil && c.now().Before(held.rec.until()) {
			c.counts.local.Add(1)
			return held.rec, InProcess
		}
	case held != nil:
		c.drop(key, held)
	}
	c.counts.misses.Add(1)
	return nil, Nowhere
}

// promote keeps a record from Redis here. If it is the one held already, that one stays, for its projections.
func (c *Cache) promote(key Key, rec *Record, held *entry) *Record {
	if held != nil && held.rec.same(rec) {
		rec = held.rec
	}
	c.keep(key, rec)
	return rec
}

// drop removes an entry that Redis no longer has, unless it was replaced meanwhile.
func (c *Cache) drop(key Key, held *entry) {
	c.local.ComputeIfPresent(key, func(old *entry) (*entry, otter.ComputeOp) {
		if old == held {
			return nil, otter.InvalidateOp
		}
		return old, otter.CancelOp
	})
}

// Put stores a record: here at once, in Redis soon, without ever making the caller wait. A record that is not fresh any
// more, or too large, is not stored. The record must not be changed afterwards.
func (c *Cache) Put(key Key, rec *Record) {
	if rec == nil || !c.now().Before(rec.FreshUntil) || len(rec.Body) > maxBody {
		return
	}
	c.keep(key, rec)
	if c.remote != nil {
		c.remote.put(key, rec)
	}
}

func (c *Cache) keep(key Key, rec *Record) {
	c.local.Set(key, &entry{rec: rec, alone: c.now().Add(c.localFor)})
}

// Health tells how Redis is.
func (c *Cache) Health() Status {
	if c.remote == nil {
		return Status{State: Off}
	}
	return c.remote.link.status()
}

// Stats returns the counters.
func (c *Cache) Stats() Stats {
	s := Stats{
		InProcess: c.counts.local.Load(),
		InRedis:   c.counts.redis.Load(),
		Misses:    c.counts.misses.Load(),
		Bytes:     c.local.WeightedSize(),
		Entries:   uint64(c.local.EstimatedSize()),
	}
	if c.remote != nil {
		s.Unreadable = c.remote.unreadable.Load()
		s.Dropped = c.remote.dropped.Load()
	}
	return s
}
