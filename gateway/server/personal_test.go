package server

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// The contact of a dossier is a person, though dossiers are not: what a rule
// grants decides how careful the bus is.
func TestAnswerThatIsAboutAPersonIsTreatedAsPersonal(t *testing.T) {
	w := startServer(t)
	licence := http.Header{"LGSP-Purpose": {"business-licence"}, "LGSP-Dossier": {DemoDossier(centre, time.Now())}}
	q := question{system: "business-registration", operation: "dossier-status", header: licence}
	got := w.must(q)
	if !strings.Contains(got.body, `"contact":{"fullName"`) || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v %s", got.header, got.body)
	}

	nameless := licence.Clone()
	nameless["LGSP-Official"] = nil
	q.header = nameless
	if p, _ := w.wantProblem(q, http.StatusBadRequest, "invalid-request"); !slices.Contains(p.fields(), "LGSP-Official") {
		t.Errorf("faults at %v", p.fields())
	}
	q.header, q.method, q.query = licence, http.MethodGet, "journalNumber=1"
	if _, got := w.wantProblem(q, http.StatusMethodNotAllowed, "method-not-allowed"); got.header.Get("Allow") != http.MethodPost {
		t.Errorf("Allow %q", got.header.Get("Allow"))
	}

	// Without the contact it is a dossier like any other.
	plain := w.must(question{system: "business-registration", operation: "dossier-status", header: http.Header{"LGSP-Official": nil}})
	if strings.Contains(plain.body, "contact") || plain.header.Get("Cache-Control") == "no-store" {
		t.Errorf("%v %s", plain.header, plain.body)
	}
}
