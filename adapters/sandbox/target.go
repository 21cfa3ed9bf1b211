package sandbox

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
)

// ErrUnknownSystem: the sandbox simulates no system of this id.
var ErrUnknownSystem = errors.New("unknown system")

// target is one place where faults befall calls and calls are counted.
type target struct {
	id    string
	known map[string]bool // operations that may be counted; nil takes any, where only the sandbox names them
	usual *Latency        // without a fault; nil for none

	mu     sync.Mutex
	fault  Fault
	spread spread
	calls  Calls
}

// Calls are those a system has received since the sandbox started. A login, or
// a call whose operation cannot be told, counts in the total only.
type Calls struct {
	Total      int            `json:"total"`
	Operations map[string]int `json:"operations"`
}

func newTarget(system adapters.System) *target {
	t := &target{id: system.ID, fault: Fault{}.filled(), calls: Calls{Operations: map[string]int{}}}
	if system.ID == NDXP {
		return t
	}
	t.known = map[string]bool{}
	for _, op := range system.Operations {
		t.known[op.ID] = true
	}
	return t
}

// arrived counts a call and tells what befalls it.
func (t *target) arrived() (mode Mode, wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls.Total++
	latency := t.fault.Latency
	if latency == nil {
		latency = t.usual
	}
	if latency != nil {
		wait = latency.draw(rand.NormFloat64())
	}
	if t.fault.Mode == None || !t.spread.next(*t.fault.Share) {
		return None, wait
	}
	return t.fault.Mode, wait
}

// count notes the operation of a call that has arrived.
func (t *target) count(operation string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil || t.known[operation] {
		t.calls.Operations[operation]++
	}
}

func (t *target) set(f Fault) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.fault, t.spread = f.filled(), spread{}
}

func (t *target) get() Fault {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.fault
}

func (s *Sandbox) target(id string) (*target, error) {
	t := s.targets[id]
	if t == nil {
		return nil, fmt.Errorf("find system: %w", ErrUnknownSystem)
	}
	return t, nil
}

// SetFault makes a system, or NDXP, fail from its next call on.
func (s *Sandbox) SetFault(system string, f Fault) error {
	t, err := s.target(system)
	if err != nil {
		return err
	}
	if found := f.problems(); len(found) > 0 {
		return fmt.Errorf("set fault: %v", found)
	}
	t.set(f)
	return nil
}

// ClearFault makes a system, or NDXP, well again.
func (s *Sandbox) ClearFault(system string) error {
	t, err := s.target(system)
	if err != nil {
		return err
	}
	t.set(Fault{})
	return nil
}

// ClearFaults makes all of them well again.
func (s *Sandbox) ClearFaults() {
	for _, t := range s.targets {
		t.set(Fault{})
	}
}

// Calls tells what a system has received. NDXP counts tokens asked for under
// "token" and calls through it under the system's id.
func (s *Sandbox) Calls(system string) (Calls, error) {
	t, err := s.target(system)
	if err != nil {
		return Calls{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return Calls{Total: t.calls.Total, Operations: maps.Clone(t.calls.Operations)}, nil
}
