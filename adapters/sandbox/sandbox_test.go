package sandbox

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/adapters/internal/ndxp"
)

func TestSimulatorSeesItsOwnPathAndTheWholeRequestURI(t *testing.T) {
	_, url, _ := start(t)
	for _, c := range []struct{ path, below, raw string }{
		{"/direct/ask", "/ask", ""},
		{"/direct", "/", ""},
		{"/direct/a%2Fb", "/a/b", "/a%2Fb"},
		{"/direct//ask", "//ask", ""},
		{"/direct/../ask", "/../ask", ""},
	} {
		resp, _, err := send(t, http.MethodPost, url+c.path, "x")
		if err != nil {
			t.Fatal(err)
		}
		got := []string{resp.Header.Get("X-Path"), resp.Header.Get("X-Raw-Path"), resp.Header.Get("X-Request-URI")}
		if diff := cmp.Diff([]string{c.below, c.raw, c.path}, got); diff != "" {
			t.Errorf("%s: %s", c.path, diff)
		}
	}
}

func TestUnknownSystemIsNotFound(t *testing.T) {
	_, url, _ := start(t)
	for _, c := range []struct{ method, path string }{
		{"GET", "/"}, {"POST", "/elsewhere/ask"}, {"POST", "/ndxp/other"}, {"GET", "/_other"},
		{"GET", "/_calls/elsewhere"}, {"GET", "/_faults/elsewhere"}, {"DELETE", "/_faults/elsewhere"}, {"PUT", "/_faults/elsewhere"},
	} {
		resp, _, err := send(t, c.method, url+c.path, "{}")
		if err != nil || resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s %s: %v %v", c.method, c.path, resp, err)
		}
	}
}

func TestSystemBehindTheGatewayNeedsItsToken(t *testing.T) {
	s, url, worked := start(t)
	resp, text, err := send(t, http.MethodPost, url+"/behind/ask", "x")
	if err != nil || resp.StatusCode != http.StatusUnauthorized || !strings.Contains(text, "900902") {
		t.Fatalf("without a token: %v %v %s", resp, err, text)
	}
	if worked.Load() != 0 {
		t.Error("the simulator saw a call without a token")
	}
	if err := askBehind(t, s, url); err != nil {
		t.Fatal(err)
	}
	want := map[string]Calls{
		"behind": {Total: 1, Operations: map[string]int{"ask": 1}},
		NDXP:     {Total: 3, Operations: map[string]int{"token": 1, "behind": 2}},
		"direct": {Operations: map[string]int{}},
	}
	for id, calls := range want {
		if diff := cmp.Diff(calls, readJSON[Calls](t, url+"/_calls/"+id)); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
	if s.BehindNDXP("direct") || s.BehindNDXP("elsewhere") || !s.BehindNDXP("behind") {
		t.Error("BehindNDXP is not what the simulators say")
	}
}

// askBehind asks the system behind the gateway as its adapter does, with a
// token of its own.
func askBehind(t *testing.T, s *Sandbox, url string) error {
	t.Helper()
	base := &http.Transport{DisableKeepAlives: true}
	secrets := Secrets(adapters.System{ID: NDXP, Secrets: []string{"key", "secret"}})
	conn := adapters.NewConn(adapters.ConnOptions{Base: url + "/behind", Now: time.Now, Transport: ndxp.NewTransport(ndxp.Options{
		Base: base, TokenURL: url + "/ndxp/token", Key: secrets["key"], Secret: secrets["secret"], Now: time.Now})})
	op := stub("behind", true, nil, "").System.Operations[0]
	in, faults := op.Parse([]byte(`{"citizenId":"001099000001"}`))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	_, err := op.Invoke(t.Context(), conn, adapters.Call{}, in)
	return err
}

func TestFaultOfTheGatewayBefallsTokenAndSystemsBehindIt(t *testing.T) {
	for mode, want := range map[Mode]error{
		None: nil, Unavailable: adapters.ErrUnavailable, Throttle: adapters.ErrUnavailable, Reset: adapters.ErrUnavailable,
		HTML: adapters.ErrMalformed, Truncate: adapters.ErrMalformed, Malformed: adapters.ErrMalformed,
		TokenRefused: adapters.ErrRejected,
	} {
		t.Run(string(mode), func(t *testing.T) {
			s, url, worked := start(t)
			if err := s.SetFault(NDXP, Fault{Mode: mode}); err != nil {
				t.Fatal(err)
			}
			if err := askBehind(t, s, url); !errors.Is(err, want) {
				t.Errorf("token: got %v, want %v", err, want)
			}
			// The first call, for the token, is spared.
			if err := s.SetFault(NDXP, Fault{Mode: mode, Share: new(0.5)}); err != nil {
				t.Fatal(err)
			}
			if err := askBehind(t, s, url); mode != TokenRefused && !errors.Is(err, want) {
				t.Errorf("call: got %v, want %v", err, want)
			}
			before := worked.Load()
			if _, _, err := send(t, http.MethodPost, url+"/direct/ask", "x"); err != nil || worked.Load() != before+1 {
				t.Errorf("a system beside the gateway failed: %v", err)
			}
		})
	}
}

func TestTwoSystemsOfOneIDPanic(t *testing.T) {
	for _, id := range []string{"direct", NDXP} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("two systems with the id %q were taken", id)
				}
			}()
			New(Options{People: 100, Entries: []catalog.Entry{stub("direct", false, nil, ""), stub(id, false, nil, "")}})
		}()
	}
}

func TestSecretsAreTheSandboxValuesOfWhatIsDeclared(t *testing.T) {
	got := Secrets(adapters.System{ID: "direct", Secrets: []string{"user", "key"}})
	if diff := cmp.Diff(map[string]string{"user": "sandbox-direct-user", "key": "sandbox-direct-key"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestRealisticLatencyIsUsualAndAFaultOverridesIt(t *testing.T) {
	entries := []catalog.Entry{stub("population", false, nil, ""), stub("direct", false, nil, "")}
	s := New(Options{People: 100, Realistic: true, Entries: entries})
	waits := func(id string) bool {
		t.Helper()
		_, wait := s.targets[id].arrived()
		return wait > 0
	}
	if !waits("population") || waits("direct") || waits(NDXP) {
		t.Error("only systems whose latency is known are slow")
	}
	latency := Latency{P50: time.Hour / 60, P95: time.Hour / 60}
	if err := s.SetFault("population", Fault{Latency: &latency}); err != nil {
		t.Fatal(err)
	}
	if _, wait := s.targets["population"].arrived(); wait != time.Minute {
		t.Errorf("waits %v, want the fault's minute", wait)
	}
	if err := s.ClearFault("population"); err != nil || !waits("population") {
		t.Error("the usual latency has not come back")
	}
	if New(Options{People: 100, Entries: entries}).targets["population"].usual != nil {
		t.Error("a sandbox that is not realistic is slow")
	}
}
