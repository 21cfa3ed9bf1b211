package drivinglicence

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/ndxp"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// bench is the simulated register with the way to it through the national gateway,
// under a clock that only the test moves.
type bench struct {
	world *synthetic.World
	sim   simulator.Simulator
	conn  *adapters.Conn
	clock atomic.Int64
}

// newBench puts wrap around the simulator; nil for nothing.
func newBench(t *testing.T, wrap func(http.Handler) http.Handler) *bench {
	t.Helper()
	b := &bench{world: synthetic.New(1, 500)}
	b.clock.Store(time.Date(2026, 11, 1, 8, 0, 0, 0, adapters.Vietnam).Unix())
	b.sim = Simulate(b.world, b.now)
	handler := b.sim.Handler
	if wrap != nil {
		handler = wrap(handler)
	}
	b.conn = b.connect(t, handler, simulator.Secret(id, "username"), simulator.Secret(id, "password"))
	return b
}

func (b *bench) now() time.Time { return time.Unix(b.clock.Load(), 0) }

func (b *bench) connect(t *testing.T, handler http.Handler, username, password string) *adapters.Conn {
	t.Helper()
	gateway := ndxp.Simulate(b.now)
	mux := http.NewServeMux()
	mux.HandleFunc("/token", gateway.Token)
	mux.Handle("/", gateway.Protect(handler))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return adapters.NewConn(adapters.ConnOptions{Base: server.URL, Now: b.now, Secrets: map[string]string{"username": username, "password": password},
		Transport: ndxp.NewTransport(ndxp.Options{Base: server.Client().Transport, TokenURL: server.URL + "/token", Now: b.now,
			Key: simulator.Secret("ndxp", "key"), Secret: simulator.Secret("ndxp", "secret")})})
}

// ask asks as the bus does: parsed against the schema, answered as JSON.
func ask(t *testing.T, c *adapters.Conn, in any) (Licence, error) {
	t.Helper()
	op := &System().Operations[0]
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	input, faults := op.Parse(body)
	if len(faults) > 0 {
		t.Fatalf("refuses %s: %v", body, faults)
	}
	record, err := op.Invoke(t.Context(), c, adapters.Call{Request: "01TESTREQUEST", Agency: "H26.11", Official: "officer-1"}, input)
	if err != nil {
		return Licence{}, err
	}
	var got Licence
	if err := json.Unmarshal(record.JSON, &got); err != nil {
		t.Fatal(err)
	}
	return got, nil
}

func (b *bench) ok() Question { return b.sim.Samples["licence-lookup"].OK.(Question) }

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
	b := newBench(t, nil)
	cards, papers := 0, 0
	for p := range b.world.People() {
		l, ok := b.world.Licence(p.Index)
		if !ok {
			continue
		}
		cards++
		asked := Question{CitizenID: adapters.CitizenID(p.CitizenID), Number: Number(l.Number), DateOfBirth: adapters.Date(p.Birth.String())}
		got, err := ask(t, b.conn, asked)
		if diff := cmp.Diff(expected(b.world, l), got); err != nil || diff != "" {
			t.Fatalf("person %d: %v\n%s", p.Index, err, diff)
		}
		paper, replaced := b.world.LicenceByNumber(l.Former)
		if !replaced {
			continue
		}
		papers++
		asked.Number, asked.CitizenID = Number(l.Former), ""
		got, err = ask(t, b.conn, asked)
		if diff := cmp.Diff(expected(b.world, paper), got); err != nil || diff != "" {
			t.Fatalf("paper of person %d: %v\n%s", p.Index, err, diff)
		}
	}
	if cards == 0 || papers == 0 {
		t.Errorf("%d cards and %d papers: the world shows one case only", cards, papers)
	}
}

