package criminalrecord

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

func newBench(t testing.TB) *adaptertest.Bench { return adaptertest.New(t, System(), Simulate, 500) }

func TestEveryResultIsTheOneOfTheOffice(t *testing.T) {
	b := newBench(t)
	certificates := 0
	for a := range b.World.RecordApplications() {
		if a.DossierCode == "" {
			continue
		}
		got := adaptertest.Get[Result](t, b.Way, "result", dossierQuestion{a.DossierCode})
		if got.DossierCode != a.DossierCode || got.Status.Code != fmt.Sprint(int(a.State)) || got.Status.Name == "" || (got.Certificate != nil) != (a.Certificate != "") {
			t.Fatalf("result %+v of %+v", got, a)
		}
		if got.Certificate == nil {
			continue
		}
		certificates++
		f := got.Certificate.File
		if f == nil || f.Content == nil {
			t.Fatalf("no paper of %s", a.Certificate)
		}
		if paper, err := io.ReadAll(f.Content.Open()); err != nil || f.Size != int64(len(paper)) || !bytes.Contains(paper, []byte(a.Certificate)) {
			t.Errorf("paper of %s: %+v, %v", a.Certificate, f, err)
		}
		got.Certificate.File = nil
		if diff := cmp.Diff(expected(b.World, a), got.Certificate); diff != "" {
			t.Errorf("certificate of person %d (-want +got):\n%s", a.Person, diff)
		}
	}
	if certificates == 0 {
		t.Error("no application is done")
	}
}

// expected is what the bus should say of a certificate, told from the world.
func expected(world *synthetic.World, a synthetic.RecordApplication) *Certificate {
	day := func(d synthetic.Date) adapters.Date { return adapters.Date(d.String()) }
	want := &Certificate{Number: a.Certificate, Type: "1", IssuedOn: day(a.Issued), PreparedBy: "Trần Thị Giả Định", SignedBy: "Lê Văn Giả Định",
		SignerPosition: "Trưởng phòng", ConvictionStatus: adapters.Code{Code: "0", Name: "Không có án tích"}, Revocation: a.Revocation}
	if a.Full {
		want.Type = "2"
	}
	if a.Full || a.WithBan {
		want.ProhibitionStatus = &adapters.Code{Code: "0", Name: "Không bị cấm đảm nhiệm chức vụ"}
	}
	if b, ok := world.Ban(a.Person); ok && want.ProhibitionStatus != nil {
		want.ProhibitionStatus = &adapters.Code{Code: "1", Name: "Bị cấm đảm nhiệm chức vụ"}
		want.Prohibitions = []Prohibition{{b.Decision, day(b.Decided), b.Court, b.Offices, b.Term, day(b.From)}}
	}
	c, convicted := world.Conviction(a.Person)
	switch {
	case !convicted || !a.Full && !c.Expunged.IsZero():
		return want
	case c.Expunged.IsZero():
		want.ConvictionStatus = adapters.Code{Code: "1", Name: "Có án tích"}
	default:
		want.ConvictionStatus = adapters.Code{Code: "2", Name: "Đã được xóa án tích"}
	}
	court := adapters.Code(c.Court)
	conviction := Conviction{JudgmentNumber: c.Judgment, JudgedOn: day(c.Judged), Court: &court, Offences: []adapters.Code{adapters.Code(c.Offence)},
		LegalProvisions: "Điều " + c.Offence.Code + " Bộ luật Hình sự", MainPenalties: []Penalty{{c.Penalty.Code, c.Penalty.Name, c.Sentence}},
		ServedOn: day(c.Served), ExpungedOn: day(c.Expunged), CourtFee: c.Fee, CivilDuties: c.CivilDuties, Enforcement: "Đã chấp hành xong"}
	if c.Terms != "" {
		conviction.AdditionalPenalties = []Penalty{{c.Additional.Code, c.Additional.Name, c.Terms}}
	}
	want.Convictions = []Conviction{conviction}
	return want
}

