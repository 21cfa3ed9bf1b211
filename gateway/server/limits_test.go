package server

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/gateway/internal/testredis"
)

// wardRule grants the ward something, within limits.
func wardRule(operations, limits string) string {
	return "  - id: ward\n    basis: test\n    agencies: " + ward + "\n    operations: " + operations + "\n    purposes: \"*\"\n    fields: \"*\"\n    limits: " + limits + "\n"
}

// official asks as another official.
func (q question) official(name string) question {
	q.header = http.Header{"LGSP-Official": {name}}
	return q
}

// about asks about somebody else: the digits of the sample's number that say who, in their order, are n.
func (w *world) about(q question, n int) question {
	number := regexp.MustCompile(`"citizenId":"(\d{6})\d{6}"`)
	q.body = w.sample(q.system, q.operation, "ok")
	if !number.MatchString(q.body) {
		w.t.Fatalf("no citizen's number in %s", q.body)
	}
	q.body = number.ReplaceAllString(q.body, fmt.Sprintf(`"citizenId":"${1}%06d"`, n))
	return q
}

func TestReplicasShareOneQuota(t *testing.T) {
	t.Parallel()
	server := testredis.Own(t)
	const quota = 700
	first, second := replicas(t, server.URL, withPolicies(policyFolder(t, policyText{
		rules: centreRule() + wardRule("business-registration/enterprise-lookup", fmt.Sprintf("{perDay: %d}", quota))})))
	q := question{agency: ward, system: "business-registration", operation: "enterprise-lookup"}
	admitted := 0
	for i := range quota + 60 {
		w := []*world{first, second, second}[i%3]
		var got answer
		eventually(t, "counted", func() bool { // on a machine this busy Redis may seem lost for a moment
			got = w.ask(q)
			return got.status != http.StatusServiceUnavailable
		})
		if got.status == http.StatusOK {
			admitted++
			continue
		}
		if p := w.problem(got); p.Code != "quota-exhausted" || p.Status != http.StatusTooManyRequests || p.Owner != "caller" || !strings.Contains(p.Detail, "trong ngày") {
			t.Fatalf("call %d: %s", i, got.body)
		}
		if wait, err := strconv.Atoi(got.header.Get("Retry-After")); err != nil || wait < 1 || wait > 86400 {
			t.Errorf("Retry-After %q", got.header.Get("Retry-After"))
		}
		if left := got.header.Get("RateLimit"); !strings.Contains(left, `"business-registration-day";r=0;t=`) {
			t.Errorf("RateLimit %s", left)
		}
	}
	if admitted > quota+quota/100 || admitted < quota-quota/100 {
		t.Errorf("%d of %d admitted", admitted, quota)
	}
	if got := first.must(question{system: "business-registration", operation: "enterprise-lookup"}); strings.Contains(got.header.Get("RateLimit"), "-day") {
		t.Errorf("an agency without a quota is told of one: %s", got.header.Get("RateLimit"))
	}
	metrics := first.get(first.s.Addresses.Admin+"/metrics") + second.get(second.s.Addresses.Admin+"/metrics")
	if n := strings.Count(metrics, "\nlgsp_limits_shared 1"); n != 2 || !regexp.MustCompile(`lgsp_limited_total\{kind="day"\} [1-9]`).MatchString(metrics) {
		t.Errorf("metrics: %v", regexp.MustCompile(`(?m)^lgsp_lim.*$`).FindAllString(metrics, -1))
	}
}

// What a replica had in hand when it ended is there for the others.
func TestEndedReplicaHandsBackItsShare(t *testing.T) {
	t.Parallel()
	server := testredis.Own(t)
	const quota = 6000
	first, second := replicas(t, server.URL, withPolicies(policyFolder(t, policyText{
		rules: centreRule() + wardRule("business-registration/enterprise-lookup", fmt.Sprintf("{perDay: %d}", quota))})))
	q := question{agency: ward, system: "business-registration", operation: "enterprise-lookup"}
	second.must(q) // holds some calls now
	second.close()
	if got := first.must(q).header.Get("RateLimit"); !strings.Contains(got, fmt.Sprintf(`"business-registration-day";r=%d;`, quota-2)) {
		t.Errorf("RateLimit %s, want two calls used of %d", got, quota)
	}
}