func TestSampleLicenceIsRich(t *testing.T) {
	b := newBench(t, nil)
	got, err := ask(t, b.conn, b.ok())
	if err != nil || len(got.Classes) != 2 || got.Classes[0].Points == nil || !got.Classes[0].NeverExpires || got.Classes[1].ExpiresOn == "" || got.Classes[0].Former == "" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestNumberWithoutItsHolderTellsNothing(t *testing.T) {
	b := newBench(t, nil)
	good := b.ok()
	stranger := simulator.First(b.world.People(), func(p synthetic.Person) bool { return p.CitizenID != "" && p.CitizenID != string(good.CitizenID) })
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
		if got, err := ask(t, b.conn, q); !errors.Is(err, tt.kind) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestRequestsAreWhatTheRegisterExpects(t *testing.T) {
	var seen []string
	var session string
	b := newBench(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			var q nationalQuestion
			if json.Unmarshal(body, &q) == nil && q.Session != "" {
				session = q.Session
			}
			seen = append(seen, r.Method+" "+r.RequestURI+" "+r.Header.Get("Content-Type")+" "+r.Header.Get("X-Request-Id")+" "+string(body))
			next.ServeHTTP(w, r)
		})
	})
	for _, q := range []Question{
		{Number: "999009000000", DateOfBirth: "1960-05-17", CitizenID: "001060900001"},
		{Number: "999009000000", DateOfBirth: "1960"},
		{Number: "ZX999999", DateOfBirth: "1960-05"},
	} {
		if _, err := ask(t, b.conn, q); !errors.Is(err, adapters.ErrNotFound) {
			t.Fatal(err)
		}
	}
	const head = "POST /mapi/g application/json 01TESTREQUEST "
	envelope := head + `{"session":"` + session + `","service":"traCuuGPLX","donViXuLy":"H26.11",`
	want := []string{
		`POST /mapi/login application/json 01TESTREQUEST {"username":"sandbox-driving-licence-username","password":"sandbox-driving-licence-password"}`,
		envelope + `"SoGPLX":"999009000000","NgaySinh":"19600517","SoDinhDanh":"001060900001"}`,
		envelope + `"SoGPLX":"999009000000","NgaySinh":"19600000"}`,
		envelope + `"SoGPLX":"ZX999999","NgaySinh":"19600500"}`,
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
}

func TestInputThatNamesNoLicenceIsRefused(t *testing.T) {
	op := &System().Operations[0]
	for body, field := range map[string]string{
		`{"dateOfBirth":"1990-01-01"}`:                                                               "drivingLicenceNumber",
		`{"drivingLicenceNumber":"019179000001"}`:                                                    "dateOfBirth",
		`{"drivingLicenceNumber":"01 9179","dateOfBirth":"1990-01-01"}`:                              "drivingLicenceNumber",
		`{"drivingLicenceNumber":"zx999999","dateOfBirth":"1990-01-01"}`:                             "drivingLicenceNumber",
		`{"drivingLicenceNumber":"019179000001","dateOfBirth":"1990-02-30"}`:                         "dateOfBirth",
		`{"drivingLicenceNumber":"019179000001","dateOfBirth":"1990-01-01","citizenId":"019900001"}`: "citizenId",
	} {
		if _, faults := op.Parse([]byte(body)); len(faults) != 1 || faults[0].Field != field {
			t.Errorf("%s: %v", body, faults)
		}
	}
}

// afterLogin lets the simulator log in and answers look-ups itself.
func afterLogin(answer http.HandlerFunc) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == loginPath {
				next.ServeHTTP(w, r)
				return
			}
			answer(w, r)
		})
	}
}

func TestNothingPersonalIsInAnErrorText(t *testing.T) {
	var format, value string
	b := newBench(t, afterLogin(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, format, value) }))
	asked := Question{Number: "999009000000", DateOfBirth: "1990-01-01"}
	for _, format = range []string{
		`{"error_code":4,"result":%q}`, `{"error_code":%q}`, `{"error_code":0,"data":%q}`, `{"error_code":0,"data":[{"SoGPLX":%q}]}`,
		`{"error_code":0,"data":[{"SoGPLX":"999009000000","HangGPLX":"B","NgayCapGPLX":%q}]}`,
		`{"error_code":0,"data":[{"SoGPLX":"999009000000","HangGPLX":"B","NgaySinh":%q}]}`,
		`{"error_code":0,"data":[{"SoGPLX":"999009000000","HangGPLX":{%q:1}}]}`, `{"error_code":{%q:1}}`, `%q`, `{%q`,
	} {
		for _, value = range []string{"Nguyễn Văn Thử", "001099900001"} {
			_, err := ask(t, b.conn, asked)
			if err == nil {
				t.Errorf("%s with %s is taken for a record", format, value)
			} else if text := err.Error(); strings.Contains(text, value) || strings.Contains(text, string(asked.Number)) {
				t.Errorf("%s: %s", format, text)
			}
		}
	}
}
