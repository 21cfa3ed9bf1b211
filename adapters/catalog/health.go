package catalog

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/lgsp-vn/lgsp/adapters/internal/ndxp"
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

// note adds an attempt. What a breaker kept from being made says nothing new, and
// what never got past the token endpoint says nothing of the system.
func (h *health) note(at time.Time, took time.Duration, err error) {
	if errors.Is(err, errOpen) || errors.Is(err, context.Canceled) || errors.Is(err, ndxp.ErrNoToken) {
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

// State tells how a system does: down where every endpoint is left alone or the
// national gateway in front of them gives no token, degraded where one endpoint
// is, or where a tenth of the recent calls failed. A system that is unknown or
// not configured is down.
func (c *Catalog) State(systemID string) State {
	s, ok := c.systems[systemID]
	if !ok || s.guard.Load() == nil {
		return State{State: "down", Breaker: gobreaker.StateOpen.String()}
	}
	g := s.guard.Load()
	out := State{State: "up", Maintenance: g.settings.Maintenance}
	out.P50, out.P95, out.ErrorShare = s.health.recent(time.Now())
	best, open, closed, shut := gobreaker.StateOpen, 0, 0, c.gateway.shut()
	for _, e := range g.endpoints {
		state := e.breaker.State()
		best = min(best, state) // closed < half-open < open
		switch {
		case state == gobreaker.StateOpen, e.NDXP && shut:
			open++
		case state == gobreaker.StateClosed:
			closed++
		}
	}
	out.Breaker = best.String()
	switch {
	case g.settings.Maintenance.active(c.options.Now()):
		out.State = "maintenance"
	case open == len(g.endpoints):
		out.State = "down"
	case closed < len(g.endpoints) || out.ErrorShare >= 0.1:
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
	at := func(percent int) time.Duration { return took[(percent*len(took)+99)/100-1] } // nearest rank
	return at(50), at(95), float64(failures) / float64(len(took))
}
