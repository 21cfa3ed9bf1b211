package cache

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/gateway/internal/testredis"
	"go.uber.org/goleak"
)

func awaitState(t *testing.T, states <-chan Status, want State) {
	t.Helper()
	for {
		select {
		case s := <-states:
			if s.State == want {
				return
			}
		case <-time.After(20 * time.Second): // only a broken test waits for this
			t.Fatalf("Redis never became %s", want)
		}
	}
}

func TestLosingRedisLosesNoAnswerAndItComesBackByItself(t *testing.T) {
	server := testredis.Own(t)
	states := make(chan Status, 1000)
	c := open(t, Options{Redis: dial(t, server.URL), Retry: 5 * time.Millisecond,
		OnStatus: func(s Status) { states <- s }})

	var asked atomic.Int64
	stop := make(chan struct{})
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				key := c.Key(strconv.Itoa(i), strconv.Itoa(n))
				if rec, _ := c.Get(context.Background(), key); rec != nil {
					t.Error("a record nobody stored")
				}
				_, _, err := c.Load(context.Background(), key, anyRecord, func(context.Context) (*Record, error) {
					return answer(time.Now(), "record"), nil
				})
				if err != nil || c.Local(key) == nil {
					t.Errorf("load: %v", err)
				}
				asked.Add(1)
			}
		})
	}
	server.Kill()
	awaitState(t, states, Down)
	if s := c.Health(); s.State != Down || s.Detail == "" {
		t.Errorf("health is %+v, want down with a reason", s)
	}
	server.Restart()
	awaitState(t, states, Up)
	close(stop)
	all.Wait()
	if asked.Load() == 0 {
		t.Error("nobody asked anything: the test proves nothing")
	}

	// A pooled connection of the old server may spoil a first write; the link then recovers once more.
	for range 1000 {
		key := c.Key("after")
		c.Put(key, answer(time.Now(), "after"))
		again, err := New(Options{Secrets: newRing("2026-1"), Redis: dial(t, server.URL)})
		if err != nil {
			t.Fatal(err)
		}
		rec, _ := again.Get(context.Background(), key)
		again.Close()
		if rec != nil {
			return
		}
	}
	t.Error("records do not reach the new server")
}

func TestStartWithoutRedisGoesOnWithoutIt(t *testing.T) {
	server := testredis.Own(t)
	server.Kill()
	states := make(chan Status, 10)
	c := open(t, Options{Redis: dial(t, server.URL), Retry: 5 * time.Millisecond, OnStatus: func(s Status) { states <- s }})
	if c.Health().State != Down {
		t.Errorf("health is %+v, want down", c.Health())
	}
	key := c.Key("a")
	c.Put(key, answer(time.Now(), "record"))
	if body, tier := get(t, c, key); body != "record" || tier != InProcess {
		t.Errorf("got %q from %v", body, tier)
	}
	if n := c.Stats().Dropped; n != 1 {
		t.Errorf("%d records counted as dropped, want 1", n)
	}
	server.Restart()
	awaitState(t, states, Up)
}

func TestLostRedisIsNotAskedPerRequest(t *testing.T) {
	c := open(t, Options{Redis: startRedis(t), Retry: time.Hour})
	key := uniqueKey(t, c)
	c.remote.link.fail(errors.New("gone"))
	c.remote.client = nil // any use would panic
	if _, tier := get(t, c, key); tier != Nowhere {
		t.Errorf("found in %v", tier)
	}
}

func TestCallerWhoLeavesDoesNotCountAgainstRedis(t *testing.T) {
	c := open(t, Options{Redis: startRedis(t)})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if rec, _ := c.Get(ctx, c.Key("a")); rec != nil {
		t.Error("found something")
	}
	if c.Health().State != Up {
		t.Errorf("health is %+v", c.Health())
	}
}

func TestFullQueueDropsAndCounts(t *testing.T) {
	r := &remote{link: newLink(nil, time.Hour, nil, nil), queue: make(chan queued, 2), now: time.Now}
	rec := answer(time.Now(), "record")
	for range 5 {
		r.put(Key{}, rec)
	}
	if len(r.queue) != 2 || r.dropped.Load() != 3 || r.queued.Load() != 2*int64(len(rec.Body)) {
		t.Errorf("queued %d (%d bytes), dropped %d", len(r.queue), r.queued.Load(), r.dropped.Load())
	}

	heavy := &remote{link: newLink(nil, time.Hour, nil, nil), queue: make(chan queued, 100), now: time.Now}
	for range 10 {
		heavy.put(Key{}, &Record{Body: make([]byte, queueBytes/4)})
	}
	if len(heavy.queue) != 4 || heavy.dropped.Load() != 6 {
		t.Errorf("by bytes: queued %d, dropped %d", len(heavy.queue), heavy.dropped.Load())
	}
}

func TestRedisThatRefusesWritesIsStillRead(t *testing.T) {
	server := testredis.Own(t)
	client := dial(t, server.URL)
	c := open(t, Options{Redis: client})
	if err := client.ConfigSet(t.Context(), "maxmemory", "1").Err(); err != nil {
		t.Fatal(err)
	}
	c.Put(c.Key("a"), answer(time.Now(), "record"))
	c.Close()
	if s := c.Stats(); s.Dropped != 1 || c.Health().State != Up {
		t.Errorf("dropped %d, health %+v", s.Dropped, c.Health())
	}
}

func TestCloseLeavesNothingRunning(t *testing.T) {
	url, _ := testredis.Start(t)
	before := goleak.IgnoreCurrent()
	client, err := Dial(url)
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(Options{Secrets: newRing("1"), Redis: client})
	if err != nil {
		t.Fatal(err)
	}
	c.Put(c.Key("a"), answer(time.Now(), "record"))
	c.Close()
	client.Close()
	goleak.VerifyNone(t, before)
}

func TestLossIsSeenWithoutAnyQuestion(t *testing.T) {
	server := testredis.Own(t)
	seen := make(chan Status, 100)
	c := open(t, Options{Redis: dial(t, server.URL), Retry: 10 * time.Millisecond, OnStatus: func(s Status) { seen <- s }})
	if got := c.Health().State; got != Up {
		t.Fatalf("starts %s", got)
	}
	server.Kill()
	awaitState(t, seen, Down)
	server.Restart()
	awaitState(t, seen, Up)
}
