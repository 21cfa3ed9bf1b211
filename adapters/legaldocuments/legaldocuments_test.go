package legaldocuments

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// reached serves a handler and gives the way to it with this key.
func reached(t *testing.T, h http.Handler, key string) *adapters.Conn {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return adapters.NewConn(adapters.ConnOptions{Base: server.URL, Transport: server.Client().Transport, Now: time.Now,
		Secrets: map[string]string{"apiKey": key}})
}

// simulated makes the database of a small world and the way to it.
func simulated(t *testing.T) (*synthetic.World, simulator.Simulator, *adapters.Conn) {
	t.Helper()
	world := synthetic.New(1, 500)
	sim := Simulate(world, time.Now)
	return world, sim, reached(t, sim.Handler, simulator.Secret("legal-documents", "apiKey"))
}

// invoke asks an operation through the contract, as the catalogue does.
func invoke[Out any](t *testing.T, c *adapters.Conn, operation string, input any) (Out, error) {
	t.Helper()
	var out Out
	system := System()
	op, ok := system.Operation(operation)
	if !ok {
		t.Fatalf("no operation %s", operation)
	}
	body, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	in, faults := op.Parse(body)
	if len(faults) > 0 {
		t.Fatalf("input refused: %+v", faults)
	}
	record, err := op.Invoke(t.Context(), c, adapters.Call{Request: "01JDEXAMPLE"}, in)
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal(record.JSON, &out); err != nil {
		t.Fatal(err)
	}
	return out, nil
}

// ofWorld is what the bus should say of a document, told from the world.
func ofWorld(d synthetic.LegalDocument) Document {
	return Document{ID: DocumentID(d.ID), Number: d.Number, Title: d.Title(), Abstract: d.Subject, Type: adapters.Code(d.Type), Status: adapters.Code(d.Status),
		IssuedOn: adapters.Date(d.Issued.String()), PublishedOn: adapters.Date(d.Published.String()), EffectiveFrom: adapters.Date(d.Effective.String()),
		EffectiveTo: adapters.Date(d.Expires.String()), AgencyName: d.Agency, SignerNames: []string{d.Signer},
		Fields: []adapters.Code{adapters.Code(d.Field)}, Sectors: []adapters.Code{adapters.Code(d.Sector)}}
}

func TestEveryDocumentIsTheOneOfTheDatabase(t *testing.T) {
	world, _, c := simulated(t)
	for _, d := range world.LegalDocuments() {
		got, err := invoke[DocumentRecord](t, c, "document", question{ID: DocumentID(d.ID)})
		if err != nil {
			t.Fatal(err)
		}
		want := ofWorld(d)
		want.IsConsolidated, want.HasContent, want.Files = got.Document.IsConsolidated, got.Document.HasContent, got.Document.Files
		if diff := cmp.Diff(want, got.Document); diff != "" || len(got.Document.Files) == 0 {
			t.Fatalf("document %d (-want +got):\n%s", d.Index, diff)
		}
		if empty := d.Type.Code == "CT" || d.Type.Code == "VBHN"; (got.ContentHTML == "") != empty {
			t.Errorf("document %d has a text of %d bytes", d.Index, len(got.ContentHTML))
		}
	}
}

func TestSampleDocumentIsRich(t *testing.T) {
	_, sim, c := simulated(t)
	got, err := invoke[struct{ Document map[string]any }](t, c, "document", sim.Samples["document"].OK)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range adapters.SchemaOf[Document]().Fields {
		if _, given := got.Document[f.Name]; !given {
			t.Errorf("sample lacks %s", f.Name)
		}
	}
}

