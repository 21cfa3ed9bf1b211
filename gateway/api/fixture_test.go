package api

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/oklog/ulid/v2"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/audit"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/cache"
	"github.com/lgsp-vn/lgsp/gateway/limits"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
	"github.com/lgsp-vn/lgsp/gateway/problem"
	"github.com/lgsp-vn/lgsp/policies"
)

type question struct {
	Number string `json:"number" lgsp:"required,max=20" vi:"Số" en:"Number"`
	Page   int    `json:"page,omitempty" lgsp:"min=1" vi:"Trang" en:"Page"`
}

type record struct {
	Number string `json:"number" vi:"Số" en:"Number"`
	Name   string `json:"name" vi:"Tên" en:"Name"`
}

const testPolicies = `kind: access
rules:
  - {id: all, basis: test, agencies: H26.1, operations: [shops/*, people/*], purposes: one-stop, fields: "*"}
  - {id: names, basis: test, agencies: H26.2, operations: shops/shop, purposes: one-stop, fields: [name], limits: {rate: 2/h}}
  - {id: daily, basis: test, agencies: H26.4, operations: shops/shop, purposes: one-stop, fields: [name], limits: {perDay: 2}}
`

const testPurposes = `kind: purposes
purposes:
  - {code: one-stop, names: {vi: Một cửa, en: One-stop}, dossier: optional}
`

const testProcedures = `kind: procedures
procedures:
  - code: opening
    names: {vi: Mở cửa hàng, en: Opening a shop}
    input:
      shop: {vi: Số, en: Number}
      owner: {vi: Chủ, en: Owner, optional: true}
    steps:
      - {id: shop1, ask: shops/shop, with: {number: $shop}, absence: fine}
      - {id: owner1, ask: people/person, with: {number: $owner}}
`

const testRoutes = `kind: route
defaults: {attempts: 1}
systems:
  shops: {endpoints: [{name: primary, url: "https://shops.example"}], operations: {shop: {cache: {for: 10m, staleIfError: 0s}}}}
  people: {endpoints: [{name: primary, url: "https://people.example"}]}
`

// edge is the agencies' paths over a real lookup of two stub systems, for a
// caller whose token is the id of its agency.
type edge struct {
	*API
	http.Handler
	scopes auth.Scopes
	fault  error
	asked  func() // at each call of a system
	set    *policies.Set
	seen   *Exchange // of the last request

	mu        sync.Mutex
	suspended string         // agency
	counted   map[string]int // questions that came with others, by what came of them
}

// Current is the set in force.
func (e *edge) Current() *policies.Set { return e.set }

// Verify admits the agencies that are not suspended.
func (e *edge) Verify(_ context.Context, token string, _ *x509.Certificate) (*auth.Caller, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if token == e.suspended {
		return nil, auth.ErrInvalidToken
	}
	return &auth.Caller{Agency: &auth.Agency{ID: token}, Client: &auth.Client{ID: "client-1"}, Scopes: e.scopes}, nil
}

func (e *edge) suspend(agency string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.suspended = agency
}

func (e *edge) systems() []adapters.System {
	text := func(s string) adapters.Text { return adapters.Text{VI: "vi " + s, EN: "en " + s} }
	ask := func(_ context.Context, _ *adapters.Conn, _ adapters.Call, q question) (record, error) {
		if e.asked != nil {
			e.asked()
		}
		return record{Number: q.Number, Name: "Mẫu"}, e.fault
	}
	return []adapters.System{
		{ID: "shops", Names: text("shops"), Owner: text("owner"), Operations: []adapters.Operation{
			adapters.Lookup(adapters.Operation{ID: "shop", Summary: text("shop")}, ask),
			adapters.Lookup(adapters.Operation{ID: "owners", Summary: text("owners"), Personal: true, Assumed: true}, ask),
		}},
		{ID: "people", Assumed: true, Names: text("people"), Owner: text("owner"), Operations: []adapters.Operation{
			adapters.Lookup(adapters.Operation{ID: "person", Summary: text("person"), Personal: true}, ask),
		}},
	}
}

