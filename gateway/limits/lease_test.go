package limits

import (
	"context"
	"crypto/sha256"
	"errors"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"pgregory.net/rapid"

	"github.com/lgsp-vn/lgsp/gateway/internal/testredis"
)

// wire is one replica's way to Redis, which can be cut, and can lose the answer to what Redis has done.
type wire struct {
	*redis.Client
	cut  bool
	lose bool
}

var errWire = errors.New("the wire is cut")

func (w *wire) DialHook(next redis.DialHook) redis.DialHook { return next }
func (w *wire) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (w *wire) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if w.cut {
			cmd.SetErr(errWire)
			return errWire
		}
		err := next(ctx, cmd)
		if w.lose && err == nil {
			w.lose = false
			cmd.SetErr(errWire)
			return errWire
		}
		return err
	}
}

func newWire(t interface{ Fatal(...any) }, url string) *wire {
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	options.MaxRetries, options.DialerRetries = -1, 1
	w := &wire{Client: redis.NewClient(options)}
	w.AddHook(w)
	return w
}

// hashed stands for the keyed hash of the cache's names; salt keeps tests on one Redis apart.
func hashed(salt string) func(parts ...string) [32]byte {
	return func(parts ...string) [32]byte { return sha256.Sum256([]byte(salt + strings.Join(parts, "\x00"))) }
}

// replica is one process after another in one place. Its background work is done by hand.
type replica struct {
	*wire
	*Daily
	hasBeenCut bool // this process
	salt       string
}

func (r *replica) start() {
	r.Daily = newDaily(DailyOptions{Redis: r.wire.Client, Name: hashed(r.salt)})
	r.hasBeenCut = r.cut
	r.shared.probe()
}

// background does what the keeper would have done by now.
func (r *replica) background() {
	for {
		select {
		case a := <-r.wake:
			a.refill()
		default:
			return
		}
	}
}

func (r *replica) account() *account {
	if t := r.today.Load(); t != nil {
		return t.accounts.find(r.seed, testQuota)
	}
	return nil
}

func (r *replica) inHand() int64 {
	if a := r.account(); a != nil {
		return a.rest.Load()
	}
	return 0
}

var testQuota = quotaName{"H26.12", "population", "one-stop"}

// cluster is several replicas and the naive counter that their leases are held against.
type cluster struct {
	t        *rapid.T
	redis    *redis.Client
	replicas []*replica
	quota    int64
	now      time.Time

	admitted int64
	beyond   int64 // may be admitted beyond the quota: without Redis, or because what Redis forgot nobody knows any more
	stranded int64 // of the quota nobody will spend: in the hands of processes that crashed, in answers that were lost
}

// emergency is what a process may spend without Redis.
func (c *cluster) emergency() int64 { return (c.quota + 399) / 400 }

func (c *cluster) call(r *replica) {
	// Longer than a spent quota is believed without asking.
	c.now = c.now.Add(2 * time.Second)
	got := r.Call(testQuota.agency, testQuota.system, testQuota.rule, c.quota, c.now)
	switch {
	case got.Allowed:
		c.admitted++
	case got.Unsure && !r.cut && r.shared.usable():
		c.t.Fatalf("refused for the want of a Redis that answers")
	case !got.Unsure:
		if unspent, most := c.quota-c.admitted, c.quota/100+c.stranded; unspent > most {
			c.t.Fatalf("refused with %d of %d left, want %d at most", unspent, c.quota, most)
		}
	}
	if most := c.quota + c.beyond; c.admitted > most {
		c.t.Fatalf("%d admitted of %d, want %d at most", c.admitted, c.quota, most)
	}
}

// taken is what Redis has booked.
func (c *cluster) taken() (sum int64) {
	fields, err := c.redis.HGetAll(c.t.Context(), c.key()).Result()
	if err != nil {
		c.t.Fatal(err)
	}
	for name, value := range fields {
		if name != "^" {
			var n int64
			for _, digit := range value {
				n = n*10 + int64(digit-'0')
			}
			sum += n
		}
	}
	return sum
}

