package portal

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/adapters/sandbox"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
	"github.com/lgsp-vn/lgsp/policies"
)

func TestDescriptionIsValidOpenAPI(t *testing.T) {
	described := newSite(t, nil, "").description(t) // loading resolves every reference
	if described.OpenAPI != "3.1.0" {
		t.Errorf("version %q", described.OpenAPI)
	}
	if err := described.Validate(t.Context(), openapi3.EnableSchemaPatternValidation()); err != nil {
		t.Error(err)
	}
}

func TestEveryOperationIsDescribed(t *testing.T) {
	s := newSite(t, nil, "")
	described := s.description(t)
	for _, system := range s.catalog.Systems() {
		for op := range system.Lookups() {
			item := described.Paths.Value("/v1/" + system.ID + "/" + op.ID)
			if item == nil || item.Post == nil || (item.Get == nil) != op.Personal {
				t.Errorf("%s/%s: %+v, personal %v", system.ID, op.ID, item, op.Personal)
				continue
			}
			for _, o := range item.Operations() {
				if o.Summary != op.Summary.VI || o.Description != op.Summary.EN || len(o.Tags) != 1 || o.Tags[0] != system.ID {
					t.Errorf("%s says %q, %q of %v", o.OperationID, o.Summary, o.Description, o.Tags)
				}
				for _, status := range []string{"200", "400", "401", "403", "404", "405", "413", "415", "429", "500", "502", "503", "504"} {
					if o.Responses.Value(status) == nil {
						t.Errorf("%s does not say what %s means", o.OperationID, status)
					}
				}
				for _, name := range []string{"X-Request-Id", "Cache-Status", "Age", "LGSP-As-Of", "LGSP-Policy", "LGSP-Receipt", "RateLimit", "RateLimit-Policy"} {
					if o.Responses.Value("200").Value.Headers[name] == nil {
						t.Errorf("%s does not describe the header %s", o.OperationID, name)
					}
				}
				if scope := system.ID + ":" + op.ID; o.Security == nil || len((*o.Security)[1]["oauth"]) != 1 || (*o.Security)[1]["oauth"][0] != scope {
					t.Errorf("%s does not name its scope: %v", o.OperationID, o.Security)
				} else if _, known := described.Components.SecuritySchemes["oauth"].Value.Flows.ClientCredentials.Scopes[scope]; !known {
					t.Errorf("the scope %s is not explained", scope)
				}
				official := o.Parameters.GetByInAndName("header", "LGSP-Official")
				if official == nil || official.Required != op.Personal || o.Parameters.GetByInAndName("header", "LGSP-Purpose") == nil {
					t.Errorf("%s: headers are missing or wrong", o.OperationID)
				}
			}
		}
	}
}

func TestOperationIDsAreUnique(t *testing.T) {
	seen := map[string]string{}
	for path, item := range newSite(t, nil, "").description(t).Paths.Map() {
		for method, o := range item.Operations() {
			if other := seen[o.OperationID]; other != "" || o.OperationID == "" {
				t.Errorf("%s %s is named %q like %q", method, path, o.OperationID, other)
			}
			seen[o.OperationID] = method + " " + path
		}
	}
	if len(seen) < 10 {
		t.Errorf("only %d operations", len(seen))
	}
}

func TestTokenCanBePastedOrFetched(t *testing.T) {
	described := newSite(t, nil, "").description(t)
	token, oauth := described.Components.SecuritySchemes["bearer"], described.Components.SecuritySchemes["oauth"]
	if token == nil || token.Value.Type != "http" || token.Value.Scheme != "bearer" {
		t.Errorf("pasting: %+v", token)
	}
	if oauth == nil || oauth.Value.Flows.ClientCredentials.TokenURL != "https://lgsp.example/oauth2/token" {
		t.Errorf("fetching: %+v", oauth)
	}
	if len(described.Security) != 2 { // either, not both
		t.Errorf("requirements %v", described.Security)
	}
	if item := described.Paths.Value("/oauth2/token"); item == nil || item.Post == nil || item.Post.Security == nil || len(*item.Post.Security) != 0 {
		t.Error("the token endpoint is not described as open")
	}
}

func TestEveryStatusNamesItsProblems(t *testing.T) {
	responses := newSite(t, nil, "").description(t).Components.Responses
	for name, codes := range map[string][]string{"problem-404": {"unknown-operation", "record-not-found", "no-match"},
		"problem-503": {"upstream-unavailable", "maintenance", "overloaded"}, "problem-502": {"upstream-rejected", "upstream-malformed"}} {
		for _, code := range codes {
			if responses[name] == nil || !strings.Contains(*responses[name].Value.Description, "`"+code+"`") {
				t.Errorf("%s does not name %s", name, code)
			}
		}
	}
	if responses["problem-429"].Value.Headers["Retry-After"] == nil || responses["problem-401"].Value.Headers["WWW-Authenticate"] == nil {
		t.Error("headers of 429 or 401 are not described")
	}
}

