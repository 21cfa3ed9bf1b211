package land

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// bench is the simulated land database with the way to it, under a clock that
// only the test moves.
type bench struct {
	world *synthetic.World
	sim   simulator.Simulator
	conn  *adapters.Conn
	clock *atomic.Int64
}

// newBench puts wrap around the simulator; nil for nothing.
func newBench(t *testing.T, wrap func(http.Handler) http.Handler) *bench {
	t.Helper()
	b := &bench{world: synthetic.New(1, 500), clock: new(atomic.Int64)}
	b.clock.Store(time.Date(2026, 11, 1, 8, 0, 0, 0, adapters.Vietnam).Unix())
	b.sim = Simulate(b.world, b.now)
	handler := b.sim.Handler
	if wrap != nil {
		handler = wrap(handler)
	}
	b.conn = b.connect(t, handler, secrets())
	return b
}

func (b *bench) now() time.Time { return time.Unix(b.clock.Load(), 0) }

func (b *bench) connect(t *testing.T, handler http.Handler, secrets map[string]string) *adapters.Conn {
	t.Helper()
	server := httptest.NewServer(handler)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(func() { transport.CloseIdleConnections(); server.Close() })
	return adapters.NewConn(adapters.ConnOptions{Base: server.URL, Transport: transport, Secrets: secrets, Now: b.now})
}

func secrets() map[string]string {
	values := map[string]string{}
	for _, name := range System().Secrets {
		values[name] = simulator.Secret("land", name)
	}
	return values
}

// invoke asks as the bus does: parsed against the schema, answered as JSON.
func invoke(t *testing.T, c *adapters.Conn, operation string, in any) ([]byte, error) {
	t.Helper()
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
	record, err := op.Invoke(t.Context(), c, adapters.Call{Request: "01TESTREQUEST", Agency: "H26.11", Official: "officer-1"}, input)
	return record.JSON, err
}

func TestEveryParcelComesBackAsTheRegisterHoldsIt(t *testing.T) {
	b := newBench(t, nil)
	incomplete := 0
	for _, p := range b.world.Parcels() {
		raw, err := invoke(t, b.conn, "parcel-lookup", questionFor(p))
		if err != nil {
			t.Fatalf("parcel %d: %v", p.Index, err)
		}
		var got ParcelRecord
		if err := json.Unmarshal(raw, &got); err != nil {
			t.Fatal(err)
		}
		lacks := len(p.Owners) == 0 || p.Address.Detail == ""
		if got.Incomplete != lacks {
			t.Errorf("parcel %d: incomplete %v, want %v", p.Index, got.Incomplete, lacks)
		}
		if lacks {
			incomplete++
		}
		var names []string
		for _, i := range p.Owners {
			names = append(names, b.world.Person(i).FullName())
		}
		address := &adapters.Address{FormerCommuneCode: p.Key.Commune}
		if p.Address.Detail != "" {
			address.Detail = p.Address.Full()
		}
		want := Parcel{MapSheet: CadastralNumber(p.Key.Sheet), ParcelNumber: CadastralNumber(p.Key.Number), FormerMapSheet: p.OldSheet,
			FormerParcelNumber: p.OldNumber, Area: p.Area, LegalArea: p.LegalArea, Address: address,
			LandUse: &adapters.Code{Code: p.Purpose.Code, Name: p.Purpose.Name}, OwnerName: strings.Join(names, ", ")}
		if diff := cmp.Diff(want, got.Parcel); diff != "" {
			t.Errorf("parcel %d: %s", p.Index, diff)
		}
		if len(got.Certificates) != len(p.Certificates) {
			t.Errorf("parcel %d: %d certificates, want %d", p.Index, len(got.Certificates), len(p.Certificates))
		}
	}
	if incomplete == 0 || incomplete == len(b.world.Parcels()) {
		t.Errorf("%d of %d parcels are incomplete: the world shows one case only", incomplete, len(b.world.Parcels()))
	}
}

