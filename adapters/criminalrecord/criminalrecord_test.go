package criminalrecord

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
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

// ways are one way to each generation.
type ways map[string]*adapters.Conn

// reach serves a handler and gives the ways to it, with this authKey.
func reach(t *testing.T, h http.Handler, key string) ways {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	to := func(protocol, path string) *adapters.Conn {
		return adapters.NewConn(adapters.ConnOptions{Base: server.URL + path, Protocol: protocol, Transport: server.Client().Transport,
			Secrets: map[string]string{"authKey": key}, Now: time.Now})
	}
	return ways{v2: to(v2, ""), v1: to(v1, "/"+v1)}
}

func simulated(t *testing.T) (*synthetic.World, simulator.Simulator, ways) {
	t.Helper()
	world := synthetic.New(1, 500)
	sim := Simulate(world, time.Now)
	return world, sim, reach(t, sim.Handler, simulator.Secret(id, "authKey"))
}

// invoke asks an operation through the contract, over the protocol that knows it.
func invoke[Out any](t *testing.T, w ways, operation string, input any) (Out, error) {
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
	record, err := op.Invoke(t.Context(), w[op.Protocol], adapters.Call{Request: "01JDEXAMPLE"}, in)
	if err != nil {
		return out, err
	}
	var whole bytes.Buffer
	if err := errors.Join(adapters.WriteRecord(&whole, record.JSON, record.Files), json.Unmarshal(whole.Bytes(), &out)); err != nil {
		t.Fatal(err)
	}
	return out, nil
}

