package civilstatus

import (
	"strconv"
	"sync"
	"time"
)

// mostTaken bounds how many dossiers the simulated system remembers.
const mostTaken = 4096

// inbox is the dossiers that were sent in. The oldest give way to new ones.
type inbox struct {
	mu    sync.Mutex
	all   map[string]taken
	order []string
	count int
}

// taken is a dossier that was sent in.
type taken struct {
	at, received time.Time
	elements     map[string]any
	number       string
}

func newInbox() *inbox { return &inbox{all: map[string]taken{}} }

// take keeps a dossier, and tells whether it was not there before.
func (b *inbox) take(office, code string, d taken) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	key := office + "|" + code
	if _, there := b.all[key]; there {
		return false
	}
	if len(b.order) == mostTaken {
		delete(b.all, b.order[0])
		b.order = b.order[1:]
	}
	b.count++
	d.number = strconv.Itoa(b.count)
	b.all[key] = d
	b.order = append(b.order, key)
	return true
}

func (b *inbox) find(office, code string) (taken, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	d, ok := b.all[office+"|"+code]
	return d, ok
}

// registered is the last state of a dossier.
const registered = "4"

// state is how far the office has come: it looks at a dossier within a minute and
// registers it within two.
func (d taken) state(now time.Time) string {
	switch waited := now.Sub(d.at); {
	case waited < time.Minute:
		return "1"
	case waited < 2*time.Minute:
		return "3"
	}
	return registered
}
