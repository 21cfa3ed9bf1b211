package api

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
)

func TestAnswerAndWhatStandsAroundIt(t *testing.T) {
	e := newEdge(t)
	e.ask("H26.1", "shops/shop")
	out := e.ask("H26.1", "shops/shop")
	if out.Code != http.StatusOK || out.Body.String() != `{"number":"17","name":"Mẫu"}` {
		t.Fatalf("%d %s", out.Code, out.Body)
	}
	h := out.Header()
	for name, want := range map[string]string{"Content-Type": "application/json", "Cache-Control": "private, no-cache", "LGSP-Receipt": "test/7",
		"RateLimit": `"shops";r=`, "RateLimit-Policy": `"shops";q=1000;w=1`, "Cache-Status": "lgsp; hit; ttl=", "Age": "0", "LGSP-Policy": "all@",
		"Content-Length": "30"} {
		// The map is written without Header.Set, so the names are looked up as written.
		if values := h[name]; len(values) != 1 || !strings.HasPrefix(values[0], want) {
			t.Errorf("%s is %q, want %q", name, values, want)
		}
	}
	asOf := written(h, "LGSP-As-Of")
	if at, err := time.Parse(time.RFC3339, asOf); err != nil || !strings.HasSuffix(asOf, "+07:00") || time.Since(at) > time.Hour {
		t.Errorf("LGSP-As-Of is %q", asOf)
	}
	if e.seen.System != "shops" || e.seen.Operation != "shop" || e.seen.Cache != lookup.Hit {
		t.Errorf("noted %+v", e.seen)
	}
}

func TestPersonalAnswerIsNotStoredAnywhere(t *testing.T) {
	h := newEdge(t).ask("H26.1", "people/person").Header()
	if got := h["Cache-Control"]; len(got) != 1 || got[0] != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
	if h["Age"] != nil || h["Cache-Status"][0] != "lgsp; fwd=bypass" {
		t.Errorf("Age %q, Cache-Status %q", h["Age"], h["Cache-Status"])
	}
}

func TestRefusedRequests(t *testing.T) {
	e := newEdge(t)
	good := []string{"Authorization", "Bearer H26.1", "LGSP-Purpose", "one-stop", "LGSP-Official", "clerk-7"}
	asJSON := append([]string{"Content-Type", "application/json"}, good...)
	for name, c := range map[string]struct {
		method, path, body string
		headers            []string
		status             int
		code               string
	}{
		"other method":       {"PUT", "/v1/shops/shop", `{"number":"1"}`, asJSON, 405, "method-not-allowed"},
		"personal by GET":    {"GET", "/v1/people/person?number=1", "", good, 405, "method-not-allowed"},
		"no content type":    {"POST", "/v1/shops/shop", `{"number":"1"}`, good, 415, "unsupported-media-type"},
		"other content type": {"POST", "/v1/shops/shop", `{"number":"1"}`, append([]string{"Content-Type", "text/plain"}, good...), 415, "unsupported-media-type"},
		"other charset": {"POST", "/v1/shops/shop", `{"number":"1"}`,
			append([]string{"Content-Type", "application/json; charset=utf-16"}, good...), 415, "unsupported-media-type"},
		"large":             {"POST", "/v1/shops/shop", `{"number":"` + strings.Repeat("1", maxQuestion) + `"}`, asJSON, 413, "payload-too-large"},
		"not JSON":          {"POST", "/v1/shops/shop", `{"number":`, asJSON, 400, "invalid-request"},
		"query on POST":     {"POST", "/v1/shops/shop?number=1", `{"number":"1"}`, asJSON, 400, "invalid-request"},
		"unreadable query":  {"GET", "/v1/shops/shop?number=%zz", "", good, 400, "invalid-request"},
		"repeated query":    {"GET", "/v1/shops/shop?number=1&number=2", "", good, 400, "invalid-request"},
		"unknown query":     {"GET", "/v1/shops/shop?number=1&token=x", "", good, 400, "invalid-request"},
		"two purposes":      {"POST", "/v1/shops/shop", `{"number":"1"}`, append([]string{"LGSP-Purpose", "one-stop"}, asJSON...), 400, "invalid-request"},
		"two officials":     {"POST", "/v1/shops/shop", `{"number":"1"}`, append([]string{"LGSP-Official", "a", "LGSP-Official", "b"}, asJSON...), 400, "invalid-request"},
		"long dossier":      {"POST", "/v1/shops/shop", `{"number":"1"}`, append([]string{"LGSP-Dossier", strings.Repeat("x", maxHeader+1)}, asJSON...), 400, "invalid-request"},
		"no purpose":        {"POST", "/v1/shops/shop", `{"number":"1"}`, []string{"Authorization", "Bearer H26.1"}, 403, "not-permitted"},
		"unknown operation": {"POST", "/v1/shops/nothing", `{"number":"1"}`, asJSON, 404, "unknown-operation"},
	} {
		out := e.do(c.method, c.path, c.body, c.headers...)
		if code := problemOf(t, out); out.Code != c.status || code != c.code {
			t.Errorf("%s: %d %s, want %d %s", name, out.Code, out.Body, c.status, c.code)
		}
		if c.status == http.StatusMethodNotAllowed && !strings.Contains(out.Header().Get("Allow"), "POST") {
			t.Errorf("%s: Allow is %q", name, out.Header().Get("Allow"))
		}
		if e.seen.Outcome != c.code || e.seen.Err == nil {
			t.Errorf("%s: noted as %q because of %v", name, e.seen.Outcome, e.seen.Err)
		}
	}
}

