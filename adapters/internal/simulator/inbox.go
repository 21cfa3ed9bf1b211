package simulator

import "sync"

// mostHeld bounds how many messages an Inbox holds.
const mostHeld = 4096

// Inbox is what a simulated system was sent, by key: enough to know a repeat for what
// it is and to tell what became of a message. The oldest give way to new ones. The
// zero value is empty.
type Inbox[T any] struct {
	mu    sync.Mutex
	held  map[string]T
	order []string // of held, oldest first
}

// Take holds a message, unless there is one under its key; it tells whether there was
// none.
func (b *Inbox[T]) Take(key string, message T) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, there := b.held[key]; there {
		return false
	}
	if b.held == nil {
		b.held = map[string]T{}
	}
	if len(b.order) == mostHeld {
		delete(b.held, b.order[0])
		b.order = append(b.order[:0], b.order[1:]...)
	}
	b.held[key], b.order = message, append(b.order, key)
	return true
}

// Find returns the message under a key.
func (b *Inbox[T]) Find(key string) (message T, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	message, ok = b.held[key]
	return message, ok
}
