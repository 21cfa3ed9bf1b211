package cache

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// cut splits a text in two at a place.
func cut(text string, at int) []string {
	at %= len(text) + 1
	return []string{text[:at], text[at:]}
}

func TestDifferentQuestionsNeverShareAKey(t *testing.T) {
	c := open(t, Options{})
	place := rapid.IntRange(0, 8)
	rapid.Check(t, func(t *rapid.T) {
		// The same text, cut at two places: only the boundaries differ, and zeros look like a length.
		text := rapid.StringMatching(`[a\x00\x01]{0,8}`).Draw(t, "text")
		a, b := cut(text, place.Draw(t, "a")), cut(text, place.Draw(t, "b"))
		if slices.Equal(a, b) != (c.Key(a...) == c.Key(b...)) {
			t.Fatalf("%q and %q: equal lists must share a key and others not", a, b)
		}
		if c.Key(text) == c.Key(a...) || c.Key(a...) == c.Key(append(a, "")...) {
			t.Fatalf("%q shares a key with another number of parts", a)
		}
	})
}

func TestTenantsNeverShareAKey(t *testing.T) {
	c := open(t, Options{})
	question := rapid.StringN(0, 40, -1)
	agency := rapid.StringMatching(`H26\.[0-9]{1,3}`)
	rapid.Check(t, func(t *rapid.T) {
		q, a, b := question.Draw(t, "question"), agency.Draw(t, "a"), agency.Draw(t, "b")
		ka := c.Key("population", "citizen-lookup", q, a)
		kb := c.Key("population", "citizen-lookup", q, b)
		if (a == b) != (ka == kb) {
			t.Fatalf("agencies %s and %s on %q", a, b, q)
		}
	})
}

func TestNamesNeedTheSecret(t *testing.T) {
	one, other := open(t, Options{Secrets: newRing("1")}), open(t, Options{Secrets: newRing("2")})
	if one.Key("population", "001099000001") == other.Key("population", "001099000001") {
		t.Error("two secrets give one name: names could be guessed without the secret")
	}
}

// swapRing is a ring that is replaced while the cache runs.
type swapRing struct{ Secrets }

func TestNamesFollowTheOldestSecretOnly(t *testing.T) {
	r := &swapRing{newRing("1")}
	c := open(t, Options{Secrets: r})
	before := c.Key("a")
	r.Secrets = newRing("1", "2")
	if c.Key("a") != before {
		t.Error("a new active secret moved stored records")
	}
	r.Secrets = newRing("2")
	if c.Key("a") == before {
		t.Error("the retired secret still names records")
	}
}