func TestEveryCertificateComesBackByEitherNumber(t *testing.T) {
	b := newBench(t, nil)
	for _, c := range b.world.Certificates() {
		bySerial, err := invoke(t, b.conn, "certificate-lookup", CertificateQuestion{SerialNumber: SerialNumber(c.Number)})
		if err != nil {
			t.Fatalf("certificate %d: %v", c.Index, err)
		}
		byBook, err := invoke(t, b.conn, "certificate-lookup", CertificateQuestion{BookNumber: c.Book})
		if err != nil {
			t.Fatalf("certificate %d: %v", c.Index, err)
		}
		if !bytes.Equal(bySerial, byBook) {
			t.Errorf("certificate %d differs by the number asked", c.Index)
		}
		var got CertificateRecord
		if err := json.Unmarshal(bySerial, &got); err != nil {
			t.Fatal(err)
		}
		paper := Certificate{SerialNumber: SerialNumber(c.Number), BookNumber: c.Book, IssuedOn: adapters.Date(c.Issued.String()),
			Status: &adapters.Code{Code: c.State.Code, Name: c.State.Name}}
		if diff := cmp.Diff(paper, got.Certificate); diff != "" {
			t.Errorf("certificate %d: %s", c.Index, diff)
		}
		var owners []Owner
		for _, i := range c.Owners {
			p := b.world.Person(i)
			o := Owner{FullName: adapters.PersonName(p.FullName()), CitizenID: adapters.CitizenID(p.CitizenID), Address: &adapters.Address{Detail: p.Permanent.Full()}}
			if p.CitizenID == "" {
				o.OldCitizenID = adapters.OldCitizenID(p.OldCitizenID)
			}
			owners = append(owners, o)
		}
		if diff := cmp.Diff(owners, got.Owners); diff != "" {
			t.Errorf("certificate %d: %s", c.Index, diff)
		}
		var limits []Restriction
		for _, e := range c.Encumbrances {
			limits = append(limits, Restriction{Kind: adapters.Code{Code: e.Kind.Code, Name: e.Kind.Name}, Holder: e.Holder,
				RegisteredOn: adapters.Date(e.Registered.String()), ReleasedOn: adapters.Date(e.Released.String())})
		}
		if diff := cmp.Diff(limits, got.Restrictions); diff != "" {
			t.Errorf("certificate %d: %s", c.Index, diff)
		}
		lacks := len(c.Owners) == 0
		for _, i := range c.Parcels {
			p := b.world.Parcels()[i]
			lacks = lacks || len(p.Owners) == 0 || p.Address.Detail == ""
		}
		if got.Incomplete != lacks || len(got.Parcels) != len(c.Parcels) {
			t.Errorf("certificate %d: incomplete %v with %d parcels, want %v with %d", c.Index, got.Incomplete, len(got.Parcels), lacks, len(c.Parcels))
		}
	}
}

func TestRequestsAreWhatTheNationalSideExpects(t *testing.T) {
	var wire bytes.Buffer
	b := newBench(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			fmt.Fprintf(&wire, "%s %s\n", r.Method, r.RequestURI)
			for _, name := range slices.Sorted(headerNames(r.Header)) {
				value := r.Header.Get(name)
				if scheme, _, ok := strings.Cut(value, " "); ok && name == "Authorization" {
					value = scheme + " …"
				}
				fmt.Fprintf(&wire, "%s: %s\n", name, value)
			}
			fmt.Fprintf(&wire, "\n%s\n\n", body)
			next.ServeHTTP(w, r)
		})
	})
	for _, ask := range []struct {
		operation string
		in        any
	}{
		{"parcel-lookup", ParcelQuestion{CommuneCode: "00004", MapSheet: "12", ParcelNumber: "345"}},
		{"parcel-lookup", ParcelQuestion{FormerCommuneCode: "00001", MapSheet: "12", ParcelNumber: "345"}},
		{"certificate-lookup", CertificateQuestion{SerialNumber: "ZZ000000"}},
		{"certificate-lookup", CertificateQuestion{BookNumber: "CH 000000"}},
	} {
		if _, err := invoke(t, b.conn, ask.operation, ask.in); !errors.Is(err, adapters.ErrNotFound) {
			t.Errorf("%s: %v", ask.operation, err)
		}
	}
	const headers = "Accept: application/json\nAccept-Encoding: gzip\nAuthorization: Bearer …\nContent-Length: %d\nContent-Type: application/json\nUser-Agent: lgsp\nX-Request-Id: 01TESTREQUEST\n\n"
	want := "POST /token\nAccept: application/json\nAccept-Encoding: gzip\nContent-Length: 153\nContent-Type: application/x-www-form-urlencoded\nUser-Agent: lgsp\nX-Request-Id: 01TESTREQUEST\n\n" +
		"client_id=sandbox-land-clientId&client_secret=sandbox-land-clientSecret&grant_type=password&password=sandbox-land-password&username=sandbox-land-username\n\n" +
		"POST /traCuuThuaDat\n" + fmt.Sprintf(headers, 57) + `{"MaXa":"00004","SoHieuToBanDo":"12","SoThuTuThua":"345"}` + "\n\n" +
		"POST /traCuuThuaDat\n" + fmt.Sprintf(headers, 57) + `{"MaXa":"00001","SoHieuToBanDo":"12","SoThuTuThua":"345"}` + "\n\n" +
		"POST /traCuuGiayChungNhan\n" + fmt.Sprintf(headers, 25) + `{"SoPhatHanh":"ZZ000000"}` + "\n\n" +
		"POST /traCuuGiayChungNhan\n" + fmt.Sprintf(headers, 23) + `{"SoVaoSo":"CH 000000"}` + "\n\n"
	if diff := cmp.Diff(want, wire.String()); diff != "" {
		t.Error(diff)
	}
}

