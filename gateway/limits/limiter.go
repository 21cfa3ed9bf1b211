// Package limits keeps callers within what they may ask: a rate for each agency on each system, what one day holds of calls
// and of different people asked about, and a bound on the requests that this process works on at once.
//
// It owns the counting and the words of the answer's headers. It does not know which rate or bound applies (the policy decides
// and hands it in with every request) and refuses nothing itself. The lookup asks it after the policy and before the cache.
// Rates and requests count within this process, what a day holds over all replicas where there is a Redis.
package limits

import (
	"hash/maphash"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// DefaultMaxBuckets is room for every agency of a large province on every system.
const DefaultMaxBuckets = 65536

const shardCount = 32

// Limiter holds a token bucket for each agency, system and rate. It is safe for concurrent use.
//
// The rate belongs to the bucket's name: a rate changed by a policy counts at once, with a full bucket, and two rules with
// different rates never spend or refill each other's.
type Limiter struct {
	start  time.Time
	seed   maphash.Seed
	shards [shardCount]shard

	refused atomic.Uint64
}

type bucketName struct {
	agency, system string
	rate           Rate
}

// bucket is the generic cell rate algorithm: the time, in nanoseconds after the limiter's start, at which the bucket
// will be full again. A time that is not in the future is a full bucket, so a bucket that was idle holds nothing.
type bucket struct{ full atomic.Int64 }

type shard struct {
	mu      sync.RWMutex
	buckets map[bucketName]*bucket
	max     int
}

// New makes a limiter that never holds more than about maxBuckets buckets (0: DefaultMaxBuckets). Idle ones make room
// first, which changes no decision.
func New(maxBuckets int) *Limiter {
	if maxBuckets <= 0 {
		maxBuckets = DefaultMaxBuckets
	}
	l := &Limiter{start: time.Now(), seed: maphash.MakeSeed()}
	for i := range l.shards {
		l.shards[i].buckets = make(map[bucketName]*bucket)
		l.shards[i].max = max(1, maxBuckets/shardCount)
	}
	return l
}

// Result is the decision on one request and what the caller may be told about it.
type Result struct {
	Allowed    bool
	Limit      int64         // requests that a full bucket admits at once
	Remaining  int64         // requests that would be admitted right now
	Reset      time.Duration // until the bucket is full
	RetryAfter time.Duration // until one request would be admitted; 0 if this one was
}

// Allow takes one request out of the bucket, or says how long the caller must wait. A refused request costs nothing.
func (l *Limiter) Allow(agency, system string, rate Rate, now time.Time) Result {
	t, ok := rate.terms()
	if !ok {
		return Result{RetryAfter: time.Minute}
	}
	at := int64(now.Sub(l.start)) // monotonic where the clock is the real one
	b := l.bucket(bucketName{agency, system, rate}, at)
	for {
		old := b.full.Load()
		// Never more in debt than an empty bucket, even if the clock was set back.
		full := min(max(old, at), at+t.depth)
		next := full + t.cost
		if next-at > t.depth {
			l.refused.Add(1)
			return t.result(false, full-at)
		}
		if b.full.CompareAndSwap(old, next) {
			return t.result(true, next-at)
		}
	}
}

// result describes a bucket that is full after the given time.
func (t terms) result(allowed bool, full int64) Result {
	r := Result{Allowed: allowed, Limit: t.burst, Remaining: (t.depth - full) / t.cost, Reset: time.Duration(full)}
	if !allowed {
		r.RetryAfter = time.Duration(full + t.cost - t.depth)
	}
	return r
}

func (l *Limiter) bucket(name bucketName, now int64) *bucket {
	s := &l.shards[maphash.Comparable(l.seed, name)%shardCount]
	s.mu.RLock()
	b := s.buckets[name]
	s.mu.RUnlock()
	if b != nil {
		return b
	}
	return s.add(name, now)
}

func (s *shard) add(name bucketName, now int64) *bucket {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.buckets[name]; b != nil {
		return b
	}
	if len(s.buckets) >= s.max {
		s.makeRoom(now)
	}
	// The names may be parts of a request's buffers, which must not live as long as a bucket.
	name.agency, name.system = strings.Clone(name.agency), strings.Clone(name.system)
	b := new(bucket)
	b.full.Store(now)
	s.buckets[name] = b
	return b
}

// makeRoom drops the full buckets, or else the one that is soonest full, which forgives the least.
func (s *shard) makeRoom(now int64) {
	var soonest bucketName
	least, dropped := int64(0), false
	for name, b := range s.buckets {
		full := b.full.Load()
		if full <= now {
			delete(s.buckets, name)
			dropped = true
		} else if least == 0 || full < least {
			soonest, least = name, full
		}
	}
	if !dropped {
		delete(s.buckets, soonest)
	}
}

// Refused is the number of requests refused since start.
func (l *Limiter) Refused() uint64 { return l.refused.Load() }

// Buckets tells how many buckets are held.
func (l *Limiter) Buckets() int {
	n := 0
	for i := range l.shards {
		s := &l.shards[i]
		s.mu.RLock()
		n += len(s.buckets)
		s.mu.RUnlock()
	}
	return n
}
