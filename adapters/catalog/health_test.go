package catalog

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
)

func TestStateTellsLatencyByNearestRank(t *testing.T) {
	tests := []struct {
		took     []int // milliseconds
		p50, p95 int
	}{
		{nil, 0, 0},
		{[]int{7}, 7, 7},
		{[]int{100, 1}, 1, 100},
		{[]int{3, 1, 2}, 2, 3},
		{[]int{20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, 10, 19},
	}
	for _, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			c, n := found(t, calm(first))
			for _, ms := range test.took {
				n.behave = func(context.Context, string) error { time.Sleep(time.Duration(ms) * time.Millisecond); return nil }
				times(t, c, 1)
			}
			got := c.State("one")
			if got.P50 != time.Duration(test.p50)*time.Millisecond || got.P95 != time.Duration(test.p95)*time.Millisecond || got.State != "up" {
				t.Errorf("%v: %+v", test.took, got)
			}
		})
	}
}

func TestSystemIsDegradedFromATenthOfFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := found(t, calm(first))
		times(t, c, 10)
		n.answering(adapters.Malformed(""))
		times(t, c, 1)
		if got := c.State("one"); got.State != "up" || got.ErrorShare >= 0.1 {
			t.Errorf("one in eleven: %+v", got)
		}
		times(t, c, 1)
		if got := c.State("one"); got.State != "degraded" || got.Breaker != "closed" {
			t.Errorf("two in twelve: %+v", got)
		}
		if got := c.State("two"); got.State != "up" {
			t.Errorf("the neighbour: %+v", got)
		}
		time.Sleep(healthSpan + 1)
		if got := c.State("one"); got.State != "up" || got.ErrorShare != 0 || got.P50 != 0 {
			t.Errorf("five minutes later: %+v", got)
		}
	})
}

func TestRefusalsOfAnOpenBreakerSayNothingNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := found(t, calm(first))
		n.behave = func(context.Context, string) error { time.Sleep(time.Second); return nil }
		times(t, c, 4)
		n.behave = func(context.Context, string) error { time.Sleep(time.Second); return unavailable() }
		times(t, c, 4)
		times(t, c, 100)
		if got := c.State("one"); got.Breaker != "open" || got.ErrorShare != 0.5 || got.P50 != time.Second {
			t.Errorf("%+v, want half of the calls failed and a second each", got)
		}
	})
}

func TestHealthRemembersABoundedNumberOfCalls(t *testing.T) {
	var h health
	now := time.Now()
	for range healthSize {
		h.note(now, time.Second, adapters.Malformed(""))
	}
	for range healthSize {
		h.note(now, time.Millisecond, nil)
	}
	if p50, p95, share := h.recent(now); p50 != time.Millisecond || p95 != time.Millisecond || share != 0 {
		t.Errorf("p50 %v, p95 %v, share %v", p50, p95, share)
	}
}
