package civilstatus

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// clock is moved by the test alone.
type clock struct{ at atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.at.Store(time.Date(2026, 11, 1, 8, 0, 0, 0, adapters.Vietnam).Unix())
	return c
}

func (c *clock) now() time.Time           { return time.Unix(c.at.Load(), 0) }
func (c *clock) advance(by time.Duration) { c.at.Add(int64(by / time.Second)) }

// reach serves a handler and gives the way to it. The gateway that stands between
// them is not this system's to test.
func reach(t *testing.T, h http.Handler, now func() time.Time) *adapters.Conn {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return adapters.NewConn(adapters.ConnOptions{Base: server.URL, Now: now, Transport: server.Client().Transport})
}

// bench is the system of a small world and the way to it.
type bench struct {
	world *synthetic.World
	sim   simulator.Simulator
	conn  *adapters.Conn
	clock *clock
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{world: synthetic.New(1, 500), clock: newClock()}
	b.sim = Simulate(b.world, b.clock.now)
	b.conn = reach(t, b.sim.Handler, b.clock.now)
	return b
}

// system is described once: its schemas are the largest of all.
var system = System()

// invoke asks an operation through the contract, as the bus does.
func invoke[Out any](t *testing.T, c *adapters.Conn, operation string, input any) (Out, error) {
	t.Helper()
	var out Out
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
		t.Fatalf("input of %s refused: %+v", operation, faults)
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

// registerOf names a kind of entry as the bus does.
var registerOf = map[synthetic.VitalKind]string{synthetic.BirthEntry: "birth", synthetic.MarriageEntry: "marriage", synthetic.DeathEntry: "death",
	synthetic.RecognitionEntry: "recognition", synthetic.ConfirmationEntry: "marital-status"}

func TestEveryEntryComesBackAsTheWorldHoldsIt(t *testing.T) {
	b := newBench(t)
	forms := map[bool]int{}
	for r := range b.world.VitalRecords().All() {
		got, err := invoke[Entry](t, b.conn, "record", entryQuestion{registerOf[r.Kind], EntryID(strconv.Itoa(r.ID))})
		if err != nil {
			t.Fatalf("entry %d: %v", r.ID, err)
		}
		if diff := cmp.Diff(expected(b.world, r), essence(got.Record)); diff != "" {
			t.Fatalf("entry %d (-want +got):\n%s", r.ID, diff)
		}
		if r.Dossier == "" {
			continue
		}
		forms[r.Registered >= 2025_07_01]++
		result, err := invoke[RegistrationResult](t, b.conn, "registration-result", dossierQuestion{Office(r.Office.CommuneCode), r.Dossier})
		if err != nil {
			t.Fatalf("dossier of entry %d: %v", r.ID, err)
		}
		if diff := cmp.Diff(RegistrationResult{r.Dossier, got.Record}, result); diff != "" {
			t.Fatalf("result of entry %d (-entry +result):\n%s", r.ID, diff)
		}
	}
	if forms[true] == 0 || forms[false] == 0 {
		t.Errorf("the world shows one form only: %v", forms)
	}
}

// told is what all records agree on with the world, whichever form they come in.
type told struct {
	Number, Book, Page, Office, Signer, Type string
	On                                       adapters.Date
	People                                   map[string]string // name, birth, number and address by member
	Facts                                    []string
}

// essence is told by an answer.
func essence(r Record) told {
	out := told{Number: r.RegisterNumber, Book: r.RegisterBook, Page: r.RegisterPage, Office: string(r.Office), Signer: r.SignerTitle + " " + r.SignerName,
		Type: r.RegistrationType.Code, On: r.RegisteredOn, People: map[string]string{}}
	for _, p := range people {
		if who := p.in(&r); who.FullName != "" && p.member != "requester" {
			id := string(who.CitizenID)
			if who.IdentityPaper.PaperNumber != "" {
				id = who.IdentityPaper.PaperNumber
			}
			out.People[p.member] = strings.Join([]string{string(who.FullName), string(who.DateOfBirth), id, who.Sex.Name, who.Ethnicity.Code}, "|")
		}
	}
	out.Facts = []string{string(r.Death.DiedOn), r.Death.Cause, r.Recognition.Kind.Name, r.ConfirmedPerson.MaritalStatusText, string(r.Marriage.MarriedFrom), r.Birth.Parentage.Name}
	return out
}

// expected is told by the world.
func expected(w *synthetic.World, r synthetic.VitalRecord) told {
	who := func(p synthetic.Person, sex, card bool) string {
		id, name := p.CitizenID, ""
		if card && id == "" {
			id = p.OldCitizenID
		}
		if sex {
			name = p.Sex.Coded().Name
		}
		return strings.Join([]string{p.FullName(), p.Birth.String(), id, name, p.Ethnicity.Code}, "|")
	}
	p := w.Person(r.Subject)
	out := told{Number: r.Number, Book: r.Book, Page: r.Page, Office: r.Office.CommuneCode, Signer: r.SignerTitle + " " + r.Signer,
		Type: map[synthetic.Manner]string{synthetic.InTime: "1", synthetic.Again: "2", synthetic.Late: "4"}[r.Manner],
		On:   adapters.Date(r.Registered.String()), People: map[string]string{}, Facts: make([]string, 6)}
	switch r.Kind {
	case synthetic.BirthEntry:
		if r.Registered < 2016_01_01 {
			p.CitizenID = ""
		}
		out.People["child"] = who(p, true, false)
		for member, parent := range map[string]int{"father": p.Father, "mother": p.Mother} {
			out.People[member] = map[string]string{"father": p.FatherName, "mother": p.MotherName}[member] + "||||"
			if parent != synthetic.None {
				out.People[member] = who(w.Person(parent), false, true)
			}
		}
		out.Facts[5] = "Có đủ cha, mẹ"
	case synthetic.MarriageEntry:
		out.People["husband"], out.People["wife"] = who(p, false, true), who(w.Person(r.Partner), false, true)
		out.Facts[4] = r.Registered.String()
	case synthetic.DeathEntry:
		out.People["deceased"] = who(p, true, true)
		out.Facts[0], out.Facts[1] = p.Died.String(), r.Cause
	case synthetic.RecognitionEntry:
		out.People["parent"], out.People["recognisedChild"] = who(w.Person(r.Partner), false, true), who(p, false, true)
		out.Facts[2] = "Cha nhận con"
	case synthetic.ConfirmationEntry:
		out.People["confirmedPerson"] = who(p, true, true)
		out.Facts[3] = p.MaritalStatus.Name
	}
	return out
}

func TestAddressesOfTodayAreResolvedAndOldOnesKept(t *testing.T) {
	b := newBench(t)
	resolved, text := 0, 0
	for r := range b.world.VitalRecords().All() {
		if r.Kind != synthetic.ConfirmationEntry {
			continue
		}
		got, err := invoke[Entry](t, b.conn, "record", entryQuestion{"marital-status", EntryID(strconv.Itoa(r.ID))})
		if err != nil {
			t.Fatal(err)
		}
		lived, address := b.world.Person(r.Subject).Permanent, got.Record.ConfirmedPerson.Address
		want := adapters.Address{Detail: lived.Full()}
		if r.Registered >= 2025_07_01 && !lived.OldForm() {
			resolved++
			want = adapters.Address{CommuneCode: adapters.CommuneCode(lived.CommuneCode), CommuneName: lived.CommuneName, ProvinceCode: "01", Detail: lived.Detail}
		} else {
			text++
		}
		if diff := cmp.Diff(want, address); diff != "" {
			t.Errorf("entry %d (-want +got):\n%s", r.ID, diff)
		}
	}
	if resolved == 0 || text == 0 {
		t.Errorf("%d addresses with codes, %d without: one kind is not shown", resolved, text)
	}
}

func TestDossierGoesFromReceiptToEntry(t *testing.T) {
	b := newBench(t)
	sent := b.sim.Samples["register"].OK.(Registration)
	receipt, err := invoke[Receipt](t, b.conn, "register", sent)
	if err != nil || receipt != (Receipt{Office: sent.Office, DossierCode: sent.DossierCode}) {
		t.Fatalf("%+v, %v", receipt, err)
	}
	question := dossierQuestion{sent.Office, sent.DossierCode}
	for _, want := range []adapters.Code{{Code: "1", Name: "Đã tiếp nhận"}, {Code: "3", Name: "Đủ điều kiện"}, {Code: "4", Name: "Đã đăng ký"}} {
		got, err := invoke[DossierStatus](t, b.conn, "dossier-status", question)
		if err != nil || got.Status != want {
			t.Errorf("status %+v, %v, want %+v", got, err, want)
		}
		if _, err := invoke[any](t, b.conn, "registration-result", question); want.Code != "4" && !errors.Is(err, adapters.ErrNotFound) {
			t.Errorf("result in state %s: %v", want.Code, err)
		}
		b.clock.advance(time.Minute)
	}
	got, err := invoke[RegistrationResult](t, b.conn, "registration-result", question)
	if err != nil {
		t.Fatal(err)
	}
	want := sent.Record
	want.RegisterNumber, want.RegisterBook, want.RegisterPage, want.RegisteredOn, want.Office = sent.DossierCode, "01/2026", "1", "2026-11-01", sent.Office
	if diff := cmp.Diff(want, withoutNames(got.Record)); diff != "" {
		t.Errorf("what was registered is not what was sent (-sent +registered):\n%s", diff)
	}
}

// withoutNames drops the names of codes, which are ours.
func withoutNames(r Record) Record {
	for _, p := range people {
		who := p.in(&r)
		who.Sex.Name, who.ResidenceType.Name, who.IdentityPaper.PaperType.Name = "", "", ""
	}
	r.Birth.Parentage.Name = ""
	// Names of these are not sent, and the catalogue's to tell.
	for _, who := range []*Person{&r.Child, &r.Father, &r.Mother} {
		who.Ethnicity.Name, who.Nationality.Name = "Kinh", "Việt Nam"
	}
	return r
}

func TestSecondSendCountsAsSuccess(t *testing.T) {
	b := newBench(t)
	for i, want := range []bool{false, true, true} {
		got, err := invoke[Receipt](t, b.conn, "register", b.sim.Samples["register"].OK)
		if err != nil || got.AlreadyReceived != want {
			t.Errorf("send %d: %+v, %v", i+1, got, err)
		}
	}
}

func TestEntriesOfADayAreNumbersOnly(t *testing.T) {
	b := newBench(t)
	asked := b.sim.Samples["records-by-date"].OK.(dayQuestion)
	var want []EntryReference
	for r := range b.world.VitalRecords().All() {
		if r.Kind == synthetic.BirthEntry && r.Registered.String() == string(asked.UpdatedDay) {
			want = append(want, EntryReference{EntryID(strconv.Itoa(r.ID)), Office(r.Office.CommuneCode)})
		}
	}
	got, err := invoke[Entries](t, b.conn, "records-by-date", asked)
	if err != nil || len(want) == 0 {
		t.Fatal(len(want), err)
	}
	if diff := cmp.Diff(want, got.Entries); diff != "" {
		t.Error(diff)
	}
	none, err := invoke[Entries](t, b.conn, "records-by-date", dayQuestion{"birth", "1900-01-01"})
	if err != nil || len(none.Entries) != 0 {
		t.Errorf("a day without entries: %+v, %v", none, err)
	}
}

func TestEveryCatalogueHasRows(t *testing.T) {
	b := newBench(t)
	for name := range catalogueNumbers {
		got, err := invoke[Catalogue](t, b.conn, "catalogue", catalogueQuestion{name})
		if err != nil || got.Count < 9 || got.Count != len(got.Entries) || *got.Entries[0]["ma"] == "" || *got.Entries[0]["ten"] == "" {
			t.Errorf("%s: %d rows, %v", name, got.Count, err)
		}
	}
}

func TestRequestsAsTheSystemSeesThem(t *testing.T) {
	var seen []string
	c := reach(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen = append(seen, r.Method+" "+r.RequestURI+" "+r.Header.Get("Content-Type")+" "+string(body))
		io.WriteString(w, `{"status":1,"value":[]}`)
	}), time.Now)
	dossier := dossierQuestion{"00004", "G22.99-261101-0001"}
	death := Registration{"00004", "death", "G22.99-261101-0001", "2026-11-01", Record{
		Deceased: Person{FullName: "Nguyễn Văn Thử", DateOfBirth: "1950-05"}, Death: Death{DiedOn: "2026-10-30", Cause: `<i>"A & B"</i>`}}}
	for _, test := range []struct {
		operation string
		input     any
		want      string
	}{
		{"catalogue", catalogueQuestion{"ethnicity"}, `/danhMuc application/json {"loaiDanhMuc":3}`},
		{"dossier-status", dossier, `/traTrangThaiHoSo application/json {"maDonVi":"00004","maHoSo":"G22.99-261101-0001"}`},
		{"registration-result", dossier, `/ketQuaDangKyHS application/json {"maDonVi":"00004","maHoSo":"G22.99-261101-0001"}`},
		{"record", entryQuestion{"marriage", "20000001"}, `/traHoSo application/json {"module":"KH","maHoSo":20000001}`},
		{"records-by-date", dayQuestion{"recognition", "2026-10-30"}, `/dsHoSoDangKy application/json {"module":"CMC","ngayCapNhat":"2026-10-30"}`},
		{"register", death, `/dangKyHoTich application/json {"module":"KT","maDonVi":"00004","maHoSo":"G22.99-261101-0001","ngayTiepNhan":"2026-11-01","data":` +
			jsonText(`<hotich><hoso><nktHoTen>Nguyễn Văn Thử</nktHoTen><nktNgaySinh>05.1950</nktNgaySinh><nktNgayChet>30.10.2026</nktNgayChet>`+
				`<nktNguyenNhanChet>&lt;i&gt;&#34;A &amp; B&#34;&lt;/i&gt;</nktNguyenNhanChet></hoso></hotich>`) + `}`},
	} {
		seen = nil
		_, _ = invoke[any](t, c, test.operation, test.input) // the answer is beside the point
		if diff := cmp.Diff([]string{"POST " + test.want}, seen); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.operation, diff)
		}
	}
}

