package businessregistration

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/ndxp"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

var call = adapters.Call{Request: "01JDEXAMPLE"}

// behindGateway serves a handler behind the simulated gateway and gives the way
// to it with this consumer secret.
func behindGateway(t *testing.T, h http.Handler, secret string) *adapters.Conn {
	t.Helper()
	gateway := ndxp.Simulate(time.Now)
	mux := http.NewServeMux()
	mux.HandleFunc("/token", gateway.Token)
	mux.Handle("/", gateway.Protect(h))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return adapters.NewConn(adapters.ConnOptions{Base: server.URL, Now: time.Now, Transport: ndxp.NewTransport(ndxp.Options{
		Base: server.Client().Transport, TokenURL: server.URL + "/token", Now: time.Now,
		Key: simulator.Secret("ndxp", "key"), Secret: secret})})
}

// simulated makes the register of a small world and the way to it.
func simulated(t *testing.T) (*synthetic.World, simulator.Simulator, *adapters.Conn) {
	t.Helper()
	world := synthetic.New(1, 500)
	sim := Simulate(world, time.Now)
	return world, sim, behindGateway(t, sim.Handler, simulator.Secret("ndxp", "secret"))
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
	record, err := op.Invoke(t.Context(), c, call, in)
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal(record.JSON, &out); err != nil {
		t.Fatal(err)
	}
	return out, nil
}

func TestEnterpriseIsTheOneOfTheRegister(t *testing.T) {
	world, _, c := simulated(t)
	for _, e := range world.Enterprises() {
		got, err := invoke[Enterprise](t, c, "enterprise-lookup", enterpriseQuestion{TaxCode: adapters.TaxCode(e.TaxCode)})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(expected(world, e), got); diff != "" {
			t.Fatalf("enterprise %d (-want +got):\n%s", e.Index, diff)
		}
	}
}

// expected is what the bus should say of an enterprise, told from the world.
func expected(world *synthetic.World, e synthetic.Enterprise) Enterprise {
	changes := e.Changes
	want := Enterprise{
		TaxCode: adapters.TaxCode(e.TaxCode), Name: e.Name, ShortName: e.ShortName, ForeignName: e.ForeignName,
		EnterpriseID: jsonText(e.InternalID), OldCertificate: e.OldCertificate, Changes: &changes,
		Type: adapters.Code(e.Type), Status: adapters.Code(e.Status),
		FoundedOn: adapters.Date(e.Founded.String()), AmendedOn: adapters.Date(e.Amended.String()), Capital: jsonText(e.Capital),
		Address: adapters.NationalAddress{ProvinceCode: e.Seat.ProvinceCode, ProvinceName: e.Seat.ProvinceName, DistrictCode: e.Seat.DistrictCode,
			CommuneCode: e.Seat.CommuneCode, CommuneName: e.Seat.CommuneName, Detail: e.Seat.Detail}.Address(),
		AddressText: e.Seat.Full(),
	}
	for _, a := range e.Activities {
		want.Activities = append(want.Activities, Activity(a))
	}
	for _, i := range e.Representatives {
		name := world.Person(i).FullName()
		want.LegalNames = append(want.LegalNames, name)
		want.Representatives = append(want.Representatives, Representative{adapters.PersonName(name)})
	}
	for _, m := range e.Members {
		share := float64(m.Ratio) / 100
		want.Members = append(want.Members, Member{m.Name, jsonText(m.Amount), &share, m.Country.Name})
	}
	return want
}

func jsonText(n int64) string {
	digits, _ := json.Marshal(n)
	return string(digits)
}

func TestSampleEnterpriseIsRich(t *testing.T) {
	_, sim, c := simulated(t)
	got, err := invoke[map[string]any](t, c, "enterprise-lookup", sim.Samples["enterprise-lookup"].OK)
	if err != nil {
		t.Fatal(err)
	}
	system := System()
	op, _ := system.Operation("enterprise-lookup")
	for _, f := range op.Output.Fields {
		if _, given := got[f.Name]; !given {
			t.Errorf("sample lacks %s", f.Name)
		}
	}
}

func TestUnknownEnterpriseAndDossierAreNotFound(t *testing.T) {
	_, sim, c := simulated(t)
	for _, operation := range []string{"enterprise-lookup", "dossier-status"} {
		if _, err := invoke[any](t, c, operation, sim.Samples[operation].NotFound); !errors.Is(err, adapters.ErrNotFound) {
			t.Errorf("%s: got %v, want ErrNotFound", operation, err)
		}
	}
}

