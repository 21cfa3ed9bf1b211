package limits

import (
	"hash/maphash"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Call is the decision on one call and what the caller may be told of its quota. What other replicas took since this one
// asked Redis last is not in Remaining yet.
type Call struct {
	Result
	Unsure bool // refused because Redis is away, not because the quota is spent; nothing the caller did
	of     *account
}

// Call takes one call out of what an agency may ask of a system in a day under a rule. A quota that a policy changes
// counts at once, less what was taken already.
func (d *Daily) Call(agency, system, rule string, perDay int64, now time.Time) Call {
	return d.call(quotaName{agency, system, rule}, CallsOfAgency, perDay, now)
}

// ClientCall takes one call out of what a client of an agency may ask of all systems together in a day.
func (d *Daily) ClientCall(agency, client string, perDay int64, now time.Time) Call {
	// No rule's quota is without a system, so that a rule named like a client is no matter.
	return d.call(quotaName{agency, "", client}, CallsOfClient, perDay, now)
}

func (d *Daily) call(name quotaName, bound Bound, perDay int64, now time.Time) Call {
	t := d.on(now)
	a := t.accounts.find(d.seed, name)
	if a == nil {
		a = d.open(t, name, perDay)
	}
	if a.quota.Load() != perDay {
		a.change(perDay)
	}
	verdict := a.take(now)
	left := max(t.end.Sub(now), 0)
	c := Call{Result: Result{Allowed: verdict == taken, Limit: perDay, Remaining: max(a.rest.Load(), 0) + a.left.Load(), Reset: left}, of: a}
	switch verdict {
	case spent:
		c.Remaining, c.RetryAfter = 0, left
		d.refused[bound].Add(1)
	case unsure:
		c.Unsure, c.RetryAfter = true, time.Second
		d.unsure.Add(1)
	}
	return c
}

// Undo puts an allowed call back that was not made. Undoing the zero Call does nothing.
func (c *Call) Undo() {
	if c.of != nil && c.Allowed {
		c.of.rest.Add(1)
		c.Remaining++
	}
}

// quotaName is of one quota, whatever its size. That of a client has no system, and the client in place of a rule.
type quotaName struct{ agency, system, rule string }

// accounts are found without a lock: each shard is copied when one is added, which happens once a day for each agency,
// system and rule, and for each client. None of the names is a caller's to make up.
type accounts struct {
	shards [shardCount]atomic.Pointer[map[quotaName]*account]
	adding sync.Mutex
}

func (all *accounts) find(seed maphash.Seed, name quotaName) *account {
	if m := all.shards[maphash.Comparable(seed, name)%shardCount].Load(); m != nil {
		return (*m)[name]
	}
	return nil
}

func (all *accounts) add(seed maphash.Seed, a *account) *account {
	all.adding.Lock()
	defer all.adding.Unlock()
	if other := all.find(seed, a.name); other != nil {
		return other
	}
	shard := &all.shards[maphash.Comparable(seed, a.name)%shardCount]
	grown := make(map[quotaName]*account)
	if m := shard.Load(); m != nil {
		maps.Copy(grown, *m)
	}
	grown[a.name] = a
	shard.Store(&grown)
	return a
}

func (t *day) each(do func(*account)) {
	for i := range t.accounts.shards {
		if m := t.accounts.shards[i].Load(); m != nil {
			for _, a := range *m {
				do(a)
			}
		}
	}
}

// open begins an account: with the whole quota where this process is alone, with nothing in hand where it shares.
func (d *Daily) open(t *day, name quotaName, perDay int64) *account {
	// The names may be parts of a request's buffers, which must not live as long as a day.
	name = quotaName{strings.Clone(name.agency), strings.Clone(name.system), strings.Clone(name.rule)}
	a := &account{of: d, day: t, name: name}
	a.quota.Store(perDay)
	a.low.Store(-1)
	if d.shared == nil {
		a.rest.Store(perDay)
	}
	return t.accounts.add(d.seed, a)
}

// account is what this process has of one quota of one day. A call that is in hand is taken by one atomic operation.
type account struct {
	of   *Daily
	day  *day
	name quotaName

	quota   atomic.Int64
	rest    atomic.Int64 // calls in hand; below zero while who found none puts it right again
	low     atomic.Int64 // with so many in hand more are fetched; -1: never
	left    atomic.Int64 // in Redis, when it told last
	wanted  atomic.Bool  // is in the queue to be refilled
	waiting atomic.Int64 // who needs a call that Redis must give
	dry     atomic.Int64 // until when Redis need not be asked again, in nanoseconds since 1970

	trip   sync.Mutex // held while Redis is asked; guards what follows
	mine   int64      // taken of the quota by this process: spent, or in hand
	told   int64      // what mine was when Redis answered last
	seen   int64      // taken by all, then
	heard  bool       // Redis has answered
	spared int64      // admitted without Redis since it answered
}

type verdict uint8

const (
	spent verdict = iota
	taken
	unsure
)

// dryFor is how long a spent quota is believed to be spent: another process may end and hand back what it held.
const dryFor = time.Second

func (a *account) take(now time.Time) verdict {
	if rest := a.rest.Add(-1); rest >= 0 {
		if rest <= a.low.Load() {
			a.want()
		}
		return taken
	}
	a.rest.Add(1)
	if a.of.shared == nil || a.isDry(now) {
		return spent
	}
	return a.wait(now)
}

func (a *account) isDry(now time.Time) bool {
	wait := a.dry.Load() - now.UnixNano()
	return wait > 0 && wait <= int64(dryFor) // a clock that was set back locks nobody out
}

// want has the next share fetched in the background. Where the queue is full, who finds nothing in hand fetches it.
func (a *account) want() {
	if a.wanted.Load() || !a.wanted.CompareAndSwap(false, true) {
		return
	}
	select {
	case a.of.wake <- a:
	default:
		a.wanted.Store(false)
	}
}

// wait gets one call from Redis. One of those who wait asks for all of them.
func (a *account) wait(now time.Time) verdict {
	a.waiting.Add(1)
	defer a.waiting.Add(-1)
	a.trip.Lock()
	defer a.trip.Unlock()
	if a.rest.Add(-1) >= 0 {
		return taken // another's trip brought enough
	}
	a.rest.Add(1)
	if a.isDry(now) {
		return spent
	}
	granted, err := a.fetch(a.waiting.Load(), true)
	switch {
	case err != nil:
		return a.spare()
	case granted == 0:
		a.dry.Store(now.Add(dryFor).UnixNano())
		return spent
	}
	a.rest.Add(granted - 1)
	return taken
}

// refill puts another share into hand.
func (a *account) refill() {
	a.trip.Lock()
	defer a.trip.Unlock()
	granted, _ := a.fetch(0, true) // a Redis that is away is noticed and told elsewhere
	a.rest.Add(granted)
	a.wanted.Store(false)
}

// fetch tells Redis what this process has taken, and brings what those who wait need and, if more is asked for, a share
// besides. What it brings is the caller's to put into hand.
func (a *account) fetch(need int64, more bool) (granted int64, err error) {
	quota := a.quota.Load()
	granted, left, err := a.of.shared.askQuota(a, quota, need, more)
	if err != nil {
		a.low.Store(-1)
		return 0, err
	}
	a.mine += granted
	a.told, a.seen, a.heard = a.mine, quota-left, true
	a.left.Store(max(left, 0))
	a.low.Store(-1)
	if granted > need {
		a.low.Store((granted - need) / 2)
	}
	a.spared = 0
	return granted, nil
}

// spare admits a call without Redis, out of the small part of the quota that a process has for itself while Redis is
// away: a quarter of a per cent, so that four of them go one per cent beyond the quota at most, and never more than
// what Redis still had. A quota that was spent stays so.
func (a *account) spare() verdict {
	most := (a.quota.Load() + 399) / 400
	if a.heard {
		most = min(most, a.left.Load())
	}
	switch {
	case most == 0:
		return spent
	case a.spared >= most:
		return unsure
	}
	a.spared++
	a.mine++
	a.of.alone.Add(1)
	return taken
}

// tell books in Redis what was taken.
func (a *account) tell() {
	a.trip.Lock()
	defer a.trip.Unlock()
	_, _ = a.fetch(0, false)
}

// handBack books in Redis that what is in hand is not going to be spent.
func (a *account) handBack() {
	a.trip.Lock()
	defer a.trip.Unlock()
	if a.mine -= a.rest.Swap(0); a.mine != a.told {
		_, _ = a.fetch(0, false)
	}
}

// change follows a policy that changed the quota. Shares are cut anew.
func (a *account) change(perDay int64) {
	a.trip.Lock()
	defer a.trip.Unlock()
	more := perDay - a.quota.Swap(perDay)
	if a.of.shared == nil {
		a.rest.Add(more)
		return
	}
	a.mine -= a.rest.Swap(0)
	a.left.Store(max(a.left.Load()+more, 0))
	a.dry.Store(0)
}
