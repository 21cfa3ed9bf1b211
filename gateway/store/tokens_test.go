package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestConcurrentUseOfAnAssertionIsFreshOnce(t *testing.T) {
	once := func(t *testing.T, stores []*Store) {
		for n := range 20 {
			var fresh atomic.Int64
			var all sync.WaitGroup
			for caller := range 64 {
				all.Go(func() {
					first, err := stores[caller%len(stores)].UseAssertion(context.Background(), "client", fmt.Sprint(n), inAnHour())
					if err != nil {
						t.Error(err)
					}
					if first {
						fresh.Add(1)
					}
				})
			}
			all.Wait()
			if fresh.Load() != 1 {
				t.Errorf("assertion %d was fresh %d times", n, fresh.Load())
			}
		}
	}
	onBoth(t, func(t *testing.T, o Options) { once(t, []*Store{opened(t, o)}) })
	t.Run("replicas", func(t *testing.T) { once(t, replicas(t, 2)) })
}

func TestAssertionIsUsedUntilItExpires(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		now := newClock()
		o.Now = now.Now
		s := opened(t, o)
		use := func(client, id string, want bool) {
			t.Helper()
			fresh, err := s.UseAssertion(t.Context(), client, id, now.Now().Add(time.Minute))
			must(t, err)
			if fresh != want {
				t.Errorf("%s of %s: fresh is %v, want %v", id, client, fresh, want)
			}
		}
		use("one", "jti", true)
		use("one", "jti", false)
		use("one", "JTI", true)
		use("two", "jti", true)                             // of another client
		use("one", strings.Repeat("\xff\x00", 2000), true)  // whatever a client sends
		use("one", strings.Repeat("\xff\x00", 2000), false) //
		now.advance(59 * time.Second)
		use("one", "jti", false)
		now.advance(time.Second)
		use("one", "jti", true)
		use("one", "jti", false)
	})
}

func TestRevokingAgainChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		s := opened(t, o)
		until := time.UnixMilli(1_800_000_000_123).UTC()
		must(t, s.Revoke(t.Context(), Revocation{TokenID: "a", Client: "client", Until: until}))
		first, err := s.Revocations(t.Context(), 0)
		must(t, err)
		if len(first) != 1 || first[0].TokenID != "a" || first[0].Client != "client" || !first[0].Until.Equal(until) {
			t.Fatalf("got %v", first)
		}
		must(t, s.Revoke(t.Context(), Revocation{TokenID: "a", Client: "client", Until: until}))
		must(t, s.Revoke(t.Context(), Revocation{TokenID: "b", Client: "client", Until: until}))
		later, err := s.Revocations(t.Context(), first[0].Sequence)
		must(t, err)
		if len(later) != 1 || later[0].TokenID != "b" {
			t.Errorf("after the first: %v, want b", later)
		}
	})
}

func TestExpiredRowsAreSweptInBoundedSteps(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		now := newClock()
		o.Now = now.Now
		s := opened(t, o)
		ctx := t.Context()
		soon, later := now.Now().Add(time.Minute), now.Now().Add(time.Hour)
		var all sync.WaitGroup
		for caller := range 25 {
			all.Go(func() {
				for n := range 50 {
					if _, err := s.UseAssertion(context.Background(), "client", fmt.Sprint(caller, n), soon); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		for _, until := range []time.Time{soon, later} {
			name := fmt.Sprint(until.Unix())
			_, err := s.UseAssertion(ctx, "client", name, until)
			must(t, err)
			must(t, s.Revoke(ctx, Revocation{TokenID: name, Client: "client", Until: until}))
			_, err = s.BeginAttempt(ctx, Attempt{Client: "client", Key: name, Until: until})
			must(t, err)
		}
		now.advance(time.Minute + sweepAfter - time.Millisecond)
		must(t, s.sweep(ctx))
		if n := number(t, s, "SELECT count(*) FROM assertions"); n != 1252 {
			t.Errorf("%d assertions, want all 1252 while a slow replica may go by them", n)
		}
		now.advance(time.Millisecond)
		deleted, err := s.sweepSome(ctx, "assertions", "client, id")
		must(t, err)
		if deleted != sweepChunk {
			t.Errorf("one step deleted %d rows, want %d", deleted, sweepChunk)
		}
		must(t, s.sweep(ctx))
		for _, rows := range expiring {
			if n := number(t, s, "SELECT count(*) FROM "+rows.table); n != 1 {
				t.Errorf("%d %s after the sweep, want the living one", n, rows.table)
			}
		}
	})
}

func TestClientThatFillsATableIsToldAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		s := opened(t, o)
		s.most = 3
		ctx := t.Context()
		use := func(client, id string) error {
			_, err := s.UseAssertion(ctx, client, id, inAnHour())
			return err
		}
		for n := range 3 {
			must(t, use("greedy", fmt.Sprint(n)))
			must(t, s.Revoke(ctx, Revocation{TokenID: fmt.Sprint(n), Client: "greedy", Until: inAnHour()}))
			_, err := s.BeginAttempt(ctx, Attempt{Client: "greedy", Key: fmt.Sprint(n), Until: inAnHour()})
			must(t, err)
		}
		must(t, s.count(ctx))
		_, begun := s.BeginAttempt(ctx, Attempt{Client: "greedy", Key: "more", Until: inAnHour()})
		for what, err := range map[string]error{
			"assertion":  use("greedy", "more"),
			"revocation": s.Revoke(ctx, Revocation{TokenID: "more", Client: "greedy", Until: inAnHour()}),
			"attempt":    begun,
		} {
			if !errors.Is(err, ErrFull) {
				t.Errorf("%s: got %v, want ErrFull", what, err)
			}
		}
		must(t, use("modest", "one"))
	})
}
