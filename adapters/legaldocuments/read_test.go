package legaldocuments

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
)

// answering is a gateway that answers each question in turn, and the last again.
func answering(t *testing.T, status int, bodies ...string) *adapters.Conn {
	return reached(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		io.WriteString(w, bodies[0])
		bodies = bodies[min(1, len(bodies)-1):]
	}), "key")
}

func data(json string) string { return `{"success":true,"data":` + json + `}` }

func TestAnswerIsClassifiedByItsBody(t *testing.T) {
	const signer = "Nguyễn Văn Thử"
	tests := []struct {
		name   string
		status int
		body   string
		kind   error // nil for a record
		code   string
	}{
		{"smallest record", 200, data(`{"id":7}`), nil, ""},
		{"key as text", 200, data(`{"id":"7"}`), nil, ""},
		{"everything null", 200, data(`{"id":7,"docNum":null,"docType":null,"effStatus":null,"effTo":null,"documentContent":null,"documentIssues":null,"documentFields":[null],"references":null,"hasContent":null}`), nil, ""},
		{"success as text", 200, `{"success":"true","data":{"id":7}}`, nil, ""},
		{"not found", 400, `{"success":false,"statusCode":400,"messageCode":"invalid.document.entity.not.found","message":"` + signer + `"}`, adapters.ErrNotFound, "invalid.document.entity.not.found"},
		{"not found inside success", 200, `{"success":false,"messageCode":"invalid.document.entity.not.found"}`, adapters.ErrNotFound, "invalid.document.entity.not.found"},
		{"no data", 200, data(`null`), adapters.ErrNotFound, ""},
		{"refused with an unknown code", 200, `{"success":false,"messageCode":"some.other"}`, adapters.ErrRejected, "some.other"},
		{"refused in words", 200, `{"success":false,"messageCode":"` + signer + `"}`, adapters.ErrRejected, ""},
		{"refused with an unknown code and status", 400, `{"success":false,"messageCode":"some.other"}`, adapters.ErrRejected, "some.other"},
		{"refused without a code", 400, `{"success":false}`, adapters.ErrRejected, "http-400"},
		{"refused by a proxy", 400, `Bad Request`, adapters.ErrRejected, "http-400"},
		{"key wanted", 401, `{"message":"Missing Authorization header or X-API-KEY"}`, adapters.ErrRejected, "http-401"},
		{"captcha wanted", 401, `{"captcha":"x"}`, adapters.ErrRejected, "http-401"},
		{"blocked", 403, `<html></html>`, adapters.ErrRejected, "http-403"},
		{"wrong address", 404, `{}`, adapters.ErrRejected, "http-404"},
		{"throttled", 429, ``, adapters.ErrUnavailable, "http-429"},
		{"down", 500, `{"success":false}`, adapters.ErrUnavailable, "http-500"},
		{"moved", 302, ``, adapters.ErrMalformed, "http-302"},
		{"another document", 200, data(`{"id":8,"title":"` + signer + `"}`), adapters.ErrMalformed, ""},
		{"without its key", 200, data(`{"title":"` + signer + `"}`), adapters.ErrMalformed, ""},
		{"day that does not exist", 200, data(`{"id":7,"effTo":"2026-02-30T00:00:00"}`), adapters.ErrMalformed, ""},
		{"day in another layout", 200, data(`{"id":7,"issueDate":"01/02/2026"}`), adapters.ErrMalformed, ""},
		{"wrong type of a member", 200, data(`{"id":7,"documentIssues":"x"}`), adapters.ErrMalformed, ""},
		{"list for a document", 200, `[{"id":7}]`, adapters.ErrMalformed, ""},
		{"neither success nor refusal", 200, `{"data":{"id":7}}`, adapters.ErrMalformed, ""},
		{"success without data", 200, `{"success":true}`, adapters.ErrMalformed, ""},
		{"null", 200, `null`, adapters.ErrMalformed, ""},
		{"text", 200, `"unexpected"`, adapters.ErrMalformed, ""},
		{"web page", 200, `<!DOCTYPE html><html></html>`, adapters.ErrMalformed, ""},
		{"empty", 200, ``, adapters.ErrMalformed, ""},
		{"broken", 200, `{"success":true,"data":{"id":7}`, adapters.ErrMalformed, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := invoke[DocumentRecord](t, answering(t, test.status, test.body), "document", question{"7"})
			if test.kind == nil {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			failed, ok := errors.AsType[*adapters.Error](err)
			if !ok || !errors.Is(err, test.kind) || failed.Code != test.code {
				t.Fatalf("got %v, want %v with code %q", err, test.kind, test.code)
			}
			if strings.Contains(err.Error(), signer) {
				t.Errorf("error quotes the answer: %v", err)
			}
		})
	}
}

