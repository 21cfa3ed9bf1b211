package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Agency is an organisation on the bus.
type Agency struct {
	ID, OldID      string // H26.12, 000.00.12.H26; "" where there is no old one
	NameVI, NameEN string
	Suspended      bool
	Fictional      bool // made up for the sandbox: shown so wherever it is listed
	Clients        []Client
}

// Client is a system of an agency. Its id is unique among all agencies.
type Client struct {
	ID, Agency, Name string
	Scopes           []string
	Suspended        bool
	Keys             []string // public keys: PEM or JWK as JSON
	JWKSURL          string   // where the client publishes its keys, instead of Keys
	Certificates     []string // SHA-256 thumbprints (base64url) of certificates for tls_client_auth
	SecretHash       string   // of client_secret_basic; argon2id in PHC form, "" where there is none
	DailyQuota       int64    // calls a day over all systems, 0 for none
}

// querier is a pool of readers or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Registry returns all agencies with their clients, both in order of id, as they were at one version.
func (s *Store) Registry(ctx context.Context) (agencies []Agency, version int64, err error) {
	bounded, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	tx, err := s.Reader().BeginTx(bounded, s.engine.snapshot)
	if err != nil {
		return nil, 0, unread(ctx, "registry", err)
	}
	defer tx.Rollback()
	if version, err = registryVersion(bounded, tx); err == nil {
		agencies, err = readRegistry(bounded, tx)
	}
	if err != nil {
		return nil, 0, unread(ctx, "registry", err)
	}
	return agencies, version, nil
}

// RegistryVersion grows with every change of the registry. It is cheap to ask.
func (s *Store) RegistryVersion(ctx context.Context) (int64, error) {
	bounded, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	version, err := registryVersion(bounded, s.Reader())
	if err != nil {
		return 0, unread(ctx, "registry version", err)
	}
	return version, nil
}

func registryVersion(ctx context.Context, q querier) (version int64, err error) {
	err = q.QueryRowContext(ctx, "SELECT value FROM counters WHERE name = 'registry'").Scan(&version)
	return version, err
}

func readRegistry(ctx context.Context, q querier) ([]Agency, error) {
	agencies, err := readAgencies(ctx, q, "")
	if err != nil {
		return nil, err
	}
	clients, err := readClients(ctx, q, "")
	if err != nil {
		return nil, err
	}
	at := make(map[string]int, len(agencies))
	for i, agency := range agencies {
		at[agency.ID] = i
	}
	for _, client := range clients {
		of := &agencies[at[client.Agency]] // a foreign key: it is there
		of.Clients = append(of.Clients, client)
	}
	return agencies, nil
}

// readAgencies reads agencies without their clients. They are put in order here, as databases disagree about order.
func readAgencies(ctx context.Context, q querier, where string, args ...any) ([]Agency, error) {
	rows, err := q.QueryContext(ctx, "SELECT id, old_id, name_vi, name_en, suspended, fictional FROM agencies "+where, args...)
	if err != nil {
		return nil, err
	}
	agencies, err := collect(rows, func(a *Agency) []any {
		return []any{&a.ID, &a.OldID, &a.NameVI, &a.NameEN, &a.Suspended, &a.Fictional}
	})
	slices.SortFunc(agencies, func(a, b Agency) int { return cmp.Compare(a.ID, b.ID) })
	return agencies, err
}

// clientRow is a client as its columns hold it.
type clientRow struct {
	Client
	scopes, keys, certificates string
}

func readClients(ctx context.Context, q querier, where string, args ...any) ([]Client, error) {
	rows, err := q.QueryContext(ctx, "SELECT id, agency, name, scopes, suspended, keys, jwks_url, certificates, secret_hash, daily_quota FROM clients "+where, args...)
	if err != nil {
		return nil, err
	}
	read, err := collect(rows, func(c *clientRow) []any {
		return []any{&c.ID, &c.Agency, &c.Name, &c.scopes, &c.Suspended, &c.keys, &c.JWKSURL, &c.certificates, &c.SecretHash, &c.DailyQuota}
	})
	if err != nil {
		return nil, err
	}
	clients := make([]Client, len(read))
	for i, row := range read {
		var scopes, keys, certificates error
		row.Scopes, scopes = decodeList(row.scopes)
		row.Keys, keys = decodeList(row.keys)
		row.Certificates, certificates = decodeList(row.certificates)
		if err := errors.Join(scopes, keys, certificates); err != nil {
			return nil, fmt.Errorf("client %s: %w", row.ID, err)
		}
		clients[i] = row.Client
	}
	slices.SortFunc(clients, func(a, b Client) int { return cmp.Compare(a.ID, b.ID) })
	return clients, nil
}

// PutAgency creates or replaces an agency, without its clients. An OldID that another agency has is ErrExists.
func (s *Store) PutAgency(ctx context.Context, a Agency) error {
	if err := checkAgency(a); err != nil {
		return fmt.Errorf("put agency: %w", err)
	}
	return s.changeRegistry(ctx, "put agency", func(ctx context.Context, tx *sql.Tx) error {
		known, err := readAgencies(ctx, tx, "WHERE id = $1", a.ID)
		if err != nil {
			return err
		}
		if len(known) == 1 && sameAgency(a, known[0]) {
			return errUnchanged
		}
		return s.putAgency(ctx, tx, a)
	})
}

