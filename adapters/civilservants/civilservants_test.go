package civilservants

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

func newBench(t testing.TB) *adaptertest.Bench { return adaptertest.New(t, System(), Simulate, 2000) }

func TestEveryServantsFileIsThatOfTheWorld(t *testing.T) {
	b := newBench(t)
	for s := range b.World.Servants() {
		got := adaptertest.Get[Profile](t, b.Way, "profile-lookup", Question{StaffNumber(s.StaffNumber)})
		p := b.World.Person(s.Person)
		want := &General{ServantNumber: s.ServantNumber, FullName: adapters.PersonName(p.FullName()), EmployingUnitID: adapters.AgencyID(s.Unit.ID), ManagingUnitID: "H26",
			ProfileType: got.General.ProfileType, Sex: named(p.Sex.Coded()), DateOfBirth: adapters.Date(p.Birth.String()), Ethnicity: named(p.Ethnicity),
			Religion: named(p.Religion), BirthplaceText: p.BirthRegistered.ProvinceName, OriginText: p.Origin.Full(), PermanentText: p.Permanent.Full(),
			CurrentText: p.Current.Full(), CitizenID: adapters.CitizenID(p.CitizenID), InsuranceNumber: adapters.SocialInsuranceNumber(b.World.InsuranceNumber(p.Index)),
			RecruitedOn: adapters.Date(s.Recruited.String())}
		if p.CitizenID == "" {
			want.OldCitizenID = adapters.OldCitizenID(p.OldCitizenID)
		}
		if diff := cmp.Diff(want, got.General); diff != "" {
			t.Fatalf("person %d (-want +got):\n%s", s.Person, diff)
		}
		postings, salaries := got.Career.Postings, got.Pay.Salaries
		if len(postings) != len(s.Postings) || postings[0].StartedOn != adapters.Date(s.Recruited.String()) || postings[len(postings)-1].EndedOn != "" ||
			len(salaries) != len(s.Salaries) || *salaries[len(salaries)-1].Rank != *got.Pay.Rank || len(got.Education.Trainings) != len(s.Courses) || len(got.Ratings) != len(s.Ratings) {
			t.Errorf("person %d: career, pay, education or ratings differ: %+v", s.Person, got)
		}
		for i, r := range got.Ratings {
			if r.RatedYear != adapters.Date(strconv.Itoa(s.Ratings[i].Year)) || r.Rating.Name == "" {
				t.Errorf("person %d: rating %+v", s.Person, r)
			}
		}
		unnamed(t, got)
	}
}

func named(c synthetic.Coded) *adapters.Code { return &adapters.Code{Code: c.Code, Name: c.Name} }

// unnamed finds codes of the simulated database that are in none of the tables.
func unnamed(t *testing.T, p Profile) {
	t.Helper()
	for _, fault := range faults("", p.members()) {
		t.Errorf("%s is not in its table", fault.Field)
	}
}

// someone is a servant of the sample, and what a message about them starts with.
func someone(b *adaptertest.Bench, message, action string) Message {
	return Message{Message: message, Action: action, StaffNumber: b.Sim.Samples["profile-lookup"].OK.(Question).StaffNumber}
}

