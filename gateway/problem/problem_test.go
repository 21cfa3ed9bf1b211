package problem

import (
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
)

// published is the contract that callers program against.
var published = map[string]struct {
	status int
	owner  Owner
}{
	"invalid-request": {400, Caller}, "unauthenticated": {401, Caller}, "not-permitted": {403, Caller}, "unknown-operation": {404, Caller},
	"not-found": {404, Caller}, "record-not-found": {404, Caller}, "no-match": {404, Caller}, "method-not-allowed": {405, Caller},
	"conflict": {409, Caller}, "idempotency-mismatch": {422, Caller}, "stale-version": {412, Caller}, "payload-too-large": {413, Caller},
	"unsupported-media-type": {415, Caller}, "dependency-failed": {424, Caller}, "rate-limited": {429, Caller}, "quota-exhausted": {429, Caller}, "internal": {500, Bus},
	"upstream-rejected": {502, Bus}, "upstream-malformed": {502, National}, "upstream-unavailable": {503, National},
	"maintenance": {503, National}, "overloaded": {503, Bus}, "upstream-timeout": {504, National},
}

func TestKindsAreAsPublished(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Kinds() {
		want, known := published[k.Code]
		if !known || k.Status != want.status || k.Owner != want.owner {
			t.Errorf("%s is %d of %s, published as %+v", k.Code, k.Status, k.Owner, want)
		}
		if seen[k.Code] {
			t.Errorf("%s is listed twice", k.Code)
		}
		seen[k.Code] = true
	}
	for _, row := range sentinels {
		if !seen[row.kind.Code] && row.kind != CallerLeft {
			t.Errorf("%s stands for %v but has no page", row.kind.Code, row.err)
		}
	}
}

func TestEveryKindIsExplainedInBothLanguages(t *testing.T) {
	for _, k := range Kinds() {
		for _, text := range []string{k.Title.VI, k.Title.EN, k.Help.VI, k.Help.EN} {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s lacks a text: %+v", k.Code, k)
			}
		}
	}
}

var update = flag.Bool("update", false, "rewrite the expected files")

