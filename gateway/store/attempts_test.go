package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAttemptIsCarriedOutOnceAndItsAnswerKept(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		now := newClock()
		o.Now = now.Now
		s := opened(t, o)
		ctx := t.Context()
		attempt := Attempt{Client: "client", Key: "key", Digest: [32]byte{1}, Until: now.Now().Add(24 * time.Hour)}
		begin := func(a Attempt, want *Kept) {
			t.Helper()
			kept, err := s.BeginAttempt(ctx, a)
			must(t, err)
			if diff := cmp.Diff(want, kept); diff != "" {
				t.Errorf("begin (-want +got):\n%s", diff)
			}
		}
		begin(attempt, nil)
		begin(attempt, &Kept{Digest: attempt.Digest})
		answer := Kept{Digest: attempt.Digest, Done: true, Status: 201, Header: []byte("Location: x"), Body: []byte{0, 1, 2}}
		must(t, s.FinishAttempt(ctx, "client", "key", answer))
		begin(attempt, &answer)

		other := attempt
		other.Digest = [32]byte{2}
		begin(other, &answer) // the caller sees that the digest is another
		other.Client = "another client"
		begin(other, nil)

		if err := s.FinishAttempt(ctx, "client", "key", answer); !errors.Is(err, ErrStale) {
			t.Errorf("finish twice: got %v, want ErrStale", err)
		}
		must(t, s.AbandonAttempt(ctx, "client", "key"))
		begin(attempt, &answer) // what is finished stays

		now.advance(24 * time.Hour)
		attempt.Digest, attempt.Until = [32]byte{3}, now.Now().Add(24*time.Hour)
		begin(attempt, nil)
		begin(attempt, &Kept{Digest: attempt.Digest}) // nothing of the old answer is left
		if err := s.FinishAttempt(ctx, "client", "key", answer); !errors.Is(err, ErrStale) {
			t.Errorf("finish one that another has replaced: got %v, want ErrStale", err)
		}
	})
}

func TestAbandonedAttemptIsOursAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		s := opened(t, o)
		ctx := t.Context()
		for range 2 {
			kept, err := s.BeginAttempt(ctx, Attempt{Client: "client", Key: "key", Until: inAnHour()})
			must(t, err)
			if kept != nil {
				t.Errorf("got %v, want a new attempt", kept)
			}
			must(t, s.AbandonAttempt(ctx, "client", "key"))
		}
		if err := s.FinishAttempt(ctx, "client", "key", Kept{}); !errors.Is(err, ErrNotFound) {
			t.Errorf("finish what nobody knows of: got %v, want ErrNotFound", err)
		}
	})
}

func TestConcurrentAttemptsAreCarriedOutOnce(t *testing.T) {
	once := func(t *testing.T, stores []*Store) {
		for n := range 20 {
			var ours atomic.Int64
			var all sync.WaitGroup
			for caller := range 32 {
				all.Go(func() {
					kept, err := stores[caller%len(stores)].BeginAttempt(context.Background(), Attempt{Client: "client", Key: fmt.Sprint(n), Until: inAnHour()})
					if err != nil {
						t.Error(err)
					} else if kept == nil {
						ours.Add(1)
					}
				})
			}
			all.Wait()
			if ours.Load() != 1 {
				t.Errorf("attempt %d was begun %d times", n, ours.Load())
			}
		}
	}
	onBoth(t, func(t *testing.T, o Options) { once(t, []*Store{opened(t, o)}) })
	t.Run("replicas", func(t *testing.T) { once(t, replicas(t, 2)) })
}

func TestKeptAnswersAreBounded(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		s := opened(t, o)
		ctx := t.Context()
		_, err := s.BeginAttempt(ctx, Attempt{Client: "client", Key: "key", Until: inAnHour()})
		must(t, err)
		body := bytes.Repeat([]byte{0xff}, MaxAnswer)
		if err := s.FinishAttempt(ctx, "client", "key", Kept{Header: []byte{1}, Body: body}); !errors.Is(err, ErrInvalid) {
			t.Errorf("one byte too many: got %v, want ErrInvalid", err)
		}
		must(t, s.FinishAttempt(ctx, "client", "key", Kept{Body: body}))
		kept, err := s.BeginAttempt(ctx, Attempt{Client: "client", Key: "key", Until: inAnHour()})
		must(t, err)
		if !bytes.Equal(kept.Body, body) {
			t.Errorf("got %d bytes back, want %d", len(kept.Body), len(body))
		}
	})
}
