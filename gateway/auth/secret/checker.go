package secret

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"hash/maphash"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

var (
	// ErrTooManyGuesses says that this name was tried too often with wrong
	// secrets; the caller should wait for GuessEvery.
	ErrTooManyGuesses = errors.New("too many wrong secrets")

	// ErrBusy says that too many secrets wait to be checked; try again shortly.
	ErrBusy = errors.New("too many secrets to check")
)

const (
	maxSecret  = 256             // bytes
	maxWait    = 2 * time.Second // for a processor to check with
	maxWaiting = 8               // beyond these a request is turned away, not held
	maxGuesses = 20              // wrong ones at once for one name
	maxProven  = 1 << 14

	// GuessEvery is how long it takes until a name that was guessed at too often
	// gets one more try.
	GuessEvery = 6 * time.Second
)

// Checker checks secrets. Half of the processors at most work for it, each with
// the memory of one hash. It is safe for concurrent use.
type Checker struct {
	now    func() time.Time
	places chan struct{} // of those that wait or work
	slots  chan struct{} // of those that work
	decoy  Hash          // what nobody has

	// The time at which a name's wrong guesses are forgiven, by the name's hash:
	// of fixed size, whatever names strangers invent.
	seed     maphash.Seed
	forgiven [8 << 10]atomic.Int64 // Unix nanoseconds

	// Secrets proven lately, as a digest under a key of this process: a client
	// that fetches its tokens too often costs no more than a hash each, and a
	// guesser cannot shut out one that knows its secret.
	key    [32]byte
	mu     sync.Mutex
	proven map[string][sha256.Size]byte // by the hash in PHC form
}

// NewChecker makes a checker.
func NewChecker(now func() time.Time) *Checker {
	c := &Checker{now: now, seed: maphash.MakeSeed(), proven: make(map[string][sha256.Size]byte),
		slots: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2))}
	c.places = make(chan struct{}, cap(c.slots)+maxWaiting)
	rand.Read(c.key[:])
	c.decoy = Hash{memory: memory, passes: passes, threads: threads, salt: make([]byte, saltSize), sum: make([]byte, hashSize)}
	rand.Read(c.decoy.salt)
	rand.Read(c.decoy.sum)
	return c
}

// Check says whether the secret is that of the name, kept as hash; nil where
// the name has none, which costs the same and is always false.
func (c *Checker) Check(ctx context.Context, name string, hash *Hash, secret string) (bool, error) {
	if len(secret) > maxSecret || secret == "" {
		return false, nil // nobody's
	}
	if hash != nil && c.wasProven(*hash, secret) {
		return true, nil
	}
	forgiven := &c.forgiven[maphash.String(c.seed, name)%uint64(len(c.forgiven))]
	if !c.guess(forgiven) {
		return false, ErrTooManyGuesses
	}
	good, err := c.work(ctx, hash, secret)
	if good || err != nil {
		forgiven.Add(-int64(GuessEvery)) // no wrong guess
	}
	if good {
		c.prove(*hash, secret)
	}
	return good, err
}

// work spends the time and memory of one hash.
func (c *Checker) work(ctx context.Context, hash *Hash, secret string) (bool, error) {
	select {
	case c.places <- struct{}{}:
		defer func() { <-c.places }()
	default:
		return false, ErrBusy
	}
	ctx, cancel := context.WithTimeoutCause(ctx, maxWait, ErrBusy)
	defer cancel()
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
	if hash == nil {
		c.decoy.matches(secret)
		return false, nil
	}
	return hash.matches(secret), nil
}

// guess takes one guess if any is left (GCRA).
func (c *Checker) guess(forgiven *atomic.Int64) bool {
	for {
		last, now := forgiven.Load(), c.now().UnixNano()
		next := max(last, now) + int64(GuessEvery)
		if next-now > maxGuesses*int64(GuessEvery) {
			return false
		}
		if forgiven.CompareAndSwap(last, next) {
			return true
		}
	}
}

func (c *Checker) digest(secret string) [sha256.Size]byte {
	mac := hmac.New(sha256.New, c.key[:])
	mac.Write([]byte(secret))
	return [sha256.Size]byte(mac.Sum(nil))
}

func (c *Checker) wasProven(hash Hash, secret string) bool {
	digest := c.digest(secret)
	c.mu.Lock()
	proven, ok := c.proven[hash.String()]
	c.mu.Unlock()
	return ok && hmac.Equal(proven[:], digest[:])
}

func (c *Checker) prove(hash Hash, secret string) {
	digest := c.digest(secret)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.proven) >= maxProven {
		clear(c.proven) // more clients than any site has, or hashes long replaced
	}
	c.proven[hash.String()] = digest
}