func newEdge(t testing.TB) *edge {
	t.Helper()
	e := &edge{counted: map[string]int{}, scopes: auth.Scopes{{System: "*", Operation: "*"}}}
	systems := e.systems()
	settings := map[string]catalog.Settings{}
	for _, s := range systems {
		settings[s.ID] = catalog.Settings{Endpoints: []catalog.Endpoint{{Name: "primary", URL: "https://" + s.ID + ".example"}}, Concurrency: 10,
			Breaker: catalog.Breaker{Window: time.Minute, Minimum: 1000, FailureShare: 1, Open: time.Second, Probes: 1}}
	}
	c := catalog.New(catalog.Options{Systems: systems, Now: time.Now})
	var faults policies.Faults
	e.set, faults = policies.Load([]policies.File{{Name: "access.yaml", Data: []byte(testPolicies)}, {Name: "purposes.yaml", Data: []byte(testPurposes)},
		{Name: "procedures.yaml", Data: []byte(testProcedures)}, {Name: "route.yaml", Data: []byte(testRoutes)}}, lookup.Vocabulary(c.Systems()))
	kept, err := cache.New(cache.Options{Secrets: secrets{}})
	if err = errors.Join(faults.Err(), c.Configure(settings), err); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(kept.Close)
	e.API = &API{Catalog: c, Policies: e, Verifier: e, Problems: problem.Writer{PublicURL: "https://lgsp.example"}, Now: time.Now,
		NewID: func() string { return ulid.Make().String() }, Counted: e.count,
		Lookup: &lookup.Service{Catalog: c, Policies: e, Cache: kept, Limits: limits.New(0), Daily: limits.NewDaily(limits.DailyOptions{}), Journal: journal{},
			Subject: func(_, value string) string { return "hash" }, Outcome: func(error) (string, int) { return "failed", 500 },
			DefaultRate: limits.Rate{Count: 1000, Per: time.Second}, Places: limits.NewConcurrency(100), Now: time.Now}}
	e.Handler = e.router()
	return e
}

func (e *edge) count(x *Exchange, _ time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.counted[x.System+"/"+x.Operation+"/"+x.Outcome]++
}

func (e *edge) router() http.Handler {
	gin.SetMode(gin.TestMode)
	r := gin.New()
	r.HandleMethodNotAllowed = true
	r.Use(func(c *gin.Context) {
		e.seen = &Exchange{ID: "01JD8TEST", Started: time.Now()}
		Begin(c, e.seen)
	})
	r.NoRoute(e.Handle(e.NoRoute))
	r.NoMethod(e.Handle(e.NoMethod))
	r.GET("/guarded", e.Authenticate, func(c *gin.Context) { c.String(http.StatusOK, "behind the guard") })
	v1 := r.Group("/v1", e.Authenticate)
	v1.GET("/systems", e.Handle(e.API.Systems))
	v1.GET("/systems/:system", e.Handle(e.API.System))
	v1.POST("/batch", e.Handle(e.API.Batch))
	v1.GET("/procedures", e.Handle(e.API.Procedures))
	v1.GET("/procedures/:code", e.Handle(e.API.Procedure))
	v1.POST("/procedures/:code", e.Handle(e.API.Gather))
	v1.Any("/:system/:operation", e.Handle(e.API.Ask))
	return r
}

type secrets struct{}

func (secrets) Active() (string, [32]byte)   { return "1", [32]byte{1} }
func (secrets) Oldest() (string, [32]byte)   { return "1", [32]byte{1} }
func (secrets) ByID(string) ([32]byte, bool) { return [32]byte{1}, true }

type journal struct{}

func (journal) Append(context.Context, *audit.Entry) (audit.Receipt, error) {
	return audit.Receipt{Journal: "test", Index: 7}, nil
}

func (journal) AppendSoon(*audit.Entry) (audit.Receipt, error) {
	return audit.Receipt{Journal: "test", Index: 7}, nil
}

// do sends a request; headers are name, value, name, value.
func (e *edge) do(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Accept-Language", "en")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	out := httptest.NewRecorder()
	e.ServeHTTP(out, r)
	return out
}

// ask posts a good question of an agency.
func (e *edge) ask(agency, operation string, headers ...string) *httptest.ResponseRecorder {
	return e.do(http.MethodPost, "/v1/"+operation, `{"number":"17"}`, append([]string{"Authorization", "Bearer " + agency, "Content-Type", "application/json",
		"LGSP-Purpose", "one-stop", "LGSP-Official", "clerk-7"}, headers...)...)
}

// problemOf reads the code of a problem, "" for anything else.
func problemOf(t testing.TB, out *httptest.ResponseRecorder) string {
	t.Helper()
	var p struct {
		Code   string
		Status int
	}
	if out.Header().Get("Content-Type") != "application/problem+json" {
		return ""
	}
	if err := json.Unmarshal(out.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if p.Status != out.Code {
		t.Errorf("problem of status %d sent with %d", p.Status, out.Code)
	}
	return p.Code
}