func jsonText(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

func TestSimulatedSystemRefusesWhatTheRealOneDoes(t *testing.T) {
	server := httptest.NewServer(Simulate(synthetic.New(1, 200), time.Now).Handler)
	defer server.Close()
	valid := `"maDonVi":4,"maHoSo":"G22.99-261101-0001","ngayTiepNhan":"2026-11-01"`
	for _, test := range []struct{ path, body, want string }{
		{"/danhMuc", `{"loaiDanhMuc":9}`, "302"},
		{"/danhMuc", `no JSON`, "500"},
		{"/traTrangThaiHoSo", `{"maDonVi":"99999","maHoSo":"1"}`, "106"},
		{"/ketQuaDangKyHS", `{"maDonVi":"99999","maHoSo":"1"}`, "106"},
		{"/traHoSo", `{"module":"KT","maHoSo":"không phải số"}`, "201"},
		{"/dsHoSoDangKy", `{"module":"XX","ngayCapNhat":"2026-11-01"}`, "500"},
		{"/dangKyHoTich", `{"module":"KS","maDonVi":"99999"}`, "106"},
		{"/dangKyHoTich", `{"module":"XX",` + valid + `}`, "500"},
		{"/dangKyHoTich", `{"module":"KS",` + valid + `,"data":"<hotich>"}`, "500"},
		{"/dangKyHoTich", `{"module":"KS",` + valid + `,"data":"<hotich><hoso><meHoTen>A</meHoTen></hoso></hotich>"}`, "500"},
		{"/dangKyHoTich", `{"module":"KS",` + valid + `,"data":"<hotich><hoso><meHoTen/><nksHoTen>A</nksHoTen></hoso></hotich>"}`, ""},
	} {
		resp, err := http.Post(server.URL+test.path, "application/json", strings.NewReader(test.body))
		if err != nil {
			t.Fatal(err)
		}
		var got envelope
		if err := json.NewDecoder(resp.Body).Decode(&got); err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got.ErrorCode != wire.Text(test.want) || (got.Status == "0") != (test.want != "") {
			t.Errorf("%s %s: status %s, code %s, want %s", test.path, test.body, got.Status, got.ErrorCode, test.want)
		}
	}
}
