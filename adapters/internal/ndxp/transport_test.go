package ndxp

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
)

// clock is a settable time.
type clock struct{ nanos atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.nanos.Store(time.Date(2026, 11, 22, 8, 0, 0, 0, adapters.Vietnam).UnixNano())
	return c
}

func (c *clock) now() time.Time          { return time.Unix(0, c.nanos.Load()) }
func (c *clock) advance(d time.Duration) { c.nanos.Add(int64(d)) }

// site is the gateway with one system behind it, and the way there.
type site struct {
	clock   *clock
	gateway atomic.Pointer[Simulated]
	fetches atomic.Int32 // requests at the token endpoint
	calls   atomic.Int32 // requests at the gateway
	options Options
	url     string
}

func newSite(t *testing.T, system http.HandlerFunc) *site {
	t.Helper()
	s := &site{clock: newClock()}
	s.gateway.Store(Simulate(s.clock.now))
	mux := http.NewServeMux()
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		s.fetches.Add(1)
		s.gateway.Load().Token(w, r)
	})
	mux.HandleFunc("/system", func(w http.ResponseWriter, r *http.Request) {
		s.calls.Add(1)
		s.gateway.Load().Protect(system).ServeHTTP(w, r)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.url = server.URL
	s.options = Options{Base: server.Client().Transport, TokenURL: server.URL + "/token", Now: s.clock.now,
		Key: simulator.Secret("ndxp", "key"), Secret: simulator.Secret("ndxp", "secret")}
	return s
}

func (s *site) conn() *adapters.Conn {
	return adapters.NewConn(adapters.ConnOptions{Base: s.url + "/system", Transport: NewTransport(s.options), Now: s.clock.now})
}

// answering is a system that always answers the same.
func answering(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

var call = adapters.Call{Request: "01JDEXAMPLE"}

func TestTokenIsFetchedOnceForConcurrentCalls(t *testing.T) {
	s := newSite(t, answering(200, "application/json", `{}`))
	conn := s.conn()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := conn.Do(t.Context(), call, adapters.Request{}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := s.fetches.Load(); got != 1 {
		t.Errorf("token fetched %d times, want once", got)
	}
}

func TestSystemsOfOneGatewayShareItsToken(t *testing.T) {
	s := newSite(t, answering(200, "application/json", `{}`))
	gateway := NewGateway(s.options)
	ways := []http.RoundTripper{gateway.Transport(s.options.Base), gateway.Transport(http.DefaultTransport)}
	for _, way := range ways {
		conn := adapters.NewConn(adapters.ConnOptions{Base: s.url + "/system", Transport: way, Now: s.clock.now})
		if _, err := conn.Do(t.Context(), call, adapters.Request{}); err != nil {
			t.Fatal(err)
		}
	}
	if s.fetches.Load() != 1 || s.calls.Load() != 2 {
		t.Errorf("%d fetches for %d calls, want 1 for 2", s.fetches.Load(), s.calls.Load())
	}
}

func TestFailureToGetATokenIsMarkedAndKeepsItsKind(t *testing.T) {
	cause := errors.New("cause")
	for _, test := range []struct{ err, kind error }{
		{&adapters.Error{Kind: adapters.ErrTimeout, Code: "101504", Err: cause}, adapters.ErrTimeout},
		{adapters.Fail(adapters.ErrRejected, "101504", ""), adapters.ErrRejected},
		{cause, adapters.ErrUnavailable},
	} {
		s := newSite(t, answering(200, "application/json", `{}`))
		s.options.Guard = func(context.Context, func(context.Context) error) error { return test.err }
		_, err := s.conn().Do(t.Context(), call, adapters.Request{})
		if !errors.Is(err, ErrNoToken) || !errors.Is(err, test.kind) {
			t.Errorf("%v became %v, want %v marked", test.err, err, test.kind)
		}
		if errors.Is(test.err, cause) && !errors.Is(err, cause) {
			t.Errorf("the cause of %v is lost", test.err)
		}
		if errors.Is(test.err, ErrNoToken) {
			t.Error("the guard's own error was changed")
		}
	}
	s := newSite(t, func(w http.ResponseWriter, _ *http.Request) {
		writeFault(w, http.StatusForbidden, 900908, "Resource forbidden")
	})
	if _, err := s.conn().Do(t.Context(), call, adapters.Request{}); errors.Is(err, ErrNoToken) {
		t.Errorf("a refusal of the call is marked as one of the token: %v", err)
	}
}

func TestTokenIsRenewedBeforeItExpires(t *testing.T) {
	s := newSite(t, answering(200, "application/json", `{}`))
	conn := s.conn()
	for _, step := range []struct {
		advance time.Duration
		fetches int32
	}{{0, 1}, {50 * time.Minute, 1}, {8 * time.Minute, 2}, {50 * time.Minute, 2}} {
		s.clock.advance(step.advance)
		if _, err := conn.Do(t.Context(), call, adapters.Request{}); err != nil {
			t.Fatal(err)
		}
		if got := s.fetches.Load(); got != step.fetches {
			t.Errorf("after another %v the token was fetched %d times in all, want %d", step.advance, got, step.fetches)
		}
	}
	if got := s.calls.Load(); got != 4 {
		t.Errorf("gateway saw %d calls, want 4: none with an expired token", got)
	}
}

func TestForgottenTokenIsReplacedAndRequestRepeatedWhole(t *testing.T) {
	var bodies []string
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies = append(bodies, r.Method+" "+string(body))
		io.WriteString(w, `{}`)
	})
	conn := s.conn()
	ask := adapters.Request{Body: []byte(`{"a":1}`), Type: "application/json"}
	for range 2 {
		if _, err := conn.Do(t.Context(), call, ask); err != nil {
			t.Fatal(err)
		}
		s.gateway.Store(Simulate(s.clock.now)) // restarted: knows no token
	}
	if diff := cmp.Diff([]string{`POST {"a":1}`, `POST {"a":1}`}, bodies); diff != "" {
		t.Errorf("what reached the system (-want +got):\n%s", diff)
	}
	if s.calls.Load() != 3 || s.fetches.Load() != 2 {
		t.Errorf("%d calls and %d fetches, want 3 and 2", s.calls.Load(), s.fetches.Load())
	}
}

func TestRequestThatCannotBeReplayedIsNotRepeated(t *testing.T) {
	s := newSite(t, answering(200, "application/json", `{}`))
	transport := NewTransport(s.options)
	send := func() error {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/system", io.MultiReader(strings.NewReader("once")))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := transport.RoundTrip(req)
		if err == nil {
			resp.Body.Close()
		}
		return err
	}
	if err := send(); err != nil {
		t.Fatal(err)
	}
	s.gateway.Store(Simulate(s.clock.now))
	if err := send(); !errors.Is(err, adapters.ErrRejected) {
		t.Errorf("got %v, want ErrRejected", err)
	}
	if got := s.calls.Load(); got != 2 {
		t.Errorf("gateway saw %d calls, want 2", got)
	}
	if err := send(); err != nil {
		t.Errorf("the refused token is still in use: %v", err)
	}
}

func TestRefusedNewTokenEndsTheCall(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, _ *http.Request) {
		writeFault(w, http.StatusUnauthorized, 900901, "Invalid Credentials")
	})
	_, err := s.conn().Do(t.Context(), call, adapters.Request{})
	want(t, err, adapters.ErrRejected, "900901")
	if s.calls.Load() != 2 || s.fetches.Load() != 2 {
		t.Errorf("%d calls and %d fetches, want 2 and 2", s.calls.Load(), s.fetches.Load())
	}
}

