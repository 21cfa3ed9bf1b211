package businessregistration

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

func newBench(t *testing.T) *adaptertest.Bench { return adaptertest.New(t, System(), Simulate, 500) }

func TestEnterpriseIsTheOneOfTheRegister(t *testing.T) {
	b := newBench(t)
	for _, e := range b.World.Enterprises() {
		got := adaptertest.Get[Enterprise](t, b.Way, "enterprise-lookup", enterpriseQuestion{TaxCode: adapters.TaxCode(e.TaxCode)})
		if diff := cmp.Diff(expected(b.World, e), got); diff != "" {
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
	if lacking := newBench(t).Lacking(t, "enterprise-lookup"); lacking != nil {
		t.Errorf("sample lacks %v", lacking)
	}
}

func TestPagesOfAWindowGiveEachDossierOnce(t *testing.T) {
	b := newBench(t)
	first, last := synthetic.Today.AddDays(-4), synthetic.Today
	var want, got []string
	for _, d := range b.World.Dossiers() {
		if on := d.Received.Format(time.DateOnly); on >= first.String() && on <= last.String() {
			want = append(want, d.JournalNo)
		}
	}
	for offset := 0; offset < len(want)+7; offset += 7 {
		page, err := adaptertest.Ask[Dossiers](t, b.Way, "dossiers-by-date", dossiersQuestion{
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
	b := newBench(t)
	page, err := adaptertest.Ask[Dossiers](t, b.Way, "dossiers-by-date", dossiersQuestion{From: "2020-01-01", To: "2020-01-05"})
	if err != nil || page.Dossiers == nil || len(page.Dossiers) != 0 || *page.Count != 0 {
		t.Errorf("got %+v, %v", page, err)
	}
}

func TestWindowIsFiveDaysAtMost(t *testing.T) {
	b := newBench(t)
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
		if got := b.Faults(t, "dossiers-by-date", test.body); got != test.field {
			t.Errorf("%s: faults of %q, want %q", test.body, got, test.field)
		}
	}
}

func TestDossierStatusIsTheOneOfTheRegister(t *testing.T) {
	b := newBench(t)
	asked := b.Sim.Samples["dossier-status"].OK.(dossierQuestion)
	got := adaptertest.Get[DossierStatus](t, b.Way, "dossier-status", asked)
	d, _ := b.World.DossierByJournalNo(string(asked.JournalNumber))
	e, contact := b.World.Enterprises()[d.Enterprise], b.World.Person(d.Contact)
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

func TestRequestsAsTheRegisterSeesThem(t *testing.T) {
	b := newBench(t)
	w, tap := b.Tap(t, adaptertest.Answers(http.StatusServiceUnavailable, ""))
	for operation, input := range map[string]any{
		"enterprise-lookup": enterpriseQuestion{TaxCode: "0100233488-001"},
		"dossiers-by-date":  dossiersQuestion{From: "2026-10-01", To: "2026-10-05"},
		"dossier-status":    dossierQuestion{JournalNumber: "01/26.X-1"},
	} {
		if _, err := adaptertest.Ask[any](t, w, operation, input); !errors.Is(err, adapters.ErrUnavailable) {
			t.Errorf("%s: got %v, want ErrUnavailable", operation, err)
		}
		want := map[string]string{
			"enterprise-lookup": "GET /chiTietDoanhNghiep?msdn=0100233488-001 01TESTREQUEST",
			"dossiers-by-date":  "GET /danhSachHoSo?from_date=01%2F10%2F2026&limit=50&offset=0&to_date=05%2F10%2F2026 01TESTREQUEST",
			"dossier-status":    "GET /tinhTrangHoSo?in_journal_no=01%2F26.X-1 01TESTREQUEST",
		}[operation]
		if diff := cmp.Diff([]string{want}, tap.Lines("X-Request-Id")); diff != "" {
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
