package portal

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gin-gonic/gin"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
	"github.com/lgsp-vn/lgsp/policies"
)

// site is the portal over the real list of systems and the shipped policies.
type site struct {
	portal *Portal
	http.Handler
	catalog *catalog.Catalog
	set     *policies.Set
}

// Current is the set in force.
func (s *site) Current() *policies.Set { return s.set }

// newSite makes the portal; secrets and tokenURL may be empty where no system is
// asked.
func newSite(t testing.TB, secrets map[string]map[string]string, tokenURL string) *site {
	t.Helper()
	s := &site{}
	var systems []adapters.System
	for _, entry := range catalog.Systems() {
		systems = append(systems, entry.System)
	}
	s.catalog = catalog.New(catalog.Options{Systems: systems, Secrets: secrets, NDXPTokenURL: tokenURL, Now: time.Now})
	var faults policies.Faults
	if s.set, faults = policies.Load(policies.Defaults(), lookup.Vocabulary(s.catalog.Systems())); s.set == nil {
		t.Fatal(faults)
	}
	gin.SetMode(gin.TestMode)
	r := gin.New()
	s.portal = &Portal{Catalog: s.catalog, Policies: s, PublicURL: "https://lgsp.example"}
	s.portal.Mount(r)
	s.Handler = r
	return s
}

func (s *site) get(path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	out := httptest.NewRecorder()
	s.ServeHTTP(out, r)
	return out
}

// description is what the site serves, read by a library that knows OpenAPI 3.1.
func (s *site) description(t testing.TB) *openapi3.T {
	t.Helper()
	out := s.get("/openapi.json")
	if out.Code != http.StatusOK || out.Header().Get("Content-Type") != "application/json" || !json.Valid(out.Body.Bytes()) {
		t.Fatalf("%d %v", out.Code, out.Header())
	}
	described, err := openapi3.NewLoader().LoadFromData(out.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return described
}
