package socialinsurance

import (
	"encoding/json"
	"errors"
	"io"
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
	"github.com/lgsp-vn/lgsp/adapters/places"
)

var aCall = adapters.Call{Request: "01TESTREQUEST", Agency: "H26.11", Official: "cb-17"}

func noon() time.Time { return time.Date(2026, 11, 1, 12, 0, 0, 0, adapters.Vietnam) }

// bench is the simulated system, its database behind the simulated gateway and its
// portal beside it, with the ways to both.
type bench struct {
	world    *synthetic.World
	sim      simulator.Simulator
	database *adapters.Conn
	portal   *adapters.Conn
}

func newBench(t *testing.T, people int) *bench {
	t.Helper()
	b := &bench{world: synthetic.New(1, people)}
	b.sim = Simulate(b.world, noon)
	gateway := ndxp.Simulate(time.Now)
	mux := http.NewServeMux()
	mux.HandleFunc("/token", gateway.Token)
	mux.Handle("/", gateway.Protect(b.sim.Handler))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	b.database = adapters.NewConn(adapters.ConnOptions{Base: server.URL, Protocol: ngsp, Secrets: secrets(), Now: noon,
		Transport: ndxp.NewTransport(ndxp.Options{Base: server.Client().Transport, TokenURL: server.URL + "/token", Now: time.Now,
			Key: simulator.Secret("ndxp", "key"), Secret: simulator.Secret("ndxp", "secret")})})
	b.portal = portalConn(t, b.sim.Handler, secrets(), noon)
	return b
}

// portalConn is the way to a portal served by this handler.
func portalConn(t *testing.T, h http.Handler, secrets map[string]string, now func() time.Time) *adapters.Conn {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return adapters.NewConn(adapters.ConnOptions{Base: server.URL + "/" + portal, Protocol: portal, Transport: server.Client().Transport,
		Secrets: secrets, Now: now})
}

func secrets() map[string]string {
	return map[string]string{"username": simulator.Secret(id, "username"), "password": simulator.Secret(id, "password")}
}

// invoke asks as the bus does: parsed against the schema, answered as JSON.
func invoke[Out any](t *testing.T, c *adapters.Conn, operation string, in any) (Out, error) {
	t.Helper()
	var out Out
	system := System()
	op, ok := system.Operation(operation)
	if !ok {
		t.Fatalf("no operation %s", operation)
	}
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	input, faults := op.Parse(body)
	if len(faults) > 0 {
		t.Fatalf("%s refuses %s: %v", operation, body, faults)
	}
	record, err := op.Invoke(t.Context(), c, aCall, input)
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal(record.JSON, &out); err != nil {
		t.Fatal(err)
	}
	return out, nil
}

// fixed answers every request the same and keeps the last body as it was sent.
type fixed struct {
	status int
	body   string
	path   string
	sent   map[string]string
}

// RoundTrip is the whole exchange.
func (f *fixed) RoundTrip(r *http.Request) (*http.Response, error) {
	f.path, f.sent = r.URL.Path, nil
	if err := json.NewDecoder(r.Body).Decode(&f.sent); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: f.status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(f.body)), Request: r}, nil
}

func (f *fixed) conn() *adapters.Conn {
	return adapters.NewConn(adapters.ConnOptions{Base: "https://gateway.invalid/apiBHXH", Protocol: ngsp, Transport: f, Secrets: secrets(), Now: noon})
}

