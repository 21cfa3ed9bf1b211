package store

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestStoreHealsAndSweepsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := opened(t, inFile(t))
		ctx := context.Background()
		_, err := s.UseAssertion(ctx, "client", "jti", time.Now().Add(time.Minute))
		must(t, err)

		blame := s.engine.blame
		s.engine.blame = func(err error) fault {
			if errors.Is(err, errOwn) {
				return faultAway
			}
			return blame(err)
		}
		if err := s.Write(ctx, func(context.Context, *sql.Tx) error { return errOwn }); !errors.Is(err, ErrUnavailable) {
			t.Fatalf("got %v, want ErrUnavailable", err)
		}
		if s.Health() == nil {
			t.Error("healthy after a failed write")
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if err := s.Health(); err != nil {
			t.Errorf("a second later: %v", err)
		}

		if n := number(t, s, "SELECT count(*) FROM assertions"); n != 1 {
			t.Errorf("%d assertions, want 1", n)
		}
		time.Sleep(time.Minute + sweepAfter + sweepEvery)
		synctest.Wait()
		if n := number(t, s, "SELECT count(*) FROM assertions"); n != 0 {
			t.Errorf("%d assertions after they expired, want none", n)
		}
	})
}

func TestIdleStoreIsProbed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := opened(t, inFile(t))
		before := s.wrote.Load()
		time.Sleep(probeEvery + time.Second)
		synctest.Wait()
		if now := s.wrote.Load(); now <= before {
			t.Error("nobody has looked whether the database still takes writes")
		}
	})
}

func TestCloseLeavesNothingRunning(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		before := goleak.IgnoreCurrent()
		s, err := Open(t.Context(), o)
		must(t, err)
		_, _, err = s.Registry(t.Context())
		must(t, err)
		must(t, s.Close())
		goleak.VerifyNone(t, before)
	})
}
