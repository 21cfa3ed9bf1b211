package drivinglicence

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

func newBench(t *testing.T) *adaptertest.Bench { return adaptertest.New(t, System(), Simulate, 500) }

func ask(t *testing.T, w *adaptertest.Way, q Question) (Licence, error) {
	t.Helper()
	return adaptertest.Ask[Licence](t, w, "licence-lookup", q)
}

func ok(b *adaptertest.Bench) Question { return b.Sim.Samples["licence-lookup"].OK.(Question) }

// expected is what the bus should say of a licence, told from the world.
func expected(w *synthetic.World, l synthetic.Licence) Licence {
	p := w.Person(l.Holder)
	want := Licence{Number: Number(l.Number), FullName: adapters.PersonName(p.FullName()), DateOfBirth: adapters.Date(p.Birth.String()),
		Sex: &adapters.Code{Code: p.Sex.Coded().Code, Name: p.Sex.Coded().Name}, Nationality: &adapters.Code{Code: "VNM", Name: "Việt Nam"}}
	if p.CitizenID != "" && (p.OldCitizenID == "" || l.Classes[0].Issued.Year() > 2015) {
		want.CitizenID = adapters.CitizenID(p.CitizenID)
	} else {
		want.OldCitizenID = adapters.OldCitizenID(p.OldCitizenID)
	}
	for _, c := range l.Classes {
		shown := Class{Class: c.Class, Former: l.Former, DossierCode: c.Dossier, Serial: c.Serial, IssuedBy: "Sở GTVT " + l.Issuer.Name,
			IssuedOn: adapters.Date(c.Issued.String()), ExpiresOn: adapters.Date(c.Expires.String()), NeverExpires: c.Expires.IsZero(),
			PassedOn: adapters.Date(c.Passed.String()), Status: &adapters.Code{Code: "1", Name: "Đang có hiệu lực"}}
		switch c.State {
		case synthetic.LicenceValid:
			shown.Points = &c.Points
		case synthetic.LicenceExpired:
			shown.Status = &adapters.Code{Code: "2", Name: "Hết hạn"}
		case synthetic.LicenceRevoked:
			shown.Status = &adapters.Code{Code: "3", Name: "Đã thu hồi"}
		case synthetic.LicenceReplaced:
			shown.Status = &adapters.Code{Code: "4", Name: "Đã đổi"}
		}
		if c.Issued.String() >= "2025-03-01" {
			shown.IssuedBy = "Phòng CSGT - Công an " + l.Issuer.Name
		}
		want.Classes = append(want.Classes, shown)
	}
	return want
}

func TestEveryLicenceComesBackAsTheRegisterHoldsIt(t *testing.T) {
	b := newBench(t)
	cards, papers := 0, 0
	for p := range b.World.People() {
		l, licensed := b.World.Licence(p.Index)
		if !licensed {
			continue
		}
		cards++
		asked := Question{CitizenID: adapters.CitizenID(p.CitizenID), Number: Number(l.Number), DateOfBirth: adapters.Date(p.Birth.String())}
		got, err := ask(t, b.Way, asked)
		if diff := cmp.Diff(expected(b.World, l), got); err != nil || diff != "" {
			t.Fatalf("person %d: %v\n%s", p.Index, err, diff)
		}
		paper, replaced := b.World.LicenceByNumber(l.Former)
		if !replaced {
			continue
		}
		papers++
		asked.Number, asked.CitizenID = Number(l.Former), ""
		got, err = ask(t, b.Way, asked)
		if diff := cmp.Diff(expected(b.World, paper), got); err != nil || diff != "" {
			t.Fatalf("paper of person %d: %v\n%s", p.Index, err, diff)
		}
	}
	if cards == 0 || papers == 0 {
		t.Errorf("%d cards and %d papers: the world shows one case only", cards, papers)
	}
}