func TestEveryNumberLeadsToItsParticipant(t *testing.T) {
	b := newBench(t, 500)
	precisions := map[int]bool{}
	for p := range b.world.People() {
		number := adapters.SocialInsuranceNumber(b.world.InsuranceNumber(p.Index))
		got, err := invoke[Participant](t, b.database, "participant-lookup", ParticipantQuestion{InsuranceNumber: number})
		if err != nil {
			t.Fatalf("person %d: %v", p.Index, err)
		}
		at, status := p.BirthRegistered, database{b.world}.status(p)
		want := Participant{InsuranceNumber: number, FullName: adapters.PersonName(p.FullName()), DateOfBirth: adapters.Date(p.Birth.String()),
			Sex: adapters.Code(p.Sex.Coded()), InsuranceBook: b.world.InsuranceBook(p.Index),
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
	b := newBench(t, 500)
	q := b.sim.Samples["participant-lookup"].OK.(ParticipantQuestion)
	q.FullName = "Nguyễn Không Có"
	if _, err := invoke[any](t, b.database, "participant-lookup", q); !errors.Is(err, adapters.ErrNotFound) {
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
	b := newBench(t, 500)
	for i := 0; i < b.world.Len(); i += 5 {
		p := b.world.Person(i)
		q := NumberQuestion{FullName: adapters.PersonName(strings.ToUpper(p.FullName())), DateOfBirth: adapters.Date(p.Birth.String()), Sex: adapters.Code{Code: p.Sex.Coded().Code}}
		for kind, at := range map[string]synthetic.Address{"household": p.Permanent, "birth-registration": p.BirthRegistered} {
			got, err := invoke[NumberFound](t, b.database, "number-search", placeOf(q, kind, at))
			if err != nil || string(got.InsuranceNumber) != b.world.InsuranceNumber(i) || got.Status == nil {
				t.Errorf("person %d by %s: %+v, %v", i, kind, got, err)
			}
		}
		elsewhere := NumberQuestion{FullName: q.FullName, DateOfBirth: q.DateOfBirth, Sex: q.Sex, PlaceKind: "household", ProvinceCode: "96"}
		if _, err := invoke[any](t, b.database, "number-search", elsewhere); !errors.Is(err, adapters.ErrNotFound) {
			t.Errorf("person %d is found in Cà Mau: %v", i, err)
		}
	}
}

func TestSeveralMatchesAskForAMorePreciseQuestion(t *testing.T) {
	b := newBench(t, 5_000)
	seen := map[string]synthetic.Person{}
	for p := range b.world.People() {
		key := p.FullName() + p.Sex.Coded().Code + p.Birth.String()[:4]
		other, met := seen[key]
		if seen[key] = p; !met || p.Birth.Day() == 0 || other.Birth.Day() == 0 || p.Birth == other.Birth {
			continue
		}
		q := HouseholdQuestion{FullName: adapters.PersonName(p.FullName()), DateOfBirth: adapters.Date(p.Birth.String()[:4]),
			Sex: adapters.Code{Code: p.Sex.Coded().Code}, PlaceKind: "household", ProvinceCode: "01"}
		n := NumberQuestion{FullName: q.FullName, DateOfBirth: q.DateOfBirth, Sex: q.Sex, PlaceKind: "household", ProvinceCode: "01"}
		for operation, vague := range map[string]any{"household-search": q, "number-search": n} {
			_, err := invoke[any](t, b.database, operation, vague)
			if own, ok := errors.AsType[*adapters.Error](err); !ok || own.Kind != adapters.ErrRefusedInput || own.Code != "02" {
				t.Errorf("%s: %v", operation, err)
			}
		}
		cards := b.world.HealthCards(p.Index)
		precise := q
		precise.HealthCard = HealthCardNumber(cards[0].Number)
		got, err := invoke[HouseholdMember](t, b.database, "household-search", precise)
		if err != nil || string(got.InsuranceNumber) != b.world.InsuranceNumber(p.Index) {
			t.Errorf("by card: %+v, %v", got, err)
		}
		return
	}
	t.Error("no two people match")
}

func TestHouseholdSearchTellsTheHousehold(t *testing.T) {
	b := newBench(t, 500)
	q := b.sim.Samples["household-search"].OK.(HouseholdQuestion)
	p := b.world.Person(b.world.PeopleNamed(string(q.FullName))[0])
	got, err := invoke[HouseholdMember](t, b.database, "household-search", q)
	if err != nil {
		t.Fatal(err)
	}
	want := HouseholdMember{InsuranceNumber: adapters.SocialInsuranceNumber(b.world.InsuranceNumber(p.Index)), FullName: q.FullName, DateOfBirth: q.DateOfBirth,
		Sex: adapters.Code(p.Sex.Coded()), Household: b.world.InsuranceHousehold(p.Household), AddressText: p.Permanent.Full(),
		Status: wire.Code(wire.Text(database{b.world}.status(p)), statuses)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	q.InsuranceBook = "0100000001"
	if _, err := invoke[any](t, b.database, "household-search", q); !errors.Is(err, adapters.ErrNotFound) {
		t.Errorf("by another book: %v", err)
	}
}

func TestQuestionsAreWrittenAsTheDatabaseReadsThem(t *testing.T) {
	old, _ := places.OldByCode("00004")
	for _, test := range []struct {
		operation, path string
		in              any
		want            map[string]string
	}{
		{"participant-lookup", "/apiBHXH/getTraCuuTtHgdByMaSoBhxh", ParticipantQuestion{InsuranceNumber: "0199000001"}, map[string]string{"maSoBhxh": "0199000001"}},
		{"number-search", "/apiBHXH/getMaSoBhxhTheoTieuChi",
			NumberQuestion{FullName: "Lê Na", DateOfBirth: "1950", Sex: adapters.Code{Code: "2"}, PlaceKind: "birth-registration", FormerCommuneCode: "00004"},
			map[string]string{"hoTen": "Lê Na", "ngaySinh": "1950", "loaiNgaySinh": "1", "gioiTinh": "2", "maTinhKs": "01", "maHuyenKs": old.DistrictCode, "maXaKs": "00004", "isKs": "1"}},
		{"number-search", "/apiBHXH/getMaSoBhxhTheoTieuChi",
			NumberQuestion{FullName: "Lê Na", DateOfBirth: "1950-06", Sex: adapters.Code{Code: "2"}, PlaceKind: "household", CommuneCode: "00004"},
			map[string]string{"hoTen": "Lê Na", "ngaySinh": "195006", "loaiNgaySinh": "2", "gioiTinh": "2", "maTinhKs": "01", "maHuyenKs": "", "maXaKs": "00004", "isKs": "0"}},
		{"household-search", "/apiBHXH/getTraCuuThongTinHgd",
			HouseholdQuestion{FullName: "Lê Na", DateOfBirth: "1989-08-12", Sex: adapters.Code{Code: "3"}, PlaceKind: "household", ProvinceCode: "96", InsuranceBook: "0198000001", HealthCard: "GD4010199000001"},
			map[string]string{"maTinh": "96", "hoTen": "Lê Na", "ngaySinh": "19890812", "loaiNgaySinh": "0", "gioiTinh": "3", "soSo": "0198000001", "maThe": "GD4010199000001", "isKs": "0"}},
	} {
		upstream := &fixed{status: 200, body: "{}"}
		_, _ = invoke[any](t, upstream.conn(), test.operation, test.in) // the answer is not looked at
		if diff := cmp.Diff(test.want, upstream.sent); diff != "" || upstream.path != test.path {
			t.Errorf("%s at %s: %s", test.operation, upstream.path, diff)
		}
	}
}

func TestCodesThatDoNotExistAreRefused(t *testing.T) {
	system := System()
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
		op, _ := system.Operation(operation)
		for field, body := range questions {
			if _, faults := op.Parse([]byte(body)); len(faults) != 1 || faults[0].Field != field {
				t.Errorf("%s: faults %v, want one of %s", operation, faults, field)
			}
		}
	}
}
