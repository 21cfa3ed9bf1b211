package adapters

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// question is what a person is verified by.
type question struct {
	CitizenID    CitizenID    `json:"citizenId,omitempty" lgsp:"subject,one=identifier"`
	OldCitizenID OldCitizenID `json:"oldCitizenId,omitempty" lgsp:"subject,one=identifier"`
	FullName     PersonName   `json:"fullName" lgsp:"required"`
	DateOfBirth  Date         `json:"dateOfBirth,omitempty"`
	Limit        int          `json:"limit,omitempty" lgsp:"min=1,max=10"`
	Tags         []string     `json:"tags,omitempty" lgsp:"max=2" vi:"Nhãn" en:"Tags"`
	Sex          Code         `json:"sex,omitzero"`
	Colour       string       `json:"colour,omitempty" lgsp:"enum=red|green" vi:"Màu" en:"Colour"`
}

// operation is one that takes an In and answers nothing.
func operation[In any]() *Operation {
	op := Lookup(Operation{ID: "ask", Personal: true}, func(context.Context, *Conn, Call, In) (struct{}, error) { return struct{}{}, nil })
	return &op
}

// faulted lists the faults as "field: message".
func faulted(faults []Fault) []string {
	out := []string{}
	for _, f := range faults {
		out = append(out, f.Field+": "+f.Message.EN)
	}
	slices.Sort(out)
	return out
}

func TestParseRefusesWhatDoesNotFit(t *testing.T) {
	const start, end = `{"citizenId":"001099000001","fullName":"Trần Thử"`, `}`
	tests := []struct {
		name, body string
		want       []string
	}{
		{"unknown member", start + `,"adress":1` + end, []string{"adress: is not a member of this operation"}},
		{"unknown member inside", start + `,"sex":{"code":"1","gender":"x"}` + end, []string{"sex.gender: is not a member of this operation"}},
		{"name in other case", start + `,"Limit":1` + end, []string{"Limit: is not a member of this operation"}},
		{"member twice", start + `,"limit":1,"limit":1` + end, []string{"limit: is given twice"}},
		{"member twice, escaped", start + `,"l\u0069mit":1,"limit":1` + end, []string{"limit: is given twice"}},
		{"missing", `{"citizenId":"001099000001"}`, []string{"fullName: is required"}},
		{"none of a group", `{"fullName":"Trần Thử"}`, []string{"citizenId: exactly one of these must be given: citizenId, oldCitizenId"}},
		{"two of a group", start + `,"oldCitizenId":"019900001"` + end, []string{"citizenId: exactly one of these must be given: citizenId, oldCitizenId"}},
		{"number for text", `{"citizenId":1099000001,"fullName":"Trần Thử"}`, []string{"citizenId: must be of type string"}},
		{"text for number", start + `,"limit":"1"` + end, []string{"limit: must be of type integer"}},
		{"fraction for integer", start + `,"limit":1.5` + end, []string{"limit: must be of type integer"}},
		{"number beyond bounds of memory", start + `,"limit":99999999999999999999` + end, []string{"limit: must be of type integer"}},
		{"list for object", start + `,"sex":[]` + end, []string{"sex: must be of type object"}},
		{"object for list", start + `,"tags":{}` + end, []string{"tags: must be of type array"}},
		{"null", start + `,"limit":null` + end, []string{"limit: must be of type integer"}},
		{"null for a required one", `{"citizenId":"001099000001","fullName":null}`, []string{"fullName: must be of type string"}},
		{"empty text", start + `,"colour":""` + end, []string{"colour: must not be empty"}},
		{"blank text", start + `,"colour":" \t\u00a0"` + end, []string{"colour: must not be empty"}},
		{"outside the enum", start + `,"colour":"blue"` + end, []string{"colour: must be one of: red, green"}},
		{"too small", start + `,"limit":0` + end, []string{"limit: must be at least 1"}},
		{"too large", start + `,"limit":11` + end, []string{"limit: must be at most 10"}},
		{"too long", start + `,"tags":["` + strings.Repeat("ạ", 501) + `"]` + end, []string{"tags[0]: is longer than 500 characters"}},
		{"too many items", start + `,"tags":["a","b","c"]` + end, []string{"tags: must have at most 2 items"}},
		{"wrong item", start + `,"tags":["a",1]` + end, []string{"tags[1]: must be of type string"}},
		{"control character", start + `,"tags":["a\u0000b"]` + end, []string{"tags[0]: must not hold control characters"}},
		{"not an object", `[]`, []string{": must be of type object"}},
		{"nothing", ``, []string{": is not valid JSON, near byte 0"}},
		{"only null", `null`, []string{": must be of type object"}},
		{"text after the end", start + end + `x`, []string{": is not valid JSON, near byte 54"}},
		{"second value", start + end + ` {}`, []string{": is not valid JSON, near byte 56"}},
		{"truncated", start, []string{": is not valid JSON, near byte 53"}},
		{"comma at the end", start + `,` + end, []string{": is not valid JSON, near byte 53"}},
		{"invalid UTF-8", "{\"fullName\":\"\xff\"}", []string{": is not valid JSON, near byte 11"}},
		{"half a surrogate pair", `{"fullName":"\ud800"}`, []string{": is not valid JSON, near byte 11"}},
		{"byte order mark", "\ufeff" + start + end, []string{": is not valid JSON, near byte 0"}},
	}
	op := operation[question]()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in, faults := op.Parse([]byte(test.body))
			if diff := cmp.Diff(test.want, faulted(faults)); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
			if in.Canonical != nil || in.Subject != "" {
				t.Error("something is left of a refused question")
			}
		})
	}
}

