package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Import creates and replaces agencies with their clients, all or nothing; what it does not name stays. It never lifts a
// suspension, which may be newer than what is imported: that is for Suspend. An agency counts as changed when one of its
// clients is. An id that comes twice or belongs to another is ErrExists.
func (s *Store) Import(ctx context.Context, all []Agency) (added, changed int, err error) {
	if err := checkImport(all); err != nil {
		return 0, 0, fmt.Errorf("import: %w", err)
	}
	err = s.changeRegistry(ctx, "import", func(ctx context.Context, tx *sql.Tx) error {
		known, err := readRegistry(ctx, tx)
		if err != nil {
			return err
		}
		i := newImporter(known)
		for _, agency := range all {
			if err := i.agency(ctx, s, tx, agency); err != nil {
				return err
			}
		}
		if added, changed = i.added, i.changed; added+changed == 0 {
			return errUnchanged
		}
		return nil
	})
	if err != nil {
		return 0, 0, err
	}
	return added, changed, nil
}

func checkImport(all []Agency) error {
	var faults []error
	seen := map[string]bool{}
	claim := func(id string) {
		if seen[id] {
			faults = append(faults, fmt.Errorf("%s comes twice: %w", id, ErrExists))
		}
		seen[id] = true
	}
	for _, agency := range all {
		faults = append(faults, checkAgency(agency))
		claim("agency " + agency.ID)
		for _, client := range agency.Clients {
			if client.Agency != agency.ID && client.Agency != "" {
				faults = append(faults, fmt.Errorf("client %s of %s names agency %s: %w", client.ID, agency.ID, client.Agency, ErrInvalid))
			}
			client.Agency = agency.ID
			faults = append(faults, checkClient(client))
			claim("client " + client.ID)
		}
	}
	return errors.Join(faults...)
}

// importer writes what differs from what is known.
type importer struct {
	agencies       map[string]Agency
	clients        map[string]Client
	added, changed int
}

func newImporter(known []Agency) *importer {
	i := &importer{agencies: make(map[string]Agency, len(known)), clients: map[string]Client{}}
	for _, agency := range known {
		i.agencies[agency.ID] = agency
		for _, client := range agency.Clients {
			i.clients[client.ID] = client
		}
	}
	return i
}

func (i *importer) agency(ctx context.Context, s *Store, tx *sql.Tx, next Agency) error {
	known, exists := i.agencies[next.ID]
	next.Suspended = next.Suspended || known.Suspended
	differs := !exists || !sameAgency(next, known)
	if differs {
		if err := s.putAgency(ctx, tx, next); err != nil {
			return err
		}
	}
	for _, client := range next.Clients {
		client.Agency = next.ID
		switch wrote, err := i.client(ctx, tx, client); {
		case err != nil:
			return err
		case wrote:
			differs = true
		}
	}
	switch {
	case !exists:
		i.added++
	case differs:
		i.changed++
	}
	return nil
}

func (i *importer) client(ctx context.Context, tx *sql.Tx, next Client) (wrote bool, err error) {
	if known, exists := i.clients[next.ID]; exists {
		next.Suspended = next.Suspended || known.Suspended
		if err := replaces(next, known); err != nil {
			if errors.Is(err, errUnchanged) {
				return false, nil
			}
			return false, err
		}
	}
	return true, putClient(ctx, tx, next)
}