func TestSampleLicenceIsRich(t *testing.T) {
	b := newBench(t)
	got, err := ask(t, b.Way, ok(b))
	if err != nil || len(got.Classes) != 2 || got.Classes[0].Points == nil || !got.Classes[0].NeverExpires || got.Classes[1].ExpiresOn == "" || got.Classes[0].Former == "" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestNumberWithoutItsHolderTellsNothing(t *testing.T) {
	b := newBench(t)
	good := ok(b)
	stranger := simulator.First(b.World.People(), func(p synthetic.Person) bool { return p.CitizenID != "" && p.CitizenID != string(good.CitizenID) })
	for name, tt := range map[string]struct {
		change func(q *Question)
		kind   error
	}{
		"other birth date": {func(q *Question) { q.DateOfBirth = "1990-01-01" }, adapters.ErrNoMatch},
		"year of birth":    {func(q *Question) { q.DateOfBirth = q.DateOfBirth[:4] }, adapters.ErrNoMatch},
		"other citizen":    {func(q *Question) { q.CitizenID = adapters.CitizenID(stranger.CitizenID) }, adapters.ErrNoMatch},
		"other number":     {func(q *Question) { q.Number = "999009000000" }, adapters.ErrNotFound},
	} {
		q := good
		tt.change(&q)
		if got, err := ask(t, b.Way, q); !errors.Is(err, tt.kind) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestRequestsAreWhatTheRegisterExpects(t *testing.T) {
	b := newBench(t)
	w, tap := b.Tap(t, b.Sim.Handler)
	for _, q := range []Question{
		{Number: "999009000000", DateOfBirth: "1960-05-17", CitizenID: "001060900001"},
		{Number: "999009000000", DateOfBirth: "1960"},
		{Number: "ZX999999", DateOfBirth: "1960-05"},
	} {
		if _, err := ask(t, w, q); !errors.Is(err, adapters.ErrNotFound) {
			t.Fatal(err)
		}
	}
	got := tap.Lines("Content-Type", "X-Request-Id")
	_, session, _ := strings.Cut(got[1], `"session":"`)
	session, _, _ = strings.Cut(session, `"`)
	const head = "POST /mapi/g application/json 01TESTREQUEST "
	envelope := head + `{"session":"` + session + `","service":"traCuuGPLX","donViXuLy":"H26.11",`
	want := []string{
		`POST /mapi/login application/json 01TESTREQUEST {"username":"sandbox-driving-licence-username","password":"sandbox-driving-licence-password"}`,
		envelope + `"SoGPLX":"999009000000","NgaySinh":"19600517","SoDinhDanh":"001060900001"}`,
		envelope + `"SoGPLX":"999009000000","NgaySinh":"19600000"}`,
		envelope + `"SoGPLX":"ZX999999","NgaySinh":"19600500"}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestInputThatNamesNoLicenceIsRefused(t *testing.T) {
	b := newBench(t)
	for body, field := range map[string]string{
		`{"dateOfBirth":"1990-01-01"}`:                                                               "drivingLicenceNumber",
		`{"drivingLicenceNumber":"019179000001"}`:                                                    "dateOfBirth",
		`{"drivingLicenceNumber":"01 9179","dateOfBirth":"1990-01-01"}`:                              "drivingLicenceNumber",
		`{"drivingLicenceNumber":"zx999999","dateOfBirth":"1990-01-01"}`:                             "drivingLicenceNumber",
		`{"drivingLicenceNumber":"019179000001","dateOfBirth":"1990-02-30"}`:                         "dateOfBirth",
		`{"drivingLicenceNumber":"019179000001","dateOfBirth":"1990-01-01","citizenId":"019900001"}`: "citizenId",
	} {
		if got := b.Faults(t, "licence-lookup", body); got != field {
			t.Errorf("%s: faults of %q", body, got)
		}
	}
}

func TestNothingPersonalIsInAnErrorText(t *testing.T) {
	var format, value string
	b := newBench(t)
	w := b.Serve(t, b.AfterLogin(loginPath, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, format, value) })))
	asked := Question{Number: "999009000000", DateOfBirth: "1990-01-01"}
	for _, format = range []string{
		`{"error_code":4,"result":%q}`, `{"error_code":%q}`, `{"error_code":0,"data":%q}`, `{"error_code":0,"data":[{"SoGPLX":%q}]}`,
		`{"error_code":0,"data":[{"SoGPLX":"999009000000","HangGPLX":"B","NgayCapGPLX":%q}]}`,
		`{"error_code":0,"data":[{"SoGPLX":"999009000000","HangGPLX":"B","NgaySinh":%q}]}`,
		`{"error_code":0,"data":[{"SoGPLX":"999009000000","HangGPLX":{%q:1}}]}`, `{"error_code":{%q:1}}`, `%q`, `{%q`,
	} {
		for _, value = range []string{"Nguyễn Văn Thử", "001099900001"} {
			_, err := ask(t, w, asked)
			if err == nil {
				t.Errorf("%s with %s is taken for a record", format, value)
			} else if text := err.Error(); strings.Contains(text, value) || strings.Contains(text, string(asked.Number)) {
				t.Errorf("%s: %s", format, text)
			}
		}
	}
}