func TestParseReportsEveryFaultAtOnce(t *testing.T) {
	_, faults := operation[question]().Parse([]byte(`{"citizenId":"12","dateOfBirth":"1990-13-01","limit":99,"tags":[1,"",3],"colour":7,"x":{},"sex":{"name":""}}`))
	want := []string{"citizenId: " + CitizenID("").Form().Rule.EN, "colour: must be of type string",
		"dateOfBirth: " + Date("").Form().Rule.EN, "fullName: is required", "limit: must be at most 10",
		"sex.name: must not be empty", "tags: must have at most 2 items", "tags[0]: must be of type string",
		"tags[1]: must not be empty", "x: is not a member of this operation"}
	if diff := cmp.Diff(want, faulted(faults)); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	for _, f := range faults {
		if f.Message.VI == "" || f.Message.EN == "" || f.Message.VI == f.Message.EN {
			t.Errorf("%s: not told in both languages: %+v", f.Field, f.Message)
		}
	}
}

func TestFaultsNeverQuoteAValue(t *testing.T) {
	const secret = "QX7731"
	bodies := []string{
		`{"citizenId":"QX7731","oldCitizenId":"QX7731","fullName":"9QX7731","dateOfBirth":"QX7731","limit":"QX7731","tags":"QX7731","sex":"QX7731","colour":"QX7731"}`,
		`{"citizenId":{"a":"QX7731"},"other":"QX7731","sex":{"code":["QX7731"]}}`,
		`{"fullName":"QX7731`, `{"fullName":"A"} QX7731`, `"QX7731"`,
	}
	for _, body := range bodies {
		_, faults := operation[question]().Parse([]byte(body))
		if len(faults) == 0 {
			t.Fatalf("%s was accepted", body)
		}
		for _, f := range faults {
			if strings.Contains(f.Field+f.Message.VI+f.Message.EN, secret) {
				t.Errorf("%s: fault quotes the value: %+v", body, f)
			}
		}
	}
}

func TestHostileBodiesAreRefusedWithinBounds(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 200_000)
	many := strings.Builder{}
	for i := range 20_000 {
		many.WriteString(`,"x` + strings.Repeat("y", i%100) + `":1`)
	}
	tests := map[string]string{
		"depth":               `{"fullName":` + strings.Repeat("[", 200_000),
		"depth of an unknown": `{"x":` + deep,
		"members":             `{"limit":1` + many.String() + `}`,
		"items":               `{"tags":[` + strings.Repeat(`1,`, 500_000) + `1]}`,
		"long text":           `{"fullName":"` + strings.Repeat("A", 4<<20) + `"}`,
		"long number":         `{"limit":` + strings.Repeat("9", 1<<20) + `}`,
		"long name":           `{"` + strings.Repeat("ạ", 1<<20) + `":1}`,
		"combining marks":     `{"fullName":"A` + strings.Repeat("\u0323\u0302", 100_000) + `"}`,
	}
	op := operation[question]()
	for name, body := range tests {
		t.Run(name, func(t *testing.T) {
			_, faults := op.Parse([]byte(body))
			if len(faults) == 0 || len(faults) > maxFaults {
				t.Fatalf("%d faults, want 1 to %d", len(faults), maxFaults)
			}
			for _, f := range faults {
				if len(f.Field) > 80 || len(f.Message.EN) > 200 {
					t.Errorf("fault of %d and %d bytes", len(f.Field), len(f.Message.EN))
				}
			}
		})
	}
}

