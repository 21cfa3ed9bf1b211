package keyset

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	maxSetSize   = 128 << 10
	fetchTimeout = 3 * time.Second
	maxFetching  = 16 // at one time, over all addresses

	// Interval is the least time between two fetches from one address, whatever
	// is asked for: a flood of unknown kids must not become one of fetches.
	Interval = 5 * time.Second
	// MaxAge is when a set is fetched again though nothing unknown came, so that
	// a key which its owner removed ends here too.
	MaxAge = 5 * time.Minute
)

// CheckAddress accepts where keys may be fetched from: an https address, or a
// plain one on this machine.
func CheckAddress(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || len(address) > 2000 {
		return errors.New("want an https address")
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && namesLoopback(u.Hostname())) {
		return errors.New("want an https address")
	}
	return nil
}

func namesLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

// dial connects where keys may come from. It looks at the address that is connected
// to, since whoever owns a name decides where that leads, at every look anew.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	dialer := net.Dialer{Control: func(_, to string, _ syscall.RawConn) error { return mayReach(host, to) }}
	return dialer.DialContext(ctx, network, address)
}

// mayReach refuses what no issuer lives at: this machine, unless the address says so
// itself, and its link, where clouds answer with the machine's credentials.
func mayReach(host, to string) error {
	end, err := netip.ParseAddrPort(to)
	if err != nil {
		return err
	}
	ip := end.Addr().Unmap()
	if ip.IsGlobalUnicast() || ip.IsLoopback() && namesLoopback(host) {
		return nil
	}
	return errors.New("the address leads to this machine or its link")
}

// Fetcher gets key sets, a bounded number at a time.
type Fetcher struct {
	client *http.Client
	slots  chan struct{}
}

// NewFetcher gets key sets through a transport; nil is the usual one, without
// keeping connections that are used once in minutes.
func NewFetcher(transport http.RoundTripper) *Fetcher {
	if transport == nil {
		own := http.DefaultTransport.(*http.Transport).Clone()
		own.DisableKeepAlives, own.DialContext = true, dial
		transport = own
	}
	return &Fetcher{slots: make(chan struct{}, maxFetching), client: &http.Client{
		Transport: transport, Timeout: fetchTimeout,
		// The registered address is what was agreed on, not where it points to.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (f *Fetcher) get(ctx context.Context, address string) ([]byte, error) {
	select {
	case f.slots <- struct{}{}:
		defer func() { <-f.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/jwk-set+json, application/json")
	response, err := f.client.Do(request)
	if err != nil {
		return nil, err // names the address
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("get %s: answered %d", address, response.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxSetSize+1))
	if err == nil && len(body) > maxSetSize {
		err = fmt.Errorf("larger than %d bytes", maxSetSize)
	}
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", address, err)
	}
	return body, nil
}

// Remote is the keys that an owner publishes at an address. What was read last
// stays while the address does not answer. It is safe for concurrent use.
type Remote struct {
	address string
	fetcher *Fetcher
	now     func() time.Time
	current atomic.Pointer[reading]

	mu      sync.Mutex
	tried   time.Time
	lastErr error
	flight  chan struct{} // closed when the fetch under way ends; nil for none
}

// reading is a set and when it was last seen so.
type reading struct {
	set    *Set
	digest [sha256.Size]byte
	at     time.Time
}

// NewRemote fetches nothing yet.
func NewRemote(address string, fetcher *Fetcher, now func() time.Time) *Remote {
	r := &Remote{address: address, fetcher: fetcher, now: now}
	r.current.Store(&reading{set: NewSet()})
	return r
}

// Current is the set as last read, empty before the first time. The same set is
// the same pointer, however often it was read.
func (r *Remote) Current() *Set { return r.current.Load().set }

// Lookup is the set, fetched first where it is old or does not hold the kid.
// The error says why it could not be; the set is then the one known before.
func (r *Remote) Lookup(ctx context.Context, kid string) (*Set, error) {
	known := r.current.Load()
	suffices := known.set.Has(kid) || kid == "" && known.set.Len() > 0
	if suffices && r.now().Sub(known.at) < MaxAge {
		return known.set, nil
	}
	err := r.fetch(ctx, suffices)
	return r.Current(), err
}

// Refresh fetches a set that is old. Call it at any pace.
func (r *Remote) Refresh(ctx context.Context) error {
	if r.now().Sub(r.current.Load().at) < MaxAge {
		return nil
	}
	return r.fetch(ctx, true)
}

// fetch reads the set unless that was tried a moment ago. Who comes while a
// fetch is under way waits for it, or, with something in hand, does not.
func (r *Remote) fetch(ctx context.Context, inHand bool) error {
	r.mu.Lock()
	if flight := r.flight; flight != nil {
		err := r.lastErr
		r.mu.Unlock()
		if inHand {
			return err
		}
		select {
		case <-flight:
			r.mu.Lock()
			defer r.mu.Unlock()
			return r.lastErr
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	now := r.now()
	if now.Sub(r.tried) < Interval {
		defer r.mu.Unlock()
		return r.lastErr
	}
	flight := make(chan struct{})
	r.tried, r.flight = now, flight
	r.mu.Unlock()

	err := r.read(ctx, now)

	r.mu.Lock()
	defer r.mu.Unlock()
	r.flight, r.lastErr = nil, err
	close(flight)
	return err
}

// read does not end with the caller who happened to come first.
func (r *Remote) read(ctx context.Context, now time.Time) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTimeout)
	defer cancel()
	body, err := r.fetcher.get(ctx, r.address)
	if err != nil {
		return fmt.Errorf("fetch keys: %w", err)
	}
	next := &reading{digest: sha256.Sum256(body), at: now}
	if last := r.current.Load(); last.digest == next.digest {
		next.set = last.set
	} else if next.set, err = ParseSet(body); err != nil {
		return fmt.Errorf("fetch keys: get %s: %w", r.address, err)
	}
	r.current.Store(next)
	return nil
}
