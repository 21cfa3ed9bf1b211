package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lgsp-vn/lgsp/gateway/auth/keyset"
	"github.com/lgsp-vn/lgsp/policies"
)

// Source is where the records of agencies are kept.
type Source interface {
	// Version changes whenever what Load would return does. It is asked for at
	// every poll and must be cheap.
	Version(ctx context.Context) (int64, error)
	// Load reads all records, and the version that they are of.
	Load(ctx context.Context) ([]AgencyRecord, int64, error)
}

// Registry is the agencies and clients of a Source, as they are now. It is safe
// for concurrent use; readers see one consistent reading.
type Registry struct {
	source  Source
	current atomic.Pointer[roster]

	// Clients that publish their keys keep what was fetched when the roster changes.
	fetcher *keyset.Fetcher
	now     func() time.Time

	reload  sync.Mutex
	read    bool  // whether version and lastErr are of a reading
	version int64 // read last, good or not
	lastErr error
}

// RegistryConfig is what a Registry needs.
type RegistryConfig struct {
	Source    Source
	Now       func() time.Time
	Transport http.RoundTripper // to the addresses where clients publish their keys; nil is the usual one
}

// OpenRegistry reads the records for the first time. The error names every fault.
func OpenRegistry(ctx context.Context, config RegistryConfig) (*Registry, error) {
	if config.Source == nil || config.Now == nil {
		return nil, errors.New("open registry: source and clock are both needed")
	}
	r := &Registry{source: config.Source, fetcher: keyset.NewFetcher(config.Transport), now: config.Now}
	if err := r.Reload(ctx); err != nil {
		return nil, err
	}
	return r, nil
}

// Reload reads the records again if their version has changed. A source that
// does not answer, or with faulty records, leaves the old registry in force;
// faulty records stay an error until they are mended. Called twice a second,
// Reload makes a suspension bite within that second.
func (r *Registry) Reload(ctx context.Context) error {
	r.reload.Lock()
	defer r.reload.Unlock()
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	version, err := r.source.Version(ctx)
	if err != nil {
		return fmt.Errorf("read agencies: %w", err)
	}
	if r.read && version == r.version {
		return r.lastErr
	}
	records, version, err := r.source.Load(ctx)
	if err != nil {
		r.read = false // perhaps the same version can be read another time
		return fmt.Errorf("read agencies: %w", err)
	}
	next, faults := newRoster(records, r.current.Load(), r.remote)
	r.read, r.version, r.lastErr = true, version, joined(faults)
	if r.lastErr == nil {
		r.current.Store(next)
	}
	return r.lastErr
}

func joined(faults []*Fault) error {
	if len(faults) == 0 {
		return nil
	}
	all := make([]error, len(faults))
	for i, fault := range faults {
		all[i] = fault
	}
	return fmt.Errorf("read agencies: %w", errors.Join(all...))
}

func (r *Registry) remote(address string) *keyset.Remote {
	return keyset.NewRemote(address, r.fetcher, r.now)
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

// Agencies lists all agencies in the order of their records.
func (r *Registry) Agencies() []*Agency { return slices.Clone(r.current.Load().agencies) }