func TestPagesOfAWindowGiveEachDossierOnce(t *testing.T) {
	world, _, c := simulated(t)
	first, last := synthetic.Today.AddDays(-4), synthetic.Today
	var want, got []string
	for _, d := range world.Dossiers() {
		if on := d.Received.Format(time.DateOnly); on >= first.String() && on <= last.String() {
			want = append(want, d.JournalNo)
		}
	}
	for offset := 0; offset < len(want)+7; offset += 7 {
		page, err := invoke[Dossiers](t, c, "dossiers-by-date", dossiersQuestion{
			From: adapters.Day(first.String()), To: adapters.Day(last.String()), Offset: offset, Limit: 7})
		if err != nil {
			t.Fatal(err)
		}
		if page.Count == nil || *page.Count != len(want) || len(page.Dossiers) > 7 {
			t.Fatalf("page of %d dossiers, count %v, want at most 7 of %d", len(page.Dossiers), page.Count, len(want))
		}
		for _, d := range page.Dossiers {
			got = append(got, string(d.JournalNumber))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || len(want) < 8 {
		t.Errorf("dossiers of the window (-want +got):\n%s", diff)
	}
}

func TestWindowWithoutDossiersIsAnEmptyList(t *testing.T) {
	_, _, c := simulated(t)
	page, err := invoke[Dossiers](t, c, "dossiers-by-date", dossiersQuestion{From: "2020-01-01", To: "2020-01-05"})
	if err != nil || page.Dossiers == nil || len(page.Dossiers) != 0 || *page.Count != 0 {
		t.Errorf("got %+v, %v", page, err)
	}
}

func TestWindowIsFiveDaysAtMost(t *testing.T) {
	system := System()
	op, _ := system.Operation("dossiers-by-date")
	for _, test := range []struct{ body, field string }{
		{`{"from":"2026-10-01","to":"2026-10-01"}`, ""},
		{`{"from":"2026-10-29","to":"2026-11-02","limit":100}`, ""},
		{`{"from":"2026-10-29","to":"2026-11-03"}`, "to"},
		{`{"from":"2026-10-02","to":"2026-10-01"}`, "to"},
		{`{"from":"2026-10-01","to":"2026-10-01","limit":101}`, "limit"},
		{`{"from":"2026-10-01","to":"2026-10-01","limit":0}`, "limit"},
		{`{"from":"2026-10-01","to":"2026-10-01","offset":-1}`, "offset"},
		{`{"from":"2026-10","to":"2026-10-01"}`, "from"},
	} {
		_, faults := op.Parse([]byte(test.body))
		got := ""
		if len(faults) > 0 {
			got = faults[0].Field
		}
		if got != test.field || len(faults) > 1 {
			t.Errorf("%s: faults %+v, want one of %q", test.body, faults, test.field)
		}
	}
}

func TestDossierStatusIsTheOneOfTheRegister(t *testing.T) {
	world, sim, c := simulated(t)
	asked := sim.Samples["dossier-status"].OK.(dossierQuestion)
	got, err := invoke[DossierStatus](t, c, "dossier-status", asked)
	if err != nil {
		t.Fatal(err)
	}
	d, _ := world.DossierByJournalNo(string(asked.JournalNumber))
	e, contact := world.Enterprises()[d.Enterprise], world.Person(d.Contact)
	want := DossierStatus{
		JournalNumber: JournalNumber(d.JournalNo), DocumentType: documentType(wire.Text(d.Kind)), EnterpriseCode: jsonText(e.InternalID),
		TaxCode: adapters.TaxCode(e.TaxCode), Name: d.Name, Type: adapters.Code{Code: d.Type.Code}, Site: adapters.Code{Code: d.Site},
		ReceivedOn: adapters.Date(d.Received.Format(time.DateOnly)), PlannedOn: adapters.Date(d.Planned.String()),
		RegisteredOn: adapters.Date(d.Registered.String()), SupplementedOn: adapters.Date(d.Supplemented.String()),
		SubmissionType: adapters.Code{Code: d.Submission.Code}, Status: adapters.Code{Code: d.Status.Code},
		Contact: Contact{FullName: adapters.PersonName(contact.FullName()), CitizenID: adapters.CitizenID(contact.CitizenID),
			Address: adapters.Address{Detail: contact.Permanent.Full()}, Phone: contact.Phone, Email: contact.Email},
	}
	if diff := cmp.Diff(want, got); diff != "" || got.DocumentType.Name == "" {
		t.Errorf("dossier (-want +got):\n%s", diff)
	}
}

func TestWrongConsumerSecretIsRejected(t *testing.T) {
	c := behindGateway(t, http.NotFoundHandler(), "wrong")
	_, err := invoke[any](t, c, "enterprise-lookup", enterpriseQuestion{TaxCode: "0100233488"})
	if !errors.Is(err, adapters.ErrRejected) {
		t.Errorf("got %v, want ErrRejected", err)
	}
}

func TestRequestsAsTheRegisterSeesThem(t *testing.T) {
	var seen []string
	c := behindGateway(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Method+" "+r.RequestURI+" "+r.Header.Get("X-Request-Id"))
		w.WriteHeader(http.StatusServiceUnavailable)
	}), simulator.Secret("ndxp", "secret"))
	for operation, input := range map[string]any{
		"enterprise-lookup": enterpriseQuestion{TaxCode: "0100233488-001"},
		"dossiers-by-date":  dossiersQuestion{From: "2026-10-01", To: "2026-10-05"},
		"dossier-status":    dossierQuestion{JournalNumber: "01/26.X-1"},
	} {
		seen = nil
		_, err := invoke[any](t, c, operation, input)
		if !errors.Is(err, adapters.ErrUnavailable) {
			t.Errorf("%s: got %v, want ErrUnavailable", operation, err)
		}
		want := map[string]string{
			"enterprise-lookup": "GET /chiTietDoanhNghiep?msdn=0100233488-001 01JDEXAMPLE",
			"dossiers-by-date":  "GET /danhSachHoSo?from_date=01%2F10%2F2026&limit=50&offset=0&to_date=05%2F10%2F2026 01JDEXAMPLE",
			"dossier-status":    "GET /tinhTrangHoSo?in_journal_no=01%2F26.X-1 01JDEXAMPLE",
		}[operation]
		if diff := cmp.Diff([]string{want}, seen); diff != "" {
			t.Errorf("%s (-want +got):\n%s", operation, diff)
		}
	}
}

func TestPersonalMembersAreMarked(t *testing.T) {
	personal := map[string]bool{}
	system := System()
	for i := range system.Operations {
		system.Operations[i].Output.Walk(func(path string, f *adapters.Field) { personal[path] = f.Sensitivity == adapters.Personal })
	}
	for path, is := range personal {
		// What an address is made of has the sensitivity of the address.
		inside := strings.HasPrefix(path, "contact.")
		if part := strings.Contains(path, "address."); !part && is != (inside || path == "contact") {
			t.Errorf("%s: personal %v", path, is)
		}
	}
}
