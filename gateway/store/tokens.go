package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// UseAssertion records a client assertion (RFC 7523) by its jti and says whether this is its first use; it is used until
// it expires, on all replicas. On any error the client has not proved itself.
func (s *Store) UseAssertion(ctx context.Context, client string, id string, until time.Time) (fresh bool, err error) {
	if err := errors.Join(checkID("client id", client), s.room("assertions", client)); err != nil {
		return false, fmt.Errorf("use assertion: %w", err)
	}
	digest := sha256.Sum256([]byte(id))
	err = s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		used, err := affected(tx.ExecContext(ctx, `INSERT INTO assertions (client, id, until) VALUES ($1, $2, $3)
			ON CONFLICT (client, id) DO UPDATE SET until = excluded.until WHERE assertions.until <= $4`,
			client, digest[:], until.UnixMilli(), s.now().UnixMilli()))
		fresh = used == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("use assertion: %w", err)
	}
	return fresh, nil
}

// Revocation is a token that must not be accepted any more, until it expires by itself.
type Revocation struct {
	TokenID, Client string
	Until           time.Time
	Sequence        int64 // given by the store
}

// Revoke records a revocation. Revoking again changes nothing.
func (s *Store) Revoke(ctx context.Context, r Revocation) error {
	if err := errors.Join(checkID("token id", r.TokenID), checkID("client id", r.Client), s.room("revocations", r.Client)); err != nil {
		return fmt.Errorf("revoke: %w", err)
	}
	err := s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "UPDATE counters SET value = value + 1 WHERE name = 'revocations'"); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO revocations (token, client, until, sequence)
			SELECT $1, $2, $3, value FROM counters WHERE name = 'revocations'
			ON CONFLICT (token) DO NOTHING`, r.TokenID, r.Client, r.Until.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("revoke: %w", err)
	}
	return nil
}

// Revocations returns the revocations whose sequence is greater than after, in order of it. Who goes on with the last
// one's sequence misses none, whichever replica recorded it.
func (s *Store) Revocations(ctx context.Context, after int64) ([]Revocation, error) {
	bounded, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	rows, err := s.Reader().QueryContext(bounded, "SELECT token, client, until, sequence FROM revocations WHERE sequence > $1 ORDER BY sequence", after)
	if err != nil {
		return nil, unread(ctx, "revocations", err)
	}
	type row struct {
		Revocation
		until int64
	}
	read, err := collect(rows, func(r *row) []any { return []any{&r.TokenID, &r.Client, &r.until, &r.Sequence} })
	if err != nil {
		return nil, unread(ctx, "revocations", err)
	}
	revocations := make([]Revocation, len(read))
	for i, r := range read {
		r.Until = time.UnixMilli(r.until).UTC()
		revocations[i] = r.Revocation
	}
	return revocations, nil
}
