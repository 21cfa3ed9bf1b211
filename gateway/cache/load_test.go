package cache

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// slowly answers after a second of the bubble's time and counts its calls.
func slowly(calls *atomic.Int64, body string) func(context.Context) (*Record, error) {
	return func(ctx context.Context) (*Record, error) {
		calls.Add(1)
		select {
		case <-time.After(time.Second):
			return answer(time.Now(), body), nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func TestConcurrentEqualLoadsShareOneFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := New(Options{Secrets: newRing("1")})
		defer c.Close()
		key := c.Key("a")
		var calls, unshared atomic.Int64
		var all sync.WaitGroup
		for range 200 {
			all.Go(func() {
				rec, shared, err := c.Load(t.Context(), key, anyRecord, slowly(&calls, "record"))
				if err != nil || string(rec.Body) != "record" {
					t.Errorf("got %v, %v", rec, err)
				}
				if !shared {
					unshared.Add(1)
				}
			})
		}
		all.Wait()
		if calls.Load() != 1 || unshared.Load() != 1 {
			t.Errorf("%d fetches, %d callers say it was theirs; want one each", calls.Load(), unshared.Load())
		}
		if c.Local(key) == nil {
			t.Error("the record was not stored")
		}
	})
}

func TestImpatientCallerDoesNotAbortTheFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := New(Options{Secrets: newRing("1")})
		defer c.Close()
		key := c.Key("a")
		var calls atomic.Int64
		impatient, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		var all sync.WaitGroup
		all.Go(func() {
			start := time.Now()
			_, _, err := c.Load(impatient, key, anyRecord, slowly(&calls, "record"))
			if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Millisecond {
				t.Errorf("the impatient caller got %v after %v", err, time.Since(start))
			}
		})
		synctest.Wait() // it is the one whose fetch runs
		all.Go(func() {
			rec, shared, err := c.Load(t.Context(), key, anyRecord, slowly(&calls, "another"))
			if err != nil || !shared || string(rec.Body) != "record" {
				t.Errorf("the patient caller got %v, shared %v, %v", rec, shared, err)
			}
		})
		all.Wait()
		if calls.Load() != 1 {
			t.Errorf("%d fetches, want 1", calls.Load())
		}
	})
}

func TestFetchEndsAtItsOwnTimeLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := New(Options{Secrets: newRing("1"), FetchTimeout: 20 * time.Millisecond})
		defer c.Close()
		var calls atomic.Int64
		_, _, err := c.Load(t.Context(), c.Key("a"), anyRecord, slowly(&calls, "record"))
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the fetch's own deadline", err)
		}
	})
}

func TestFailedFetchIsNotStored(t *testing.T) {
	c := open(t, Options{})
	down := errors.New("system is down")
	for name, try := range map[string]struct {
		fetch func(context.Context) (*Record, error)
		want  error
	}{
		"error":            {func(context.Context) (*Record, error) { return nil, down }, down},
		"error and record": {func(context.Context) (*Record, error) { return answer(time.Now(), "half"), down }, down},
		"nothing":          {func(context.Context) (*Record, error) { return nil, nil }, errNoRecord},
		"panic":            {func(context.Context) (*Record, error) { panic("citizen 001099000001") }, ErrFetchPanicked},
	} {
		key := c.Key(name)
		if rec, _, err := c.Load(t.Context(), key, anyRecord, try.fetch); rec != nil || !errors.Is(err, try.want) {
			t.Errorf("%s: got %v, %v", name, rec, err)
		}
		if rec, tier := c.Get(t.Context(), key); rec != nil || tier != Nowhere {
			t.Errorf("%s: was stored", name)
		}
		rec, _, err := c.Load(t.Context(), key, anyRecord, func(context.Context) (*Record, error) { return answer(time.Now(), "ok"), nil })
		if err != nil || string(rec.Body) != "ok" {
			t.Errorf("%s: the next load got %v, %v; want it to fetch again", name, rec, err)
		}
	}
}

func TestLoadTakesWhatIsGoodForTheCaller(t *testing.T) {
	c := open(t, Options{})
	key := c.Key("a")
	now := time.Now()
	c.Put(key, answer(now, "stored"))
	fetched := func(context.Context) (*Record, error) { return answer(now, "fetched"), nil }
	for _, try := range []struct {
		name string
		good func(*Record) bool
		want string
	}{
		{"good enough", anyRecord, "stored"},
		{"not what the caller takes", func(*Record) bool { return false }, "fetched"},
		{"insists", nil, "fetched"},
	} {
		c.Put(key, answer(now, "stored"))
		rec, shared, err := c.Load(t.Context(), key, try.good, fetched)
		if err != nil || string(rec.Body) != try.want || shared != (try.want == "stored") {
			t.Errorf("%s: got %v, shared %v, %v", try.name, rec, shared, err)
		}
	}
}

func TestWhoInsistsDoesNotJoinAnEarlierFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, Options{})
		key := c.Key("a")
		var calls atomic.Int64
		go c.Load(t.Context(), key, anyRecord, slowly(&calls, "earlier"))
		synctest.Wait() // the earlier fetch is under way
		rec, shared, err := c.Load(t.Context(), key, nil, slowly(&calls, "new"))
		if err != nil || shared || string(rec.Body) != "new" {
			t.Errorf("got %v, shared %v, %v", rec, shared, err)
		}
	})
}

// anyRecord takes whatever is kept.
func anyRecord(*Record) bool { return true }

func TestCallerWhoLeftStartsNoFetch(t *testing.T) {
	c := open(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var calls atomic.Int64
	if _, _, err := c.Load(ctx, c.Key("a"), anyRecord, slowly(&calls, "record")); !errors.Is(err, context.Canceled) || calls.Load() != 0 {
		t.Errorf("got %v after %d fetches", err, calls.Load())
	}
}