func TestSearchFindsWhatFits(t *testing.T) {
	world, _, c := simulated(t)
	all := world.LegalDocuments()
	count := func(fits func(d synthetic.LegalDocument) bool) (n int) {
		for _, d := range all {
			if fits(d) {
				n++
			}
		}
		return n
	}
	for name, test := range map[string]struct {
		asked searchQuestion
		fits  func(d synthetic.LegalDocument) bool
	}{
		"all":     {searchQuestion{}, func(synthetic.LegalDocument) bool { return true }},
		"words":   {searchQuestion{Keyword: "đất ĐAI"}, func(d synthetic.LegalDocument) bool { return strings.Contains(d.Title(), "đất đai") }},
		"central": {searchQuestion{CentralOnly: true, Limit: 100}, func(d synthetic.LegalDocument) bool { return d.Central }},
		"window": {searchQuestion{From: "2010-01-01", To: "2010-12-31", Limit: 5, Page: 2},
			func(d synthetic.LegalDocument) bool { return d.Issued.Year() == 2010 }},
		"agency":        {searchQuestion{AgencyIDs: []string{"1"}}, func(d synthetic.LegalDocument) bool { return d.Agency == all[0].Agency }},
		"nothing":       {searchQuestion{Keyword: "không có văn bản nào như thế"}, func(synthetic.LegalDocument) bool { return false }},
		"past the last": {searchQuestion{Page: 1000}, func(synthetic.LegalDocument) bool { return true }},
	} {
		got, err := invoke[Page](t, c, "search", test.asked)
		if err != nil || got.Count != count(test.fits) {
			t.Errorf("%s: %d of %d, %v", name, got.Count, count(test.fits), err)
		}
		for i, d := range got.Documents {
			if at := indexOf(all, d.ID); !test.fits(all[at]) || i > 0 && d.IssuedOn > got.Documents[i-1].IssuedOn {
				t.Errorf("%s: row %d does not fit or stands in the wrong place", name, i)
			}
		}
	}
}

func indexOf(all []synthetic.LegalDocument, id DocumentID) int {
	for i, d := range all {
		if d.ID == string(id) {
			return i
		}
	}
	return -1
}

func TestRelationsGoBothWaysAndOccurOnce(t *testing.T) {
	world, _, c := simulated(t)
	all := world.LegalDocuments()
	want := map[string]int{}
	for _, d := range all {
		for _, r := range d.Relations {
			want[d.ID+">"+all[r.Target].ID]++
		}
	}
	seen := map[string]int{}
	for _, d := range all {
		got, err := invoke[Relations](t, c, "relations", question{ID: DocumentID(d.ID)})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range got.Relations {
			if r.Type.Name == "" || r.Title == "" || !r.Incoming && r.Number == "" {
				t.Errorf("relation lacks something: %+v", r)
			}
			acts := d.ID + ">" + string(r.ID)
			if r.Incoming {
				acts = string(r.ID) + ">" + d.ID
			}
			seen[acts]++
		}
	}
	for acts := range want {
		want[acts] *= 2 // told by either side
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEveryProvisionStandsInTheListWithItsOwnText(t *testing.T) {
	world, _, c := simulated(t)
	for _, d := range world.LegalDocuments() {
		got, err := invoke[Provisions](t, c, "provisions", provisionsQuestion{ID: DocumentID(d.ID)})
		if err != nil {
			t.Fatal(err)
		}
		want := flattened(world.Provisions(d), "", []Provision{})
		for i := range got.Provisions {
			got.Provisions[i].Key, got.Provisions[i].Type, got.Provisions[i].Position = "", "", nil
		}
		if diff := cmp.Diff(want, got.Provisions); diff != "" {
			t.Fatalf("document %d (-want +got):\n%s", d.Index, diff)
		}
	}
}

func flattened(provisions []synthetic.Provision, parent string, list []Provision) []Provision {
	for _, p := range provisions {
		code := levelNames[p.Level]
		list = append(list, Provision{ID: p.ID, ParentID: parent, Title: p.Title, Text: p.Text,
			Level: adapters.Code{Code: code, Name: strings.Fields(p.Title)[0]}})
		list = flattened(p.Children, p.ID, list)
	}
	return list
}

func TestOutlineHasNoText(t *testing.T) {
	_, sim, c := simulated(t)
	asked := sim.Samples["provisions"].OK.(provisionsQuestion)
	whole, err := invoke[Provisions](t, c, "provisions", asked)
	if err != nil {
		t.Fatal(err)
	}
	asked.Outline = true
	outline, err := invoke[Provisions](t, c, "provisions", asked)
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole.Provisions {
		whole.Provisions[i].Text = ""
	}
	if diff := cmp.Diff(whole, outline); diff != "" {
		t.Errorf("(-whole +outline):\n%s", diff)
	}
}

func TestRequestsAsTheGatewaySeesThem(t *testing.T) {
	var seen []string
	c := reached(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen = append(seen, strings.TrimSpace(strings.Join([]string{r.Method, r.RequestURI, r.Header.Get("X-Api-Key"), r.Header.Get("Content-Type"), string(body)}, " ")))
		io.WriteString(w, `{"success":true,"data":{"id":7}}`)
	}), "key")
	const uuid = "0f0e0d0c-0b0a-4908-a706-050403020100"
	for _, test := range []struct {
		operation string
		input     any
		want      []string
	}{
		{"search", searchQuestion{}, []string{`POST /api/qtdc/public/doc/all key application/json {"pageNumber":1,"pageSize":20,"sortBy":"issueDate","sortDirection":"desc","optionDoc":"title","matchMode":"all_words","groupVbpl":false}`}},
		{"search", searchQuestion{Keyword: "cư trú", CentralOnly: true, AgencyIDs: []string{"62"}, From: "2026-01-01", To: "2026-02-01", Page: 3, Limit: 50},
			[]string{`POST /api/qtdc/public/doc/all key application/json {"pageNumber":3,"pageSize":50,"sortBy":"issueDate","sortDirection":"desc","keyword":"cư trú","optionDoc":"title","matchMode":"all_words","agencyLevel":"TRUNG_UONG","agencyIds":["62"],"groupVbpl":false,"issueDateFrom":"2026-01-01","issueDateTo":"2026-02-01"}`}},
		{"document", question{uuid}, []string{"GET /api/qtdc/public/doc/" + uuid + " key"}},
		{"relations", question{"7"}, []string{"GET /api/qtdc/public/doc/7 key", "GET /api/qtdc/public/doc/7/diagram key"}},
		{"provisions", provisionsQuestion{ID: uuid}, []string{"GET /api/qtdc/public/doc/provision/tree/" + uuid + " key"}},
		{"provisions", provisionsQuestion{ID: "7", Outline: true}, []string{"GET /api/qtdc/public/doc/provision/tree-only/7 key"}},
	} {
		seen = nil
		if _, err := invoke[any](t, c, test.operation, test.input); err == nil {
			t.Errorf("%s: an object of another kind is no answer", test.operation)
		}
		if diff := cmp.Diff(test.want, seen); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.operation, diff)
		}
	}
}