func TestEveryResultIsTheOneOfTheOffice(t *testing.T) {
	world, _, w := simulated(t)
	certificates := 0
	for a := range world.RecordApplications() {
		if a.DossierCode == "" {
			continue
		}
		got, err := invoke[Result](t, w, "result", dossierQuestion{a.DossierCode})
		if err != nil {
			t.Fatal(err)
		}
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
		if diff := cmp.Diff(expected(world, a), got.Certificate); diff != "" {
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
	_, sim, w := simulated(t)
	got, err := invoke[Result](t, w, "result", sim.Samples["result"].OK)
	if err != nil || got.Certificate == nil || len(got.Certificate.Convictions) == 0 || len(got.Certificate.Convictions[0].AdditionalPenalties) == 0 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestStatusComesByCodeOrByAppointment(t *testing.T) {
	world, _, w := simulated(t)
	seen := map[string]bool{}
	for a := range world.RecordApplications() {
		p := world.Person(a.Person)
		question := applicationQuestion{DossierCode: a.DossierCode}
		if a.DossierCode == "" {
			question = applicationQuestion{AppointmentNumber: a.Appointment, CitizenID: adapters.CitizenID(p.CitizenID)}
			if p.CitizenID == "" {
				question.OldCitizenID = adapters.OldCitizenID(p.OldCitizenID)
			}
		}
		got, err := invoke[ApplicationStatus](t, w, "application-status", question)
		if err != nil {
			t.Fatal(err)
		}
		seen[got.Status.Code] = true
		if got.IssuedOn != adapters.Date(a.Issued.String()) || got.ApprovedOn != adapters.Date(a.Approved.String()) || (got.Status.Code == "5") != (a.Certificate != "") {
			t.Errorf("status %+v of %+v", got, a)
		}
		if question.AppointmentNumber == "" {
			continue
		}
		question.CitizenID, question.OldCitizenID = "001099000001", ""
		if _, err := invoke[any](t, w, "application-status", question); !errors.Is(err, adapters.ErrNotFound) {
			t.Errorf("appointment with another's paper: %v", err)
		}
	}
	if diff := cmp.Diff(map[string]bool{"3": true, "4": true, "5": true}, seen); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
}

func TestCataloguesComeWhole(t *testing.T) {
	_, _, w := simulated(t)
	for name := range catalogues {
		got, err := invoke[Catalogue](t, w, "catalogue", catalogueQuestion{name})
		if err != nil || got.Catalogue != name || len(got.Entries) < 10 || got.Entries[9].Code == "" || got.Entries[9].Name == "" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestAlreadyReceivedCountsAsSuccess(t *testing.T) {
	_, sim, w := simulated(t)
	sample := sim.Samples["apply"].OK.(Application)
	for _, again := range []bool{false, true, true} {
		got, err := invoke[Receipt](t, w, "apply", sample)
		if diff := cmp.Diff(Receipt{sample.DossierCode, again}, got); err != nil || diff != "" {
			t.Fatalf("%v (-want +got):\n%s", err, diff)
		}
	}
	result, err := invoke[Result](t, w, "result", dossierQuestion{sample.DossierCode})
	if err != nil || result.Status.Code != "2" || result.Certificate != nil {
		t.Errorf("result of what was just handed in: %+v, %v", result, err)
	}
	status, err := invoke[ApplicationStatus](t, w, "application-status", applicationQuestion{DossierCode: sample.DossierCode})
	if err != nil || status.Status.Code != "3" {
		t.Errorf("status of what was just handed in: %+v, %v", status, err)
	}
}

func TestRepeatIsTakenAsItsStateAllows(t *testing.T) {
	world, sim, w := simulated(t)
	sample := sim.Samples["apply"].OK.(Application)
	for a := range world.RecordApplications() {
		if sample.DossierCode = a.DossierCode; a.DossierCode == "" {
			continue
		}
		got, err := invoke[Receipt](t, w, "apply", sample)
		if err != nil || got.AlreadyReceived != (a.State != synthetic.RecordSupplement) {
			t.Errorf("in state %d: %+v, %v", a.State, got, err)
		}
	}
}

func TestWrongKeyIsRejected(t *testing.T) {
	_, sim, _ := simulated(t)
	w := reach(t, sim.Handler, "wrong-key-7c1")
	for _, operation := range []string{"apply", "result"} {
		_, err := invoke[any](t, w, operation, sim.Samples[operation].OK)
		if !errors.Is(err, adapters.ErrRejected) || strings.Contains(err.Error(), "7c1") {
			t.Errorf("%s: %v", operation, err)
		}
	}
}

func TestIncompleteFormIsRefused(t *testing.T) {
	_, sim, w := simulated(t)
	sample := sim.Samples["apply"].OK.(Application)
	answer, err := post(t.Context(), w[v2], adapters.Call{}, submitPath, members{"authKey": simulator.Secret(id, "authKey"), "maTinh": province,
		"maHoSoMCDT": sample.DossierCode, "nguonDangKy": "1", "ngayTiepNhan": "01/11/2026", "toKhai": members{"loaiPhieu": 2}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readReceipt(answer); !errors.Is(err, adapters.ErrRefusedInput) {
		t.Errorf("got %v", err)
	}
}

func TestMessagesAsEachGenerationSeesThem(t *testing.T) {
	var seen []string
	w := reach(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen = append(seen, r.Method+" "+r.RequestURI+" "+r.Header.Get("Content-Type")+r.Header.Get("Authorization")+" "+string(body))
		http.Error(w, "", http.StatusServiceUnavailable)
	}), "key")
	for _, test := range []struct {
		operation string
		input     any
		want      string
	}{
		{"result", dossierQuestion{"H26.11-261101-0001"},
			`POST /v2/lyLichTuPhap/quetKetQuaHoSoLLTP application/json {"authKey":"key","maHoSoMCDT":"H26.11-261101-0001","maTinh":"01"}`},
		{"application-status", applicationQuestion{DossierCode: "000.00.12.H26-241101-0001"},
			`POST /v1/LLTP-API-traTrangThaiHs application/json {"idReceivedDec":"000.00.12.H26-241101-0001","infoType":2}`},
		{"application-status", applicationQuestion{AppointmentNumber: "A-1", OldCitizenID: "019900001"},
			`POST /v1/LLTP-API-traTrangThaiHs application/json {"idReceivedDec":"A-1","identifyNo":"019900001","infoType":1}`},
		{"catalogue", catalogueQuestion{"nationalities"}, `POST /v1/LLTP-API-traDanhMuc application/json {"infoType":2}`},
	} {
		seen = nil
		if _, err := invoke[any](t, w, test.operation, test.input); !errors.Is(err, adapters.ErrUnavailable) {
			t.Errorf("%s: %v", test.operation, err)
		}
		if diff := cmp.Diff([]string{test.want}, seen); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.operation, diff)
		}
	}
}

func TestInputsThatTheSystemWouldRefuse(t *testing.T) {
	_, sim, _ := simulated(t)
	sample := sim.Samples["apply"].OK.(Application)
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
	system := System()
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
		op, _ := system.Operation(test.operation)
		_, faults := op.Parse([]byte(test.body))
		if len(faults) != 1 || faults[0].Field != test.field {
			t.Errorf("%s: faults %+v, want one of %q", test.operation, faults, test.field)
		}
	}
}

func TestAuditNamesTheApplicantAsSubject(t *testing.T) {
	_, sim, _ := simulated(t)
	sample := sim.Samples["apply"].OK.(Application)
	sample.Father.CitizenID = "001099000001"
	body, _ := json.Marshal(sample)
	system := System()
	op, _ := system.Operation("apply")
	in, faults := op.Parse(body)
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
