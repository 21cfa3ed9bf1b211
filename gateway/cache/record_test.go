package cache

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
)

func TestProjectionIsFoundUnderItsKeyOnly(t *testing.T) {
	rec := answer(newClock().Now(), "a record with some length")
	if _, ok := rec.Projection("name"); ok {
		t.Error("found before it was kept")
	}
	rec.Keep("name", []byte("old"))
	rec.Keep("birth", []byte("1999"))
	rec.Keep("name", []byte("new"))
	for key, want := range map[any]string{"name": "new", "birth": "1999"} {
		if got, ok := rec.Projection(key); !ok || string(got) != want {
			t.Errorf("%v: got %q, want %q", key, got, want)
		}
	}
	if _, ok := rec.Projection(42); ok {
		t.Error("found under another key")
	}
}

func TestProjectionsStayWithinTheirRoom(t *testing.T) {
	rec := answer(newClock().Now(), string(make([]byte, 100)))
	rec.Keep("too large", make([]byte, 201))
	if _, ok := rec.Projection("too large"); ok {
		t.Error("kept more than the room there is")
	}
	for i := range 100 {
		rec.Keep(i, bytes.Repeat([]byte{1}, i))
		total := 0
		for _, p := range *rec.projections.Load() {
			total += len(p.body)
		}
		if n := len(*rec.projections.Load()); total > 200 || n > maxProjections {
			t.Fatalf("after %d: %d bytes in %d projections", i, total, n)
		}
		if _, ok := rec.Projection(i); !ok {
			t.Fatalf("the newest, %d, is not kept", i)
		}
	}
}

func TestProjectionsAreKeptConcurrently(t *testing.T) {
	rec := answer(newClock().Now(), string(make([]byte, 1000)))
	var all sync.WaitGroup
	for i := range maxProjections {
		all.Go(func() {
			for range 50 {
				rec.Keep(i, fmt.Append(nil, i))
				if got, ok := rec.Projection(i); !ok || string(got) != fmt.Sprint(i) {
					t.Errorf("%d: got %q", i, got)
				}
			}
		})
	}
	all.Wait()
}
