package socialinsurance

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
	"github.com/lgsp-vn/lgsp/adapters/places"
)

func newBench(t testing.TB) *adaptertest.Bench { return adaptertest.New(t, System(), Simulate, 500) }

func TestEveryNumberLeadsToItsParticipant(t *testing.T) {
	b := newBench(t)
	precisions := map[int]bool{}
	for p := range b.World.People() {
		number := adapters.SocialInsuranceNumber(b.World.InsuranceNumber(p.Index))
		got := adaptertest.Get[Participant](t, b.Way, "participant-lookup", ParticipantQuestion{InsuranceNumber: number})
		at, status := p.BirthRegistered, database{b.World}.status(p)
		want := Participant{InsuranceNumber: number, FullName: adapters.PersonName(p.FullName()), DateOfBirth: adapters.Date(p.Birth.String()),
			Sex: adapters.Code(p.Sex.Coded()), InsuranceBook: b.World.InsuranceBook(p.Index),
			Status: &adapters.Code{Code: status, Name: map[string]string{"1": "Đang tham gia", "2": "Bảo lưu thời gian đóng",
				"3": "Đang hưởng lương hưu", "4": "Chưa tham gia BHXH", "5": "Đã chết"}[status]},
			BirthRegistration: Place{adapters.NationalAddress{ProvinceCode: at.ProvinceCode, DistrictCode: at.DistrictCode, CommuneCode: at.CommuneCode}.Address()}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("person %d: %s", p.Index, diff)
		}
		precisions[len(got.DateOfBirth)] = true
	}
	if !precisions[len("1950")] || !precisions[len("1950-06-01")] {
		t.Errorf("births are only of these lengths: %v", precisions)
	}
}

func TestNumberOfSomebodyElseIsNotFound(t *testing.T) {
	b := newBench(t)
	q := b.Sim.Samples["participant-lookup"].OK.(ParticipantQuestion)
	q.FullName = "Nguyễn Không Có"
	if _, err := adaptertest.Ask[any](t, b.Way, "participant-lookup", q); !errors.Is(err, adapters.ErrNotFound) {
		t.Errorf("record of another name: %v", err)
	}
	for _, spelling := range []string{"NGUYỄN THỊ ĐOAN", "nguyen  thi doan", "Nguyễn Thị Đoan"} {
		if !sameName(adapters.PersonName(spelling), "Nguyễn Thị Đoan") {
			t.Errorf("%q is taken for another name", spelling)
		}
	}
}

// placeOf names the place of an address as a question does.
func placeOf(q NumberQuestion, kind string, at synthetic.Address) NumberQuestion {
	q.PlaceKind, q.CommuneCode, q.FormerCommuneCode, q.ProvinceCode = kind, "", "", ""
	switch {
	case at.OldForm():
		q.FormerCommuneCode = at.CommuneCode
	case at.CommuneCode != "":
		q.CommuneCode = adapters.CommuneCode(at.CommuneCode)
	default:
		q.ProvinceCode = at.ProvinceCode
	}
	return q
}

func TestSearchFindsANumberByEitherPlace(t *testing.T) {
	b := newBench(t)
	for i := 0; i < b.World.Len(); i += 5 {
		p := b.World.Person(i)
		q := NumberQuestion{FullName: adapters.PersonName(strings.ToUpper(p.FullName())), DateOfBirth: adapters.Date(p.Birth.String()), Sex: adapters.Code{Code: p.Sex.Coded().Code}}
		for kind, at := range map[string]synthetic.Address{"household": p.Permanent, "birth-registration": p.BirthRegistered} {
			got, err := adaptertest.Ask[NumberFound](t, b.Way, "number-search", placeOf(q, kind, at))
			if err != nil || string(got.InsuranceNumber) != b.World.InsuranceNumber(i) || got.Status == nil {
				t.Errorf("person %d by %s: %+v, %v", i, kind, got, err)
			}
		}
		elsewhere := NumberQuestion{FullName: q.FullName, DateOfBirth: q.DateOfBirth, Sex: q.Sex, PlaceKind: "household", ProvinceCode: "96"}
		if _, err := adaptertest.Ask[any](t, b.Way, "number-search", elsewhere); !errors.Is(err, adapters.ErrNotFound) {
			t.Errorf("person %d is found in Cà Mau: %v", i, err)
		}
	}
}

func TestSeveralMatchesAskForAMorePreciseQuestion(t *testing.T) {
	b := adaptertest.New(t, System(), Simulate, 5_000)
	seen := map[string]synthetic.Person{}
	for p := range b.World.People() {
		key := p.FullName() + p.Sex.Coded().Code + p.Birth.String()[:4]
		other, met := seen[key]
		if seen[key] = p; !met || p.Birth.Day() == 0 || other.Birth.Day() == 0 || p.Birth == other.Birth {
			continue
		}
		q := HouseholdQuestion{FullName: adapters.PersonName(p.FullName()), DateOfBirth: adapters.Date(p.Birth.String()[:4]),
			Sex: adapters.Code{Code: p.Sex.Coded().Code}, PlaceKind: "household", ProvinceCode: "01"}
		n := NumberQuestion{FullName: q.FullName, DateOfBirth: q.DateOfBirth, Sex: q.Sex, PlaceKind: "household", ProvinceCode: "01"}
		for operation, vague := range map[string]any{"household-search": q, "number-search": n} {
			_, err := adaptertest.Ask[any](t, b.Way, operation, vague)
			if own, ok := errors.AsType[*adapters.Error](err); !ok || own.Kind != adapters.ErrRefusedInput || own.Code != "02" {
				t.Errorf("%s: %v", operation, err)
			}
		}
		cards := b.World.HealthCards(p.Index)
		precise := q
		precise.HealthCard = HealthCardNumber(cards[0].Number)
		got, err := adaptertest.Ask[HouseholdMember](t, b.Way, "household-search", precise)
		if err != nil || string(got.InsuranceNumber) != b.World.InsuranceNumber(p.Index) {
			t.Errorf("by card: %+v, %v", got, err)
		}
		return
	}
	t.Error("no two people match")
}

