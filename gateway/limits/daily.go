package limits

import (
	"cmp"
	"hash/maphash"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// Bound names what a day's count can run into.
type Bound uint8

// The bounds. Unbound refuses nothing.
const (
	Unbound          Bound = iota
	CallsOfAgency          // calls of an agency to one system under one rule
	CallsOfClient          // calls of a client to all systems together
	PeopleOfOfficial       // different people that one official of a client asks about
	PeopleOfClient         // different people that one client asks about
	bounds
)

// DailyOptions says how the counts of a day are kept.
type DailyOptions struct {
	Redis redis.UniversalClient // nil: counted in this process only; stays the caller's to close
	// Name hashes what is counted into the name under which replicas find it, with a key that they share, so that
	// whoever can read Redis learns nothing. Required with Redis.
	Name  func(parts ...string) [32]byte
	Retry time.Duration // between looks whether a lost Redis answers; 0: DefaultRetry
	Now   func() time.Time
	Log   *slog.Logger
}

// DefaultRetry is short, because small quotas wait for it: a busy moment of Redis must not cost their callers a second.
const DefaultRetry = 100 * time.Millisecond

// Daily counts what may be done in a day of Vietnam: calls of an agency and of a client, and different people asked about. It is safe
// for concurrent use.
//
// With Redis the counts hold over all replicas. Calls are taken in shares, each small enough that what four processes
// hold unspent is one per cent of the quota (more processes take smaller shares), and the last per cent one by one. While
// Redis is away a process spends what it has in hand, then a quarter of a per cent of the quota of its own, and then
// refuses; what it spent is booked when Redis answers again, however empty Redis comes back. Of people it goes on
// counting in this process alone. Without Redis everything counts in this process alone, in memory: a restart forgets.
type Daily struct {
	shared *shared // nil without Redis
	now    func() time.Time
	seed   maphash.Seed
	today  atomic.Pointer[day]
	turn   sync.Mutex
	wake   chan *account // whose share runs out
	stop   chan struct{}
	done   sync.WaitGroup

	refused [bounds]atomic.Uint64
	unsure  atomic.Uint64 // refused because Redis is away
	alone   atomic.Uint64 // admitted beyond what Redis had granted
}

// DailyStats are counters since start and the state of today.
type DailyStats struct {
	// Refused, by the bound that was met.
	Calls, ClientCalls, Officials, Clients uint64

	Unsure uint64 // refused because Redis is away
	Alone  uint64 // calls admitted beyond what Redis had granted
	Shared bool   // counts hold over all replicas now
	// How much of its bound the busiest official and the busiest client have used, from 0 to 1.
	BusiestOfficial, BusiestClient float64
}

// NewDaily starts counting. It tries Redis once, and goes on without it if it must.
func NewDaily(o DailyOptions) *Daily {
	d := newDaily(o)
	if d.shared != nil {
		d.shared.probe()
		d.done.Go(func() { d.keep(cmp.Or(o.Retry, DefaultRetry)) })
	}
	return d
}

// newDaily is NewDaily without the background work.
func newDaily(o DailyOptions) *Daily {
	d := &Daily{now: o.Now, seed: maphash.MakeSeed(), wake: make(chan *account, 256), stop: make(chan struct{})}
	if d.now == nil {
		d.now = time.Now
	}
	if o.Redis != nil {
		d.shared = newShared(o)
	}
	return d
}

// Close ends the background work and hands back what was not spent, for two seconds at most.
func (d *Daily) Close() {
	close(d.stop)
	d.done.Wait()
	t := d.today.Load()
	if d.shared == nil || t == nil {
		return
	}
	deadline := time.Now().Add(2 * time.Second)
	t.each(func(a *account) {
		if time.Now().Before(deadline) {
			a.handBack()
		}
	})
}

// keep brings shares before the last is spent, and looks after a Redis that is away.
func (d *Daily) keep(retry time.Duration) {
	tick := time.NewTicker(retry)
	defer tick.Stop()
	for {
		select {
		case <-d.stop:
			return
		case a := <-d.wake:
			a.refill()
		case <-tick.C:
			d.heal()
		}
	}
}

// heal looks whether a Redis that was away answers, and if so tells it what was taken: it may come back empty.
func (d *Daily) heal() {
	if d.shared.usable() || !d.shared.probe() {
		return
	}
	if t := d.today.Load(); t != nil {
		t.each((*account).tell)
	}
}

// Stats returns the counters.
func (d *Daily) Stats() DailyStats {
	s := DailyStats{
		Calls: d.refused[CallsOfAgency].Load(), ClientCalls: d.refused[CallsOfClient].Load(),
		Officials: d.refused[PeopleOfOfficial].Load(), Clients: d.refused[PeopleOfClient].Load(),
		Unsure: d.unsure.Load(), Alone: d.alone.Load(), Shared: d.shared.usable(),
	}
	if t := d.today.Load(); t != nil && d.now().Before(t.end) {
		s.BusiestOfficial, s.BusiestClient = t.busiest[PeopleOfOfficial].share(), t.busiest[PeopleOfClient].share()
	}
	return s
}

// vietnam has had no daylight saving since long before the first rule.
var vietnam = time.FixedZone("", 7*60*60)

// UntilMidnight is how long the day of Vietnam still lasts.
func UntilMidnight(now time.Time) time.Duration {
	_, end := dayOf(now)
	return end.Sub(now)
}

func dayOf(now time.Time) (start, end time.Time) {
	y, m, d := now.In(vietnam).Date()
	start = time.Date(y, m, d, 0, 0, 0, 0, vietnam)
	return start, start.AddDate(0, 0, 1)
}

// day is everything that is counted in one day; the next begins with none of it.
type day struct {
	from, end time.Time // a request may have come a little before the day began
	name      string    // 2026-11-25
	accounts  accounts
	known     set // whom officials and clients have asked about
	mu        sync.Mutex
	counts    map[uint64]int64 // of people, by who asked
	busiest   [bounds]busiest
}

// late is how long after midnight a request that came before it may still be on its way. It counts for the new day. A
// time that lies further back means that the clock was set.
const late = time.Hour

// on is the day in which now lies.
func (d *Daily) on(now time.Time) *day {
	if t := d.today.Load(); t != nil && t.holds(now) {
		return t
	}
	d.turn.Lock()
	defer d.turn.Unlock()
	t := d.today.Load()
	if t == nil || !t.holds(now) {
		start, end := dayOf(now)
		t = &day{from: start.Add(-late), end: end, name: start.Format(time.DateOnly), counts: make(map[uint64]int64)}
		d.today.Store(t)
	}
	return t
}

func (t *day) holds(now time.Time) bool { return now.Before(t.end) && !now.Before(t.from) }

// life is how long a count is kept in Redis: an hour more than its day, for clocks that differ.
func (t *day) life(now time.Time) time.Duration { return max(t.end.Sub(now), 0) + time.Hour }

// busiest is the largest share of a bound that anybody has used.
type busiest struct{ bits atomic.Uint64 }

func (b *busiest) share() float64 { return math.Float64frombits(b.bits.Load()) }

func (b *busiest) note(count, bound int64) {
	if bound <= 0 {
		return
	}
	// The bits of floats that are not negative are in the order of the floats.
	bits := math.Float64bits(float64(count) / float64(bound))
	for old := b.bits.Load(); bits > old && !b.bits.CompareAndSwap(old, bits); old = b.bits.Load() {
	}
}
