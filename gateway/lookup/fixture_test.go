package lookup

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/audit"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/cache"
	"github.com/lgsp-vn/lgsp/gateway/limits"
	"github.com/lgsp-vn/lgsp/policies"
)

// register is a national system of two records' shapes: what is known of a shop,
// and of a person.
const register = "register"

type shopQuestion struct {
	Code string `json:"code" lgsp:"required,max=20" vi:"Mã" en:"Code"`
	Note string `json:"note,omitempty" lgsp:"max=20" vi:"Ghi chú" en:"Note"`
}

type personQuestion struct {
	Number string `json:"number" lgsp:"required,subject,max=20" vi:"Số" en:"Number"`
	Note   string `json:"note,omitempty" lgsp:"max=20" vi:"Ghi chú" en:"Note"`
}

type record struct {
	Code  string `json:"code" vi:"Mã" en:"Code"`
	Name  string `json:"name" vi:"Tên" en:"Name"`
	Seat  seat   `json:"seat" vi:"Trụ sở" en:"Seat"`
	Lines []line `json:"lines" vi:"Ngành" en:"Lines"`
	No    bool   `json:"no" vi:"Không có" en:"Does not exist"`
}

type seat struct {
	Street string `json:"street" vi:"Đường" en:"Street"`
	Ward   string `json:"ward" vi:"Phường" en:"Ward"`
}

type line struct {
	Code string `json:"code" vi:"Mã" en:"Code"`
	Note string `json:"note" vi:"Ghi chú" en:"Note"`
}

func (r record) Negative() bool { return r.No }

func someRecord(code string) record {
	return record{Code: code, Name: "Cửa hàng mẫu", Seat: seat{"Phố Mẫu", "Phường Mẫu"}, Lines: []line{{"47", "bán lẻ"}, {"56", "ăn uống"}}}
}

const testPurposes = `kind: purposes
purposes:
  - {code: one-stop, names: {vi: Một cửa, en: One-stop}, dossier: optional}
  - {code: licence, names: {vi: Giấy phép, en: Licence}, dossier: required}
  - {code: staff, names: {vi: Cán bộ, en: Staff}, dossier: forbidden}
`

// H26.1 may have everything, H26.2 little, H26.3 has no grant at all.
const testAccess = `kind: access
rules:
  - {id: all, basis: test, agencies: H26.1, operations: register/*, purposes: [one-stop, licence, staff], fields: "*"}
  - {id: names, basis: test, agencies: H26.2, operations: register/shop, purposes: one-stop, fields: [name, seat.ward, lines.code], fresh: false, stale: false}
  - {id: strict, basis: test, agencies: H26.4, operations: register/shop, purposes: one-stop, fields: [code], limits: {rate: 1/m}}
  - {id: person, basis: test, agencies: H26.5, operations: register/person, purposes: one-stop, fields: [name]}
  - {id: daily, basis: test, agencies: H26.6, operations: register/shop, purposes: one-stop, fields: [name], limits: {perDay: 100000000}}
  - {id: seen, basis: test, agencies: H26.6, operations: register/person, purposes: one-stop, fields: [name], limits: {perDay: 100000000, people: {official: 200, client: 20000}}}
  - {id: few, basis: test, agencies: H26.7, operations: [register/shop, register/person], purposes: one-stop, fields: {register/shop: [name], register/person: [name]}, limits: {perDay: 5, people: {official: 2, client: 3}}}
`

const testRoutes = `kind: route
systems:
  register:
    endpoints: [{name: primary, url: "https://register.example"}]
    attempts: 1
    operations:
      shop: {cache: {for: 10m, staleIfError: 1h}}
      person: {cache: {for: 5m, staleIfError: 5m}}
      brief: {cache: {for: 10m, staleIfError: 0s}}
`

// fixture is a service whose every part is real but the national system and the
// journal.
type fixture struct {
	*Service
	t       testing.TB
	now     func() time.Time
	mu      sync.Mutex
	ask     func(ctx context.Context, call adapters.Call, code string) (record, error)
	calls   []adapters.Call
	journal *journal
	set     *policies.Set
}

// Current is the set in force.
func (f *fixture) Current() *policies.Set { return f.set }

func (f *fixture) called(ctx context.Context, call adapters.Call, code string) (record, error) {
	f.mu.Lock()
	f.calls = append(f.calls, call)
	ask := f.ask
	f.mu.Unlock()
	return ask(ctx, call, code)
}

func (f *fixture) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.calls)
}

// looks counts how often the cache was looked into.
func (f *fixture) looks() uint64 {
	s := f.Cache.Stats()
	return s.InProcess + s.InRedis + s.Misses
}

func (f *fixture) system() adapters.System {
	text := adapters.Text{VI: "mẫu", EN: "sample"}
	shop := func(ctx context.Context, _ *adapters.Conn, call adapters.Call, q shopQuestion) (record, error) {
		return f.called(ctx, call, q.Code)
	}
	person := func(ctx context.Context, _ *adapters.Conn, call adapters.Call, q personQuestion) (record, error) {
		return f.called(ctx, call, q.Number)
	}
	return adapters.System{ID: register, Names: text, Owner: text, Operations: []adapters.Operation{
		adapters.Lookup(adapters.Operation{ID: "shop", Summary: text}, shop),
		adapters.Lookup(adapters.Operation{ID: "person", Personal: true, Summary: text}, person),
		adapters.Lookup(adapters.Operation{ID: "brief", Summary: text}, shop), // kept, never stale
		adapters.Lookup(adapters.Operation{ID: "live", Summary: text}, shop),  // not kept
		adapters.Submission(adapters.Operation{ID: "send", Summary: text}, shop),
	}}
}

