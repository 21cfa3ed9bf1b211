package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Attempt is a request that its client marked with an Idempotency-Key.
type Attempt struct {
	Client, Key string
	Digest      [32]byte // of what makes another request of the same key a different one
	Until       time.Time
}

// Kept is what is known of an attempt.
type Kept struct {
	Digest       [32]byte
	Done         bool // false while it is under way: the rest is known once it is done
	Status       int
	Header, Body []byte
}

// BeginAttempt says what is known under a client's key. Nil means nothing: the caller now carries the request out and
// then calls FinishAttempt or, where nothing was done, AbandonAttempt. One of several callers gets nil.
func (s *Store) BeginAttempt(ctx context.Context, a Attempt) (kept *Kept, err error) {
	if err := errors.Join(checkID("client id", a.Client), s.room("attempts", a.Client)); err != nil {
		return nil, fmt.Errorf("begin attempt: %w", err)
	}
	key := sha256.Sum256([]byte(a.Key))
	err = s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		kept = nil
		// PostgreSQL locks the row also where it does not change it, so that what is read then is what stood in the way.
		ours, err := affected(tx.ExecContext(ctx, `INSERT INTO attempts (client, key, digest, until, done, status)
			VALUES ($1, $2, $3, $4, $5, 0)
			ON CONFLICT (client, key) DO UPDATE SET digest = excluded.digest, until = excluded.until, done = excluded.done,
				status = 0, header = NULL, body = NULL
				WHERE attempts.until <= $6`,
			a.Client, key[:], a.Digest[:], a.Until.UnixMilli(), false, s.now().UnixMilli()))
		if err != nil || ours == 1 {
			return err
		}
		kept, err = readAttempt(ctx, tx, a.Client, key)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("begin attempt: %w", err)
	}
	return kept, nil
}

func readAttempt(ctx context.Context, q querier, client string, key [32]byte) (*Kept, error) {
	var k Kept
	var digest []byte
	err := q.QueryRowContext(ctx, "SELECT digest, done, status, header, body FROM attempts WHERE client = $1 AND key = $2", client, key[:]).
		Scan(&digest, &k.Done, &k.Status, &k.Header, &k.Body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	copy(k.Digest[:], digest)
	return &k, err
}

// FinishAttempt keeps the answer of an attempt for those who ask again. It is ErrNotFound where nobody knows of the
// attempt, and ErrStale where it is finished already or the key stands for another one by now: the answer is not kept.
// Header and Body have together at most MaxAnswer bytes; more is ErrInvalid.
func (s *Store) FinishAttempt(ctx context.Context, client, key string, k Kept) error {
	if err := checkID("client id", client); err != nil {
		return fmt.Errorf("finish attempt: %w", err)
	}
	if size := len(k.Header) + len(k.Body); size > MaxAnswer {
		return fmt.Errorf("finish attempt: an answer of %d bytes: %w", size, ErrInvalid)
	}
	digest := sha256.Sum256([]byte(key))
	err := s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		finished, err := affected(tx.ExecContext(ctx, `UPDATE attempts SET done = $1, status = $2, header = $3, body = $4
			WHERE client = $5 AND key = $6 AND digest = $7 AND done <> $1`,
			true, k.Status, k.Header, k.Body, client, digest[:], k.Digest[:]))
		if err != nil || finished == 1 {
			return err
		}
		if _, err := readAttempt(ctx, tx, client, digest); err != nil {
			return err
		}
		return ErrStale
	})
	if err != nil {
		return fmt.Errorf("finish attempt: %w", err)
	}
	return nil
}

// AbandonAttempt forgets an attempt that was not carried out, so that the next one of this key is ours again. What is
// finished stays.
func (s *Store) AbandonAttempt(ctx context.Context, client, key string) error {
	if err := checkID("client id", client); err != nil {
		return fmt.Errorf("abandon attempt: %w", err)
	}
	digest := sha256.Sum256([]byte(key))
	err := s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM attempts WHERE client = $1 AND key = $2 AND done = $3", client, digest[:], false)
		return err
	})
	if err != nil {
		return fmt.Errorf("abandon attempt: %w", err)
	}
	return nil
}