func TestSubscriptionRefusalDoesNotCostATokenFetch(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, _ *http.Request) {
		writeFault(w, http.StatusForbidden, 900908, "Resource forbidden")
	})
	_, err := s.conn().Do(t.Context(), call, adapters.Request{})
	want(t, err, adapters.ErrRejected, "900908")
	if s.calls.Load() != 1 || s.fetches.Load() != 1 {
		t.Errorf("%d calls and %d fetches, want one of each", s.calls.Load(), s.fetches.Load())
	}
}

func TestCallersRequestIsNotAltered(t *testing.T) {
	s := newSite(t, answering(200, "text/plain", "ok"))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/system", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Basic own")
	before := req.Header.Clone()
	resp, err := NewTransport(s.options).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if diff := cmp.Diff(before, req.Header); diff != "" {
		t.Errorf("headers changed (-before +after):\n%s", diff)
	}
}

func TestGuardSurroundsTheTokenFetchAlone(t *testing.T) {
	s := newSite(t, answering(200, "application/json", `{}`))
	guarded := 0
	s.options.Guard = func(ctx context.Context, fetch func(context.Context) error) error {
		guarded++
		return fetch(ctx)
	}
	conn := s.conn()
	for range 3 {
		if _, err := conn.Do(t.Context(), call, adapters.Request{}); err != nil {
			t.Fatal(err)
		}
	}
	if guarded != 1 {
		t.Errorf("guard ran %d times, want once", guarded)
	}
}

func TestOpenGuardKeepsTheCallHome(t *testing.T) {
	s := newSite(t, answering(200, "application/json", `{}`))
	s.options.Guard = func(context.Context, func(context.Context) error) error {
		return adapters.Fail(adapters.ErrUnavailable, "", "breaker open")
	}
	_, err := s.conn().Do(t.Context(), call, adapters.Request{Body: []byte("x")})
	want(t, err, adapters.ErrUnavailable, "")
	if s.calls.Load() != 0 || s.fetches.Load() != 0 {
		t.Errorf("%d calls and %d fetches, want none", s.calls.Load(), s.fetches.Load())
	}
}