func (c *cluster) key() string {
	return c.replicas[0].shared.quotaKey(c.replicas[0].on(c.now).name, testQuota)
}

// forget has Redis come back empty. Who can be reached tells what it knows; what only the others know may be spent again.
func (c *cluster) forget() {
	known, told := int64(0), c.taken()
	if err := c.redis.Del(c.t.Context(), c.key()).Err(); err != nil {
		c.t.Fatal(err)
	}
	order := make([]int, len(c.replicas))
	for i := range order {
		order[i] = i
	}
	for _, i := range rapid.Permutation(order).Draw(c.t, "who tells first") {
		r := c.replicas[i]
		if a := r.account(); a != nil && !r.cut {
			known = max(known, a.seen)
			a.tell()
		}
	}
	c.beyond += max(0, told-known)
	c.stranded += max(0, known-told) // what was handed back since then is not known to be free
}

func TestLeasesKeepToTheQuotaLikeANaiveCounter(t *testing.T) {
	server := testredis.Own(t)
	plain := newWire(t, server.URL)
	defer plain.Close()
	var runs atomic.Int64
	rapid.Check(t, func(t *rapid.T) {
		c := &cluster{t: t, redis: plain.Client, now: noon, quota: rapid.SampledFrom([]int64{1, 9, 100, 599, 600, 1200, 3000}).Draw(t, "quota")}
		salt := string(rune('a'+runs.Add(1)%26)) + time.Duration(runs.Load()).String()
		for range rapid.IntRange(1, 4).Draw(t, "replicas") {
			r := &replica{wire: newWire(t, server.URL), salt: salt}
			defer r.wire.Close()
			r.start()
			c.replicas = append(c.replicas, r)
		}
		one := func(t *rapid.T) *replica { return c.replicas[rapid.IntRange(0, len(c.replicas)-1).Draw(t, "replica")] }
		t.Repeat(map[string]func(*rapid.T){
			"calls": func(t *rapid.T) {
				r, slow := one(t), rapid.Bool().Draw(t, "the keeper is slow")
				for range rapid.Int64Range(1, max(c.quota/4, 3)).Draw(t, "calls") {
					c.call(r)
					if !slow {
						r.background()
					}
				}
				r.background()
			},
			"cut": func(t *rapid.T) {
				if r := one(t); !r.cut {
					r.cut = true
					if !r.hasBeenCut {
						r.hasBeenCut = true
						c.beyond += c.emergency()
					}
				}
			},
			"mend": func(t *rapid.T) {
				r := one(t)
				r.cut = false
				r.heal()
			},
			"lose an answer": func(t *rapid.T) {
				r := one(t)
				if r.cut || !r.shared.usable() {
					return
				}
				if !r.hasBeenCut {
					r.hasBeenCut = true
					c.beyond += c.emergency()
				}
				before := c.taken()
				r.lose = true
				c.call(r)
				r.lose = false
				c.stranded += max(0, c.taken()-before)
				r.heal()
			},
			"crash": func(t *rapid.T) {
				r := one(t)
				c.stranded += r.inHand()
				if r.start(); r.hasBeenCut {
					c.beyond += c.emergency()
				}
			},
			"end": func(t *rapid.T) {
				r := one(t)
				if r.cut || !r.shared.usable() {
					c.stranded += r.inHand()
				}
				r.Close()
				if r.inHand() != 0 {
					t.Fatalf("%d in hand after the end", r.inHand())
				}
				if r.start(); r.hasBeenCut {
					c.beyond += c.emergency()
				}
			},
			"forget": func(*rapid.T) { c.forget() },
		})
		// In the end the whole quota can be spent, by whoever is there, but for what is stranded.
		for _, r := range c.replicas {
			r.cut = false
			r.heal()
		}
		for range c.quota {
			for _, r := range c.replicas {
				c.call(r)
			}
			if c.admitted >= c.quota {
				break
			}
		}
		if short := c.quota - c.admitted; short > c.stranded {
			t.Fatalf("%d of %d could not be spent, %d is stranded", short, c.quota, c.stranded)
		}
	})
}