// PutClient creates or replaces a client. It is ErrNotFound where its agency is not there, and ErrExists where another
// agency has a client of this id.
func (s *Store) PutClient(ctx context.Context, c Client) error {
	if err := checkClient(c); err != nil {
		return fmt.Errorf("put client: %w", err)
	}
	return s.changeRegistry(ctx, "put client", func(ctx context.Context, tx *sql.Tx) error {
		agencies, err := readAgencies(ctx, tx, "WHERE id = $1", c.Agency)
		if err != nil {
			return err
		}
		if len(agencies) == 0 {
			return fmt.Errorf("agency %s: %w", c.Agency, ErrNotFound)
		}
		known, err := readClients(ctx, tx, "WHERE id = $1", c.ID)
		if err != nil {
			return err
		}
		if len(known) == 1 {
			if err := replaces(c, known[0]); err != nil {
				return err
			}
		}
		return putClient(ctx, tx, c)
	})
}

// replaces says whether there is something to replace: errUnchanged where both are the same.
func replaces(next, known Client) error {
	switch {
	case next.Agency != known.Agency:
		return fmt.Errorf("client %s: %w", next.ID, ErrExists)
	case sameClient(next, known):
		return errUnchanged
	}
	return nil
}

// Suspend suspends an agency or, where client is not "", one of its clients, or lifts that. What is not there is
// ErrNotFound.
func (s *Store) Suspend(ctx context.Context, agency, client string, suspended bool) error {
	statement, find, args := "UPDATE agencies SET suspended = $1 WHERE id = $2 AND suspended <> $1", "SELECT count(*) FROM agencies WHERE id = $1", []any{agency}
	if client != "" {
		statement, find, args = "UPDATE clients SET suspended = $1 WHERE agency = $2 AND id = $3 AND suspended <> $1", "SELECT count(*) FROM clients WHERE agency = $1 AND id = $2", []any{agency, client}
	}
	return s.changeRegistry(ctx, "suspend", func(ctx context.Context, tx *sql.Tx) error {
		changed, err := affected(tx.ExecContext(ctx, statement, append([]any{suspended}, args...)...))
		if err != nil || changed > 0 {
			return err
		}
		var there int
		if err := tx.QueryRowContext(ctx, find, args...).Scan(&there); err != nil {
			return err
		}
		if there == 0 {
			return fmt.Errorf("%s: %w", strings.TrimSpace(agency+" "+client), ErrNotFound)
		}
		return errUnchanged
	})
}

// errUnchanged undoes a change of the registry that would change nothing, and with it the new version.
var errUnchanged = errors.New("nothing to change")

// changeRegistry gives a change of the registry its version. The version comes first: its row is locked until the commit,
// so that changes on all replicas come one after another and none decides by what another is changing.
func (s *Store) changeRegistry(ctx context.Context, what string, change func(ctx context.Context, tx *sql.Tx) error) error {
	err := s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "UPDATE counters SET value = value + 1 WHERE name = 'registry'"); err != nil {
			return err
		}
		return change(ctx, tx)
	})
	if err == nil || errors.Is(err, errUnchanged) {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

func (s *Store) putAgency(ctx context.Context, tx *sql.Tx, a Agency) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO agencies (id, old_id, name_vi, name_en, suspended, fictional)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET old_id = excluded.old_id, name_vi = excluded.name_vi, name_en = excluded.name_en,
			suspended = excluded.suspended, fictional = excluded.fictional`,
		a.ID, a.OldID, a.NameVI, a.NameEN, a.Suspended, a.Fictional)
	if s.engine.blame(err) == faultTaken {
		return fmt.Errorf("old id %s: %w", a.OldID, ErrExists)
	}
	return err
}

func putClient(ctx context.Context, tx *sql.Tx, c Client) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO clients (id, agency, name, scopes, suspended, keys, jwks_url, certificates, secret_hash, daily_quota)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, scopes = excluded.scopes, suspended = excluded.suspended,
			keys = excluded.keys, jwks_url = excluded.jwks_url, certificates = excluded.certificates,
			secret_hash = excluded.secret_hash, daily_quota = excluded.daily_quota`,
		c.ID, c.Agency, c.Name, encodeList(c.Scopes), c.Suspended, encodeList(c.Keys), c.JWKSURL,
		encodeList(c.Certificates), c.SecretHash, c.DailyQuota)
	return err
}

// sameAgency compares agencies without their clients.
func sameAgency(a, b Agency) bool {
	return a.ID == b.ID && a.OldID == b.OldID && a.NameVI == b.NameVI && a.NameEN == b.NameEN &&
		a.Suspended == b.Suspended && a.Fictional == b.Fictional
}

func sameClient(a, b Client) bool {
	return a.ID == b.ID && a.Agency == b.Agency && a.Name == b.Name && a.Suspended == b.Suspended &&
		a.JWKSURL == b.JWKSURL && a.SecretHash == b.SecretHash && a.DailyQuota == b.DailyQuota &&
		slices.Equal(a.Scopes, b.Scopes) && slices.Equal(a.Keys, b.Keys) && slices.Equal(a.Certificates, b.Certificates)
}

func checkAgency(a Agency) error {
	return errors.Join(
		checkID("agency id", a.ID),
		checkText("old id", a.OldID, maxID),
		checkText("name", a.NameVI, maxLabel),
		checkText("English name", a.NameEN, maxLabel))
}

func checkClient(c Client) error {
	faults := []error{
		checkID("client id", c.ID),
		checkID("agency id", c.Agency),
		checkText("name", c.Name, maxLabel),
		checkText("JWKS address", c.JWKSURL, maxLabel),
		checkText("secret hash", c.SecretHash, maxLabel),
	}
	for _, list := range []struct {
		name  string
		items []string
	}{{"scopes", c.Scopes}, {"keys", c.Keys}, {"certificates", c.Certificates}} {
		size := 0
		for _, item := range list.items {
			size += len(item)
			faults = append(faults, checkText(list.name, item, maxList))
		}
		if size > maxList {
			faults = append(faults, fmt.Errorf("%s are longer than %d bytes: %w", list.name, maxList, ErrInvalid))
		}
	}
	return errors.Join(faults...)
}