func TestPageIsTheOneAskedFor(t *testing.T) {
	row := `{"id":7,"issueDate":"2026-03-01T00:00:00"}`
	page := func(total string, rows ...string) string {
		return fmt.Sprintf(`{"total":%s,"items":[%s]}`, total, strings.Join(rows, ","))
	}
	second := searchQuestion{Page: 2, Limit: 2}
	spring := searchQuestion{Page: 1, Limit: 2, From: "2026-03-01", To: "2026-03-31"}
	for _, test := range []struct {
		name, body string
		asked      searchQuestion
		kind       error
	}{
		{"the last page", page("3", row), second, nil},
		{"total as text", page(`"3"`, row), second, nil},
		{"a page past the last", page("2"), second, nil},
		{"no rows at all", `{"total":0,"items":null}`, second, nil},
		{"page cut by a cap", page("9", row), second, adapters.ErrMalformed},
		{"page size passed over", page("9", row, row, row), second, adapters.ErrMalformed},
		{"more rows than there are", page("3", row, row), second, adapters.ErrMalformed},
		{"rows without a total", `{"items":[` + row + `]}`, second, adapters.ErrMalformed},
		{"negative total", page("-1"), second, adapters.ErrMalformed},
		{"nothing of a page", `{}`, second, adapters.ErrMalformed},
		{"null row", page("3", "null"), second, adapters.ErrMalformed},
		{"row without its key", page("3", `{"title":"x"}`), second, adapters.ErrMalformed},
		{"row with a key that is none", page("3", `{"id":"../x"}`), second, adapters.ErrMalformed},
		{"within the window", page("1", row), spring, nil},
		{"window passed over", page("1", `{"id":7,"issueDate":"2026-02-28T00:00:00"}`), spring, adapters.ErrMalformed},
		{"window passed over at its end", page("1", `{"id":7,"issueDate":"2026-04-01T00:00:00"}`), spring, adapters.ErrMalformed},
		{"row without a day in a window", page("1", `{"id":7}`), spring, adapters.ErrMalformed},
	} {
		if _, err := readPage([]byte(test.body), test.asked); !errors.Is(err, test.kind) {
			t.Errorf("%s: got %v, want %v", test.name, err, test.kind)
		}
	}
}

func TestEmptyPageIsNoText(t *testing.T) {
	for html, want := range map[string]bool{"": false, "<p>&nbsp;</p>": false, "<!-- x > y --><div class='a'><br/></div>": false,
		"<style>p{color:red}</style><script>x()</script> ": false, "<p>a</p>": true, "a": true} {
		content, _ := json.Marshal(html)
		got, err := readDocument([]byte(`{"id":7,"documentContent":{"content":`+string(content)+`}}`), "7")
		if err != nil || (got.ContentHTML != "") != want {
			t.Errorf("%q: text %q, %v", html, got.ContentHTML, err)
		}
	}
}