func TestReplicasTogetherSpendTheQuotaAndNotOneMore(t *testing.T) {
	url, _ := testredis.Start(t)
	const quota = 5000
	var all sync.WaitGroup
	var admitted, refused atomic.Int64
	salt := t.TempDir()
	for range 4 {
		w := newWire(t, url)
		d := NewDaily(DailyOptions{Redis: w.Client, Name: hashed(salt), Retry: time.Hour})
		t.Cleanup(func() {
			d.Close()
			w.Close()
		})
		for range 4 {
			all.Go(func() {
				for range 600 {
					if d.Call("H26.12", "population", "one-stop", quota, noon).Allowed {
						admitted.Add(1)
					} else {
						refused.Add(1)
					}
				}
			})
		}
	}
	all.Wait()
	if n := admitted.Load(); n > quota || n < quota-quota/100 || refused.Load() != 4*4*600-n {
		t.Errorf("%d of %d admitted, %d refused", n, quota, refused.Load())
	}
}

func TestMostCallsOfALargeQuotaNeedNoTrip(t *testing.T) {
	url, _ := testredis.Start(t)
	w := newWire(t, url)
	defer w.Close()
	trips := &counting{}
	w.AddHook(trips)
	r := &replica{wire: w, salt: t.TempDir()}
	r.start()
	const quota = 60_000
	for range quota {
		if !r.Call("a", "s", "r", quota, noon).Allowed {
			t.Fatal("refused within the quota")
		}
		r.background()
	}
	// 600 shares, and the last per cent one by one.
	if n := trips.n.Load(); n > 600+quota/100+10 {
		t.Errorf("%d trips for %d calls", n, quota)
	}
}

type counting struct{ n atomic.Int64 }

func (*counting) DialHook(next redis.DialHook) redis.DialHook { return next }
func (*counting) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}
func (c *counting) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		c.n.Add(1)
		return next(ctx, cmd)
	}
}

func TestKilledRedisIsSurvivedAndWhatItForgotIsTold(t *testing.T) {
	server := testredis.Own(t)
	const quota = 8000
	r := &replica{wire: newWire(t, server.URL), salt: "x"}
	defer r.wire.Close()
	r.start()
	call := func() Call { return r.Call("a", "s", "r", quota, noon) }
	spend := func(n int) {
		t.Helper()
		for range n {
			if !call().Allowed {
				t.Fatal("refused within the quota")
			}
			r.background()
		}
	}
	spend(6000)
	server.Kill()
	alone := 0
	for ; call().Allowed; alone++ {
	}
	if most := quota/400 + quota/400; alone < quota/400 || alone > most {
		t.Errorf("%d admitted without Redis, want the share in hand and %d", alone, quota/400)
	}
	if got := call(); !got.Unsure || got.RetryAfter != time.Second || r.Stats().Alone != quota/400 || r.Stats().Shared {
		t.Errorf("%+v, %+v", got, r.Stats())
	}
	server.Restart()
	r.heal()
	if !r.Stats().Shared {
		t.Fatal("Redis answers and is not used")
	}
	spend(quota - 6000 - alone)
	if got := call(); got.Allowed || got.Unsure || got.RetryAfter != 12*time.Hour-7*time.Hour {
		t.Errorf("%+v beyond the quota", got)
	}
}

func TestNothingIsSparedOfWhatWasSpent(t *testing.T) {
	url, _ := testredis.Start(t)
	for left := range int64(4) {
		w := newWire(t, url)
		r := &replica{wire: w, salt: t.TempDir()}
		r.start()
		const quota = 1000 // of which a process has three for itself
		for range quota - left {
			r.Call("a", "s", "r", quota, noon)
			r.background()
		}
		w.cut = true
		for i := range left {
			if got := r.Call("a", "s", "r", quota, noon); !got.Allowed {
				t.Errorf("%d left: call %d is refused: %+v", left, i, got)
			}
		}
		if got := r.Call("a", "s", "r", quota, noon); got.Allowed || got.Unsure != (left > 0) {
			t.Errorf("after the last of %d: %+v", left, got)
		}
		w.Close()
	}
}

