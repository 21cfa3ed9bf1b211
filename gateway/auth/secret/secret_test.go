package secret

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// cheap costs the least that is accepted.
func cheap(t *testing.T, secret string) *Hash {
	t.Helper()
	h := Hash{memory: 1 << 10, passes: 1, threads: 1, salt: []byte("saltsaltsaltsalt")}
	h.sum = h.of(secret, hashSize)
	parsed, err := Parse(h.String())
	if err != nil {
		t.Fatal(err)
	}
	return &parsed
}

func TestKeptSecretIsKnownAgain(t *testing.T) {
	secret := New()
	if other := New(); len(secret) != 43 || other == secret {
		t.Errorf("secrets %s, %s", secret, other)
	}
	kept := Keep(secret)
	hash, err := Parse(kept)
	if err != nil || hash.String() != kept || !strings.HasPrefix(kept, "$argon2id$v=19$m=7168,t=5,p=1$") {
		t.Fatalf("%s, %v", kept, err)
	}
	if !hash.matches(secret) || hash.matches(secret+"x") || hash.matches("") {
		t.Error("the hash is of another secret")
	}
	if Keep(secret) == kept {
		t.Error("two hashes have one salt")
	}
}

// From the reference implementation: echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 24.
func TestHashMadeElsewhereIsTaken(t *testing.T) {
	hash, err := Parse("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	if err != nil || !hash.matches("password") {
		t.Errorf("refused: %v", err)
	}
}

func TestHashOutOfBoundsIsRefused(t *testing.T) {
	const salt, sum = "c29tZXNhbHQ", "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	for _, text := range []string{
		"", "secret", "$2a$10$abcdefghijklmnopqrstuv", "$argon2i$v=19$m=7168,t=5,p=1$" + salt + "$" + sum, "$argon2id$v=16$m=7168,t=5,p=1$" + salt + "$" + sum,
		"$argon2id$v=19$m=999999,t=5,p=1$" + salt + "$" + sum, "$argon2id$v=19$m=8,t=5,p=1$" + salt + "$" + sum, "$argon2id$v=19$m=7168,t=99,p=1$" + salt + "$" + sum,
		"$argon2id$v=19$m=7168,t=0,p=1$" + salt + "$" + sum, "$argon2id$v=19$m=7168,t=5,p=9$" + salt + "$" + sum, "$argon2id$v=19$m=7168,t=5,p=1$$" + sum,
		"$argon2id$v=19$m=7168,t=5,p=1$" + salt + "$", "$argon2id$v=19$m=7168,t=5,p=1$" + salt + "$" + strings.Repeat("A", 100), "$argon2id$v=19$m=7168,t=5,p=1$" + salt + "$" + sum + "\n",
	} {
		if _, err := Parse(text); !errors.Is(err, ErrHash) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestWrongSecretAndUnknownNameAreRefusedAlike(t *testing.T) {
	c, hash := NewChecker(time.Now), cheap(t, "right")
	for name, tt := range map[string]struct {
		hash   *Hash
		secret string
		want   bool
	}{
		"right": {hash, "right", true}, "right, remembered": {hash, "right", true}, "wrong": {hash, "wrong", false}, "empty": {hash, "", false},
		"unknown": {nil, "right", false}, "oversized": {hash, strings.Repeat("x", 1<<20), false}, "another's": {cheap(t, "other"), "right", false},
	} {
		if good, err := c.Check(t.Context(), name, tt.hash, tt.secret); good != tt.want || err != nil {
			t.Errorf("%s: %v, %v", name, good, err)
		}
	}
}

func TestGuessesComeBackWithTime(t *testing.T) {
	now := time.Unix(1e9, 0)
	c, hash := NewChecker(func() time.Time { return now }), cheap(t, "right")
	guess := func(n int) (turnedAway int) {
		for i := range n {
			if _, err := c.Check(t.Context(), "name", hash, fmt.Sprint(i)); errors.Is(err, ErrTooManyGuesses) {
				turnedAway++
			}
		}
		return turnedAway
	}
	if n := guess(maxGuesses + 7); n != 7 {
		t.Errorf("%d turned away, want 7", n)
	}
	now = now.Add(3 * GuessEvery)
	if n := guess(10); n != 7 {
		t.Errorf("%d turned away after three more were earned, want 7", n)
	}
	now = now.Add(time.Hour)
	if n := guess(maxGuesses); n != 0 {
		t.Errorf("%d turned away after an hour", n)
	}
}

func TestChecksBeyondTheirPlacesWaitAndGiveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewChecker(time.Now)
		for range cap(c.slots) {
			c.slots <- struct{}{} // held by others
		}
		began := time.Now()
		if _, err := c.Check(t.Context(), "name", nil, "secret"); !errors.Is(err, ErrBusy) || time.Since(began) != maxWait {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		for range cap(c.places) {
			c.places <- struct{}{}
		}
		began = time.Now()
		if _, err := c.Check(t.Context(), "name", nil, "secret"); !errors.Is(err, ErrBusy) || time.Since(began) != 0 {
			t.Errorf("nowhere to wait, after %v: %v", time.Since(began), err)
		}
		for range cap(c.places) {
			<-c.places
		}
		left, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := c.Check(left, "name", nil, "secret"); !errors.Is(err, context.Canceled) {
			t.Errorf("a caller that left: %v", err)
		}
		// Waiting in vain was no wrong guess.
		for range cap(c.slots) {
			<-c.slots
		}
		for range maxGuesses {
			if _, err := c.Check(t.Context(), "name", nil, "secret"); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	f.Fuzz(func(t *testing.T, text string) {
		hash, err := Parse(text)
		if err == nil && hash.String() != text && !strings.Contains(text, "=0") {
			t.Errorf("%q reads as %q", text, hash)
		}
	})
}

// BenchmarkCheck is what a guess costs; BenchmarkCheckProven a secret proven before.
func BenchmarkCheck(b *testing.B) {
	c := NewChecker(time.Now)
	b.ReportAllocs()
	for b.Loop() {
		c.decoy.matches("guess")
	}
}

func BenchmarkCheckProven(b *testing.B) {
	c := NewChecker(time.Now)
	hash, err := Parse(Keep("right"))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if good, err := c.Check(b.Context(), "name", &hash, "right"); !good || err != nil {
			b.Fatal(good, err)
		}
	}
}