func TestFieldsAreCodedEitherWay(t *testing.T) {
	got, err := readDocument([]byte(`{"id":7,"documentFields":[{"code":"HT","name":"Hộ tịch"},{"fieldType":{"name":"Cư trú"}},{}],
		"documentMajors":[{"id":"x","majorType":{"code":"BTP","name":"Bộ Tư pháp"}}],"documentRelatedList":[{"fileName":"a.pdf","relatedType":1},{"fileName":null}]}`), "7")
	want := Document{ID: "7", Fields: []adapters.Code{{Code: "HT", Name: "Hộ tịch"}, {Name: "Cư trú"}}, Sectors: []adapters.Code{{Code: "BTP", Name: "Bộ Tư pháp"}},
		Files: []File{{Name: "a.pdf", RelatedType: adapters.Code{Code: "1"}}}}
	if diff := cmp.Diff(want, got.Document); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestRelationsAreMergedWithoutDuplicates(t *testing.T) {
	document := `{"id":7,"references":[{"referenceType":10,"targetDocument":{"id":8,"docNum":"8/X","title":"tám"}},{"referenceType":10,"targetDocument":{"id":"8"}},
		{"referenceType":"3","targetDocument":null},{"referenceType":99,"targetDocument":{"title":"chưa rõ"}},{"referenceType":8,"targetDocument":{"docNum":"9/X"}}]}`
	diagram := `{"documentNamesByType":{"10":[{"id":"8","name":"Luật tám"}],"3":[{"id":5,"name":"năm"},{"id":5,"name":"năm"}]},"documentNamesBySource":{"10":[{"id":8,"name":"tám"}]}}`
	got, err := readRelations([]byte(document), []byte(diagram), "7")
	want := Relations{ID: "7", Relations: []Relation{
		{Type: adapters.Code{Code: "10", Name: "Sửa đổi, bổ sung"}, ID: "8", Number: "8/X", Title: "tám"},
		{Type: adapters.Code{Code: "99"}, Title: "chưa rõ"},
		{Type: adapters.Code{Code: "8", Name: "Bãi bỏ"}, Number: "9/X"},
		{Type: adapters.Code{Code: "3", Name: "Căn cứ vào"}, ID: "5", Title: "năm"},
		{Type: adapters.Code{Code: "10", Name: "Sửa đổi, bổ sung"}, Incoming: true, ID: "8", Title: "tám"},
	}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestUnreadableRelationsAreMalformed(t *testing.T) {
	const document, diagram = `{"id":7}`, `{"documentNamesByType":{}}`
	if got, err := readRelations([]byte(document), []byte(diagram), "7"); err != nil || got.Relations == nil {
		t.Errorf("no relations: %+v, %v", got, err)
	}
	for name, test := range map[string][2]string{
		"another document":    {`{"id":8}`, diagram},
		"no diagram":          {document, `null`},
		"foreign object":      {document, `{"error":"x"}`},
		"type in words":       {document, `{"documentNamesByType":{"amends":[{"id":8}]}}`},
		"reference untyped":   {`{"id":7,"references":[{"targetDocument":{"id":8}}]}`, diagram},
		"key that is none":    {document, `{"documentNamesByType":{"10":[{"id":"x/y","name":"x"}]}}`},
		"diagram as a list":   {document, `[]`},
		"diagram of one list": {document, `{"documentNamesByType":[]}`},
	} {
		if _, err := readRelations([]byte(test[0]), []byte(test[1]), "7"); !errors.Is(err, adapters.ErrMalformed) {
			t.Errorf("%s: got %v, want ErrMalformed", name, err)
		}
	}
}

func TestTreeMayBeBareWrappedOrMissing(t *testing.T) {
	const node = `{"id":"a","title":"Điều 1","ptype":5,"level":"article","orderIndex":1,"content":{"content":"<p>Điều 1</p><p>x</p>"},"children":null}`
	for body, want := range map[string]int{`[]`: 0, data(`[]`): 0, data(`null`): 0, `{"success":true}`: 0, `[` + node + `]`: 1, data(`[` + node + `]`): 1} {
		got, err := invoke[Provisions](t, answering(t, 200, body), "provisions", provisionsQuestion{ID: "7"})
		if err != nil || got.Provisions == nil || len(got.Provisions) != want {
			t.Errorf("%s: %+v, %v", body, got, err)
		}
	}
	for _, body := range []string{`{}`, data(`{}`), data(`"x"`), data(`[{"title":"x"}]`), data(`[null]`), data(`[{"id":"a","orderIndex":"x"}]`), `[` + node} {
		if _, err := invoke[Provisions](t, answering(t, 200, body), "provisions", provisionsQuestion{ID: "7"}); !errors.Is(err, adapters.ErrMalformed) {
			t.Errorf("%s: got %v, want ErrMalformed", body, err)
		}
	}
}

func TestTreeIsBounded(t *testing.T) {
	deep := func(n int) string {
		return strings.Repeat(`[{"id":"a","children":`, n) + "[]" + strings.Repeat("}]", n)
	}
	wide := func(n int) string { return "[" + strings.Repeat(`{"id":"a"},`, n-1) + `{"id":"a"}]` }
	for tree, want := range map[string]error{deep(maxDepth): nil, deep(maxDepth + 1): adapters.ErrMalformed, deep(9_000): adapters.ErrMalformed,
		deep(200_000): adapters.ErrMalformed, wide(maxNodes): nil, wide(maxNodes + 1): adapters.ErrMalformed} {
		if _, err := readProvisions([]byte(tree), "7"); !errors.Is(err, want) {
			t.Errorf("tree of %d bytes: got %v, want %v", len(tree), err, want)
		}
	}
}

func TestOwnTextIsToldApartOrMarked(t *testing.T) {
	for name, test := range map[string]struct {
		whole string
		below []string
		want  string
		mixed bool
	}{
		"leaf":                           {"Điều 1\na", nil, "a", false},
		"no text":                        {"", []string{"b"}, "", false},
		"title alone":                    {"Điều 1", nil, "", false},
		"children follow":                {"Điều 1\na\nb\nc", []string{"b", "c"}, "a", false},
		"children only":                  {"Điều 1 b c", []string{"b", "c"}, "", false},
		"same words in text and child":   {"b\nb", []string{"b"}, "b", false},
		"text after the children":        {"Điều 1\na\nb\nz", []string{"b"}, "a\nb\nz", true},
		"title goes on":                  {"Điều 10. Tên\na", nil, "Điều 10. Tên\na", false},
		"child is the end of a word":     {"Điều 1\nab", []string{"b"}, "ab", true},
		"child is worded otherwise":      {"Điều 1\na\nb", []string{"B"}, "a\nb", true},
		"child without a text of itself": {"Điều 1\na\nb", []string{""}, "a\nb", true},
	} {
		if got, mixed := own(test.whole, "Điều 1", test.below); got != test.want || mixed != test.mixed {
			t.Errorf("%s: %q, %v", name, got, mixed)
		}
	}
}

func TestTextOfHTMLKeepsItsLines(t *testing.T) {
	for markup, want := range map[string]string{
		"<div><p><b>Điều 1.</b>  Tên &amp; số</p>\n<p>a<br/>b &lt; c</p><table><tr><td>d</td></tr></table></div>": "Điều 1. Tên & số\na\nb < c\nd",
		"<p>dưới 5 m < 10 m</p><p>a<=b > c</p><?xml ?><o:p>x</o:p>":                                               "dưới 5 m < 10 m\na<=b > c\nx",
	} {
		if got := plain(markup); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func FuzzDocumentAndPage(f *testing.F) {
	f.Add(`{"success":true,"data":{"id":7,"issueDate":"2026-03-01T00:00:00","documentContent":{"content":"<p>x"}}}`)
	f.Add(`{"success":true,"data":{"total":1,"items":[{"id":"7"}]}}`)
	f.Add(`{"success":false,"messageCode":"invalid.document.entity.not.found"}`)
	f.Fuzz(func(t *testing.T, body string) {
		for _, status := range []int{200, 400} {
			opened, err := open(&adapters.Answer{Status: status, Body: []byte(body)})
			if err != nil {
				continue
			}
			if d, err := readDocument(opened, "7"); err == nil && d.Document.ID != "7" {
				t.Fatal("document without its key")
			}
			page, err := readPage(opened, searchQuestion{Page: 1, Limit: 5})
			if len(page.Documents) > 5 || err != nil && page.Documents != nil {
				t.Fatal("more rows than asked for, or rows beside an error")
			}
			for _, d := range page.Documents {
				if !idForm.MatchString(string(d.ID)) {
					t.Fatal("row without its key")
				}
			}
		}
	})
}

func FuzzRelations(f *testing.F) {
	f.Add(`{"id":7,"references":[{"referenceType":10,"targetDocument":{"id":8}}]}`, `{"documentNamesByType":{"3":[{"id":5,"name":"x"}]},"documentNamesBySource":{}}`)
	f.Fuzz(func(t *testing.T, document, diagram string) {
		got, err := readRelations([]byte(document), []byte(diagram), "7")
		if err != nil {
			return
		}
		seen := map[Relation]bool{}
		for _, r := range got.Relations {
			if r.Type.Code == "" || r.ID == "" && r.Number == "" && r.Title == "" || r.ID != "" && !idForm.MatchString(string(r.ID)) || seen[r] {
				t.Fatalf("relation %+v", r)
			}
			seen[r] = true
		}
	})
}

func FuzzProvisions(f *testing.F) {
	f.Add(`[{"id":"a","title":"Điều 1","content":{"content":"<p>Điều 1</p>x"},"children":[{"id":"b","content":{"content":"x"}}]}]`)
	f.Fuzz(func(t *testing.T, tree string) {
		got, err := readProvisions([]byte(tree), "7")
		if err != nil {
			return
		}
		known := map[string]bool{"": true}
		for _, p := range got.Provisions {
			if p.ID == "" || !known[p.ParentID] {
				t.Fatalf("provision %q below %q", p.ID, p.ParentID)
			}
			known[p.ID] = true
		}
	})
}

func BenchmarkReadProvisions(b *testing.B) {
	clause := `{"id":"%d-%d","title":"Khoản","content":{"content":"<p>%s</p>"}}`
	text := strings.Repeat("nội dung giả định ", 20)
	var articles []string
	for i := range 400 {
		var clauses []string
		for j := range 5 {
			clauses = append(clauses, fmt.Sprintf(clause, i, j, text))
		}
		articles = append(articles, fmt.Sprintf(`{"id":"%d","title":"Điều","content":{"content":"<h3>Điều</h3>%s"},"children":[%s]}`,
			i, strings.Repeat("<p>"+text+"</p>", 5), strings.Join(clauses, ",")))
	}
	tree := []byte("[" + strings.Join(articles, ",") + "]")
	b.SetBytes(int64(len(tree)))
	for b.Loop() {
		if _, err := readProvisions(tree, "7"); err != nil {
			b.Fatal(err)
		}
	}
}
