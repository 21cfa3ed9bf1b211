package cache

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestNothingReadableLiesInRedis(t *testing.T) {
	client, clock := startRedis(t), newClock()
	c := open(t, Options{Redis: client, Now: clock.Now})
	const citizen, name = "001099000001", "Nguyễn Hư Cấu"
	key := uniqueKey(t, c, "population", "citizen-lookup", citizen)
	c.Put(key, answer(clock.Now(), `{"citizenId":"`+citizen+`","fullName":"`+name+`"}`))
	c.Close()

	ctx, found := context.Background(), false
	for scan := client.Scan(ctx, 0, "*", 100).Iterator(); scan.Next(ctx); {
		stored := scan.Val()
		found = found || stored == key.redisName()
		value, err := client.Get(ctx, stored).Bytes()
		if err != nil {
			continue // another test's, of another type or just gone
		}
		for _, secret := range []string{citizen, name, "population", "citizen-lookup", "fullName"} {
			for _, form := range []string{secret, hex.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte(secret))} {
				if bytes.Contains([]byte(stored), []byte(form)) || bytes.Contains(value, []byte(form)) {
					t.Errorf("%q shows %q", stored, secret)
				}
			}
		}
	}
	if !found {
		t.Error("the record is not in Redis at all")
	}
}

func TestRotationKeepsOldRecordsReadable(t *testing.T) {
	client, clock := startRedis(t), newClock()
	before := open(t, Options{Redis: client, Now: clock.Now, Secrets: newRing("1")})
	key := uniqueKey(t, before)
	before.Put(key, answer(clock.Now(), "record"))
	before.Close()

	after := open(t, Options{Redis: client, Now: clock.Now, Secrets: newRing("1", "2")})
	if body, _ := get(t, after, key); body != "record" {
		t.Error("the old record is lost after a key was added")
	}
	after.Put(key, answer(clock.Now(), "newer"))
	after.Close()
	value, _ := client.Get(context.Background(), key.redisName()).Bytes()
	if !bytes.HasPrefix(value, []byte{sealVersion, 1, '2'}) {
		t.Errorf("a new record is not sealed with the active key: % x", value[:3])
	}
}

func TestValueThatDoesNotOpenIsAMiss(t *testing.T) {
	client, clock := startRedis(t), newClock()
	writer := open(t, Options{Redis: client, Now: clock.Now})
	key, elsewhere := uniqueKey(t, writer), uniqueKey(t, writer, "elsewhere")
	writer.Put(key, answer(clock.Now(), "record"))
	writer.Close()
	ctx := context.Background()
	good, err := client.Get(ctx, key.redisName()).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	sameID := newRing("2026-1")
	sameID[0].key[0] ^= 1

	for name, try := range map[string]struct {
		value   []byte
		at      Key
		secrets Secrets
	}{
		"empty":           {[]byte{}, key, nil},
		"text":            {[]byte("PONG"), key, nil},
		"other version":   {append([]byte{sealVersion + 1}, good[1:]...), key, nil},
		"key id cut":      {good[:4], key, nil},
		"cut":             {good[:len(good)-1], key, nil},
		"tampered":        {append(bytes.Clone(good[:len(good)-1]), good[len(good)-1]^1), key, nil},
		"moved":           {good, elsewhere, nil},
		"unknown key":     {good, key, newRing("other")},
		"other key as id": {good, key, sameID},
	} {
		if err := client.Set(ctx, try.at.redisName(), try.value, time.Minute).Err(); err != nil {
			t.Fatal(err)
		}
		reader := open(t, Options{Redis: client, Now: clock.Now, Secrets: try.secrets})
		if body, tier := get(t, reader, try.at); tier != Nowhere {
			t.Errorf("%s: got %q from %v, want a miss", name, body, tier)
		}
		if n := reader.Stats().Unreadable; n != 1 {
			t.Errorf("%s: counted %d unreadable values, want 1", name, n)
		}
		if reader.Health().State != Up {
			t.Errorf("%s: Redis counts as lost", name)
		}
	}
}

func FuzzDecodeRecord(f *testing.F) {
	f.Add(appendRecord(nil, answer(newClock().Now(), "record")))
	f.Add([]byte("short"))
	f.Fuzz(func(t *testing.T, plain []byte) {
		r, err := decodeRecord(plain)
		if err != nil {
			return
		}
		again, err := decodeRecord(appendRecord(nil, r))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r, again, cmpopts.IgnoreUnexported(Record{}), cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	})
}

func FuzzOpen(f *testing.F) {
	v := vault{secrets: newRing("1")}
	sealed, err := v.seal("name", answer(newClock().Now(), "record"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add([]byte{sealVersion, 255})
	f.Fuzz(func(t *testing.T, value []byte) {
		// Each fuzzing process seals the seed anew, so what opens is told by its content.
		if r, err := v.open("name", value); err == nil && string(r.Body) != "record" {
			t.Errorf("opened something nobody sealed: %+v", r)
		}
	})
}

func BenchmarkSealOpen(b *testing.B) {
	v := vault{secrets: newRing("1")}
	rec := answer(newClock().Now(), string(make([]byte, 621)))
	b.ReportAllocs()
	for b.Loop() {
		value, err := v.seal("lgsp:c:name", rec)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := v.open("lgsp:c:name", value); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkKey(b *testing.B) {
	c := open(b, Options{})
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			c.Key("population", "citizen-lookup", "1", "001099000001", "H26.12")
		}
	})
}

func BenchmarkLocalHit(b *testing.B) {
	c := open(b, Options{})
	key := c.Key("a")
	c.Put(key, answer(time.Now(), "record"))
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if c.Local(key) == nil {
				b.Fatal("missed")
			}
		}
	})
}
