package server

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/auth/agencyfile"
	"github.com/lgsp-vn/lgsp/gateway/config"
	"github.com/lgsp-vn/lgsp/gateway/store"
)

// Managed is the durable home of agencies, clients and tokens as package auth asks
// for it.
type Managed struct{ *store.Store }

// StoreFile is where the store lies that needs no PostgreSQL.
func StoreFile(c config.Config) string { return filepath.Join(c.DataDir, "lgsp.db") }

// OpenStore opens the store that a configuration names: PostgreSQL, or SQLite in the
// data folder.
func OpenStore(c config.Config, log *slog.Logger) (Managed, error) {
	s, err := store.Open(context.Background(), store.Options{URL: c.DatabaseURL, File: StoreFile(c), Now: time.Now, Log: log})
	return Managed{s}, err
}

// Version is that of the registry.
func (m Managed) Version(ctx context.Context) (int64, error) { return m.RegistryVersion(ctx) }

// Load reads the registry.
func (m Managed) Load(ctx context.Context) ([]auth.AgencyRecord, int64, error) {
	agencies, version, err := m.Registry(ctx)
	records := make([]auth.AgencyRecord, len(agencies))
	for i, a := range agencies {
		records[i] = auth.AgencyRecord{ID: a.ID, OldID: a.OldID, NameVI: a.NameVI, NameEN: a.NameEN, Suspended: a.Suspended, Fictional: a.Fictional,
			Clients: make([]auth.ClientRecord, len(a.Clients))}
		for j, c := range a.Clients {
			records[i].Clients[j] = auth.ClientRecord(c)
		}
	}
	return records, version, err
}

// ImportRecords takes agencies over that auth.Check has found good. What is not
// among them stays as it is, and nobody's suspension is lifted.
func (m Managed) ImportRecords(ctx context.Context, records []auth.AgencyRecord) (added, changed int, err error) {
	agencies := make([]store.Agency, len(records))
	for i, r := range records {
		agencies[i] = store.Agency{ID: r.ID, OldID: r.OldID, NameVI: r.NameVI, NameEN: r.NameEN, Suspended: r.Suspended, Fictional: r.Fictional,
			Clients: make([]store.Client, len(r.Clients))}
		for j, c := range r.Clients {
			agencies[i].Clients[j] = store.Client(c)
		}
	}
	return m.Import(ctx, agencies)
}

// Revoke keeps a revocation.
func (m Managed) Revoke(ctx context.Context, r auth.Revocation) error {
	return m.Store.Revoke(ctx, store.Revocation(r))
}

// Revocations lists those after a sequence.
func (m Managed) Revocations(ctx context.Context, after int64) ([]auth.Revocation, error) {
	kept, err := m.Store.Revocations(ctx, after)
	all := make([]auth.Revocation, len(kept))
	for i, r := range kept {
		all[i] = auth.Revocation(r)
	}
	return all, err
}

// agencyImport takes over an agencies file when it changes.
type agencyImport struct {
	file    *agencyfile.File
	into    Managed
	mu      sync.Mutex // SIGHUP comes beside the watching
	version int64
	taken   bool
}

// reload imports the file if it is another than the one taken over last. A faulty
// file changes nothing.
func (i *agencyImport) reload(ctx context.Context) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	version, err := i.file.Version(ctx)
	if err != nil || i.taken && version == i.version {
		return err
	}
	records, version, err := i.file.Load(ctx)
	if err != nil {
		return err
	}
	if _, _, err := i.into.ImportRecords(ctx, records); err != nil {
		return err
	}
	i.version, i.taken = version, true
	return nil
}

// openAgencies opens the registry: what is kept, and what the agencies file adds to
// it. Embedded, the demonstration agencies are made where no file is named.
func (s *Server) openAgencies() error {
	ctx := context.Background()
	if file, err := s.agenciesFile(); err != nil {
		return err
	} else if file != "" {
		s.imports = &agencyImport{file: agencyfile.New(file), into: s.store}
		if err := s.imports.reload(ctx); err != nil {
			return err
		}
	}
	var faults []error
	keep := func(err error) { faults = append(faults, err) }
	var err error
	s.registry, err = auth.OpenRegistry(ctx, auth.RegistryConfig{Source: s.store, Now: time.Now})
	keep(err)
	s.revoked, err = auth.OpenRevoked(ctx, s.store, time.Now)
	keep(err)
	return errors.Join(faults...)
}

func (s *Server) agenciesFile() (string, error) {
	if s.config.Agencies != "" || !s.config.Embedded {
		return s.config.Agencies, nil
	}
	return agencyfile.EnsureDemo(s.config.DemoDir())
}