// policiesOf compiles access rules for the register.
func policiesOf(t testing.TB, system adapters.System, access string) *policies.Set {
	t.Helper()
	set, faults := policies.Load([]policies.File{{Name: "access.yaml", Data: []byte(access)}, {Name: "purposes.yaml", Data: []byte(testPurposes)},
		{Name: "route.yaml", Data: []byte(testRoutes)}}, Vocabulary([]*adapters.System{&system}))
	if set == nil {
		t.Fatal(faults)
	}
	return set
}

func newFixture(t testing.TB, now func() time.Time) *fixture {
	t.Helper()
	f := &fixture{t: t, now: now, journal: &journal{}}
	f.ask = func(_ context.Context, _ adapters.Call, code string) (record, error) { return someRecord(code), nil }
	system := f.system()
	f.set = policiesOf(t, system, testAccess)
	c := catalog.New(catalog.Options{Systems: []adapters.System{system}, Now: now})
	if err := c.Configure(map[string]catalog.Settings{register: guarded()}); err != nil {
		t.Fatal(err)
	}
	kept, err := cache.New(cache.Options{Secrets: secrets{}, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(kept.Close)
	f.Service = &Service{Catalog: c, Policies: f, Cache: kept, Limits: limits.New(0), Daily: limits.NewDaily(limits.DailyOptions{Now: now}), Journal: f.journal, Now: now,
		Subject:     func(name, value string) string { return "hash(" + name + ")" },
		Outcome:     func(err error) (string, int) { return "failed", 500 },
		DefaultRate: limits.Rate{Count: 1 << 30, Per: time.Second}, Places: limits.NewConcurrency(1 << 30)}
	return f
}

func guarded() catalog.Settings {
	return catalog.Settings{Endpoints: []catalog.Endpoint{{Name: "primary", URL: "https://register.example"}}, Concurrency: 1000,
		Breaker: catalog.Breaker{Window: time.Minute, Minimum: 1 << 30, FailureShare: 1, Open: time.Second, Probes: 1}}
}

// secrets is a key ring of one key.
type secrets struct{}

func (secrets) Active() (string, [32]byte)   { return "1", [32]byte{1} }
func (secrets) Oldest() (string, [32]byte)   { return "1", [32]byte{1} }
func (secrets) ByID(string) ([32]byte, bool) { return [32]byte{1}, true }

// journal keeps the entries and which of them waited for the disk.
type journal struct {
	mu      sync.Mutex
	entries []audit.Entry
	waited  []bool
	fault   error
}

func (j *journal) add(e *audit.Entry, waited bool) (audit.Receipt, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.fault != nil {
		return audit.Receipt{}, j.fault
	}
	j.entries, j.waited = append(j.entries, *e), append(j.waited, waited)
	return audit.Receipt{Journal: "test", Index: uint64(len(j.entries) - 1)}, nil
}

func (j *journal) Append(ctx context.Context, e *audit.Entry) (audit.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return audit.Receipt{}, err
	}
	return j.add(e, true)
}

func (j *journal) AppendSoon(e *audit.Entry) (audit.Receipt, error) { return j.add(e, false) }

func (j *journal) last(t testing.TB) audit.Entry {
	t.Helper()
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.entries) == 0 {
		t.Fatal("the journal is empty")
	}
	return j.entries[len(j.entries)-1]
}

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 20, 5, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// question is a well-formed one of an agency whose token covers everything.
func (f *fixture) question(agency, operation, code string) *Question {
	member := "code"
	if operation == "person" {
		member = "number"
	}
	return &Question{
		Caller: &auth.Caller{Agency: &auth.Agency{ID: agency}, Client: &auth.Client{ID: "client-1"}, Scopes: auth.Scopes{{System: "*", Operation: "*"}}},
		System: register, Operation: operation, Purpose: "one-stop", Official: "clerk-7", Request: "01JTEST", Source: "192.0.2.1", Received: f.now(),
		Read: func(op *adapters.Operation, _ bool) (adapters.Input, error) {
			in, faults := op.Parse([]byte(`{"` + member + `":"` + code + `"}`))
			if len(faults) > 0 {
				return in, &Invalid{Faults: faults}
			}
			return in, nil
		},
	}
}

func (f *fixture) mustAsk(q *Question) Answer {
	f.t.Helper()
	answer, err := f.Ask(f.t.Context(), q)
	if err != nil {
		f.t.Fatalf("%s/%s for %s: %v", q.System, q.Operation, q.Caller.Agency.ID, err)
	}
	return answer
}

// refusedBecause asserts a refusal by the policies.
func refusedBecause(t testing.TB, err error, want policies.Reason) {
	t.Helper()
	refusal, ok := errors.AsType[*Refusal](err)
	if !ok || refusal.Reason != want {
		t.Errorf("got %v, want a refusal because of %v", err, want)
	}
}

func names(faults []adapters.Fault) string {
	var all []string
	for _, f := range faults {
		all = append(all, f.Field)
	}
	return strings.Join(all, " ")
}