func TestSampleTellsOfAConviction(t *testing.T) {
	b := newBench(t)
	got, err := adaptertest.Ask[Result](t, b.Way, "result", b.Sim.Samples["result"].OK)
	if err != nil || got.Certificate == nil || len(got.Certificate.Convictions) == 0 || len(got.Certificate.Convictions[0].AdditionalPenalties) == 0 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestStatusComesByCodeOrByAppointment(t *testing.T) {
	b := newBench(t)
	seen := map[string]bool{}
	for a := range b.World.RecordApplications() {
		p := b.World.Person(a.Person)
		question := applicationQuestion{DossierCode: a.DossierCode}
		if a.DossierCode == "" {
			question = applicationQuestion{AppointmentNumber: a.Appointment, CitizenID: adapters.CitizenID(p.CitizenID)}
			if p.CitizenID == "" {
				question.OldCitizenID = adapters.OldCitizenID(p.OldCitizenID)
			}
		}
		got := adaptertest.Get[ApplicationStatus](t, b.Way, "application-status", question)
		seen[got.Status.Code] = true
		if got.IssuedOn != adapters.Date(a.Issued.String()) || got.ApprovedOn != adapters.Date(a.Approved.String()) || (got.Status.Code == "5") != (a.Certificate != "") {
			t.Errorf("status %+v of %+v", got, a)
		}
		if question.AppointmentNumber == "" {
			continue
		}
		question.CitizenID, question.OldCitizenID = "001099000001", ""
		if _, err := adaptertest.Ask[any](t, b.Way, "application-status", question); !errors.Is(err, adapters.ErrNotFound) {
			t.Errorf("appointment with another's paper: %v", err)
		}
	}
	if diff := cmp.Diff(map[string]bool{"3": true, "4": true, "5": true}, seen); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
}

func TestCataloguesComeWhole(t *testing.T) {
	b := newBench(t)
	for name := range catalogues {
		got, err := adaptertest.Ask[Catalogue](t, b.Way, "catalogue", catalogueQuestion{name})
		if err != nil || got.Catalogue != name || len(got.Entries) < 10 || got.Entries[9].Code == "" || got.Entries[9].Name == "" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestAlreadyReceivedCountsAsSuccess(t *testing.T) {
	b := newBench(t)
	sample := b.Sim.Samples["apply"].OK.(Application)
	for _, again := range []bool{false, true, true} {
		got, err := adaptertest.Ask[Receipt](t, b.Way, "apply", sample)
		if diff := cmp.Diff(Receipt{sample.DossierCode, again}, got); err != nil || diff != "" {
			t.Fatalf("%v (-want +got):\n%s", err, diff)
		}
	}
	result, err := adaptertest.Ask[Result](t, b.Way, "result", dossierQuestion{sample.DossierCode})
	if err != nil || result.Status.Code != "2" || result.Certificate != nil {
		t.Errorf("result of what was just handed in: %+v, %v", result, err)
	}
	status, err := adaptertest.Ask[ApplicationStatus](t, b.Way, "application-status", applicationQuestion{DossierCode: sample.DossierCode})
	if err != nil || status.Status.Code != "3" {
		t.Errorf("status of what was just handed in: %+v, %v", status, err)
	}
}

func TestRepeatIsTakenAsItsStateAllows(t *testing.T) {
	b := newBench(t)
	sample := b.Sim.Samples["apply"].OK.(Application)
	for a := range b.World.RecordApplications() {
		if sample.DossierCode = a.DossierCode; a.DossierCode == "" {
			continue
		}
		got, err := adaptertest.Ask[Receipt](t, b.Way, "apply", sample)
		if err != nil || got.AlreadyReceived != (a.State != synthetic.RecordSupplement) {
			t.Errorf("in state %d: %+v, %v", a.State, got, err)
		}
	}
}

func TestIncompleteFormIsRefused(t *testing.T) {
	b := newBench(t)
	sample := b.Sim.Samples["apply"].OK.(Application)
	answer, err := post(t.Context(), b.Way.Conn, adapters.Call{}, submitPath, members{"authKey": simulator.Secret(id, "authKey"), "maTinh": province,
		"maHoSoMCDT": sample.DossierCode, "nguonDangKy": "1", "ngayTiepNhan": "01/11/2026", "toKhai": members{"loaiPhieu": 2}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readReceipt(answer); !errors.Is(err, adapters.ErrRefusedInput) {
		t.Errorf("got %v", err)
	}
}

func TestMessagesAsEachGenerationSeesThem(t *testing.T) {
	b := newBench(t)
	w, tap := b.Tap(t, adaptertest.Answers(http.StatusServiceUnavailable, ""))
	for _, test := range []struct {
		operation string
		input     any
		want      string
	}{
		{"result", dossierQuestion{"H26.11-261101-0001"},
			`POST /v2/lyLichTuPhap/quetKetQuaHoSoLLTP application/json {"authKey":"sandbox-criminal-record-authKey","maHoSoMCDT":"H26.11-261101-0001","maTinh":"01"}`},
		{"application-status", applicationQuestion{DossierCode: "000.00.12.H26-241101-0001"},
			`POST /v1/LLTP-API-traTrangThaiHs application/json {"idReceivedDec":"000.00.12.H26-241101-0001","infoType":2}`},
		{"application-status", applicationQuestion{AppointmentNumber: "A-1", OldCitizenID: "019900001"},
			`POST /v1/LLTP-API-traTrangThaiHs application/json {"idReceivedDec":"A-1","identifyNo":"019900001","infoType":1}`},
		{"catalogue", catalogueQuestion{"nationalities"}, `POST /v1/LLTP-API-traDanhMuc application/json {"infoType":2}`},
	} {
		if _, err := adaptertest.Ask[any](t, w, test.operation, test.input); !errors.Is(err, adapters.ErrUnavailable) {
			t.Errorf("%s: %v", test.operation, err)
		}
		if diff := cmp.Diff([]string{test.want}, tap.Lines("Content-Type", "Authorization")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.operation, diff)
		}
	}
}

func TestInputsThatTheSystemWouldRefuse(t *testing.T) {
	b := newBench(t)
	sample := b.Sim.Samples["apply"].OK.(Application)
	good, err := json.Marshal(sample)
	if err != nil {
		t.Fatal(err)
	}
	spoilt := func(old, with string) string {
		text := strings.Replace(string(good), old, with, 1)
		if text == string(good) {
			t.Fatalf("the sample has no %s", old)
		}
		return text
	}
	for _, test := range []struct{ operation, body, field string }{
		{"apply", spoilt(`"receivedOn":"2026-11-01"`, `"receivedOn":"2026-11"`), "receivedOn"},
		{"apply", spoilt(`"dueOn":"2026-11-15"`, `"dueOn":"2026"`), "dueOn"},
		{"apply", spoilt(`"certificateType":"2"`, `"certificateType":"3"`), "certificateType"},
		{"apply", spoilt(`"copies":1`, `"copies":0`), "copies"},
		{"apply", spoilt(`"nationality":{"code":"VN",`, `"nationality":{`), "applicant.nationality.code"},
		{"apply", spoilt(fmt.Sprintf(`"ethnicity":{"code":%q,`, sample.Applicant.Ethnicity.Code), `"ethnicity":{`), "applicant.ethnicity.code"},
		{"apply", spoilt(`"issuedOn":"2022-05-17"`, `"passportNumber":"C1234567"`), "applicant.identityPaper.citizenId"},
		{"application-status", `{"appointmentNumber":"1"}`, "citizenId"},
		{"application-status", `{"appointmentNumber":"1","citizenId":"001099000001","oldCitizenId":"019900001"}`, "citizenId"},
		{"application-status", `{"appointmentNumber":"1","dossierCode":"H26.11-261101-0001"}`, "dossierCode"},
		{"catalogue", `{"catalogue":"people"}`, "catalogue"},
	} {
		if got := b.Faults(t, test.operation, test.body); got != test.field {
			t.Errorf("%s: faults of %q, want %q", test.operation, got, test.field)
		}
	}
}

func TestAuditNamesTheApplicantAsSubject(t *testing.T) {
	b := newBench(t)
	sample := b.Sim.Samples["apply"].OK.(Application)
	sample.Father.CitizenID = "001099000001"
	body, _ := json.Marshal(sample)
	in, faults := b.Operation(t, "apply").Parse(body)
	if len(faults) > 0 || in.Subject != string(sample.Applicant.IdentityPaper.CitizenID) {
		t.Errorf("subject is %s, faults %+v", in.SubjectName, faults)
	}
}

func TestAllOfACertificateIsSensitive(t *testing.T) {
	system := System()
	op, _ := system.Operation("result")
	op.Output.Walk(func(path string, f *adapters.Field) {
		// What a code or a file is made of has the sensitivity of the whole.
		inside := path[strings.LastIndex(path, ".")+1:]
		part := inside == "code" || inside == "name" || strings.HasPrefix(path, "certificate.file.")
		if strings.HasPrefix(path, "certificate") && !part && f.Sensitivity != adapters.Sensitive {
			t.Errorf("%s is %s", path, f.Sensitivity)
		}
	})
}

func TestPaperIsAWholePDF(t *testing.T) {
	got := string(paper("1", "Z000001/LLTP"))
	_, table, _ := strings.Cut(got, "xref\n0 6\n0000000000 65535 f \n")
	for i := range 5 {
		var at int
		if _, err := fmt.Sscanf(table[i*20:], "%d", &at); err != nil || !strings.HasPrefix(got[at:], fmt.Sprintf("%d 0 obj\n", i+1)) {
			t.Errorf("object %d is not at %d: %v", i+1, at, err)
		}
	}
	var start int
	if _, err := fmt.Sscanf(got[strings.Index(got, "startxref"):], "startxref\n%d\n%%%%EOF", &start); err != nil || !strings.HasPrefix(got[start:], "xref\n") || len(got) > 1000 {
		t.Errorf("table is said to be at %d of %d bytes: %v", start, len(got), err)
	}
}