func TestQuestionByAddressAndByBodyAreOne(t *testing.T) {
	e := newEdge(t)
	e.ask("H26.1", "shops/shop")
	out := e.do(http.MethodGet, "/v1/shops/shop?number=17", "", "Authorization", "Bearer H26.1", "LGSP-Purpose", "one-stop")
	if out.Code != http.StatusOK || !strings.HasPrefix(out.Header()["Cache-Status"][0], "lgsp; hit") {
		t.Errorf("%d %s %v", out.Code, out.Body, out.Header())
	}
	out = e.do(http.MethodGet, "/v1/shops/shop?number=17&page=2", "", "Authorization", "Bearer H26.1", "LGSP-Purpose", "one-stop")
	if out.Code != http.StatusOK || !strings.HasPrefix(out.Header()["Cache-Status"][0], "lgsp; fwd=miss") {
		t.Errorf("another page: %d %s %v", out.Code, out.Body, out.Header())
	}
}

func TestLimitsAreToldAlsoToTheRefused(t *testing.T) {
	e := newEdge(t)
	for range 2 { // one at once, then one every half hour
		out := e.ask("H26.2", "shops/shop")
		if got := written(out.Header(), "RateLimit"); got != `"shops";r=0;t=1800` {
			t.Errorf("RateLimit %q", got)
		}
		if limited := out.Code == http.StatusTooManyRequests; limited != (out.Header().Get("Retry-After") != "") {
			t.Errorf("%d with Retry-After %q", out.Code, out.Header().Get("Retry-After"))
		}
	}
	if code := problemOf(t, e.ask("H26.2", "shops/shop")); code != "rate-limited" {
		t.Errorf("got %s", code)
	}
}

func TestQuotaOfTheDayIsToldBesideTheRate(t *testing.T) {
	e := newEdge(t)
	for i := range 3 {
		out := e.ask("H26.4", "shops/shop")
		left := max(1-i, 0)
		if got := written(out.Header(), "RateLimit"); !regexp.MustCompile(fmt.Sprintf(`^"shops";r=\d+;t=1, "shops-day";r=%d;t=\d{1,5}$`, left)).MatchString(got) {
			t.Errorf("RateLimit %q, want %d left of the day", got, left)
		}
		if got := written(out.Header(), "RateLimit-Policy"); got != `"shops";q=1000;w=1, "shops-day";q=2;w=86400` {
			t.Errorf("RateLimit-Policy %q", got)
		}
		if i < 2 && out.Code != http.StatusOK {
			t.Errorf("call %d: %d", i, out.Code)
		}
		if i == 2 {
			wait, err := strconv.Atoi(out.Header().Get("Retry-After"))
			if code := problemOf(t, out); code != "quota-exhausted" || out.Code != http.StatusTooManyRequests || err != nil || wait < 1 || wait > 86400 {
				t.Errorf("%d %s after %d seconds: %v", out.Code, code, wait, err)
			}
		}
	}
}

