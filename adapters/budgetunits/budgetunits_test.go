package budgetunits

import (
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
	"github.com/lgsp-vn/lgsp/adapters/internal/soap"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

var (
	aCall     = adapters.Call{Request: "01TESTREQUEST"}
	protocols = System().Protocols
)

// connect is the way to a handler that speaks one of the protocols, without the
// national gateway, which is not this package's.
func connect(t testing.TB, protocol string, h http.Handler) *adapters.Conn {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	base := server.URL
	if protocol != protocols[0] {
		base += "/" + protocol
	}
	return adapters.NewConn(adapters.ConnOptions{Base: base, Protocol: protocol, Transport: server.Client().Transport, Now: time.Now})
}

// bench is the simulated catalogue.
func bench() (*synthetic.World, simulator.Simulator) {
	w := synthetic.New(1, synthetic.MinPeople)
	return w, Simulate(w, time.Now)
}

// invoke asks as the bus does: through the schema, then the operation.
func invoke(t testing.TB, c *adapters.Conn, in any) (unit Unit, err error) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	op := &System().Operations[0]
	parsed, faults := op.Parse(body)
	if len(faults) > 0 {
		t.Fatalf("input refused: %+v", faults)
	}
	record, err := op.Invoke(t.Context(), c, aCall, parsed)
	if err != nil {
		return unit, err
	}
	if err := json.Unmarshal(record.JSON, &unit); err != nil {
		t.Fatal(err)
	}
	return unit, nil
}

func TestEveryUnitComesBackOverEitherCarrier(t *testing.T) {
	w, sim := bench()
	for _, protocol := range protocols {
		c := connect(t, protocol, sim.Handler)
		for _, u := range w.BudgetUnits() {
			got, err := invoke(t, c, Question{UnitCode(u.Code)})
			if err != nil {
				t.Fatalf("%s: %s: %v", protocol, u.Name, err)
			}
			if diff := cmp.Diff(expected(u), got); diff != "" {
				t.Fatalf("%s: %s (-want +got):\n%s", protocol, u.Name, diff)
			}
			if today := u.CommuneCode != "" && u.DistrictCode == ""; today && string(got.Address.CommuneCode) != u.CommuneCode || !today && got.Address.FormerCommuneCode != u.CommuneCode {
				t.Errorf("%s: %s is at %+v", protocol, u.Name, got.Address)
			}
		}
	}
}

// expected is what the bus should say of a unit, told from the world.
func expected(u synthetic.BudgetUnit) Unit {
	coded := func(code string, names ...string) *adapters.Code {
		if code == "" {
			return nil
		}
		c := &adapters.Code{Code: code}
		if len(names) > 0 {
			c.Name = names[0]
		}
		return c
	}
	status := adapters.Code{Code: "A", Name: "Đang sử dụng"}
	if !u.Closed.IsZero() {
		status = adapters.Code{Code: "I", Name: "Ngừng sử dụng"}
	}
	return Unit{UnitCode: UnitCode(u.Code), Name: u.Name, ParentCode: UnitCode(u.Parent),
		Type:     coded(u.Type, map[string]string{"1": "Đơn vị sử dụng ngân sách", "4": "Đơn vị tổng hợp"}[u.Type]),
		Category: coded(u.Category), Chapter: coded(u.Chapter),
		Level: coded(u.Level, map[string]string{"2": "Tỉnh, thành phố", "3": "Quận, huyện", "4": "Xã, phường"}[u.Level]),
		Address: adapters.NationalAddress{ProvinceCode: "01", DistrictCode: u.DistrictCode, CommuneCode: u.CommuneCode,
			AsOf: adapters.Date(u.Changed.String())}.Address(),
		LegalBasis: u.Basis, EffectiveOn: adapters.Date(u.Effective.String()), CreatedOn: adapters.Date(u.Created.String()),
		UpdatedOn: adapters.Date(u.Changed.String()), Status: &status, ClosedOn: adapters.Date(u.Closed.String()), ReceiverCode: UnitCode(u.Receiver)}
}

