package sharedcatalogues

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

func newBench(t *testing.T) *adaptertest.Bench { return adaptertest.New(t, System(), Simulate, 500) }

func TestEveryCatalogueComesWhole(t *testing.T) {
	b := newBench(t)
	list := adaptertest.Get[Catalogues](t, b.Way, "catalogues", nothing{})
	var want []Catalogue
	for _, catalogue := range synthetic.Catalogues() {
		want = append(want, Catalogue{catalogue.Code, catalogue.Name})
		t.Run(catalogue.Code, func(t *testing.T) { comesWhole(t, b.Way, catalogue) })
	}
	if diff := cmp.Diff(want, list.Catalogues); diff != "" {
		t.Errorf("catalogues (-want +got):\n%s", diff)
	}
}

func comesWhole(t *testing.T, w *adaptertest.Way, catalogue synthetic.Catalogue) {
	properties := Structure{Code: catalogue.Code}
	for _, p := range catalogue.Properties {
		properties.Properties = append(properties.Properties, Property{p.Code, p.Name, string(p.Type)})
	}
	rows := Entries{Code: catalogue.Code, Count: len(catalogue.Rows)}
	for i := range catalogue.Rows {
		rows.Entries = append(rows.Entries, catalogue.Record(i))
	}
	gotProperties := adaptertest.Get[Structure](t, w, "structure", question{catalogue.Code})
	gotRows := adaptertest.Get[Entries](t, w, "entries", question{catalogue.Code})
	if diff := cmp.Diff(properties, gotProperties) + cmp.Diff(rows, gotRows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestThousandsOfRowsComeInOneAnswer(t *testing.T) {
	row := `{"Ma":"%05d","Ten":"` + strings.Repeat("Tên dài của một đơn vị ", 10) + `","NgayHetHieuLuc":null}`
	var body strings.Builder
	body.WriteString("[" + fmt.Sprintf(row, 0))
	for i := 1; i < 5000; i++ {
		body.WriteString("," + fmt.Sprintf(row, i))
	}
	got := adaptertest.Get[Entries](t, newBench(t).Answering(t, 200, body.String()+"]"), "entries", question{"lon"})
	if got.Count != 5000 || len(got.Entries) != 5000 || *got.Entries[4999]["Ma"] != "04999" {
		t.Errorf("%d rows, count %d", len(got.Entries), got.Count)
	}
}

func TestRequestsAsTheStoreSeesThem(t *testing.T) {
	b := newBench(t)
	w, tap := b.Tap(t, adaptertest.Answers(200, `[]`))
	for operation, input := range map[string]any{"catalogues": nothing{}, "structure": question{"madantoc"}, "entries": question{"ma_dan-toc"}} {
		if _, err := adaptertest.Ask[any](t, w, operation, input); err == nil {
			t.Errorf("%s: an empty array is no answer", operation)
		}
		want := map[string]string{"catalogues": "GET /AllCategory", "structure": "GET /Metadata/madantoc", "entries": "GET /Category/ma_dan-toc"}[operation]
		if diff := cmp.Diff([]string{want}, tap.Lines()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", operation, diff)
		}
	}
}

func TestCodeCannotMeanAnythingInAnAddress(t *testing.T) {
	b := newBench(t)
	for _, operation := range []string{"structure", "entries"} {
		for _, code := range []string{"..", ".", "a/b", "a%2fb", "a?b", "a#b", "a;b", "a b", "a\\b", "mã", "*", strings.Repeat("a", 65)} {
			if got := b.Faults(t, operation, question{code}); got != "code" {
				t.Errorf("%s: %q got faults of %q", operation, code, got)
			}
		}
		for _, code := range []string{"madantoc", "donvihanhchinhcap1", "MA_DAN-TOC"} {
			if got := b.Faults(t, operation, question{code}); got != "" {
				t.Errorf("%s: %q got faults of %q", operation, code, got)
			}
		}
	}
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
	b := newBench(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			input := any(question{"madantoc"})
			if test.operation == catalogues {
				input = nothing{}
			}
			_, err := adaptertest.Ask[any](t, b.Answering(t, test.status, test.body), test.operation, input)
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