func TestKeyCannotMeanAnythingInAnAddress(t *testing.T) {
	system := System()
	for _, operation := range []string{"document", "relations", "provisions"} {
		op, _ := system.Operation(operation)
		for id, good := range map[string]bool{"1": true, "188223": true, "0F0E0D0C-0b0a-4908-a706-050403020100": true,
			"..": false, "1/../2": false, "1/diagram": false, "1%2fdiagram": false, "1?x=1": false, "1#a": false, "1;a": false, "all": false, "-1": false,
			"0f0e0d0c0b0a4908a706050403020100": false, "0f0e0d0c-0b0a-4908-a706-05040302010": false, "1234567890123": false, "１": false} {
			body, _ := json.Marshal(question{DocumentID(id)})
			if _, faults := op.Parse(body); (len(faults) == 0) != good {
				t.Errorf("%s: %q got faults %+v", operation, id, faults)
			}
		}
	}
}

func TestSearchRefusesWhatCannotBe(t *testing.T) {
	system := System()
	op, _ := system.Operation("search")
	for body, field := range map[string]string{
		`{}`: "", `{"from":"2026-01-01","to":"2026-01-01"}`: "", `{"to":"2026-01-01"}`: "", `{"agencyIds":[]}`: "",
		`{"from":"2026-01-02","to":"2026-01-01"}`: "to", `{"from":"2026-01"}`: "from", `{"limit":101}`: "limit", `{"limit":0}`: "limit",
		`{"page":0}`: "page", `{"keyword":"` + strings.Repeat("a", 201) + `"}`: "keyword",
	} {
		_, faults := op.Parse([]byte(body))
		if (field == "") != (len(faults) == 0) || field != "" && faults[0].Field != field {
			t.Errorf("%s: faults %+v, want %q", body, faults, field)
		}
	}
}

func TestNothingHereIsPersonal(t *testing.T) {
	system := System()
	for i := range system.Operations {
		op := &system.Operations[i]
		op.Output.Walk(func(path string, f *adapters.Field) {
			if op.Personal || f.Sensitivity != adapters.Public {
				t.Errorf("%s: %s is %s", op.ID, path, f.Sensitivity)
			}
		})
	}
}
