package catalog

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/sony/gobreaker/v2"
)

// healthSpan is how far back a system's recent behaviour is looked at, and
// healthSize how many calls at most.
const (
	healthSpan = 5 * time.Minute
	healthSize = 256
)

// health is the recent behaviour of one system, for people to look at.
type health struct {
	mu    sync.Mutex
	calls [healthSize]struct {
		at     time.Time
		took   time.Duration
		failed bool
	}
	next int
}

// note adds an attempt. What the breaker kept from being made says nothing new.
func (h *health) note(at time.Time, took time.Duration, err error) {
	if errors.Is(err, errOpen) || errors.Is(err, context.Canceled) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	c := &h.calls[h.next%healthSize]
	c.at, c.took, c.failed = at, took, err != nil && failed(err)
	h.next++
}

// State is how a system does now.
type State struct {
	State       string // up, degraded, down, maintenance
	Breaker     string // closed, half-open, open: the best of its endpoints
	P50, P95    time.Duration
	ErrorShare  float64
	Maintenance Maintenance
}

// State tells how a system does: down where every endpoint is left alone,
// degraded where one is, or where a tenth of the recent calls failed.
func (c *Catalog) State(systemID string) State {
	s := c.systems[systemID]
	g := s.guard.Load()
	if g == nil {
		return State{State: "down", Breaker: "open"}
	}
	out := State{State: "up", Maintenance: g.settings.Maintenance}
	out.P50, out.P95, out.ErrorShare = s.health.recent(time.Now())
	best, open := gobreaker.StateOpen, 0
	for _, e := range g.endpoints {
		state := e.breaker.State()
		best = min(best, state) // closed < half-open < open
		if state != gobreaker.StateClosed {
			open++
		}
	}
	out.Breaker = best.String()
	switch {
	case g.settings.Maintenance.active(c.options.Now()):
		out.State = "maintenance"
	case best == gobreaker.StateOpen:
		out.State = "down"
	case open > 0 || out.ErrorShare >= 0.1:
		out.State = "degraded"
	}
	return out
}

func (h *health) recent(now time.Time) (p50, p95 time.Duration, errorShare float64) {
	h.mu.Lock()
	var took []time.Duration
	failures := 0
	for i := range min(h.next, healthSize) {
		c := h.calls[i]
		if now.Sub(c.at) > healthSpan {
			continue
		}
		took = append(took, c.took)
		if c.failed {
			failures++
		}
	}
	h.mu.Unlock()
	if len(took) == 0 {
		return 0, 0, 0
	}
	slices.Sort(took)
	at := func(share float64) time.Duration { return took[int(share*float64(len(took)-1))] }
	return at(0.5), at(0.95), float64(failures) / float64(len(took))
}