func TestOfficialIsBoundInPeopleOverReplicas(t *testing.T) {
	t.Parallel()
	server := testredis.Own(t)
	first, second := replicas(t, server.URL, withPolicies(policyFolder(t, policyText{
		rules: centreRule() + wardRule("population/citizen-verify", "{people: {official: 2, client: 3}}")})))
	q := question{agency: ward, system: "population", operation: "citizen-verify"}
	one, another, third, fourth := q, first.about(q, 999_001), first.about(q, 999_002), first.about(q, 999_003)
	one.body = first.sample(q.system, q.operation, "ok")
	secret := map[string]bool{ward: true, "official-7": true, "snoop": true}
	values(t, one.body, secret)
	values(t, another.body, secret)

	first.must(one.official("snoop"))
	if got := second.ask(another.official("snoop")); got.status == http.StatusTooManyRequests {
		t.Fatalf("refused: %s", got.body)
	}
	p, got := second.wantProblem(third.official("snoop"), http.StatusTooManyRequests, "quota-exhausted")
	if p.Owner != "caller" || !strings.Contains(p.Detail, "LGSP-Official") || got.header.Get("Retry-After") == "" {
		t.Errorf("%+v", p)
	}
	second.must(one.official("snoop"))   // again is free, also where another replica asked
	first.ask(third.official("another")) // the client's third
	if p, _ := second.wantProblem(fourth.official("another"), http.StatusTooManyRequests, "quota-exhausted"); strings.Contains(p.Detail, "LGSP-Official") {
		t.Errorf("the client's bound is told as %s", p.Detail)
	}
	metrics := second.get(second.s.Addresses.Admin + "/metrics")
	for _, want := range []string{`lgsp_limited_total{kind="official"} 1`, `lgsp_limited_total{kind="client"} 1`, `lgsp_people_busiest{who="official"} 1`} {
		if !strings.Contains(metrics, want) {
			t.Errorf("metrics do not say %s: %v", want, regexp.MustCompile(`(?m)^lgsp_(lim|peo).*$`).FindAllString(metrics, -1))
		}
	}
	if found := leaked(metrics, secret); len(found) > 0 {
		t.Errorf("metrics name %q", found)
	}
	nothingReadable(t, redisClient(t, server.URL), secret)
}

func TestClientIsBoundInItsCallsToAllSystems(t *testing.T) {
	t.Parallel()
	w := startServer(t, withPolicies(policyFolder(t, policyText{
		rules: centreRule() + wardRule("business-registration/enterprise-lookup", "{rate: 100/s}")})))
	file := filepath.Join(w.s.DemoDir(), "agencies.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	id := "      - id: " + centre + "-demo\n"
	bound := strings.Replace(string(text), id, id+"        dailyQuota: 2\n", 1)
	if err := os.WriteFile(file, []byte(bound), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := w.s.imports.reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the quota is known", func() bool {
		client, ok := w.s.registry.Client(centre + "-demo")
		return ok && client.DailyQuota == 2
	})
	business := question{system: "business-registration", operation: "enterprise-lookup"}
	w.must(business)
	w.must(question{system: "population", operation: "citizen-verify"})
	p, got := w.wantProblem(business, http.StatusTooManyRequests, "quota-exhausted")
	if p.Owner != "caller" || !strings.Contains(p.Detail, "tất cả các hệ thống") || got.header.Get("Retry-After") == "" {
		t.Errorf("%+v", p)
	}
	business.agency = ward
	w.must(business) // another client
	if metrics := w.get(w.s.Addresses.Admin + "/metrics"); !strings.Contains(metrics, `lgsp_limited_total{kind="client-calls"} 1`) {
		t.Errorf("metrics: %v", regexp.MustCompile(`(?m)^lgsp_lim.*$`).FindAllString(metrics, -1))
	}
}

func TestQuotaThatCannotBeCountedIsTheBusesFault(t *testing.T) {
	t.Parallel()
	server := testredis.Own(t)
	w, other := replicas(t, server.URL, withPolicies(policyFolder(t, policyText{
		rules: centreRule() + wardRule("business-registration/enterprise-lookup", "{perDay: 100}")})))
	q := question{agency: ward, system: "business-registration", operation: "enterprise-lookup"}
	w.must(q)
	server.Kill()
	w.must(q) // the one call that a process has for itself
	if p, got := w.wantProblem(q, http.StatusServiceUnavailable, "overloaded"); p.Owner != "bus" || got.header.Get("Retry-After") == "" {
		t.Errorf("%+v", p)
	}
	server.Restart()
	eventually(t, "counted again", func() bool { return w.ask(q).status == http.StatusOK })
	if got := other.must(q).header.Get("RateLimit"); !regexp.MustCompile(`-day";r=9[0-6];`).MatchString(got) {
		t.Errorf("RateLimit %s: what was used before Redis was lost is forgotten", got)
	}
	other.close()
	w.close()
	if n := strings.Count(w.logged.String(), "limits of the day hold in each process alone"); n != 1 {
		t.Errorf("the outage is logged %d times", n)
	}
}
