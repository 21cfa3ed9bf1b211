package server

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lgsp-vn/lgsp/adapters/sandbox"
)

// values are the texts in a JSON value that would tell something of somebody:
// short codes are left out, which turn up anywhere by chance.
func values(t testing.TB, text string, into map[string]bool) {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	var collect func(any)
	collect = func(value any) {
		switch value := value.(type) {
		case map[string]any:
			for _, member := range value {
				collect(member)
			}
		case []any:
			for _, item := range value {
				collect(item)
			}
		case string:
			digits := strings.Trim(value, "0123456789") == ""
			if length := utf8.RuneCountInString(value); length >= 8 || length >= 5 && !digits {
				into[value] = true
			}
		}
	}
	collect(value)
}

// leaked are the values that a text quotes.
func leaked(text string, all map[string]bool) (found []string) {
	for value := range all {
		if strings.Contains(text, value) {
			found = append(found, value)
		}
	}
	return found
}

func TestNoValueOfAnyQuestionOrAnswerIsLoggedMeasuredOrAudited(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	secret := map[string]bool{}
	var problems []string
	failing := func(q question) {
		if got := w.ask(q); got.status >= 400 {
			problems = append(problems, got.body)
		}
	}
	for _, q := range lookups() {
		values(t, w.must(q).body, secret)
		for _, outcome := range []string{"ok", "notFound", "noMatch", "invalid"} {
			if q.body = w.sample(q.system, q.operation, outcome); q.body == "" {
				continue
			}
			if values(t, q.body, secret); outcome != "ok" {
				failing(q)
			}
		}
	}
	w.careless(failing, secret)
	for _, mode := range []sandbox.Mode{sandbox.HTML, sandbox.Truncate, sandbox.Malformed, sandbox.WrongType, sandbox.TokenRefused, sandbox.Unavailable} {
		for _, q := range lookups() {
			w.fault(q.system, `{"mode":"`+string(mode)+`"}`)
			q.header = http.Header{"Cache-Control": {"no-cache"}}
			failing(q)
			w.fault(q.system, "")
		}
	}
	// Figures may look like a value by chance; names and labels may not.
	metrics := regexp.MustCompile(`(?m) [^ ]+$`).ReplaceAllString(w.get(w.s.Addresses.Admin+"/metrics"), "")
	published := w.get(w.s.Addresses.API + "/openapi.json")
	w.close() // so that log and journal are whole

	for value := range secret { // a word of the contract is nobody's
		if strings.Contains(published, `"`+value+`"`) || utf8.RuneCountInString(value) < 8 && strings.Contains(published, value) {
			delete(secret, value)
		}
	}
	delete(secret, "Hà Nội") // the city of this bus, which messages name
	if len(secret) < 100 || len(problems) < 40 {
		t.Fatalf("only %d values and %d problems were seen", len(secret), len(problems))
	}
	for where, text := range map[string]string{"log": w.logged.String(), "metrics": metrics, "problems": strings.Join(problems, "\n"),
		"journal": w.journalText()} {
		if len(text) < 1000 {
			t.Errorf("the %s is empty", where)
		}
		if found := leaked(text, secret); len(found) > 0 {
			t.Errorf("the %s quotes %q", where, found)
		}
	}
}

// careless asks as a careless caller would: with a person's number where it does
// not belong.
func (w *world) careless(ask func(question), secret map[string]bool) {
	const id = "001088777666"
	secret[id] = true
	for _, q := range []question{
		{system: "population", operation: "citizen-lookup", method: http.MethodGet, query: "citizenId=" + id},
		{system: "population", operation: "citizen-lookup", query: "citizenId=" + id},
		{system: "population", operation: id, body: "{}"}, {system: id, operation: "citizen-lookup", body: "{}"},
		{system: "population", operation: "citizen-lookup", body: `{"citizenId":"` + id + `0","fullName":["` + id + `"]}`},
		{system: "shared-catalogues", operation: "entries", method: http.MethodGet, query: "code=" + id + id},
		{path: "/" + id, body: "{}"}, {path: "/v1/" + id, body: "{}"},
	} {
		ask(q)
	}
	for _, name := range []string{"X-Request-Id", "Lgsp-Purpose", "Lgsp-Official", "Traceparent", "Authorization", "Accept-Language", "Content-Type"} {
		ask(question{system: "population", operation: "citizen-lookup", header: http.Header{name: {id}}})
	}
}

func (w *world) journalText() string {
	w.t.Helper()
	var all strings.Builder
	names, err := filepath.Glob(filepath.Join(w.config.DataDir, "audit", "*"))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			w.t.Fatal(err)
		}
		all.WriteString(strings.ReplaceAll(string(text), "\x00", ""))
	}
	return all.String()
}
