package sandbox

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
)

// befall counts the calls of a target and puts its faults and latency around
// next. operation is what calls are counted as; empty where only the simulator
// can tell.
//
// The simulator works before the latency passes, so that a call is counted when
// it arrives and its body has been read: only then does net/http notice that a
// client leaves.
func (s *Sandbox) befall(t *target, operation string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mode, wait := t.arrived()
		if operation != "" {
			t.count(operation)
		} else {
			r = r.WithContext(simulator.WithCounter(r.Context(), firstOnly(t.count)))
		}
		switch {
		case mode == None && wait == 0:
			next.ServeHTTP(w, r)
		case mode == None:
			s.delay(w, r, next, wait)
		case mode.refuses():
			if operation == "" {
				identify(next, r, t.count)
			}
			drain(r)
			s.hold(r.Context(), wait)
			refuse(w, mode, t.id == NDXP)
		default:
			work := newRecorder(w, nil)
			next.ServeHTTP(work, r)
			drain(r)
			s.hold(r.Context(), wait)
			s.spoil(w, r, mode, work)
		}
	})
}

// refuses tells whether the system turns the call away before any work.
func (m Mode) refuses() bool { return m == Throttle || m == TokenRefused || m == Unavailable }

// firstOnly counts a call once, however often its handler names an operation.
func firstOnly(count func(string)) func(string) {
	var once sync.Once
	return func(operation string) { once.Do(func() { count(operation) }) }
}

// delay answers after a while. A long answer is not kept in memory for it: once
// it outgrows the recorder, its handler waits instead.
func (s *Sandbox) delay(w http.ResponseWriter, r *http.Request, next http.Handler, wait time.Duration) {
	work := newRecorder(w, func() { s.hold(r.Context(), wait) })
	next.ServeHTTP(work, r)
	drain(r)
	work.release()
}

// operationKnown stops a handler whose operation is all that is wanted.
type operationKnown struct{}

// identify runs a handler only until it names the operation it received, so
// that a refused call is counted and yet changes nothing.
func identify(next http.Handler, r *http.Request, count func(string)) {
	defer func() {
		if p := recover(); p != nil && p != any(operationKnown{}) {
			panic(p)
		}
	}()
	ctx := simulator.WithCounter(r.Context(), func(operation string) {
		count(operation)
		panic(operationKnown{})
	})
	next.ServeHTTP(newRecorder(nil, nil), r.WithContext(ctx))
}

// drain reads what the handler left of the body, within a bound.
func drain(r *http.Request) {
	// A body that cannot be read is the client's loss; the answer fails alike.
	_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, 1<<20))
}

// hold waits, but not for a client that left nor past Close; it tells whether
// all of the time passed.
func (s *Sandbox) hold(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	case <-s.closed:
		return false
	}
}
