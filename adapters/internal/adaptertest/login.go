package adaptertest

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
)

// AfterLogin lets the simulator log in at a path and has h answer everything else.
func (b *Bench) AfterLogin(path string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, path) {
			b.Sim.Handler.ServeHTTP(w, r)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// Ended asks the simulator with a bearer token that it has not given out.
func (b *Bench) Ended() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("Authorization", "Bearer ended")
		b.Sim.Handler.ServeHTTP(w, r)
	})
}

// Login is that of a system with tokens of its own.
type Login struct {
	Path      string
	Life      time.Duration // how long the adapter takes a token to hold
	Operation string        // one that needs a token
	Refusal   http.Handler  // how the system refuses one that has ended
}

// TestLogin wants a token to serve until just before its end and to be replaced once
// where it is refused; a system that refuses every one rejects us.
func (b *Bench) TestLogin(t *testing.T, l Login) {
	t.Helper()
	var logins, questions, refused int
	w := b.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, l.Path) {
			logins++
		} else if questions++; refused > 0 {
			refused--
			l.Refusal.ServeHTTP(w, r)
			return
		}
		b.Sim.Handler.ServeHTTP(w, r)
	}))
	for _, step := range []struct {
		name              string
		wait              time.Duration
		refused           int
		logins, questions int
		want              error
	}{
		{"first question", 0, 0, 1, 1, nil},
		{"second question", 0, 0, 0, 1, nil},
		{"question just before the end", l.Life - time.Second, 0, 1, 1, nil},
		{"refused token", 0, 1, 1, 2, nil},
		{"every token refused", 0, 1000, 1, 2, adapters.ErrRejected},
	} {
		b.Clock.Advance(step.wait)
		logins, questions, refused = 0, 0, step.refused
		_, err := Ask[any](t, w, l.Operation, b.Sim.Samples[l.Operation].OK)
		if !errors.Is(err, step.want) || logins != step.logins || questions != step.questions {
			t.Errorf("%s: %d logins and %d questions, want %d and %d: %v", step.name, logins, questions, step.logins, step.questions, err)
		}
	}
}
