package land

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
)

func newBench(t *testing.T) *adaptertest.Bench { return adaptertest.New(t, System(), Simulate, 500) }

func TestEveryParcelComesBackAsTheRegisterHoldsIt(t *testing.T) {
	b := newBench(t)
	incomplete := 0
	for _, p := range b.World.Parcels() {
		got := adaptertest.Get[ParcelRecord](t, b.Way, "parcel-lookup", questionFor(p))
		lacks := len(p.Owners) == 0 || p.Address.Detail == ""
		if got.Incomplete != lacks {
			t.Errorf("parcel %d: incomplete %v, want %v", p.Index, got.Incomplete, lacks)
		}
		if lacks {
			incomplete++
		}
		var names []string
		for _, i := range p.Owners {
			names = append(names, b.World.Person(i).FullName())
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
	if incomplete == 0 || incomplete == len(b.World.Parcels()) {
		t.Errorf("%d of %d parcels are incomplete: the world shows one case only", incomplete, len(b.World.Parcels()))
	}
}

func TestEveryCertificateComesBackByEitherNumber(t *testing.T) {
	b := newBench(t)
	for _, c := range b.World.Certificates() {
		got := adaptertest.Get[CertificateRecord](t, b.Way, "certificate-lookup", CertificateQuestion{SerialNumber: SerialNumber(c.Number)})
		byBook, err := adaptertest.Ask[CertificateRecord](t, b.Way, "certificate-lookup", CertificateQuestion{BookNumber: c.Book})
		if diff := cmp.Diff(got, byBook); err != nil || diff != "" {
			t.Errorf("certificate %d differs by the number asked: %v\n%s", c.Index, err, diff)
		}
		paper := Certificate{SerialNumber: SerialNumber(c.Number), BookNumber: c.Book, IssuedOn: adapters.Date(c.Issued.String()),
			Status: &adapters.Code{Code: c.State.Code, Name: c.State.Name}}
		if diff := cmp.Diff(paper, got.Certificate); diff != "" {
			t.Errorf("certificate %d: %s", c.Index, diff)
		}
		var owners []Owner
		for _, i := range c.Owners {
			p := b.World.Person(i)
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
			p := b.World.Parcels()[i]
			lacks = lacks || len(p.Owners) == 0 || p.Address.Detail == ""
		}
		if got.Incomplete != lacks || len(got.Parcels) != len(c.Parcels) {
			t.Errorf("certificate %d: incomplete %v with %d parcels, want %v with %d", c.Index, got.Incomplete, len(got.Parcels), lacks, len(c.Parcels))
		}
	}
}

func TestRequestsAreWhatTheNationalSideExpects(t *testing.T) {
	var head []string
	b := newBench(t)
	w, tap := b.Tap(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head = slices.Sorted(maps.Keys(r.Header))
		b.Sim.Handler.ServeHTTP(w, r)
	}))
	for _, ask := range []struct {
		operation string
		in        any
	}{
		{"parcel-lookup", ParcelQuestion{CommuneCode: "00004", MapSheet: "12", ParcelNumber: "345"}},
		{"parcel-lookup", ParcelQuestion{FormerCommuneCode: "00001", MapSheet: "12", ParcelNumber: "345"}},
		{"certificate-lookup", CertificateQuestion{SerialNumber: "ZZ000000"}},
		{"certificate-lookup", CertificateQuestion{BookNumber: "CH 000000"}},
	} {
		if _, err := adaptertest.Ask[any](t, w, ask.operation, ask.in); !errors.Is(err, adapters.ErrNotFound) {
			t.Errorf("%s: %v", ask.operation, err)
		}
	}
	want := []string{
		"POST /token application/json application/x-www-form-urlencoded 01TESTREQUEST " +
			"client_id=sandbox-land-clientId&client_secret=sandbox-land-clientSecret&grant_type=password&password=sandbox-land-password&username=sandbox-land-username",
		`POST /traCuuThuaDat Bearer application/json application/json 01TESTREQUEST {"MaXa":"00004","SoHieuToBanDo":"12","SoThuTuThua":"345"}`,
		`POST /traCuuThuaDat Bearer application/json application/json 01TESTREQUEST {"MaXa":"00001","SoHieuToBanDo":"12","SoThuTuThua":"345"}`,
		`POST /traCuuGiayChungNhan Bearer application/json application/json 01TESTREQUEST {"SoPhatHanh":"ZZ000000"}`,
		`POST /traCuuGiayChungNhan Bearer application/json application/json 01TESTREQUEST {"SoVaoSo":"CH 000000"}`,
	}
	if diff := cmp.Diff(want, tap.Lines("Authorization", "Accept", "Content-Type", "X-Request-Id")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Accept", "Accept-Encoding", "Authorization", "Content-Length", "Content-Type", "User-Agent", "X-Request-Id"}, head); diff != "" {
		t.Errorf("headers of a question: %s", diff)
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
	b := newBench(t)
	for name, tt := range tests {
		if got := b.Faults(t, tt.operation, tt.body); got != tt.field {
			t.Errorf("%s: faults of %q", name, got)
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
	b := newBench(t)
	w := b.Serve(t, b.AfterLogin(tokenPath, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, format, value) })))
	for _, format = range formats {
		for _, value = range []string{"Nguyễn Văn Thử", "001099900001x", "ZB000002"} {
			_, err := adaptertest.Ask[any](t, w, "certificate-lookup", CertificateQuestion{SerialNumber: asked})
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
		_, err := open(adaptertest.Answer(200, fmt.Sprintf(`{"data":0,"status":{"success":false,"code":%q,"type":%[1]q}}`, code)))
		if !errors.Is(err, adapters.ErrRejected) || strings.Contains(err.Error(), code) {
			t.Errorf("got %v", err)
		}
	}
}
