package telemetry

import "sync"

const (
	manyLines = 64 << 10 // bytes that are written before their time
	maxLines  = 4 << 20  // bytes that may wait; further lines are dropped and counted
	maxSpare  = 1 << 20  // bytes of an emptied buffer that are worth keeping
)

// lines is a bounded buffer that many write to and one empties.
type lines struct {
	mu      sync.Mutex
	text    []byte
	spare   []byte // emptied, for the next exchange
	dropped int
	many    chan struct{} // told when there is much to write
}

// Write takes a line or drops it; it never fails, because nobody could help.
func (b *lines) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.text)+len(line) > maxLines {
		b.dropped++
		return len(line), nil
	}
	b.text = append(b.text, line...)
	if len(b.text) >= manyLines {
		select {
		case b.many <- struct{}{}:
		default: // told already
		}
	}
	return len(line), nil
}

// take empties the buffer and tells how many lines it had no room for.
func (b *lines) take() (text []byte, dropped int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	text, dropped = b.text, b.dropped
	b.text, b.spare, b.dropped = b.spare[:0], nil, 0
	return text, dropped
}

// giveBack returns what take gave, for reuse.
func (b *lines) giveBack(text []byte) {
	if cap(text) > maxSpare {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spare = text
}