// What systems really answer fits what is said of it: every operation is asked
// its sample question through its adapter, against its simulator.
func TestAnswersFitTheirDescription(t *testing.T) {
	simulated := sandbox.New(sandbox.Options{People: 500, Now: time.Now})
	server := httptest.NewServer(simulated)
	defer server.Close()
	secrets := map[string]map[string]string{sandbox.NDXP: sandbox.GatewaySecrets()}
	for _, entry := range catalog.Systems() {
		secrets[entry.System.ID] = sandbox.Secrets(entry.System)
	}
	s := newSite(t, secrets, server.URL+"/ndxp/token")
	settings := map[string]catalog.Settings{}
	for _, system := range s.catalog.Systems() {
		var endpoints []catalog.Endpoint
		for _, e := range s.set.System(system.ID).Endpoints {
			endpoints = append(endpoints, catalog.Endpoint{Name: e.Name, URL: server.URL + sandbox.Path(system, e.Protocol), Protocol: e.Protocol, NDXP: e.Via == policies.NDXP})
		}
		settings[system.ID] = catalog.Settings{Concurrency: 4, Endpoints: endpoints,
			Breaker: catalog.Breaker{Window: time.Minute, Minimum: 1000, FailureShare: 1, Open: time.Second, Probes: 1}}
	}
	if err := s.catalog.Configure(settings); err != nil {
		t.Fatal(err)
	}
	described, samples := s.description(t), samplesOf(t, server.URL)
	for _, system := range s.catalog.Systems() {
		for op := range system.Lookups() {
			item := described.Paths.Value("/v1/" + system.ID + "/" + op.ID)
			sample := samples[system.ID][op.ID]["ok"]
			fits(t, item.Post.RequestBody.Value.Content.Get("application/json"), sample)
			fits(t, item.Post.Responses.Value("200").Value.Content.Get("application/json"), answerOf(t, s.catalog, system.ID, op, sample))
		}
	}
}

// Submissions are not to be had until the exchange can keep them, so they are not
// described either.
func TestSubmissionsAreNotDescribed(t *testing.T) {
	s := newSite(t, nil, "")
	described := s.description(t)
	for _, system := range s.catalog.Systems() {
		for _, op := range system.Operations {
			if op.Kind == adapters.KindSubmission && described.Paths.Value("/v1/"+system.ID+"/"+op.ID) != nil {
				t.Errorf("%s/%s is described", system.ID, op.ID)
			}
		}
	}
}

func TestExamplesAreTheSandboxsSamplesAndFitTheirSchemas(t *testing.T) {
	server := httptest.NewServer(sandbox.New(sandbox.Options{People: 500, Now: time.Now}))
	defer server.Close()
	s := newSite(t, nil, "")
	s.portal.Samples = samplesOf(t, server.URL)
	s.portal.described.Store(nil)
	described := s.description(t)
	if err := described.Validate(t.Context(), openapi3.EnableSchemaPatternValidation()); err != nil { // examples included
		t.Error(err)
	}
	check := func(path, example string, want []byte) {
		t.Helper()
		media := described.Paths.Value(path).Post.RequestBody.Value.Content.Get("application/json")
		if media.Examples[example] == nil {
			t.Errorf("%s has no example %s", path, example)
			return
		}
		text, err := json.Marshal(media.Examples[example].Value.Value)
		if err != nil {
			t.Fatal(err)
		}
		if fits(t, media, text); want != nil && !sameJSON(t, text, want) {
			t.Errorf("%s: example %s is not the sandbox's", path, text)
		}
	}
	for _, system := range s.catalog.Systems() {
		for op := range system.Lookups() {
			for _, outcome := range []string{"ok", "notFound"} {
				if sample := s.portal.Samples[system.ID][op.ID][outcome]; sample != nil {
					check("/v1/"+system.ID+"/"+op.ID, outcome, sample)
				}
			}
		}
	}
	check("/v1/batch", "ok", nil)
	for _, procedure := range s.set.Procedures() {
		check("/v1/procedures/"+procedure.Code, "ok", nil)
	}
}

func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	var x, y any
	if err := errors.Join(json.Unmarshal(a, &x), json.Unmarshal(b, &y)); err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(x, y)
}

func TestDescriptionFollowsThePolicies(t *testing.T) {
	s := newSite(t, nil, "")
	purposes := func() []any {
		return s.description(t).Components.Parameters["purpose"].Value.Schema.Value.Examples
	}
	before := len(purposes())
	files := policies.Defaults()
	for i := range files {
		if files[i].Name == "purposes.yaml" {
			files[i].Data = append(files[i].Data, "  - {code: audit, names: {vi: Kiểm tra, en: Audit}, dossier: forbidden}\n"...)
		}
	}
	var faults policies.Faults
	if s.set, faults = policies.Load(files, lookup.Vocabulary(s.catalog.Systems())); s.set == nil {
		t.Fatal(faults)
	}
	if after := len(purposes()); after != before+1 {
		t.Errorf("%d purposes after one was added to %d", after, before)
	}
}

func samplesOf(t *testing.T, address string) (samples map[string]map[string]map[string]json.RawMessage) {
	t.Helper()
	answer, err := http.Get(address + "/_samples")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&samples); err != nil {
		t.Fatal(err)
	}
	return samples
}

func answerOf(t *testing.T, c *catalog.Catalog, system string, op *adapters.Operation, question []byte) []byte {
	t.Helper()
	in, faults := op.Parse(question)
	if len(faults) > 0 {
		t.Fatalf("%s/%s: sample %s: %v", system, op.ID, question, faults)
	}
	call := adapters.Call{Request: "01JD8TEST", Agency: "H26.11", Official: "clerk-7", Purpose: "one-stop", Time: time.Now()}
	answer, err := c.Ask(context.Background(), system, op, call, in, catalog.Limits{Timeout: time.Minute, Deadline: time.Minute, Attempts: 1})
	if err != nil {
		t.Fatalf("%s/%s: %v", system, op.ID, err)
	}
	return answer.JSON
}

func fits(t *testing.T, media *openapi3.MediaType, text []byte) {
	t.Helper()
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	if err := media.Schema.Value.VisitJSON(value, openapi3.EnableJSONSchema2020()); err != nil {
		t.Errorf("%s does not fit: %v", text, err)
	}
}
