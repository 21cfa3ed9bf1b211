package cache

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/gateway/internal/testredis"
	"github.com/redis/go-redis/v9"
)

// ring is a key ring whose last secret is the active one.
type ring []ringKey

type ringKey struct {
	id  string
	key [32]byte
}

func newRing(ids ...string) ring {
	var r ring
	for _, id := range ids {
		k := ringKey{id: id}
		copy(k.key[:], "secret of "+id)
		r = append(r, k)
	}
	return r
}

func (r ring) Active() (string, [32]byte) { return r[len(r)-1].id, r[len(r)-1].key }
func (r ring) Oldest() (string, [32]byte) { return r[0].id, r[0].key }
func (r ring) ByID(id string) ([32]byte, bool) {
	for _, k := range r {
		if k.id == id {
			return k.key, true
		}
	}
	return [32]byte{}, false
}

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func open(t testing.TB, o Options) *Cache {
	t.Helper()
	if o.Secrets == nil {
		o.Secrets = newRing("2026-1")
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func dial(t testing.TB, url string) redis.UniversalClient {
	t.Helper()
	client, err := Dial(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

func startRedis(t testing.TB) redis.UniversalClient {
	t.Helper()
	url, _ := testredis.Start(t)
	return dial(t, url)
}

// answer is fresh for ten minutes and stale for another fifty.
func answer(now time.Time, body string) *Record {
	return &Record{Body: []byte(body), AsOf: now, FreshUntil: now.Add(10 * time.Minute), StaleUntil: now.Add(time.Hour)}
}

func get(t testing.TB, c *Cache, key Key) (string, Tier) {
	t.Helper()
	rec, tier := c.Get(context.Background(), key)
	if rec == nil {
		return "", tier
	}
	return string(rec.Body), tier
}

// uniqueKey keeps tests apart on a shared Redis, where all of them use the same secrets.
func uniqueKey(t testing.TB, c *Cache, parts ...string) Key {
	return c.Key(append([]string{t.Name(), t.TempDir()}, parts...)...)
}
