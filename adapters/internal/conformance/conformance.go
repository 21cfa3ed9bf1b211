// Package conformance is what every national system has to pass, unasked: run
// over the list of systems, it asks each operation everything that can be asked
// of any of them and breaks its system in every way the sandbox knows.
//
// It owns the promises that adapters make in common: records fit their schema,
// failures are told by the right sentinel, contexts are honoured, nobody's data
// is in an error or a log, one name means one thing. It does not know what a
// system answers; its own tests hold that. The tests of adapters/sandbox call it
// with the real list.
package conformance

import (
	"testing"

	"github.com/lgsp-vn/lgsp/adapters/catalog"
)

// Run checks the list as a whole, then every system in parallel, each over one
// sandbox with a small world.
func Run(t *testing.T, entries []catalog.Entry) {
	run(t, describing(entries))
	l := newLab(entries, usualPatience)
	t.Cleanup(l.close)
	t.Run("systems", func(t *testing.T) {
		for _, b := range l.benches {
			t.Run(b.system.ID, func(t *testing.T) {
				t.Parallel()
				run(t, b.checks())
			})
		}
	})
	// Last, when all errors and logs there can be are there.
	for _, b := range l.benches {
		t.Run(b.system.ID, func(t *testing.T) { run(t, b.secrecy()) })
	}
}

// check is one promise; its error says how it was broken.
type check struct {
	name string
	run  func() error
}

func run(t *testing.T, checks []check) {
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			if err := c.run(); err != nil {
				t.Error(err)
			}
		})
	}
}
