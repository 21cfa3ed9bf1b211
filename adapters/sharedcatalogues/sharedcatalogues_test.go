package sharedcatalogues

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
	"github.com/lgsp-vn/lgsp/adapters/internal/ndxp"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

var call = adapters.Call{Request: "01JDEXAMPLE"}

// behindGateway serves a handler behind the simulated gateway and gives the way
// to it with this consumer secret.
func behindGateway(t *testing.T, h http.Handler, secret string) *adapters.Conn {
	t.Helper()
	gateway := ndxp.Simulate(time.Now)
	mux := http.NewServeMux()
	mux.HandleFunc("/token", gateway.Token)
	mux.Handle("/", gateway.Protect(h))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return adapters.NewConn(adapters.ConnOptions{Base: server.URL, Now: time.Now, Transport: ndxp.NewTransport(ndxp.Options{
		Base: server.Client().Transport, TokenURL: server.URL + "/token", Now: time.Now,
		Key: simulator.Secret("ndxp", "key"), Secret: secret})})
}

// simulated makes the store and the way to it.
func simulated(t *testing.T) (simulator.Simulator, *adapters.Conn) {
	t.Helper()
	sim := Simulate(synthetic.New(1, 500), time.Now)
	return sim, behindGateway(t, sim.Handler, simulator.Secret("ndxp", "secret"))
}

// invoke asks an operation through the contract, as the catalogue does.
func invoke[Out any](t *testing.T, c *adapters.Conn, operation string, input any) (Out, error) {
	t.Helper()
	var out Out
	system := System()
	op, ok := system.Operation(operation)
	if !ok {
		t.Fatalf("no operation %s", operation)
	}
	body, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	in, faults := op.Parse(body)
	if len(faults) > 0 {
		t.Fatalf("input refused: %+v", faults)
	}
	record, err := op.Invoke(t.Context(), c, call, in)
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal(record.JSON, &out); err != nil {
		t.Fatal(err)
	}
	return out, nil
}

func TestEveryCatalogueComesWhole(t *testing.T) {
	_, c := simulated(t)
	list, err := invoke[Catalogues](t, c, "catalogues", nothing{})
	if err != nil {
		t.Fatal(err)
	}
	var want []Catalogue
	for _, catalogue := range synthetic.Catalogues() {
		want = append(want, Catalogue{catalogue.Code, catalogue.Name})
		t.Run(catalogue.Code, func(t *testing.T) { comesWhole(t, c, catalogue) })
	}
	if diff := cmp.Diff(want, list.Catalogues); diff != "" {
		t.Errorf("catalogues (-want +got):\n%s", diff)
	}
}

func comesWhole(t *testing.T, c *adapters.Conn, catalogue synthetic.Catalogue) {
	properties := Structure{Code: catalogue.Code}
	for _, p := range catalogue.Properties {
		properties.Properties = append(properties.Properties, Property{p.Code, p.Name, string(p.Type)})
	}
	rows := Entries{Code: catalogue.Code, Count: len(catalogue.Rows)}
	for i := range catalogue.Rows {
		rows.Entries = append(rows.Entries, catalogue.Record(i))
	}
	gotProperties, err := invoke[Structure](t, c, "structure", question{catalogue.Code})
	if err != nil {
		t.Fatal(err)
	}
	gotRows, err := invoke[Entries](t, c, "entries", question{catalogue.Code})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(properties, gotProperties) + cmp.Diff(rows, gotRows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestUnknownCatalogueIsNotFound(t *testing.T) {
	sim, c := simulated(t)
	for _, operation := range []string{"structure", "entries"} {
		if _, err := invoke[any](t, c, operation, sim.Samples[operation].NotFound); !errors.Is(err, adapters.ErrNotFound) {
			t.Errorf("%s: got %v, want ErrNotFound", operation, err)
		}
	}
}

func TestThousandsOfRowsComeInOneAnswer(t *testing.T) {
	row := `{"Ma":"%05d","Ten":"` + strings.Repeat("Tên dài của một đơn vị ", 10) + `","NgayHetHieuLuc":null}`
	var body strings.Builder
	body.WriteString("[" + fmt.Sprintf(row, 0))
	for i := 1; i < 5000; i++ {
		body.WriteString("," + fmt.Sprintf(row, i))
	}
	got, err := invoke[Entries](t, answering(t, 200, body.String()+"]"), "entries", question{"lon"})
	if err != nil {
		t.Fatal(err)
	}
	if got.Count != 5000 || len(got.Entries) != 5000 || *got.Entries[4999]["Ma"] != "04999" {
		t.Errorf("%d rows, count %d", len(got.Entries), got.Count)
	}
}

func TestRequestsAsTheStoreSeesThem(t *testing.T) {
	var seen []string
	c := behindGateway(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Method+" "+r.RequestURI)
		io.WriteString(w, `[]`)
	}), simulator.Secret("ndxp", "secret"))
	for operation, input := range map[string]any{"catalogues": nothing{}, "structure": question{"madantoc"}, "entries": question{"ma_dan-toc"}} {
		seen = nil
		if _, err := invoke[any](t, c, operation, input); err == nil {
			t.Errorf("%s: an empty array is no answer", operation)
		}
		want := map[string]string{"catalogues": "GET /AllCategory", "structure": "GET /Metadata/madantoc", "entries": "GET /Category/ma_dan-toc"}[operation]
		if diff := cmp.Diff([]string{want}, seen); diff != "" {
			t.Errorf("%s (-want +got):\n%s", operation, diff)
		}
	}
}