func TestHouseholdSearchTellsTheHousehold(t *testing.T) {
	b := newBench(t)
	q := b.Sim.Samples["household-search"].OK.(HouseholdQuestion)
	p := b.World.Person(b.World.PeopleNamed(string(q.FullName))[0])
	got := adaptertest.Get[HouseholdMember](t, b.Way, "household-search", q)
	want := HouseholdMember{InsuranceNumber: adapters.SocialInsuranceNumber(b.World.InsuranceNumber(p.Index)), FullName: q.FullName, DateOfBirth: q.DateOfBirth,
		Sex: adapters.Code(p.Sex.Coded()), Household: b.World.InsuranceHousehold(p.Household), AddressText: p.Permanent.Full(),
		Status: wire.Code(wire.Text(database{b.World}.status(p)), statuses)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	q.InsuranceBook = "0100000001"
	if _, err := adaptertest.Ask[any](t, b.Way, "household-search", q); !errors.Is(err, adapters.ErrNotFound) {
		t.Errorf("by another book: %v", err)
	}
}

func TestQuestionsAreWrittenAsTheDatabaseReadsThem(t *testing.T) {
	old, _ := places.OldByCode("00004")
	w, tap := newBench(t).Tap(t, adaptertest.Answers(200, "{}"))
	for _, test := range []struct {
		operation, path string
		in              any
		want            map[string]string
	}{
		{"participant-lookup", "/getTraCuuTtHgdByMaSoBhxh", ParticipantQuestion{InsuranceNumber: "0199000001"}, map[string]string{"maSoBhxh": "0199000001"}},
		{"number-search", "/getMaSoBhxhTheoTieuChi",
			NumberQuestion{FullName: "Lê Na", DateOfBirth: "1950", Sex: adapters.Code{Code: "2"}, PlaceKind: "birth-registration", FormerCommuneCode: "00004"},
			map[string]string{"hoTen": "Lê Na", "ngaySinh": "1950", "loaiNgaySinh": "1", "gioiTinh": "2", "maTinhKs": "01", "maHuyenKs": old.DistrictCode, "maXaKs": "00004", "isKs": "1"}},
		{"number-search", "/getMaSoBhxhTheoTieuChi",
			NumberQuestion{FullName: "Lê Na", DateOfBirth: "1950-06", Sex: adapters.Code{Code: "2"}, PlaceKind: "household", CommuneCode: "00004"},
			map[string]string{"hoTen": "Lê Na", "ngaySinh": "195006", "loaiNgaySinh": "2", "gioiTinh": "2", "maTinhKs": "01", "maHuyenKs": "", "maXaKs": "00004", "isKs": "0"}},
		{"household-search", "/getTraCuuThongTinHgd",
			HouseholdQuestion{FullName: "Lê Na", DateOfBirth: "1989-08-12", Sex: adapters.Code{Code: "3"}, PlaceKind: "household", ProvinceCode: "96", InsuranceBook: "0198000001", HealthCard: "GD4010199000001"},
			map[string]string{"maTinh": "96", "hoTen": "Lê Na", "ngaySinh": "19890812", "loaiNgaySinh": "0", "gioiTinh": "3", "soSo": "0198000001", "maThe": "GD4010199000001", "isKs": "0"}},
	} {
		_, _ = adaptertest.Ask[any](t, w, test.operation, test.in) // the answer is not looked at
		path, body, _ := strings.Cut(tap.Lines()[0], " {")
		var sent map[string]string
		if err := json.Unmarshal([]byte("{"+body), &sent); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(test.want, sent); diff != "" || path != "POST "+test.path {
			t.Errorf("%s at %s: %s", test.operation, path, diff)
		}
	}
}

func TestCodesThatDoNotExistAreRefused(t *testing.T) {
	b := newBench(t)
	for operation, questions := range map[string]map[string]string{
		"number-search": {
			"sex.code":          `{"fullName":"Lê Na","dateOfBirth":"1950","sex":{"code":"4"},"placeKind":"household","provinceCode":"01"}`,
			"provinceCode":      `{"fullName":"Lê Na","dateOfBirth":"1950","sex":{"code":"1"},"placeKind":"household","provinceCode":"03"}`,
			"formerCommuneCode": `{"fullName":"Lê Na","dateOfBirth":"1950","sex":{"code":"1"},"placeKind":"household","formerCommuneCode":"99999"}`,
		},
		"household-search": {
			"sex.code":         `{"fullName":"Lê Na","dateOfBirth":"1950","sex":{"name":"Nam"},"placeKind":"household","provinceCode":"01"}`,
			"provinceCode":     `{"fullName":"Lê Na","dateOfBirth":"1950","sex":{"code":"1"},"placeKind":"household","provinceCode":"1"}`,
			"healthCardNumber": `{"fullName":"Lê Na","dateOfBirth":"1950","sex":{"code":"1"},"placeKind":"household","provinceCode":"01","healthCardNumber":"GD4 01 0199000001"}`,
		},
	} {
		for field, body := range questions {
			if got := b.Faults(t, operation, body); got != field {
				t.Errorf("%s: faults of %q, want %s", operation, got, field)
			}
		}
	}
}
