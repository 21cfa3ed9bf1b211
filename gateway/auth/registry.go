package auth

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/lgsp-vn/lgsp/policies"
)

// Registry is the agencies and clients of one file, as they are now. It is
// safe for concurrent use; readers see one consistent reading of the file.
type Registry struct {
	file    string
	current atomic.Pointer[roster]

	reload  sync.Mutex
	last    *roster // as read last, good or not
	lastErr error
}

// OpenRegistry reads an agencies file. The error names every fault with its
// line and column.
func OpenRegistry(file string) (*Registry, error) {
	r := &Registry{file: file}
	if err := r.Reload(); err != nil {
		return nil, err
	}
	return r, nil
}

// Reload reads the file again if its content, or that of a key file it names,
// has changed. A faulty file leaves the old registry in force, and stays an
// error until it is mended. Called at least once a second, Reload makes a
// suspension bite within that second.
func (r *Registry) Reload() error {
	r.reload.Lock()
	defer r.reload.Unlock()
	if r.last != nil && r.last.unchanged() {
		return r.lastErr
	}
	next, err := readRoster(r.file)
	if err != nil {
		err = fmt.Errorf("read agencies: %w", err)
	} else {
		r.current.Store(next)
	}
	r.last, r.lastErr = next, err
	return err
}

// Agency finds an agency by its identifier in the present or the old form.
func (r *Registry) Agency(id string) (*Agency, bool) {
	known := r.current.Load().byID
	if agency, ok := known[id]; ok {
		return agency, true
	}
	present, err := policies.ParseAgencyID(id)
	if err != nil {
		return nil, false
	}
	agency, ok := known[string(present)]
	return agency, ok
}

// Client finds a client by its identifier.
func (r *Registry) Client(id string) (*Client, bool) {
	client, ok := r.current.Load().clients[id]
	return client, ok
}

// Agencies lists all agencies in the order of the file.
func (r *Registry) Agencies() []*Agency { return slices.Clone(r.current.Load().agencies) }
