package simulator

import "sync"

// mostHeld bounds how many messages an Inbox holds.
const mostHeld = 4096

// Inbox is what a simulated system was sent, by key: enough to know a repeat for what
// it is and to tell what became of a message. The oldest give way to new ones. The
// zero value is empty.
type Inbox[K comparable, T any] struct {
	mu    sync.Mutex
	held  map[K]T
	order []K // of held, oldest first
}

// Take holds a message, unless there is one under its key; it tells whether there was
// none.
func (b *Inbox[K, T]) Take(key K, message T) bool {
	return b.Change(key, func(_ T, known bool) (T, bool) { return message, !known })
}

// Change holds what becomes of the message under a key, if there is one, unless change
// says that nothing does; it tells which.
func (b *Inbox[K, T]) Change(key K, change func(former T, known bool) (T, bool)) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	former, known := b.held[key]
	message, changed := change(former, known)
	switch {
	case !changed:
		return false
	case b.held == nil:
		b.held = map[K]T{}
	case !known && len(b.order) == mostHeld:
		delete(b.held, b.order[0])
		b.order = append(b.order[:0], b.order[1:]...)
	}
	if b.held[key] = message; !known {
		b.order = append(b.order, key)
	}
	return true
}

// Find returns the message under a key.
func (b *Inbox[K, T]) Find(key K) (message T, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	message, ok = b.held[key]
	return message, ok
}

// All are the messages, oldest first.
func (b *Inbox[K, T]) All() []T {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := make([]T, len(b.order))
	for i, key := range b.order {
		all[i] = b.held[key]
	}
	return all
}
