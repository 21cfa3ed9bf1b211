package cache

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestRecordIsAnsweredUntilItsStaleEnd(t *testing.T) {
	clock := newClock()
	c := open(t, Options{Now: clock.Now})
	key := c.Key("population", "citizen-verify")
	c.Put(key, answer(clock.Now(), "record"))

	for _, step := range []struct {
		after time.Duration
		want  string
		tier  Tier
	}{
		{0, "record", InProcess},
		{10 * time.Minute, "record", InProcess}, // stale: the caller's to judge
		{50*time.Minute - 1, "record", InProcess},
		{1, "", Nowhere},
	} {
		clock.Add(step.after)
		if body, tier := get(t, c, key); body != step.want || tier != step.tier {
			t.Errorf("at %v: got %q from %v, want %q from %v", clock.Now(), body, tier, step.want, step.tier)
		}
	}
	if c.Local(key) != nil {
		t.Error("Local answers a record past its end")
	}
}

func TestRecordThatIsNotFreshIsNotStored(t *testing.T) {
	clock := newClock()
	c := open(t, Options{Now: clock.Now})
	for name, rec := range map[string]*Record{
		"nil":     nil,
		"no life": {Body: []byte("x"), AsOf: clock.Now()},
		"just over": {Body: []byte("x"), AsOf: clock.Now(), FreshUntil: clock.Now(),
			StaleUntil: clock.Now().Add(time.Hour)},
		"too large": {Body: make([]byte, maxBody+1), AsOf: clock.Now(), FreshUntil: clock.Now().Add(time.Hour)},
	} {
		key := c.Key(name)
		c.Put(key, rec)
		if c.Local(key) != nil {
			t.Errorf("%s: was stored", name)
		}
	}
}

func TestRecordWithoutStaleLifeEndsWithItsFreshness(t *testing.T) {
	clock := newClock()
	c := open(t, Options{Now: clock.Now})
	key := c.Key("a")
	c.Put(key, &Record{Body: []byte("x"), AsOf: clock.Now(), FreshUntil: clock.Now().Add(time.Minute)})
	clock.Add(time.Minute - 1)
	if c.Local(key) == nil {
		t.Error("gone before its end")
	}
	clock.Add(1)
	if c.Local(key) != nil {
		t.Error("answered after its end")
	}
}

func TestMemoryStaysWithinItsBound(t *testing.T) {
	clock := newClock()
	const bound = 1 << 20
	c := open(t, Options{Now: clock.Now, MaxBytes: bound})
	for i := range 2000 {
		c.Put(c.Key("n", string(rune(i))), answer(clock.Now(), string(make([]byte, 4096))))
	}
	c.local.CleanUp()
	if s := c.Stats(); s.Bytes > bound || s.Entries == 0 || s.Entries >= 2000 {
		t.Errorf("%d bytes in %d entries, want at most %d bytes and some entries", s.Bytes, s.Entries, bound)
	}
}

func TestAnotherReplicaReadsWhatOneStored(t *testing.T) {
	client, clock := startRedis(t), newClock()
	first := open(t, Options{Redis: client, Now: clock.Now})
	key := uniqueKey(t, first)
	want := answer(clock.Now(), `{"fullName":"Trần Hư Cấu"}`)
	first.Put(key, want)
	first.Close() // writes what is queued

	second := open(t, Options{Redis: client, Now: clock.Now})
	got, tier := second.Get(context.Background(), key)
	if got == nil || tier != InRedis || !got.same(want) {
		t.Fatalf("got %+v from %v, want the stored record from Redis", got, tier)
	}
	if _, tier := get(t, second, key); tier != InProcess {
		t.Errorf("second read came from %v, want it promoted into the process", tier)
	}
	ttl := client.PTTL(context.Background(), key.redisName()).Val()
	if ttl <= 50*time.Minute || ttl > time.Hour {
		t.Errorf("lives %v in Redis, want until its stale end in an hour", ttl)
	}
}

func TestLocalCopyIsAskedForAgainAfterItsCap(t *testing.T) {
	client, clock := startRedis(t), newClock()
	c := open(t, Options{Redis: client, Now: clock.Now, LocalFor: time.Minute})
	key := uniqueKey(t, c)
	c.Put(key, answer(clock.Now(), "old"))
	c.Close()

	other := open(t, Options{Redis: client, Now: clock.Now})
	other.Put(key, answer(clock.Now(), "new"))
	other.Close()

	clock.Add(time.Minute - 1)
	if body, tier := get(t, c, key); body != "old" || tier != InProcess {
		t.Errorf("within the cap: %q from %v", body, tier)
	}
	clock.Add(1)
	if body, tier := get(t, c, key); body != "new" || tier != InRedis {
		t.Errorf("after the cap: %q from %v, want the replacement from Redis", body, tier)
	}
	client.Del(context.Background(), key.redisName())
	clock.Add(time.Minute)
	if body, tier := get(t, c, key); tier != Nowhere {
		t.Errorf("after removal from Redis: %q from %v, want a miss", body, tier)
	}
	c.remote.link.fail(errors.New("gone"))
	if c.Local(key) != nil {
		t.Error("a record removed from Redis came back when Redis was lost")
	}
}

func TestLocalCopyOutlivesItsCapWhileRedisIsAway(t *testing.T) {
	client, clock := startRedis(t), newClock()
	c := open(t, Options{Redis: client, Now: clock.Now, LocalFor: time.Minute, Retry: time.Hour})
	key := uniqueKey(t, c)
	c.Put(key, answer(clock.Now(), "record"))
	clock.Add(30 * time.Minute)
	c.remote.link.fail(errors.New("gone"))
	if body, tier := get(t, c, key); body != "record" || tier != InProcess {
		t.Errorf("got %q from %v, want the local copy", body, tier)
	}
}

func TestUnchangedRecordKeepsItsProjectionsAfterTheCap(t *testing.T) {
	client, clock := startRedis(t), newClock()
	c := open(t, Options{Redis: client, Now: clock.Now, LocalFor: time.Minute})
	key := uniqueKey(t, c)
	rec := answer(clock.Now(), "record")
	c.Put(key, rec)
	rec.Keep("fields", []byte("rec"))
	c.Close()
	clock.Add(time.Minute)
	got, tier := c.Get(context.Background(), key)
	if tier != InRedis || got != rec {
		t.Errorf("got another record (from %v), want the one held with its projections", tier)
	}
}