func TestUnknownNamesAreMadePrintable(t *testing.T) {
	_, faults := operation[question]().Parse([]byte(`{"a\u001b[31m\nb":1,"fullName":"A","citizenId":"001099000001"}`))
	if diff := cmp.Diff([]string{"a?[31m?b: is not a member of this operation"}, faulted(faults)); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestSubjectIsTheValueItself(t *testing.T) {
	type book struct {
		Number string `json:"number,omitempty" lgsp:"subject,one=it" vi:"Số" en:"Number"`
		Code   string `json:"code,omitempty" lgsp:"subject,one=it"`
		Count  int    `json:"count,omitempty" lgsp:"subject,one=it"`
	}
	tests := []struct{ name, body, subject, member string }{
		{"plain", `{"number":"CS 01"}`, "CS 01", "number"},
		{"other member", `{"code":"7"}`, "7", "code"},
		{"trimmed", `{"number":"  CS 01 "}`, "CS 01", "number"},
		{"quote and backslash", `{"number":"a\"b\\c"}`, `a"b\c`, "number"},
		{"escaped letters", `{"number":"\u0041\u1ea1"}`, "Aạ", "number"},
		{"number", `{"count":1207}`, "1207", "count"},
		{"one character", `{"number":"x"}`, "x", "number"},
	}
	for _, test := range tests {
		in, faults := operation[book]().Parse([]byte(test.body))
		if len(faults) > 0 || in.Subject != test.subject || in.SubjectName != test.member {
			t.Errorf("%s: subject %q of %q, faults %v", test.name, in.Subject, in.SubjectName, faults)
		}
	}
}

func TestContentThatIsNotBase64IsRefused(t *testing.T) {
	type upload struct {
		Content []byte `json:"content" lgsp:"required"`
	}
	op := operation[upload]()
	if _, faults := op.Parse([]byte(`{"content":"QQ=="}`)); len(faults) > 0 {
		t.Errorf("base64 is refused: %v", faults)
	}
	for _, text := range []string{"QQ", "Q*==", "QR=="} { // the last has bits that say nothing
		if _, faults := op.Parse([]byte(`{"content":"` + text + `"}`)); len(faults) != 1 {
			t.Errorf("%q: faults %v, want one", text, faults)
		}
	}
}

// period has faults that only its fields together show; the method is on the
// pointer, which must make no difference.
type period struct {
	From Day `json:"from" lgsp:"required"`
	To   Day `json:"to" lgsp:"required"`
}

func (p *period) Check() []Fault {
	if p.To < p.From {
		return []Fault{{Field: "to", Message: Text{VI: "trước from", EN: "is before from"}}}
	}
	return nil
}

func TestFaultsAcrossFieldsAreAskedFor(t *testing.T) {
	op := operation[period]()
	if _, faults := op.Parse([]byte(`{"from":"2026-01-02","to":"2026-01-02"}`)); len(faults) > 0 {
		t.Errorf("a fitting period is refused: %v", faults)
	}
	in, faults := op.Parse([]byte(`{"from":"2026-01-02","to":"2026-01-01"}`))
	if diff := cmp.Diff([]string{"to: is before from"}, faulted(faults)); diff != "" || in.Canonical != nil {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func BenchmarkParse(b *testing.B) {
	type verify struct { // the input of population/citizen-verify
		CitizenID    CitizenID    `json:"citizenId,omitempty" lgsp:"subject,one=identifier"`
		OldCitizenID OldCitizenID `json:"oldCitizenId,omitempty" lgsp:"subject,one=identifier"`
		FullName     PersonName   `json:"fullName" lgsp:"required"`
	}
	op, body := operation[verify](), []byte(`{"citizenId":"001099000001","fullName":"Nguyễn Văn Thử"}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, faults := op.Parse(body); len(faults) > 0 {
			b.Fatal(faults)
		}
	}
}
