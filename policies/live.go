package policies

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Live holds the set in force. Reading it costs one atomic load; replacing it
// either succeeds as a whole or leaves the old set running.
type Live struct {
	vocabulary Vocabulary
	activate   func(*Set) error
	replacing  sync.Mutex
	current    atomic.Pointer[Set]
	wake       chan struct{}
	first      string // fingerprint of the files it began with
}

// NewLive loads the first set. The Live is nil if the files have errors.
//
// activate puts what hangs on a set in force just before the set itself, such as
// the guards of the national systems; its error is a fault of the set. It may be
// nil.
func NewLive(files []File, v Vocabulary, activate func(*Set) error) (*Live, Faults) {
	if activate == nil {
		activate = func(*Set) error { return nil }
	}
	l := &Live{vocabulary: v, activate: activate, wake: make(chan struct{}, 1), first: fingerprint(files)}
	faults := l.Replace(files)
	if faults.HasErrors() {
		return nil, faults
	}
	return l, faults
}

// Current is the set in force. Keep it for one request: a decision and its
// route should come from the same set.
func (l *Live) Current() *Set { return l.current.Load() }

// Replace puts a new set in force, unless the files have errors.
func (l *Live) Replace(files []File) Faults {
	l.replacing.Lock()
	defer l.replacing.Unlock()
	set, faults := Load(files, l.vocabulary)
	if set == nil {
		return faults
	}
	if err := l.activate(set); err != nil {
		return append(faults, Fault{Message: err.Error()})
	}
	l.current.Store(set)
	return faults
}

// Reload asks a running [Live.Watch] to read its directory now, changed or not.
// It does not wait.
func (l *Live) Reload() {
	select {
	case l.wake <- struct{}{}:
	default: // one is already asked for
	}
}

// Watch replaces the set whenever the policy files of a directory have changed,
// looking every interval, until ctx ends. It compares contents, not times, so
// that a remount or a copy of the same files does nothing. Each attempt, and
// each new reason why the directory cannot be read, is reported; report with
// no errors in it means that the new set is in force.
func (l *Live) Watch(ctx context.Context, dir string, interval time.Duration, report func(Faults)) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	w := watched{dir: dir, last: l.first} // not what is there by now: it may have changed since
	for {
		forced := false
		select {
		case <-ctx.Done():
			return
		case <-l.wake:
			forced = true
		case <-ticker.C:
		}
		files, changed, err := w.look()
		switch {
		case err != nil && (changed || forced):
			report(Faults{{File: dir, Message: err.Error(), Hint: "the policies in force stay"}})
		case err == nil && (changed || forced):
			report(l.Replace(files))
		}
	}
}

// watched remembers what a directory held when it was last looked at.
type watched struct {
	dir  string
	last string
}

// look reads the directory and says whether it, or the reason why it cannot be
// read, is another than the last time.
func (w *watched) look() (files []File, changed bool, err error) {
	files, err = ReadDir(w.dir)
	state := fingerprint(files)
	if err != nil {
		state = err.Error()
	}
	changed = state != w.last
	w.last = state
	return files, changed, err
}

func fingerprint(files []File) string {
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "%d %s %d ", len(f.Name), f.Name, len(f.Data))
		h.Write(f.Data)
	}
	return string(h.Sum(nil))
}