func TestSampleIsAClosedUnitWithEverything(t *testing.T) {
	_, sim := bench()
	samples := sim.Samples["unit-lookup"]
	for _, protocol := range protocols {
		c := connect(t, protocol, sim.Handler)
		got, err := invoke(t, c, samples.OK)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := json.Marshal(got)
		var members map[string]any
		if err := json.Unmarshal(text, &members); err != nil {
			t.Fatal(err)
		}
		for _, f := range System().Operations[0].Output.Fields {
			if _, given := members[f.Name]; !given {
				t.Errorf("%s: sample lacks %s", protocol, f.Name)
			}
		}
		if got.Status.Code != "I" || got.ClosedOn != "2025-07-01" {
			t.Errorf("%s: sample is not closed: %+v", protocol, got)
		}
		if receiver, err := invoke(t, c, Question{got.ReceiverCode}); err != nil || receiver.Status.Code != "A" {
			t.Errorf("%s: receiving unit: %+v, %v", protocol, receiver, err)
		}
		if _, err := invoke(t, c, samples.NotFound); !errors.Is(err, adapters.ErrNotFound) {
			t.Errorf("%s: got %v, want ErrNotFound", protocol, err)
		}
	}
}

func TestRequestsAsTheServiceSeesThem(t *testing.T) {
	var seen string
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen = fmt.Sprintf("%s %s\n%s %v %q\n%s", r.Method, r.RequestURI, r.Header.Get("Content-Type"), r.Header["Soapaction"], r.Header.Get("Authorization"), body)
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	for protocol, want := range map[string]string{
		"rest": "POST /traCuuMaSoDVQHNS\napplication/json [] \"\"\n" + `{"maSo":"9000001"}`,
		"soap": "POST /soap\ntext/xml; charset=utf-8 [] \"\"\n" + `<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
			`<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:dv="http://mof.gov.vn/dvqhns"><soapenv:Header/><soapenv:Body>` +
			`<dv:traCuuMaSoDVQHNS><dv:maSo>9000001</dv:maSo></dv:traCuuMaSoDVQHNS></soapenv:Body></soapenv:Envelope>`,
	} {
		if _, err := invoke(t, connect(t, protocol, h), Question{"9000001"}); !errors.Is(err, adapters.ErrUnavailable) {
			t.Errorf("%s: got %v, want ErrUnavailable", protocol, err)
		}
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Errorf("%s (-want +got):\n%s", protocol, diff)
		}
	}
}

func TestServiceRefusesWhatItDoesNotKnow(t *testing.T) {
	_, sim := bench()
	c := connect(t, "soap", sim.Handler)
	for name, test := range map[string]struct {
		namespace string
		body      soap.Element
		want      string
	}{
		"other call":      {namespace, soap.Node("traCuu"), "Client"},
		"other namespace": {"http://example.com", soap.Node(operation), "Client"},
		"no code":         {namespace, soap.Node(operation), "<dv:maKetQua>02<"},
	} {
		got, err := c.Do(t.Context(), aCall, adapters.Request{Type: soap.ContentType, Header: http.Header{"SOAPAction": {""}}, Body: soap.Envelope("x", test.namespace, test.body)})
		if err != nil || !strings.Contains(string(got.Body), test.want) {
			t.Errorf("%s: %v, want %q in %s", name, err, test.want, got.Body)
		}
	}
}

func TestCodeHasSevenDigits(t *testing.T) {
	for _, code := range []string{"", "123456", "12345678", "123456a", "１２３４５６７"} {
		body, _ := json.Marshal(map[string]string{"budgetUnitCode": code})
		if _, faults := System().Operations[0].Parse(body); len(faults) != 1 || faults[0].Field != "budgetUnitCode" {
			t.Errorf("%q: %+v", code, faults)
		}
	}
}
