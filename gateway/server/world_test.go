package server

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/config"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
	"github.com/lgsp-vn/lgsp/policies"
)

// The demonstration agencies: one may ask everything, one a little, one nothing.
const (
	centre   = "H26.11"
	ward     = "H26.12"
	stranger = "H26.13"
)

// world is a whole gateway with its sandbox, seen from outside by HTTP.
type world struct {
	t       testing.TB
	s       *Server
	logged  *logText
	client  *http.Client
	config  config.Config
	samples map[string]map[string]map[string]json.RawMessage

	mu     sync.Mutex
	tokens map[string]string
	closed sync.Once
}

// startServer starts a gateway of the test's own on free ports, with a small
// sandbox and the demonstration agencies, and ends it with the test.
func startServer(t testing.TB, options ...func(*config.Config)) *world {
	t.Helper()
	c := config.Default()
	c.Embedded, c.SandboxPeople, c.AgencyRate = true, 300, 200_000
	c.Listen, c.AdminListen, c.SandboxListen = "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"
	c.DataDir = t.TempDir()
	c.KeysDir = filepath.Join(c.DataDir, "keys")
	for _, option := range options {
		option(&c)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	w := &world{t: t, logged: &logText{}, config: c, tokens: map[string]string{}, client: &http.Client{Transport: transport, Timeout: time.Minute}}
	var err error
	if w.s, err = Start(c, catalog.Systems(), w.logged); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		w.close()
	})
	w.getJSON(w.s.Addresses.Sandbox+"/_samples", &w.samples)
	return w
}

// close ends the gateway, once. Faults that hold calls are lifted first, so that
// the end has nothing to wait for.
func (w *world) close() {
	w.closed.Do(func() {
		w.control(http.MethodDelete, "/_faults", "")
		if err := w.s.Close(); err != nil {
			w.t.Errorf("close: %v", err)
		}
	})
}

// logText is what the server logged so far.
type logText struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// token is the agency's demonstration token with all its scopes, or with one.
func (w *world) token(agency string, scope ...string) string {
	w.t.Helper()
	key := agency + " " + strings.Join(scope, " ")
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.tokens[key] == "" {
		token, err := DemoToken(context.Background(), w.config, w.s.Addresses, agency, strings.Join(scope, " "))
		if err != nil {
			w.t.Fatal(err)
		}
		w.tokens[key] = token
	}
	return w.tokens[key]
}

// question is one call; what it leaves open is that of a good one by the agency
// that may ask everything.
type question struct {
	agency, system, operation string
	path                      string // in place of /v1/system/operation
	method                    string // POST
	body                      string // the ok sample
	query                     string
	header                    http.Header // in place of the usual values; nil values leave one out
}

// answer is what came back, read whole.
type answer struct {
	status int
	header http.Header
	body   string
}

func (w *world) request(q question) *http.Request {
	w.t.Helper()
	agency, method, path, body := orElse(q.agency, centre), orElse(q.method, http.MethodPost), q.path, q.body
	if path == "" {
		path = "/v1/" + q.system + "/" + q.operation
	}
	if body == "" && method == http.MethodPost {
		body = w.sample(q.system, q.operation, "ok")
	}
	if q.query != "" {
		path += "?" + q.query
	}
	req, err := http.NewRequest(method, w.s.Addresses.API+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header = http.Header{"Authorization": {"Bearer " + w.token(agency)}, "Content-Type": {"application/json"},
		"Lgsp-Purpose": {"one-stop"}, "Lgsp-Official": {"official-7"}}
	for name, values := range q.header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	return req
}

// ask puts a question and fails the test only where no answer comes.
func (w *world) ask(q question) answer {
	w.t.Helper()
	got, err := w.try(w.request(q))
	if err != nil {
		w.t.Errorf("%s %s: no answer: %v", q.system, q.operation, err)
	}
	return got
}

// try may be called from any goroutine.
func (w *world) try(req *http.Request) (answer, error) {
	resp, err := w.client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 16<<20))
	return answer{resp.StatusCode, resp.Header, string(body)}, err
}