func TestCodeCannotMeanAnythingInAnAddress(t *testing.T) {
	system := System()
	for _, operation := range []string{"structure", "entries"} {
		op, _ := system.Operation(operation)
		for _, code := range []string{"..", ".", "a/b", "a%2fb", "a?b", "a#b", "a;b", "a b", "a\\b", "mã", "*", strings.Repeat("a", 65)} {
			body, _ := json.Marshal(question{code})
			if _, faults := op.Parse(body); len(faults) != 1 || faults[0].Field != "code" {
				t.Errorf("%s: %q got faults %+v", operation, code, faults)
			}
		}
		for _, code := range []string{"madantoc", "donvihanhchinhcap1", "MA_DAN-TOC"} {
			body, _ := json.Marshal(question{code})
			if _, faults := op.Parse(body); len(faults) > 0 {
				t.Errorf("%s: %q got faults %+v", operation, code, faults)
			}
		}
	}
}

func TestWrongConsumerSecretIsRejected(t *testing.T) {
	c := behindGateway(t, http.NotFoundHandler(), "wrong")
	if _, err := invoke[any](t, c, "catalogues", nothing{}); !errors.Is(err, adapters.ErrRejected) {
		t.Errorf("got %v, want ErrRejected", err)
	}
}

// answering is a store that always answers the same.
func answering(t *testing.T, status int, body string) *adapters.Conn {
	return behindGateway(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		io.WriteString(w, body)
	}), simulator.Secret("ndxp", "secret"))
}

