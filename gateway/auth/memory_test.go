package auth

import (
	"context"
	"slices"
	"sync"
	"time"
)

// assertionMemory is UsedAssertions of a test; package store has the real one.
type assertionMemory struct {
	now  func() time.Time
	used sync.Map // client and id → time.Time
}

func (m *assertionMemory) UseAssertion(_ context.Context, client, id string, until time.Time) (bool, error) {
	last, known := m.used.Swap([2]string{client, id}, until)
	return !known || !m.now().Before(last.(time.Time)), nil
}

// revocationMemory is Revocations of a test.
type revocationMemory struct {
	mu  sync.Mutex
	all []Revocation
}

func (m *revocationMemory) Revoke(_ context.Context, r Revocation) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if slices.ContainsFunc(m.all, func(known Revocation) bool { return known.TokenID == r.TokenID }) {
		return nil
	}
	r.Sequence = int64(len(m.all)) + 1
	m.all = append(m.all, r)
	return nil
}

func (m *revocationMemory) Revocations(_ context.Context, after int64) ([]Revocation, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.all[after:]), nil
}
