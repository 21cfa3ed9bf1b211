package sandbox

import (
	"math"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/lgsp-vn/lgsp/adapters/catalog"
)

func TestShareIsSpreadEvenly(t *testing.T) {
	var quarter spread
	var befallen []int
	for call := 1; call <= 12; call++ {
		if quarter.next(0.25) {
			befallen = append(befallen, call)
		}
	}
	if !slices.Equal(befallen, []int{4, 8, 12}) {
		t.Errorf("a share of 0.25 befell calls %v, want every fourth", befallen)
	}
}

func TestShareOfManyCallsIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		percent := rapid.IntRange(0, 100).Draw(t, "percent")
		calls := rapid.IntRange(0, 500).Draw(t, "calls")
		var s spread
		befallen := 0
		for range calls {
			if s.next(float64(percent) / 100) {
				befallen++
			}
		}
		if befallen != calls*percent/100 {
			t.Fatalf("%d of %d calls at %d%%", befallen, calls, percent)
		}
	})
}

func TestLatencyHasItsPercentilesAndABound(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 2))
	l := Latency{P50: 600 * time.Millisecond, P95: 3 * time.Second}
	drawn := make([]time.Duration, 20_000)
	for i := range drawn {
		drawn[i] = l.draw(chance.NormFloat64())
	}
	slices.Sort(drawn)
	for share, want := range map[float64]time.Duration{0.5: l.P50, 0.95: l.P95} {
		got := drawn[int(share*float64(len(drawn)))]
		if math.Abs(float64(got-want)) > 0.05*float64(want) {
			t.Errorf("p%v is %v, want about %v", 100*share, got, want)
		}
	}
	if longest := l.draw(100); longest != 3*l.P95 {
		t.Errorf("the longest is %v, want %v", longest, 3*l.P95)
	}
	if steady := (Latency{time.Second, time.Second}).draw(2); steady != time.Second {
		t.Errorf("equal percentiles give %v", steady)
	}
	if longest := (Latency{time.Minute, maxHold}).draw(100); longest != maxHold {
		t.Errorf("the longest of all is %v, want %v", longest, maxHold)
	}
}

func TestFaultsChangeSafelyUnderLoad(t *testing.T) {
	s, url, _ := start(t)
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for range 20 {
				if i == 0 {
					if err := s.SetFault("direct", Fault{Mode: Modes()[3+i], Share: new(0.5)}); err != nil {
						t.Error(err)
					}
					s.ClearFaults()
					continue
				}
				// Any outcome is right here, but a race.
				_, _, _ = send(t, "POST", url+"/direct/ask", "x")
			}
		})
	}
	all.Wait()
	if calls, err := s.Calls("direct"); err != nil || calls.Total != 60 || calls.Operations["ask"] != 60 {
		t.Errorf("counted %+v %v, want 60", calls, err)
	}
}

func TestSetFaultTakesAndGivesNoSharedMemory(t *testing.T) {
	s, _, _ := start(t)
	share, latency := 0.5, Latency{time.Second, time.Second}
	if err := s.SetFault("direct", Fault{Mode: HTML, Share: &share, Latency: &latency}); err != nil {
		t.Fatal(err)
	}
	share, latency.P50 = 7, 0
	if f := s.targets["direct"].get(); *f.Share != 0.5 || f.Latency.P50 != time.Second {
		t.Errorf("the fault changed with the caller's variables: %v %v", *f.Share, *f.Latency)
	}
}

func BenchmarkCallWithoutFault(b *testing.B) {
	s := New(Options{People: 100, Entries: []catalog.Entry{stub("direct", false, new(atomic.Int64), stubAnswer)}})
	for b.Loop() {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("POST", "/direct/ask", nil))
		if w.Body.Len() != len(stubAnswer) {
			b.Fatal("no answer")
		}
	}
}
