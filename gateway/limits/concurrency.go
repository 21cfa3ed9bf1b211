package limits

import "sync/atomic"

// Concurrency bounds the requests in flight, so that an overload is answered at once instead of making everyone slow.
// It is safe for concurrent use.
type Concurrency struct {
	limit, inFlight atomic.Int64
	shed            atomic.Uint64
}

// NewConcurrency makes a bound of that many requests; none are admitted at a limit of zero or below.
func NewConcurrency(limit int) *Concurrency {
	c := new(Concurrency)
	c.SetLimit(limit)
	return c
}

// SetLimit changes the bound for requests that come from now on.
func (c *Concurrency) SetLimit(limit int) { c.limit.Store(int64(limit)) }

// Enter reports whether one more request may run. Who got true calls Leave once when it ends.
func (c *Concurrency) Enter() bool {
	for {
		n := c.inFlight.Load()
		if n >= c.limit.Load() {
			c.shed.Add(1)
			return false
		}
		if c.inFlight.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// Leave gives the place of an admitted request back.
func (c *Concurrency) Leave() { c.inFlight.Add(-1) }

// InFlight is the number of admitted requests that have not left.
func (c *Concurrency) InFlight() int64 { return c.inFlight.Load() }

// Shed is the number of requests refused since start.
func (c *Concurrency) Shed() uint64 { return c.shed.Load() }