func TestRenderedProblem(t *testing.T) {
	p := &Problem{Kind: Maintenance, Detail: adapters.Text{VI: "Nâng cấp máy chủ", EN: "Servers are upgraded"}, System: "land",
		NationalCode: "CLOSED", Until: time.Date(2026, 11, 22, 6, 30, 0, 0, adapters.Vietnam),
		Errors: []FieldError{{"number", adapters.Text{VI: "bắt buộc phải có", EN: "is required"}}}}
	var out strings.Builder
	for _, language := range []string{"vi", "en"} {
		var pretty map[string]any
		text := Writer{PublicURL: "https://lgsp.example"}.Render(http.Header{}, p, language, "01JD8TEST")
		if err := json.Unmarshal(text, &pretty); err != nil {
			t.Fatal(err)
		}
		shown, err := json.MarshalIndent(pretty, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		out.WriteString("-- " + language + " --\n" + string(shown) + "\n")
	}
	const file = "testdata/maintenance.txt"
	if *update {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("rendered (-want +got):\n%s", diff)
	}
}

func TestMembersThatSayNothingAreLeftOut(t *testing.T) {
	text := string(Writer{PublicURL: "https://lgsp.example"}.Render(http.Header{}, &Problem{Kind: Internal}, "en", "01JD8TEST"))
	want := `{"type":"https://lgsp.example/problems/internal","title":"A fault of the bus","status":500,"instance":"01JD8TEST","code":"internal","owner":"bus"}`
	if text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}

func TestHeadersThatAStatusCallsFor(t *testing.T) {
	for name, c := range map[string]struct {
		problem *Problem
		want    map[string]string
	}{
		"no token":       {&Problem{Kind: Unauthenticated}, map[string]string{"WWW-Authenticate": "Bearer"}},
		"method":         {&Problem{Kind: MethodNotAllowed, Allow: "POST"}, map[string]string{"Allow": "POST", "WWW-Authenticate": ""}},
		"at once":        {&Problem{Kind: Overloaded}, map[string]string{"Retry-After": "1"}},
		"rounded up":     {&Problem{Kind: RateLimited, RetryAfter: 1001 * time.Millisecond}, map[string]string{"Retry-After": "2"}},
		"whole":          {&Problem{Kind: UpstreamUnavailable, RetryAfter: time.Minute}, map[string]string{"Retry-After": "60"}},
		"maintenance":    {&Problem{Kind: Maintenance}, map[string]string{"Retry-After": "1"}},
		"nothing to say": {&Problem{Kind: UpstreamTimeout, RetryAfter: time.Minute}, map[string]string{"Retry-After": "", "Allow": ""}},
	} {
		got := write(c.problem, "")
		if got.Code != c.problem.Status {
			t.Errorf("%s: status %d, want %d", name, got.Code, c.problem.Status)
		}
		for header, want := range c.want {
			if value := got.Header().Get(header); value != want {
				t.Errorf("%s: %s is %q, want %q", name, header, value, want)
			}
		}
	}
}

func write(p *Problem, acceptLanguage string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Accept-Language", acceptLanguage)
	out := httptest.NewRecorder()
	Writer{PublicURL: "https://lgsp.example"}.Write(out, r, "01JD8TEST", p)
	return out
}

func TestProblemsAreNeverKeptAndSayTheirLanguage(t *testing.T) {
	for accept, language := range map[string]string{"": "vi", "en": "en", "fr": "vi"} {
		got := write(&Problem{Kind: NotFound}, accept)
		h := got.Header()
		if h.Get("Content-Type") != "application/problem+json" || h.Get("Cache-Control") != "no-store" || h.Get("Content-Language") != language {
			t.Errorf("%q: %v", accept, h)
		}
		var body struct{ Title, Instance string }
		if err := json.Unmarshal(got.Body.Bytes(), &body); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"vi": NotFound.Title.VI, "en": NotFound.Title.EN}[language]
		if body.Title != want || body.Instance != "01JD8TEST" {
			t.Errorf("%q: %+v, want the title %q", accept, body, want)
		}
	}
}

func TestChallengeThatIsSetAlreadyStays(t *testing.T) {
	out := httptest.NewRecorder()
	out.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
	Writer{}.Write(out, httptest.NewRequest(http.MethodGet, "/", nil), "1", &Problem{Kind: Unauthenticated})
	if got := out.Header().Values("WWW-Authenticate"); len(got) != 1 || got[0] != `Bearer error="invalid_token"` {
		t.Errorf("got %q", got)
	}
}

func TestEnglishOnlyWhereItIsPreferred(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "vi": false, "en": true, "en-GB": true, "EN-us": true, "fr, de": false, "fr, en;q=0.3": true, "*": false,
		"vi, en": false, "en, vi": true, "vi;q=0.5, en;q=0.9": true, "vi-VN,vi;q=0.9,en;q=0.8": false, "en;q=0.4,vi;q=0.5": false,
		"en;q=0": false, "en;q=0, vi": false, "en; q=0.9 , vi ; q=0.1": true, "en;Q=1": true,
		"en;q=NaN": false, "en;q=Inf, vi": false, "en;q=2, vi": false, "en;q=-1": false, "en;q=, vi;q=0.1": false, "en;level=1": false,
		"english": false, "e": false, ",,,": false, ";;": false,
	} {
		if got := English(header); got != want {
			t.Errorf("%q: English is %v", header, got)
		}
	}
}

func FuzzEnglish(f *testing.F) {
	for _, seed := range []string{"vi, en;q=0.8", "en;q=1;q=0", ",;=-", "en-"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if English(header) && !strings.Contains(strings.ToLower(header), "en") {
			t.Errorf("%q prefers English without naming it", header)
		}
	})
}
