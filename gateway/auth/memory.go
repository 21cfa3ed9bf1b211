package auth

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"sync"
	"time"
)

// ErrTooManyAssertions says that more assertions are in use than can be
// remembered; the caller should answer that the server is busy.
var ErrTooManyAssertions = errors.New("too many assertions in use")

const (
	maxUsed          = 1 << 16
	maxUsedPerClient = 1 << 12 // one client cannot take the room of the others
	sweepEvery       = 10 * time.Second
)

// AssertionMemory is UsedAssertions for one process. It forgets at a restart.
type AssertionMemory struct {
	now       func() time.Time
	mu        sync.Mutex
	until     map[usedKey]time.Time
	perClient map[string]int
	nextSweep time.Time
}

type usedKey struct {
	client string
	id     [sha256.Size]byte // of fixed size, whatever a client sends
}

// NewAssertionMemory returns an empty memory.
func NewAssertionMemory(now func() time.Time) *AssertionMemory {
	return &AssertionMemory{now: now, until: make(map[usedKey]time.Time), perClient: make(map[string]int)}
}

// UseAssertion implements UsedAssertions. A full memory is an error: forgetting a
// living assertion would allow its replay.
func (m *AssertionMemory) UseAssertion(_ context.Context, client, id string, until time.Time) (bool, error) {
	key := usedKey{client, sha256.Sum256([]byte(id))}
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	if !now.Before(m.nextSweep) {
		m.sweep(now)
	}
	if last, used := m.until[key]; used {
		if now.Before(last) {
			return false, nil
		}
		m.until[key] = until
		return true, nil
	}
	if len(m.until) >= maxUsed || m.perClient[client] >= maxUsedPerClient {
		return false, ErrTooManyAssertions
	}
	m.until[key] = until
	m.perClient[client]++
	return true, nil
}

func (m *AssertionMemory) sweep(now time.Time) {
	m.nextSweep = now.Add(sweepEvery)
	for key, until := range m.until {
		if now.Before(until) {
			continue
		}
		delete(m.until, key)
		if m.perClient[key.client]--; m.perClient[key.client] == 0 {
			delete(m.perClient, key.client)
		}
	}
}

// RevocationMemory is Revocations for one process. It forgets at a restart,
// and the expired as Revoked does.
type RevocationMemory struct {
	now  func() time.Time
	mu   sync.Mutex
	last int64
	all  []Revocation
}

// NewRevocationMemory returns an empty memory.
func NewRevocationMemory(now func() time.Time) *RevocationMemory { return &RevocationMemory{now: now} }

// Revoke implements Revocations.
func (m *RevocationMemory) Revoke(_ context.Context, r Revocation) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	m.all = slices.DeleteFunc(m.all, func(old Revocation) bool { return !now.Before(old.Until) || old.TokenID == r.TokenID })
	m.last++
	r.Sequence = m.last
	m.all = append(m.all, r)
	return nil
}

// Revocations implements Revocations.
func (m *RevocationMemory) Revocations(_ context.Context, after int64) ([]Revocation, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	from := slices.IndexFunc(m.all, func(r Revocation) bool { return r.Sequence > after })
	if from < 0 {
		return nil, nil
	}
	return slices.Clone(m.all[from:]), nil
}