func TestMadeUpNamesAreNoLabels(t *testing.T) {
	e := newEdge(t)
	for path, want := range map[string][2]string{"shops/001099000001": {"shops", ""}, "001099000001/shop": {"", ""}} {
		e.ask("H26.1", path)
		if got := [2]string{e.seen.System, e.seen.Operation}; got != want {
			t.Errorf("%s: labels %q", path, got)
		}
	}
}

func TestFailureOfASystemIsTold(t *testing.T) {
	e := newEdge(t)
	e.fault = adapters.Fail(adapters.ErrNotFound, "", "")
	out := e.ask("H26.1", "shops/shop")
	if code := problemOf(t, out); code != "record-not-found" || written(out.Header(), "LGSP-Receipt") == "" || written(out.Header(), "LGSP-Policy") == "" {
		t.Errorf("%s with %v", code, out.Header())
	}
	if out.Header()["Cache-Status"] != nil || out.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("a failure looks as if it could be kept: %v", out.Header())
	}
}

func TestHeaderGivenTwiceOrTooLongIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		values []string
		want   string
		fails  bool
	}{
		"absent": {nil, "", false}, "one": {[]string{"a"}, "a", false}, "padded": {[]string{" a "}, "a", false}, "empty": {[]string{""}, "", false},
		"twice": {[]string{"a", "b"}, "a", true}, "once empty": {[]string{"", "a"}, "", true},
		"longest": {[]string{strings.Repeat("x", maxHeader)}, strings.Repeat("x", maxHeader), false},
		"longer":  {[]string{strings.Repeat("x", maxHeader+1)}, "", true},
	} {
		q := questionReader{r: &http.Request{Header: http.Header{"Lgsp-Purpose": c.values}}}
		if got := q.header("LGSP-Purpose", "Lgsp-Purpose"); got != c.want || (len(q.faults) == 1) != c.fails {
			t.Errorf("%s: %q, %v", name, got, q.faults)
		}
	}
}

func TestCacheStatus(t *testing.T) {
	for want, f := range map[string]lookup.Freshness{
		"lgsp; hit; ttl=540":                        {Source: lookup.Hit, TTL: 540*time.Second + 999*time.Millisecond},
		"lgsp; hit; ttl=-30; detail=stale-if-error": {Source: lookup.Stale, TTL: -30 * time.Second},
		"lgsp; fwd=miss; stored":                    {Source: lookup.Miss, Stored: true},
		"lgsp; fwd=miss":                            {Source: lookup.Miss},
		"lgsp; fwd=miss; stored; collapsed":         {Source: lookup.Miss, Stored: true, Collapsed: true},
		"lgsp; fwd=stale; stored":                   {Source: lookup.Expired, Stored: true},
		"lgsp; fwd=request; stored":                 {Source: lookup.Forced, Stored: true},
		"lgsp; fwd=bypass":                          {Source: lookup.Bypass},
		"lgsp; fwd=bypass; collapsed":               {Source: lookup.Bypass, Collapsed: true},
	} {
		if got := cacheStatus(f); got != want {
			t.Errorf("%+v: %q, want %q", f, got, want)
		}
	}
}

func TestFreshAnswerIsAskedForByNoCacheAlone(t *testing.T) {
	for value, want := range map[string]bool{"no-cache": true, "No-Cache": true, "max-age=5, no-cache": true, " no-cache ,x": true,
		"": false, "max-age=0": false, "no-cached": false, "no-store": false, "private=no-cache": false} {
		if got := wantsFresh(http.Header{"Cache-Control": {value}}); got != want {
			t.Errorf("%q: %v", value, got)
		}
	}
	if !wantsFresh(http.Header{"Cache-Control": {"max-age=1", "no-cache"}}) || wantsFresh(nil) {
		t.Error("repeated or absent headers are misread")
	}
}

func TestPeerIsTheAddressWithoutItsPort(t *testing.T) {
	got := map[string]string{}
	want := map[string]string{"192.0.2.1:81": "192.0.2.1", "[2001:db8::1]:81": "2001:db8::1", "": "", "@": "@"}
	for remote := range want {
		got[remote] = peer(&http.Request{RemoteAddr: remote})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("peers (-want +got):\n%s", diff)
	}
}

// written is the one value of a header whose name the server writes in its own
// spelling, past the canonical form of net/http.
func written(h map[string][]string, name string) string {
	if values := h[name]; len(values) == 1 {
		return values[0]
	}
	return ""
}