func TestWhatWasSentIsLookedUp(t *testing.T) {
	b := newBench(t)
	before := adaptertest.Get[Profile](t, b.Way, "profile-lookup", b.Sim.Samples["profile-lookup"].OK)
	edit := someone(b, "M0003", "EDIT")
	edit.Pay = &Pay{Rank: &adapters.Code{Code: "01.001"}, SalaryStep: &adapters.Code{Code: "06"}, Allowances: before.Pay.Allowances[:1]}
	if _, err := adaptertest.Ask[Receipt](t, b.Way, "profile-sync", edit); err != nil {
		t.Fatal(err)
	}
	remove := someone(b, "M0006", "DEL")
	if _, err := adaptertest.Ask[Receipt](t, b.Way, "profile-sync", remove); err != nil {
		t.Fatal(err)
	}
	after := adaptertest.Get[Profile](t, b.Way, "profile-lookup", b.Sim.Samples["profile-lookup"].OK)
	want := before
	want.Ratings = nil
	want.Pay = &Pay{Rank: &adapters.Code{Code: "01.001", Name: ranks["01.001"]}, SalaryStep: &adapters.Code{Code: "06", Name: salarySteps["06"]},
		Allowances: before.Pay.Allowances[:1], Salaries: before.Pay.Salaries} // the list that was not sent stays
	if diff := cmp.Diff(want, after); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFileIsAddedOnceAndDeletedOnce(t *testing.T) {
	b := newBench(t)
	add := Message{Message: "M0001", Action: "ADD", StaffNumber: "HN-NEW-1", General: &General{ServantNumber: "990000001",
		FullName: "Nguyễn Văn Thử", EmployingUnitID: "H26.11", ManagingUnitID: "H26", Sex: &adapters.Code{Code: "1"}}}
	remove := Message{Message: "M0001", Action: "DEL", StaffNumber: add.StaffNumber}
	edit := Message{Message: "M0005", Action: "EDIT", StaffNumber: add.StaffNumber, OtherFacts: &OtherFacts{}}
	for i, step := range []struct {
		message Message
		want    error
	}{
		{edit, adapters.ErrNotFound}, {remove, adapters.ErrNotFound}, {add, nil}, {add, adapters.ErrRefusedInput}, {edit, nil},
		{remove, nil}, {remove, adapters.ErrNotFound}, {add, nil},
	} {
		got, err := adaptertest.Ask[Receipt](t, b.Way, "profile-sync", step.message)
		if !errors.Is(err, step.want) || err == nil && len(got.TransactionID) != len("00000000-0000-4000-8000-000000000000") {
			t.Errorf("step %d, %s: got %v and %q, want %v", i, step.message.Action, err, got.TransactionID, step.want)
		}
	}
	got, err := adaptertest.Ask[Profile](t, b.Way, "profile-lookup", Question{add.StaffNumber})
	if err != nil || got.General.FullName != "Nguyễn Văn Thử" {
		t.Errorf("got %+v, %v", got.General, err)
	}
}

func TestRequestsAsTheDatabaseSeesThem(t *testing.T) {
	b := newBench(t)
	w, tap := b.Tap(t, adaptertest.Answers(http.StatusServiceUnavailable, ""))
	trained := true
	for _, ask := range []struct {
		operation string
		in        any
	}{
		{"profile-lookup", Question{"HN9000001"}},
		{"profile-sync", Message{Message: "M0003", Action: "EDIT", StaffNumber: "HN9000001", Pay: &Pay{Rank: &adapters.Code{Code: "01.003", Name: "left out"},
			Salaries: []Salary{{SalaryStep: &adapters.Code{Code: "02"}, StartedOn: "2024-03"}}}}},
		{"profile-sync", Message{Message: "M0004", Action: "EDIT", StaffNumber: "HN9000001", Education: &Education{DefenceTraining: &trained}}},
		{"profile-sync", Message{Message: "M0002", Action: "DEL", StaffNumber: "HN9000001"}},
	} {
		if _, err := adaptertest.Ask[any](t, w, ask.operation, ask.in); !errors.Is(err, adapters.ErrUnavailable) {
			t.Errorf("%s: got %v, want ErrUnavailable", ask.operation, err)
		}
	}
	head := func(path, action string) string {
		return "POST /apisyncmsg/syncmsg/" + path + " application/json sandbox-civil-servants-authorization 01TESTREQUEST H26 " +
			`{"Data":{"Header":{"Sender_Code":"H26.11","Action_Type":"` + action + `"},"Body":{"HOSO_CBCCVC":{`
	}
	const number = `"SoHieuCBCCVC_BNDP":"HN9000001"`
	want := []string{
		head("tracuuhoso", "GET") + number + `}}}}`,
		head("servicem0003", "EDIT") + `"LUONG_PHUCAP_CHUCVU":{"BacLuong":"","ChucVu":"","ChucVuChucDanhKiemNhiem":"",` +
			`"DS_QUATRINH_LUONG":[{"BacLuong":"02","Ngach":"","TuNgay":"03/2024"}],"MaNgachChucDanh":"01.003"},` + number + `}}}}`,
		head("servicem0004", "EDIT") + number + `,"TRINHDO_DAOTAO_BOIDUONG":{"BoiDuongQuocPhongAnNinh":"1","HocVanPhoThong":"","MaChucDanhKhoaHoc":"",` +
			`"MaHocVi":"","TiengDanTocThieuSo":"","TrinhDoChuyenMon":"","TrinhDoLyLuanChinhTri":"","TrinhDoQuanLyNhaNuoc":""}}}}}`,
		head("servicem0002", "DEL") + number + `}}}}`,
	}
	seen := tap.Lines("Content-Type", "Authorization", "X-Request-Id")
	for i, line := range seen {
		head, body, _ := strings.Cut(line, "{")
		var e envelope
		if err := json.Unmarshal([]byte("{"+body), &e); err != nil {
			t.Error(err)
		}
		seen[i] = head + e.OrgCode + " " + string(e.JSONContent)
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEveryDocumentedTextIsSent(t *testing.T) {
	full := Message{StaffNumber: "HN9000001", General: &General{ServantNumber: "1", FullName: "A", EmployingUnitID: "H26", ManagingUnitID: "H26"},
		Career: &Career{Postings: []Posting{{}}}, Pay: &Pay{Allowances: []Allowance{{}}, Salaries: []Salary{{}}},
		Education: &Education{ComputerSkills: []Skill{{}}, Languages: []Language{{}}, Trainings: []Training{{}}}, OtherFacts: &OtherFacts{}, Ratings: []Rating{{}}}
	text, err := json.Marshal(write(full.file().members()))
	if err != nil {
		t.Fatal(err)
	}
	q := request{action: "ADD"}
	if err := json.Unmarshal(text, &q.file); err != nil {
		t.Fatal(err)
	}
	if refusal := unfit("M0001", q); refusal != "" || len(q.file) != len(aboutBlock)+1 {
		t.Errorf("%q for %s", refusal, text)
	}
}

func TestEmptyListClearsAndNoListLeaves(t *testing.T) {
	sync := newBench(t).Operation(t, "profile-sync")
	for sent, want := range map[string]string{
		`{"message":"M0006","action":"EDIT","staffNumber":"1","ratings":[]}`:                `{"DS_KETQUA_DANHGIA_PHANLOAI":[],"SoHieuCBCCVC_BNDP":"1"}`,
		`{"message":"M0002","action":"EDIT","staffNumber":"1","career":{}}`:                 `{"SoHieuCBCCVC_BNDP":"1","TUYENDUNG_QT_CONGTAC":{"ViTriTuyenDung":""}}`,
		`{"message":"M0002","action":"EDIT","staffNumber":"1","career":{"postings":[]}}`:    `{"SoHieuCBCCVC_BNDP":"1","TUYENDUNG_QT_CONGTAC":{"DS_QUATRINH_CONGTAC":[],"ViTriTuyenDung":""}}`,
		`{"message":"M0005","action":"EDIT","staffNumber":"1","otherFacts":{}}`:             `{"SoHieuCBCCVC_BNDP":"1","THONGTIN_KHAC":{"ChucVuDang":""}}`,
		`{"message":"M0001","action":"EDIT","staffNumber":"1","ratings":[{"rating":null}]}`: ``,
	} {
		in, faults := sync.Parse([]byte(sent))
		if want == "" {
			if len(faults) == 0 {
				t.Errorf("%s is taken", sent)
			}
			continue
		}
		var m Message
		if err := json.Unmarshal(in.Canonical, &m); len(faults) > 0 || err != nil {
			t.Fatalf("%s: %v, %v", sent, faults, err)
		}
		got, err := json.Marshal(write(m.file().members()))
		if err != nil || string(got) != want {
			t.Errorf("%s: got %s, %v", sent, got, err)
		}
	}
}
