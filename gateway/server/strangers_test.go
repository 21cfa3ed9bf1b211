package server

import (
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/gateway/config"
)

func TestStrangersWithUnfinishedBodiesKeepNoCallerOut(t *testing.T) {
	t.Parallel()
	const most = 16
	w := startServer(t, func(c *config.Config) { c.MaxInFlight = most })
	q := question{system: "population", operation: "citizen-verify"}
	w.must(q) // so that the token is there
	for range most {
		conn, err := net.Dial("tcp", strings.TrimPrefix(w.s.Addresses.API, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprint(conn, "POST /oauth2/token HTTP/1.1\r\nHost: bus.example\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ngrant")
	}
	eventually(t, "the strangers hold all they can", func() bool { return w.s.shedStrangers.InFlight() == most })
	w.must(q)
	w.wantProblem(question{method: http.MethodGet, path: "/openapi.json"}, http.StatusServiceUnavailable, "overloaded")
	if body := w.get(w.s.Addresses.API + "/healthz"); !strings.Contains(body, "alive") {
		t.Errorf("health says %s", body)
	}
}

func TestWhoIsNotKnownTakesNoPlaceOfCallers(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	q := question{system: "population", operation: "citizen-verify"}
	w.must(q)
	w.s.shed.SetLimit(0)
	w.wantProblem(q, http.StatusServiceUnavailable, "overloaded")
	shed := w.s.shed.Shed()
	q.header = http.Header{"Authorization": {"Bearer x"}}
	w.wantProblem(q, http.StatusUnauthorized, "unauthenticated")
	if w.s.shed.Shed() != shed {
		t.Error("a stranger was counted among the callers")
	}
	if got := w.ask(question{method: http.MethodGet, path: "/openapi.json"}); got.status != http.StatusOK {
		t.Errorf("the description is shed with the lookups: %d", got.status)
	}
}

func TestTokenRequestsAreLoggedAndCountedAsTheyEnded(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	if _, err := DemoToken(t.Context(), w.config, w.s.Addresses, centre, "population"); err == nil {
		t.Fatal("a malformed scope got a token")
	}
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	w.ask(question{path: "/oauth2/token", body: "grant_type=password", header: form})
	w.token(ward)
	metrics := w.get(w.s.Addresses.Admin + "/metrics")
	w.close()
	logged := w.logged.String()
	for _, c := range []struct{ outcome, line string }{
		{"invalid_scope", `"status":400,"outcome":"invalid_scope".*"agency":"` + centre + `","client":"` + centre + `-demo".*"error":"scope is malformed`},
		{"unsupported_grant_type", `"status":400,"outcome":"unsupported_grant_type".*"error":"only client_credentials`},
		{"ok", `"route":"/oauth2/token","status":200,"outcome":"ok".*"client":"` + ward + `-demo"`},
	} {
		if !strings.Contains(metrics, `outcome="`+c.outcome+`"`) {
			t.Errorf("%s is not counted", c.outcome)
		}
		if !regexp.MustCompile(c.line).MatchString(logged) {
			t.Errorf("%s is not logged as %s:\n%s", c.outcome, c.line, logged)
		}
	}
}

func TestRefusalWithoutAnOutcomeIsNotBookedAsAnAnswer(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	if got := w.ask(question{method: http.MethodGet, path: "/problems/invented"}); got.status != http.StatusNotFound {
		t.Fatalf("status %d", got.status)
	}
	w.close()
	if !regexp.MustCompile(`"route":"/problems/:code","status":404,"outcome":"http-404"`).MatchString(w.logged.String()) {
		t.Errorf("the log has:\n%s", w.logged.String())
	}
}