func TestCallerWhoLeavesWhileTokenIsFetchedIsNoFailure(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // only then does the server notice who leaves
		leave()
		<-r.Context().Done()
	}))
	defer server.Close()
	transport := NewTransport(Options{Base: server.Client().Transport, TokenURL: server.URL, Now: time.Now})
	conn := adapters.NewConn(adapters.ConnOptions{Base: server.URL, Transport: transport, Now: time.Now})
	if _, err := conn.Do(ctx, call, adapters.Request{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want one that is context.Canceled", err)
	}
}

func TestTokenRequestAsTheGatewaySeesIt(t *testing.T) {
	type seen struct{ Method, Path, Authorization, Type, Body, Request string }
	var got seen
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = seen{r.Method, r.URL.Path, r.Header.Get("Authorization"), r.Header.Get("Content-Type"), string(body), r.Header.Get("X-Request-Id")}
		http.Error(w, "", http.StatusServiceUnavailable)
	}))
	defer server.Close()
	transport := NewTransport(Options{Base: server.Client().Transport, TokenURL: server.URL + "/token", Key: "key", Secret: "word", Now: time.Now})
	conn := adapters.NewConn(adapters.ConnOptions{Base: server.URL, Transport: transport, Now: time.Now})
	_, err := conn.Do(t.Context(), call, adapters.Request{})
	want(t, err, adapters.ErrUnavailable, "http-503")
	expected := seen{"POST", "/token", "Basic a2V5OndvcmQ=", formType, "grant_type=client_credentials", call.Request}
	if diff := cmp.Diff(expected, got); diff != "" {
		t.Errorf("token request (-want +got):\n%s", diff)
	}
}

// want checks kind and national code of an error.
func want(t *testing.T, err, kind error, code string) *adapters.Error {
	t.Helper()
	failed, ok := errors.AsType[*adapters.Error](err)
	if !ok || !errors.Is(err, kind) {
		t.Fatalf("got %v, want %v", err, kind)
	}
	if failed.Code != code {
		t.Errorf("code %q, want %q", failed.Code, code)
	}
	return failed
}

func BenchmarkRoundTripWithHeldToken(b *testing.B) {
	now := newClock().now
	base := roundTripper(func(r *http.Request) (*http.Response, error) {
		body := `{"access_token":"abc","token_type":"Bearer","expires_in":3600}`
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	})
	transport := NewTransport(Options{Base: base, TokenURL: "http://gateway.invalid/token", Now: now})
	req := httptest.NewRequest(http.MethodGet, "http://gateway.invalid/system", nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := transport.RoundTrip(req); err != nil {
			b.Fatal(err)
		}
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestAccessTokenOfTheProvincialGatewayIsSentAndVerified(t *testing.T) {
	g := Simulate(time.Now)
	mux := http.NewServeMux()
	mux.HandleFunc("/token", g.Token)
	mux.Handle("/", g.Protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Lgspaccesstoken") != "" {
			t.Error("the system behind sees the gateway's access token")
		}
	})))
	server := httptest.NewServer(mux)
	defer server.Close()
	ask := func(token string) int {
		t.Helper()
		conn := adapters.NewConn(adapters.ConnOptions{Base: server.URL, Now: time.Now, Transport: NewTransport(Options{Base: http.DefaultTransport,
			TokenURL: server.URL + "/token", Key: simulator.Secret("ndxp", "key"), Secret: simulator.Secret("ndxp", "secret"), AccessToken: token, Now: time.Now})})
		answer, err := conn.Do(t.Context(), adapters.Call{}, adapters.Request{Path: "/"})
		if err != nil {
			if !errors.Is(err, adapters.ErrRejected) {
				t.Error(err)
			}
			return 0
		}
		return answer.Status
	}
	spaced := strings.Replace(SimulatedAccessToken(), ",", ",\n  ", 1) // as a file may hold it
	for token, want := range map[string]int{"": 200, SimulatedAccessToken(): 200, spaced: 200, `{"AccessKey":"x","SecretKey":"y"}`: 0} {
		if got := ask(token); got != want {
			t.Errorf("%q: status %d, want %d", token, got, want)
		}
	}
	for token, good := range map[string]bool{SimulatedAccessToken(): true, "x": false, "{}": false, `{"AccessKey":"a","SecretKey":"b","Other":"c"}`: false,
		`{"AccessKey":"a","SecretKey":"b"}{}`: false, `{"AccessKey":"a","SecretKey":"b"}]`: false} {
		if err := CheckAccessToken(token); (err == nil) != good {
			t.Errorf("%q: %v", token, err)
		}
	}
}
