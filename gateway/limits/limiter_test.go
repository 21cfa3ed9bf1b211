package limits

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// naive is the token bucket of the textbook, with a token worth the nanoseconds that it takes to come.
type naive struct {
	level, depth, cost int64
	last               time.Time
}

func (n *naive) allow(now time.Time) bool {
	n.level = min(n.depth, n.level+int64(now.Sub(n.last)))
	n.last = now
	if n.level < n.cost {
		return false
	}
	n.level -= n.cost
	return true
}

func TestLimiterDecidesLikeATokenBucket(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := Rate{
			Count: rapid.Int64Range(1, 20).Draw(t, "count"),
			Per:   time.Duration(rapid.Int64Range(1, 100).Draw(t, "per")) * 100 * time.Millisecond,
			Burst: rapid.Int64Range(0, 30).Draw(t, "burst"),
		}
		burst := rate.Burst
		if burst == 0 {
			burst = rate.Count
		}
		cost := int64(rate.Per) / rate.Count
		model := naive{level: burst * cost, depth: burst * cost, cost: cost, last: noon}
		l, now := New(0), noon
		for _, gap := range rapid.SliceOfN(rapid.Int64Range(0, 3*cost), 1, 100).Draw(t, "gaps") {
			now = now.Add(time.Duration(gap))
			want := model.allow(now)
			got := l.Allow("H26.12", "population", rate, now)
			if got.Allowed != want || got.Limit != burst || got.Remaining != model.level/cost ||
				int64(got.Reset) != model.depth-model.level {
				t.Fatalf("at %v: got %+v, the model says %v with %d of %d left", now.Sub(noon), got, want, model.level, model.depth)
			}
			if !want && int64(got.RetryAfter) != cost-model.level || want && got.RetryAfter != 0 {
				t.Fatalf("retry after %v with %d left of a cost of %d", got.RetryAfter, model.level, cost)
			}
		}
	})
}

func TestWaitingAsToldIsEnoughAndLessIsNot(t *testing.T) {
	l, rate := New(0), Rate{Count: 3, Per: time.Second}
	for range 3 {
		l.Allow("a", "s", rate, noon)
	}
	wait := l.Allow("a", "s", rate, noon).RetryAfter
	if l.Allow("a", "s", rate, noon.Add(wait-1)).Allowed {
		t.Error("admitted before the time told")
	}
	if !l.Allow("a", "s", rate, noon.Add(wait)).Allowed {
		t.Error("refused after waiting as told")
	}
}

func TestAgenciesAndSystemsHaveTheirOwnBuckets(t *testing.T) {
	l, rate := New(0), Rate{Count: 1, Per: time.Hour}
	for _, who := range [][2]string{{"H26.11", "land"}, {"H26.12", "land"}, {"H26.11", "population"}} {
		if !l.Allow(who[0], who[1], rate, noon).Allowed {
			t.Errorf("%v pays for another", who)
		}
		if l.Allow(who[0], who[1], rate, noon).Allowed {
			t.Errorf("%v is not limited", who)
		}
	}
}

func TestChangedRateCountsAtOnce(t *testing.T) {
	l := New(0)
	slow, quick := Rate{Count: 1, Per: time.Hour}, Rate{Count: 100, Per: time.Second}
	l.Allow("a", "s", slow, noon)
	if got := l.Allow("a", "s", quick, noon); !got.Allowed || got.Limit != 100 {
		t.Errorf("raised: %+v", got)
	}
	tight := Rate{Count: 1, Per: time.Minute}
	l.Allow("a", "s", tight, noon)
	if got := l.Allow("a", "s", tight, noon); got.Allowed || got.RetryAfter != time.Minute {
		t.Errorf("lowered: %+v", got)
	}
}

func TestRateThatIsNotOneAdmitsNothing(t *testing.T) {
	l := New(0)
	for _, r := range []Rate{{}, {Count: 1}, {Per: 1}, {Count: -1, Per: 1}, {Count: 1, Per: -1}, {Count: 1, Per: 1, Burst: -1}} {
		if got := l.Allow("a", "s", r, noon); got.Allowed || got.RetryAfter <= 0 {
			t.Errorf("%+v: %+v", r, got)
		}
	}
}

func TestExtremeRatesStayWithinBounds(t *testing.T) {
	const most = 1<<63 - 1
	for _, r := range []Rate{
		{Count: most, Per: most, Burst: most}, {Count: 1, Per: most, Burst: most}, {Count: most, Per: 1}, {Count: 1, Per: 1, Burst: most},
	} {
		got := New(0).Allow("a", "s", r, noon)
		if !got.Allowed || got.Remaining < 0 || got.Remaining >= got.Limit || got.Reset <= 0 || got.Reset > maxSpan {
			t.Errorf("%+v: %+v", r, got)
		}
	}
}

