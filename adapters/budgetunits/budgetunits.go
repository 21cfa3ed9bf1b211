// Package budgetunits asks the Ministry of Finance for the unit behind a
// budget-relation code (mã số ĐVQHNS).
//
// Documented are the code of seven digits, that none is used again after its unit
// was closed, and the record of the catalogue as the finance systems keep it.
// Assumed is all of the exchange: the call traCuuMaSoDVQHNS with its one member
// maSo, the result around the record and its codes, the day of closing and the
// receiving unit in the record, how days are written and what the budget levels
// stand for. Nobody says either whether the service is SOAP or REST, so a route
// chooses: REST behind the national gateway, or SOAP 1.1 reached directly. Both
// carry the same members, and no credentials of their own are known.
//
// A closed unit is an answer, with the day and with who took it over: a clerk who
// asks by an old code wants to know just that. Left out is the list of units below a
// parent, or of a chapter in a commune: nobody documents that there is one.
package budgetunits

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/soap"
)

const (
	id        = "budget-units"
	operation = "traCuuMaSoDVQHNS"
	namespace = "http://mof.gov.vn/dvqhns" // assumed

	protocolREST = "rest"
	protocolSOAP = "soap"
)

// System describes the catalogue of budget units.
func System() adapters.System {
	return adapters.System{
		ID:        id,
		Names:     adapters.Text{VI: "Hệ thống cấp mã số đơn vị quan hệ ngân sách", EN: "Codes of units related to the state budget"},
		Owner:     adapters.Text{VI: "Bộ Tài chính", EN: "Ministry of Finance"},
		Assumed:   true,
		Protocols: []string{protocolREST, protocolSOAP},
		Operations: []adapters.Operation{adapters.Lookup(adapters.Operation{ID: "unit-lookup", Assumed: true,
			Summary: adapters.Text{VI: "Đơn vị quan hệ ngân sách theo mã số, kể cả đơn vị đã đóng mã", EN: "A unit of the state budget by its code, also a closed one"},
		}, unitLookup)},
	}
}

func unitLookup(ctx context.Context, c *adapters.Conn, call adapters.Call, in Question) (Unit, error) {
	ask := askREST
	if c.Protocol() == protocolSOAP {
		ask = askSOAP
	}
	text, err := ask(ctx, c, call, in.UnitCode)
	if err != nil {
		return Unit{}, err
	}
	return readUnit(text, in.UnitCode)
}

// askREST returns the answer as it came.
func askREST(ctx context.Context, c *adapters.Conn, call adapters.Call, code UnitCode) ([]byte, error) {
	got, err := c.Do(ctx, call, adapters.Request{Path: "/" + operation, JSON: map[string]string{"maSo": string(code)}})
	if err != nil {
		return nil, err
	}
	return got.Body, got.Fault()
}

// askSOAP returns the answer as REST would have given it: the members are the same.
func askSOAP(ctx context.Context, c *adapters.Conn, call adapters.Call, code UnitCode) ([]byte, error) {
	got, err := c.Do(ctx, call, adapters.Request{Type: soap.ContentType, Header: http.Header{"SOAPAction": {""}},
		Body: soap.Envelope("dv", namespace, soap.Node(operation, soap.Leaf("maSo", string(code))))})
	if err != nil {
		return nil, err
	}
	return readSOAP(got)
}

func readSOAP(got *adapters.Answer) ([]byte, error) {
	var element soap.Element
	if err := soap.Read(got, &element); err != nil {
		return nil, err
	}
	if element.Name != operation+"Response" {
		return nil, adapters.Malformed("not an answer to the call")
	}
	members, err := plain(element)
	if err != nil {
		return nil, err
	}
	text, _ := json.Marshal(members) // texts and objects of them can always be written
	return text, nil
}

// plain is an element as a JSON value: a text, or members by name. Two of one name
// are refused, because nothing would say which of them is meant.
func plain(e soap.Element) (any, error) {
	if len(e.Children) == 0 {
		return e.Text, nil
	}
	members := map[string]any{}
	for _, child := range e.Children {
		if _, taken := members[child.Name]; taken {
			return nil, adapters.Malformed("element given twice")
		}
		value, err := plain(child)
		if err != nil {
			return nil, err
		}
		members[child.Name] = value
	}
	return members, nil
}
