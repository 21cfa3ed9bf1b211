package limits

import (
	"math"
	"time"
)

// Rate is what an agency may ask of a system: Count requests every Per, and up to Burst of them at once. A rate without a
// positive count and period admits nothing, so that a forgotten one is noticed before it is exploited.
type Rate struct {
	Count int64
	Per   time.Duration
	Burst int64 // 0: Count
}

// PerDay is a quota in the form of a rate, as headers tell it. It counts from midnight, not over a sliding day.
func PerDay(calls int64) Rate { return Rate{Count: calls, Per: 24 * time.Hour} }

// The longest span a rate may stretch over; it keeps the arithmetic on nanoseconds far from its limits.
const maxSpan = 366 * 24 * time.Hour

// terms are a rate in the units of the algorithm.
type terms struct {
	burst int64
	cost  int64 // nanoseconds that one request uses up
	depth int64 // burst × cost: what a full bucket holds
}

func (r Rate) terms() (terms, bool) {
	if r.Count <= 0 || r.Per <= 0 || r.Burst < 0 {
		return terms{}, false
	}
	t := terms{burst: r.Burst, cost: max(1, int64(min(r.Per, maxSpan))/r.Count)}
	if t.burst == 0 {
		t.burst = r.Count
	}
	t.burst = min(t.burst, max(1, int64(maxSpan)/t.cost))
	t.depth = t.burst * t.cost
	return t, true
}

// quota is the rate as the header tells it: so many requests in so many seconds. A burst that takes a second or longer to
// refill is told as it is; a shorter one has no whole number of seconds, so the steady rate of a second stands for it.
func (r Rate) quota() (requests, seconds int64) {
	t, ok := r.terms()
	if !ok {
		return 0, 1
	}
	if t.depth >= int64(time.Second) {
		return t.burst, ceilSeconds(time.Duration(t.depth))
	}
	return max(t.burst, int64(time.Second)/t.cost), 1
}

func ceilSeconds(d time.Duration) int64 {
	return int64(math.Ceil(d.Seconds()))
}