func TestClockSetBackLocksNobodyOut(t *testing.T) {
	l, rate := New(0), Rate{Count: 1, Per: time.Second}
	l.Allow("a", "s", rate, noon)
	earlier := noon.Add(-time.Hour)
	if got := l.Allow("a", "s", rate, earlier); got.Allowed || got.RetryAfter > time.Second {
		t.Errorf("after the clock was set back: %+v, want a wait of a second at most", got)
	}
}

func TestBucketsAreBounded(t *testing.T) {
	const bound = 64
	l, rate := New(bound), Rate{Count: 1, Per: time.Hour}
	for i := range 10_000 {
		if got := l.Allow(fmt.Sprint("agency ", i), "s", rate, noon); !got.Allowed {
			t.Fatalf("agency %d: refused at its first request", i)
		}
		if n := l.Buckets(); n > bound {
			t.Fatalf("%d buckets", n)
		}
	}
}

func TestIdleBucketsMakeRoomBeforeBusyOnes(t *testing.T) {
	l, rate := New(shardCount*2), Rate{Count: 1, Per: time.Minute}
	now := noon
	l.Allow("busy", "s", rate, now)
	for i := range 1000 {
		now = now.Add(10 * time.Millisecond)
		l.Allow(fmt.Sprint(i), "s", Rate{Count: 100, Per: time.Second}, now)
	}
	if l.Allow("busy", "s", rate, now).Allowed {
		t.Error("a flood of others refilled a busy bucket")
	}
}

func TestConcurrentRequestsNeverExceedTheBurst(t *testing.T) {
	l, rate := New(0), Rate{Count: 50, Per: time.Second}
	var admitted atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				if l.Allow("a", "s", rate, noon).Allowed {
					admitted.Add(1)
				}
			}
		})
	}
	all.Wait()
	if admitted.Load() != 50 {
		t.Errorf("%d admitted, want 50", admitted.Load())
	}
}

func TestHeaderValues(t *testing.T) {
	second := Rate{Count: 50, Per: time.Second}
	for _, try := range []struct{ name, got, want string }{
		{"policy", string(AppendPolicy(nil, "population", second)), `"population";q=50;w=1`},
		{"policy with a burst", string(AppendPolicy(nil, "p", Rate{Count: 50, Per: time.Second, Burst: 100})), `"p";q=100;w=2`},
		{"policy with a short burst", string(AppendPolicy(nil, "p", Rate{Count: 50, Per: time.Second, Burst: 10})), `"p";q=50;w=1`},
		{"policy of a minute", string(AppendPolicy(nil, "p", Rate{Count: 30, Per: time.Minute})), `"p";q=30;w=60`},
		{"no policy", string(AppendPolicy(nil, "p", Rate{})), `"p";q=0;w=1`},
		{"state", string(AppendRateLimit(nil, "p", Result{Remaining: 7, Reset: 1200 * time.Millisecond})), `"p";r=7;t=2`},
		{"hostile name", string(AppendRateLimit(nil, "a\"\\\r\nđb", Result{})), `"a\"\\b";r=0;t=0`},
	} {
		if diff := cmp.Diff(try.want, try.got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", try.name, diff)
		}
	}
}

func TestConcurrencyNeverExceedsItsLimit(t *testing.T) {
	c := NewConcurrency(3)
	var inside, most atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 200 {
				if !c.Enter() {
					continue
				}
				n := inside.Add(1)
				for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
				}
				inside.Add(-1)
				c.Leave()
			}
		})
	}
	all.Wait()
	if most.Load() > 3 || most.Load() == 0 || c.InFlight() != 0 {
		t.Errorf("at most %d at once, %d left inside", most.Load(), c.InFlight())
	}
}

func TestConcurrencyShedsAndFollowsANewLimit(t *testing.T) {
	c := NewConcurrency(1)
	if !c.Enter() || c.Enter() || c.Shed() != 1 {
		t.Error("a limit of one does not admit exactly one")
	}
	c.SetLimit(2)
	if !c.Enter() {
		t.Error("a raised limit does not count")
	}
	c.SetLimit(1)
	c.Leave()
	if c.Enter() {
		t.Error("a lowered limit does not count")
	}
}

func BenchmarkAllow(b *testing.B) {
	l, rate := New(0), Rate{Count: 1 << 30, Per: time.Second}
	agencies := [8]string{"H26.10", "H26.11", "H26.12", "H26.13", "H26.14", "H26.15", "H26.16", "H26.17"}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		now := time.Now()
		for i := 0; pb.Next(); i++ {
			l.Allow(agencies[i%8], "population", rate, now)
		}
	})
}

func BenchmarkHeaders(b *testing.B) {
	buf := make([]byte, 0, 128)
	rate, res := Rate{Count: 50, Per: time.Second}, Result{Remaining: 49, Reset: time.Second}
	b.ReportAllocs()
	for b.Loop() {
		buf = AppendPolicy(AppendRateLimit(buf[:0], "population", res), "population", rate)
	}
}

func BenchmarkEnterLeave(b *testing.B) {
	c := NewConcurrency(1000)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if c.Enter() {
				c.Leave()
			}
		}
	})
}