// The cache's key behind the names may be retired at any time: nothing is forgotten with it.
func TestReplicasTogetherHoldAClientToItsQuota(t *testing.T) {
	url, _ := testredis.Start(t)
	salt := t.TempDir()
	var all []*Daily
	for range 2 {
		w := newWire(t, url)
		d := newDaily(DailyOptions{Redis: w.Client, Name: hashed(salt)})
		t.Cleanup(func() { w.Close() })
		all = append(all, d)
	}
	for i := range 6 {
		if got := all[i%2].ClientCall("H26.12", "portal", 4, noon); got.Allowed != (i < 4) {
			t.Errorf("call %d: %+v", i, got.Result)
		}
	}
	if all[0].Stats().ClientCalls+all[1].Stats().ClientCalls != 2 || all[0].Stats().Calls != 0 {
		t.Errorf("counted as %+v and %+v", all[0].Stats(), all[1].Stats())
	}
	for _, other := range []Call{all[0].ClientCall("H26.12", "desk", 1, noon), all[0].Call("H26.12", "population", "portal", 1, noon)} {
		if !other.Allowed {
			t.Errorf("refused for what another asked: %+v", other.Result)
		}
	}
}

func TestQuotaOutlivesTheKeyOfItsName(t *testing.T) {
	url, _ := testredis.Start(t)
	w := newWire(t, url)
	defer w.Close()
	salt := t.TempDir()
	var all []*replica
	for range 3 {
		d := newDaily(DailyOptions{Redis: w.Client, Name: func(parts ...string) [32]byte { return hashed(salt)(parts...) }})
		all = append(all, &replica{wire: w, Daily: d})
	}
	spend := func(r *replica, n int) (admitted int) {
		for range n {
			if r.Call("a", "s", "r", 1000, noon).Allowed {
				admitted++
			}
			r.background()
		}
		return admitted
	}
	if spend(all[0], 300)+spend(all[1], 300) != 600 {
		t.Fatal("refused within the quota")
	}
	salt += "new"
	got := spend(all[1], 200)
	got += spend(all[0], 1000) + spend(all[2], 1000) + spend(all[1], 1000)
	if got > 400 || got < 400-10 {
		t.Errorf("%d admitted of the 400 that were left", got)
	}
}

func TestAlarmIsGivenOnceAnOutage(t *testing.T) {
	log, text := newLog()
	d := newDaily(DailyOptions{Redis: redis.NewClient(&redis.Options{MaxRetries: -1, DialerRetries: 1, Dialer: func(context.Context, string, string) (net.Conn, error) { return nil, errWire }}),
		Name: hashed(""), Log: log})
	for range 5 {
		d.shared.probe()
		d.heal()
		d.Call("a", "s", "r", 100, noon)
	}
	if n := strings.Count(text.String(), "redis lost"); n != 1 {
		t.Errorf("told %d times: %s", n, text)
	}
}

func TestPolicyThatChangesAQuotaCountsAtOnceOverReplicas(t *testing.T) {
	url, _ := testredis.Start(t)
	w := newWire(t, url)
	defer w.Close()
	salt := t.TempDir()
	one, other := &replica{wire: w, salt: salt}, &replica{wire: w, salt: salt}
	one.start()
	other.start()
	spend := func(quota int64) (n int) {
		for _, r := range []*replica{one, other} {
			for ; r.Call("a", "s", "r", quota, noon).Allowed; n++ {
				r.background()
			}
		}
		return n
	}
	if n := spend(1000); n != 1000 {
		t.Errorf("%d admitted of 1000", n)
	}
	if n := spend(1500); n != 500 {
		t.Errorf("%d admitted of 500 more", n)
	}
	if n := spend(900); n != 0 {
		t.Errorf("%d admitted after the quota was lowered", n)
	}
}