func TestAnswerIsClassifiedByItsBody(t *testing.T) {
	const catalogues, structure, entries = "catalogues", "structure", "entries"
	tests := []struct {
		name, operation string
		status          int
		body            string
		kind            error // nil for a record
	}{
		{"catalogue", catalogues, 200, `[{"CategoryCode":"a"}]`, nil},
		{"catalogue without a code", catalogues, 200, `[{"CategoryName":"a"}]`, adapters.ErrMalformed},
		{"no catalogues", catalogues, 200, `[]`, adapters.ErrMalformed},
		{"property", structure, 200, `[{"PropertyCode":"a","PropertyType":"String"}]`, nil},
		{"property without a code", structure, 200, `[{"PropertyType":"String"}]`, adapters.ErrMalformed},
		{"property without a type", structure, 200, `[{"PropertyCode":"a"}]`, adapters.ErrMalformed},
		{"null property", structure, 200, `[null]`, adapters.ErrMalformed},
		{"no properties", structure, 200, `[]`, adapters.ErrNotFound},
		{"row", entries, 200, ` [{"Ma":"01","Ten":null}] `, nil},
		{"row with number and truth value", entries, 200, `[{"Ma":1.50,"Con":true}]`, nil},
		{"no rows", entries, 200, `[]`, adapters.ErrNotFound},
		{"empty row", entries, 200, `[{}]`, adapters.ErrMalformed},
		{"null row", entries, 200, `[null]`, adapters.ErrMalformed},
		{"nested value", entries, 200, `[{"Ma":{"x":1}}]`, adapters.ErrMalformed},
		{"list as value", entries, 200, `[{"Ma":["x"]}]`, adapters.ErrMalformed},
		{"refusal", entries, 200, `{"MSG":"bản ghi 001099000001 duplicate","Count":0}`, adapters.ErrRefusedInput},
		{"success of another operation", entries, 200, `{"MSG":"Done","Count":3}`, adapters.ErrMalformed},
		{"foreign object", entries, 200, `{"error":"maintenance"}`, adapters.ErrMalformed},
		{"null", entries, 200, `null`, adapters.ErrMalformed},
		{"text", entries, 200, `"unexpected"`, adapters.ErrMalformed},
		{"web page", entries, 200, `<html></html>`, adapters.ErrMalformed},
		{"empty", entries, 200, ``, adapters.ErrMalformed},
		{"broken", entries, 200, `[{"Ma":"01"}`, adapters.ErrMalformed},
		{"broken object", entries, 200, `{"MSG":"x"`, adapters.ErrMalformed},
		{"token refused by the store", entries, 401, `{}`, adapters.ErrRejected},
		{"wrong address", entries, 404, `{}`, adapters.ErrRejected},
		{"down", entries, 500, ``, adapters.ErrUnavailable},
		{"gateway got no answer", entries, 504, `{"fault":{"code":101504}}`, adapters.ErrTimeout},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			input := any(question{"madantoc"})
			if test.operation == catalogues {
				input = nothing{}
			}
			_, err := invoke[any](t, answering(t, test.status, test.body), test.operation, input)
			if !errors.Is(err, test.kind) {
				t.Fatalf("got %v, want %v", err, test.kind)
			}
			if err != nil && (strings.Contains(err.Error(), "001099") || strings.Contains(err.Error(), "madantoc")) {
				t.Errorf("error quotes the answer or the question: %v", err)
			}
		})
	}
}

func TestValuesAreTakenAsWritten(t *testing.T) {
	got, err := readEntries([]byte(`[{"a":"01","b":null,"c":1.50,"d":false,"e":"","f":"H\u00e0 N\"ội"}]`), "x")
	if err != nil {
		t.Fatal(err)
	}
	text := func(s string) *string { return &s }
	want := []map[string]*string{{"a": text("01"), "b": nil, "c": text("1.50"), "d": text("false"), "e": text(""), "f": text("Hà N\"ội")}}
	if diff := cmp.Diff(want, got.Entries); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTruncatedAnswerIsMalformed(t *testing.T) {
	c := behindGateway(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "500")
		io.WriteString(w, `[{"Ma":"01"}]`)
	}), simulator.Secret("ndxp", "secret"))
	for operation, input := range map[string]any{"catalogues": nothing{}, "structure": question{"a"}, "entries": question{"a"}} {
		if _, err := invoke[any](t, c, operation, input); !errors.Is(err, adapters.ErrMalformed) {
			t.Errorf("%s: got %v, want ErrMalformed", operation, err)
		}
	}
}

func FuzzReadAnswers(f *testing.F) {
	f.Add([]byte(`[{"Ma":"01","Ten":null}]`))
	f.Add([]byte(`[{"PropertyCode":"Ma","PropertyName":"Mã","PropertyType":"String"}]`))
	f.Add([]byte(`[{"CategoryCode":"madantoc","CategoryName":"Dân tộc"}]`))
	f.Add([]byte(`{"MSG":"Done","Count":0}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if list, err := readCatalogues(body); err == nil {
			for _, c := range list.Catalogues {
				if c.Code == "" {
					t.Fatal("catalogue without a code")
				}
			}
		}
		if s, err := readStructure(body, "x"); err == nil && (len(s.Properties) == 0 || s.Properties[0].Code == "") {
			t.Fatal("structure without properties")
		}
		if e, err := readEntries(body, "x"); err == nil && (len(e.Entries) == 0 || len(e.Entries) != e.Count || len(e.Entries[0]) == 0) {
			t.Fatal("entries without rows")
		}
	})
}

func BenchmarkReadEntries(b *testing.B) {
	list := make([]map[string]*string, 0, 4000)
	c := synthetic.Catalogues()[2]
	for i := range cap(list) {
		list = append(list, c.Record(i%len(c.Rows)))
	}
	body, err := json.Marshal(list)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := readEntries(body, "x"); err != nil {
			b.Fatal(err)
		}
	}
}