// must asks and wants a record.
func (w *world) must(q question) answer {
	w.t.Helper()
	got := w.ask(q)
	if got.status != http.StatusOK {
		w.t.Fatalf("%s %s: status %d: %s", q.system, q.operation, got.status, got.body)
	}
	return got
}

func orElse(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

func (w *world) sample(system, operation, outcome string) string {
	return string(w.samples[system][operation][outcome])
}

// problem is an answer of RFC 9457.
type problem9457 struct {
	Type, Title, Detail, Instance, Code, System, Owner string
	Status                                             int
	Errors                                             []struct{ Field, Message string }
}

func (p problem9457) fields() []string {
	var names []string
	for _, e := range p.Errors {
		names = append(names, e.Field)
	}
	return names
}

// problem reads the problem an answer is, and checks what every problem has.
func (w *world) problem(got answer) (p problem9457) {
	w.t.Helper()
	if err := wellFormedProblem(got, w.s.Addresses.Public, &p); err != "" {
		w.t.Errorf("%s: %d %s", err, got.status, got.body)
	}
	return p
}

// wellFormedProblem says what is wrong with an answer as a problem, "" if nothing.
func wellFormedProblem(got answer, publicURL string, p *problem9457) string {
	id := got.header.Get("X-Request-Id")
	_, idErr := ulid.ParseStrict(id)
	switch err := json.Unmarshal([]byte(got.body), p); {
	case got.header.Get("Content-Type") != "application/problem+json":
		return "not application/problem+json but " + got.header.Get("Content-Type")
	case err != nil:
		return "not JSON"
	case p.Status != got.status || p.Type != publicURL+"/problems/"+p.Code || p.Code == "" || p.Title == "":
		return "type, title, status or code is wrong"
	case idErr != nil || p.Instance != id:
		return "instance is not the X-Request-Id, a ULID"
	case p.Owner != "caller" && p.Owner != "bus" && p.Owner != "national-system":
		return "no owner"
	case got.header.Get("Cache-Control") != "no-store":
		return "may be stored"
	case got.status == http.StatusUnauthorized && got.header.Get("WWW-Authenticate") == "",
		got.status == http.StatusMethodNotAllowed && got.header.Get("Allow") == "",
		(got.status == http.StatusServiceUnavailable || got.status == http.StatusTooManyRequests) && got.header.Get("Retry-After") == "":
		return "a header of this status is missing"
	}
	return ""
}

// wantProblem asks and wants this code with this status.
func (w *world) wantProblem(q question, status int, code string) (problem9457, answer) {
	w.t.Helper()
	got := w.ask(q)
	p := w.problem(got)
	if got.status != status || p.Code != code {
		w.t.Errorf("%s %s: got %d %s, want %d %s: %s", q.system, q.operation, got.status, p.Code, status, code, got.body)
	}
	return p, got
}

// control speaks to the sandbox's controls.
func (w *world) control(method, path, body string) string {
	w.t.Helper()
	req, err := http.NewRequest(method, w.s.Addresses.Sandbox+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	got, err := w.try(req)
	if err != nil || got.status >= 300 {
		w.t.Fatalf("sandbox: %s %s: %d %v %s", method, path, got.status, err, got.body)
	}
	return got.body
}

// fault sets what befalls a system; "" lifts it.
func (w *world) fault(system, text string) {
	w.t.Helper()
	if text == "" {
		w.control(http.MethodDelete, "/_faults/"+system, "")
		return
	}
	w.control(http.MethodPut, "/_faults/"+system, text)
}

// calls is how many calls of an operation the national system received.
func (w *world) calls(system, operation string) int {
	w.t.Helper()
	var counted struct{ Operations map[string]int }
	if err := json.Unmarshal([]byte(w.control(http.MethodGet, "/_calls/"+system, "")), &counted); err != nil {
		w.t.Fatal(err)
	}
	return counted.Operations[operation]
}

// allCalls is everything that all national systems received.
func (w *world) allCalls() map[string]int {
	w.t.Helper()
	all := map[string]int{}
	for _, entry := range catalog.Systems() {
		var counted struct{ Total int }
		if err := json.Unmarshal([]byte(w.control(http.MethodGet, "/_calls/"+entry.System.ID, "")), &counted); err != nil {
			w.t.Fatal(err)
		}
		all[entry.System.ID] = counted.Total
	}
	return all
}

func (w *world) getJSON(url string, into any) {
	w.t.Helper()
	if err := json.Unmarshal([]byte(w.get(url)), into); err != nil {
		w.t.Fatalf("get %s: %v", url, err)
	}
}

func (w *world) get(url string) string {
	w.t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	got, err := w.try(req)
	if err != nil {
		w.t.Fatalf("get %s: %v", url, err)
	}
	return got.body
}

// lookups are all lookups of all systems.
func lookups() []question {
	var all []question
	for _, entry := range catalog.Systems() {
		for _, op := range entry.System.Operations {
			if op.Kind == adapters.KindLookup {
				all = append(all, question{system: entry.System.ID, operation: op.ID})
			}
		}
	}
	return all
}

func operationOf(t testing.TB, q question) *adapters.Operation {
	t.Helper()
	for _, entry := range catalog.Systems() {
		if entry.System.ID == q.system {
			if op, ok := entry.System.Operation(q.operation); ok {
				return op
			}
		}
	}
	t.Fatalf("%s %s does not exist", q.system, q.operation)
	return nil
}

// eventually polls what another process or goroutine brings about.
func eventually(t testing.TB, what string, reached func() bool) {
	t.Helper()
	for range 400 {
		if reached() {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("never came to pass: %s", what)
}

// policyText is a set of policies of a test's own; the purposes are those shipped.
type policyText struct {
	rules   string            // "" grants the centre everything
	timeout string            // of every call; "" is 20s
	routes  map[string]string // further settings of a system
}

// centreRule grants the centre everything; options are more keys of the rule.
func centreRule(options ...string) string {
	var systems []string
	for _, entry := range catalog.Systems() {
		systems = append(systems, entry.System.ID+"/*")
	}
	return "  - id: centre\n    basis: test\n    agencies: " + centre + "\n    operations: [" + strings.Join(systems, ", ") +
		"]\n    purposes: \"*\"\n    fields: \"*\"\n" + strings.Join(options, "")
}

// policyFolder writes the policies into a folder of their own.
func policyFolder(t testing.TB, text policyText) string {
	t.Helper()
	dir := t.TempDir()
	writePolicies(t, dir, text)
	return dir
}

func writePolicies(t testing.TB, dir string, text policyText) {
	t.Helper()
	shipped, faults := policies.Load(policies.Defaults(), lookup.Vocabulary(catalog.Descriptions(catalog.Systems())))
	if shipped == nil {
		t.Fatal(faults)
	}
	route := "kind: route\ndefaults: {timeout: " + orElse(text.timeout, "20s") + ", attempts: 1}\nsystems:\n"
	for _, entry := range catalog.Systems() {
		id := entry.System.ID
		route += "  " + id + ":\n    endpoints:\n"
		for _, e := range shipped.System(id).Endpoints {
			route += "      - {name: " + e.Name + ", url: \"sandbox:\", via: " + string(e.Via)
			if e.Protocol != "" {
				route += ", protocol: " + e.Protocol
			}
			route += "}\n"
		}
		route += text.routes[id]
	}
	files := map[string]string{"route.yaml": route, "access.yaml": "kind: access\nrules:\n" + orElse(text.rules, centreRule())}
	for _, f := range policies.Defaults() {
		if f.Name == "purposes.yaml" {
			files[f.Name] = string(f.Data)
		}
	}
	for name, text := range files {
		// Put in place whole: the server may be reading.
		if err := replaceFile(filepath.Join(dir, name), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
}

// withPolicies has the gateway use a folder of policies.
func withPolicies(dir string) func(*config.Config) {
	return func(c *config.Config) { c.Policies = dir }
}

func readText(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