func headerNames(h http.Header) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for name := range h {
			if !yield(name) {
				return
			}
		}
	}
}

func TestInputThatNamesNothingIsRefused(t *testing.T) {
	tests := map[string]struct{ operation, body, field string }{
		"commune too short":        {"parcel-lookup", `{"communeCode":"4","mapSheet":"1","parcelNumber":"1"}`, "communeCode"},
		"commune of the past":      {"parcel-lookup", `{"communeCode":"00001","mapSheet":"1","parcelNumber":"1"}`, "communeCode"},
		"commune that never was":   {"parcel-lookup", `{"formerCommuneCode":"99999","mapSheet":"1","parcelNumber":"1"}`, "formerCommuneCode"},
		"two communes":             {"parcel-lookup", `{"communeCode":"00004","formerCommuneCode":"00001","mapSheet":"1","parcelNumber":"1"}`, "communeCode"},
		"no commune":               {"parcel-lookup", `{"mapSheet":"1","parcelNumber":"1"}`, "communeCode"},
		"sheet with leading zero":  {"parcel-lookup", `{"communeCode":"00004","mapSheet":"01","parcelNumber":"1"}`, "mapSheet"},
		"number too long":          {"parcel-lookup", `{"communeCode":"00004","mapSheet":"1","parcelNumber":"123456"}`, "parcelNumber"},
		"no parcel number":         {"parcel-lookup", `{"communeCode":"00004","mapSheet":"1"}`, "parcelNumber"},
		"serial number with space": {"certificate-lookup", `{"serialNumber":"AA 000001"}`, "serialNumber"},
		"neither number":           {"certificate-lookup", `{}`, "serialNumber"},
		"both numbers":             {"certificate-lookup", `{"serialNumber":"AA000001","bookNumber":"CH1"}`, "serialNumber"},
	}
	system := System()
	for name, tt := range tests {
		op, _ := system.Operation(tt.operation)
		_, faults := op.Parse([]byte(tt.body))
		if len(faults) != 1 || faults[0].Field != tt.field {
			t.Errorf("%s: %v", name, faults)
		}
	}
}

func TestNothingPersonalIsInAnErrorText(t *testing.T) {
	const asked = "ZA000001"
	formats := []string{
		`{"data":0,"status":{"success":false,"code":400,"message":%q}}`,
		`{"data":0,"status":{"success":true,"message":%q}}`,
		`{"data":%q,"status":{"success":true}}`,
		`{"data":{"SoVaoSo":%q},"status":{"success":true}}`,
		`{"data":{"SoPhatHanh":"ZA000001","NgayCap":%q},"status":{"success":true}}`,
		`{"data":{"SoPhatHanh":"ZA000001","TrangThai":{%q:1}},"status":{"success":true}}`,
		`{"data":{"SoPhatHanh":"ZA000001","ThuaDat":[{"DienTich":%q}]},"status":{"success":true}}`,
		`{"data":{},"status":{"success":%q}}`,
		`<html>%s</html>`, `%q`, `{%q`,
	}
	var format, value string
	b := newBench(t, onlyAfterLogin(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, format, value) }))
	for _, format = range formats {
		for _, value = range []string{"Nguyễn Văn Thử", "001099900001x", "ZB000002"} {
			_, err := invoke(t, b.conn, "certificate-lookup", CertificateQuestion{SerialNumber: asked})
			if err == nil {
				t.Errorf("%s with %s is taken for a record", format, value)
			} else if text := err.Error(); strings.Contains(text, value) || strings.Contains(text, asked) {
				t.Errorf("%s: %s", format, text)
			}
		}
	}
}

func TestNationalCodeThatNamesSomebodyIsDropped(t *testing.T) {
	for _, code := range []string{"Nguyễn Văn Thử", "001099900001"} {
		_, err := open(answered(200, "application/json", fmt.Sprintf(`{"data":0,"status":{"success":false,"code":%q,"type":%[1]q}}`, code)))
		if !errors.Is(err, adapters.ErrRejected) || strings.Contains(err.Error(), code) {
			t.Errorf("got %v", err)
		}
	}
}

// onlyAfterLogin lets the simulator log in and answers look-ups itself.
func onlyAfterLogin(answer http.HandlerFunc) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == tokenPath {
				next.ServeHTTP(w, r)
				return
			}
			answer(w, r)
		})
	}
}
