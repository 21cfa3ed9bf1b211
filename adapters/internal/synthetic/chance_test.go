package synthetic

import (
	"testing"

	"pgregory.net/rapid"
)

func TestStreamIsSplitMix64(t *testing.T) {
	// The first outputs of the published generator for the seed 1234567.
	s := stream{state: 1234567}
	for i, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423} {
		if got := s.next(); got != want {
			t.Errorf("output %d = %d, want %d", i, got, want)
		}
	}
}

func TestScatterRepeatsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 5000).Draw(t, "size")
		seen := make([]bool, size)
		for i := range size {
			k := scatter(i, size)
			if k < 0 || k >= size || seen[k] {
				t.Fatalf("scatter(%d, %d) = %d again", i, size, k)
			}
			seen[k] = true
		}
	})
}

func TestNumbersStayWithinTheirBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &stream{state: rapid.Uint64().Draw(t, "seed")}
		low := rapid.IntRange(-1000, 1000).Draw(t, "low")
		high := low + rapid.IntRange(0, 1000).Draw(t, "width")
		if n := s.between(low, high); n < low || n > high {
			t.Fatalf("between(%d, %d) = %d", low, high, n)
		}
		if i := s.weighted(0, 3, 0, 2); i != 1 && i != 3 {
			t.Fatalf("weighted chose %d, which has no weight", i)
		}
	})
}

func TestDatesAreWrittenAsPreciselyAsTheyAreKnown(t *testing.T) {
	for _, c := range []struct {
		date                  Date
		text, digits, slashed string
	}{
		{19580307, "1958-03-07", "19580307", "07/03/1958"},
		{19580300, "1958-03", "195803", "03/1958"},
		{19580000, "1958", "1958", "1958"},
		{0, "", "", ""},
	} {
		if c.date.String() != c.text || c.date.Digits() != c.digits || c.date.Slashed() != c.slashed {
			t.Errorf("%d: %q, %q, %q", c.date, c.date.String(), c.date.Digits(), c.date.Slashed())
		}
	}
}

func TestDaysAreAddedAcrossMonthsAndYears(t *testing.T) {
	for _, c := range []struct {
		from Date
		days int
		want Date
	}{
		{20251231, 1, 20260101}, {20240228, 1, 20240229}, {20260301, -1, 20260228}, {Today, 0, Today},
	} {
		if got := c.from.AddDays(c.days); got != c.want {
			t.Errorf("%s and %d days = %s, want %s", c.from, c.days, got, c.want)
		}
	}
}
