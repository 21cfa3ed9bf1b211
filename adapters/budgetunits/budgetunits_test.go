package budgetunits

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
	"github.com/lgsp-vn/lgsp/adapters/internal/soap"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

func newBench(t testing.TB) *adaptertest.Bench {
	return adaptertest.New(t, System(), Simulate, synthetic.MinPeople)
}

func TestEveryUnitComesBackOverEitherCarrier(t *testing.T) {
	b := newBench(t)
	for _, protocol := range b.System.Protocols {
		for _, u := range b.World.BudgetUnits() {
			got := adaptertest.Get[Unit](t, b.Way.By(protocol), "unit-lookup", Question{UnitCode(u.Code)})
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
	b := newBench(t)
	got, err := adaptertest.Ask[Unit](t, b.Way, "unit-lookup", b.Sim.Samples["unit-lookup"].OK)
	if lacking := b.Lacking(t, "unit-lookup"); err != nil || lacking != nil || got.Status.Code != "I" || got.ClosedOn != "2025-07-01" {
		t.Errorf("sample %+v lacks %v, %v", got, lacking, err)
	}
	if receiver, err := adaptertest.Ask[Unit](t, b.Way, "unit-lookup", Question{got.ReceiverCode}); err != nil || receiver.Status.Code != "A" {
		t.Errorf("receiving unit: %+v, %v", receiver, err)
	}
}

func TestRequestsAsTheServiceSeesThem(t *testing.T) {
	b := newBench(t)
	w, tap := b.Tap(t, adaptertest.Answers(http.StatusServiceUnavailable, ""))
	for protocol, want := range map[string]string{
		"rest": `POST /traCuuMaSoDVQHNS application/json {"maSo":"9000001"}`,
		"soap": "POST /soap text/xml; charset=utf-8 " + `<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
			`<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:dv="http://mof.gov.vn/dvqhns"><soapenv:Header/><soapenv:Body>` +
			`<dv:traCuuMaSoDVQHNS><dv:maSo>9000001</dv:maSo></dv:traCuuMaSoDVQHNS></soapenv:Body></soapenv:Envelope>`,
	} {
		if _, err := adaptertest.Ask[Unit](t, w.By(protocol), "unit-lookup", Question{"9000001"}); !errors.Is(err, adapters.ErrUnavailable) {
			t.Errorf("%s: got %v, want ErrUnavailable", protocol, err)
		}
		if diff := cmp.Diff([]string{want}, tap.Lines("Content-Type", "SOAPAction")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", protocol, diff)
		}
	}
}

func TestServiceRefusesWhatItDoesNotKnow(t *testing.T) {
	c := newBench(t).Way.By("soap")
	for name, test := range map[string]struct {
		namespace string
		body      soap.Element
		want      string
	}{
		"other call":      {namespace, soap.Node("traCuu"), "Client"},
		"other namespace": {"http://example.com", soap.Node(operation), "Client"},
		"no code":         {namespace, soap.Node(operation), "<dv:maKetQua>02<"},
	} {
		got, err := c.Do(t.Context(), adaptertest.Call, adapters.Request{Type: soap.ContentType, Header: http.Header{"SOAPAction": {""}}, Body: soap.Envelope("x", test.namespace, test.body)})
		if err != nil || !strings.Contains(string(got.Body), test.want) {
			t.Errorf("%s: %v, want %q in %s", name, err, test.want, got.Body)
		}
	}
}

func TestCodeHasSevenDigits(t *testing.T) {
	b := newBench(t)
	for _, code := range []string{"", "123456", "12345678", "123456a", "１２３４５６７"} {
		if got := b.Faults(t, "unit-lookup", Question{UnitCode(code)}); got != "budgetUnitCode" {
			t.Errorf("%q: faults of %q", code, got)
		}
	}
}
