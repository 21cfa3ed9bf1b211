package soap

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestEnvelopeIsWrittenWithPrefixesInOrder(t *testing.T) {
	got := string(Envelope("dan", "http://example.com/a&b", Node("Hoi",
		Leaf("MaYeuCau", "1"),
		Leaf("HoVaTen", `<NGUYỄN> & "AN"`),
		Node("Ngay", Leaf("Nam", "1990")),
		Element{Name: "Trong", Attributes: []Attribute{{"loai", `a"b<c`}}},
	)))
	want := `<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:dan="http://example.com/a&amp;b">` +
		`<soapenv:Header/><soapenv:Body><dan:Hoi><dan:MaYeuCau>1</dan:MaYeuCau>` +
		`<dan:HoVaTen>&lt;NGUYỄN&gt; &amp; &#34;AN&#34;</dan:HoVaTen><dan:Ngay><dan:Nam>1990</dan:Nam></dan:Ngay>` +
		`<dan:Trong loai="a&#34;b&lt;c"/></dan:Hoi></soapenv:Body></soapenv:Envelope>`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// elements draws trees of elements as a message can hold them: text without
// space around it, and not beside children.
func elements(depth int) *rapid.Generator[Element] {
	return rapid.Custom(func(t *rapid.T) Element {
		e := Element{Name: rapid.StringMatching(`[A-Z][A-Za-z]{0,9}`).Draw(t, "name")}
		for i := range rapid.IntRange(0, 2).Draw(t, "attributes") {
			e.Attributes = append(e.Attributes, Attribute{fmt.Sprintf("a%d", i), printable(t)})
		}
		if depth > 0 && rapid.Bool().Draw(t, "nested") {
			e.Children = rapid.SliceOfN(elements(depth-1), 1, 4).Draw(t, "children")
			return e
		}
		e.Text = strings.TrimSpace(printable(t))
		return e
	})
}

func printable(t *rapid.T) string {
	return rapid.StringOfN(rapid.RuneFrom([]rune("aĐễ<>&'\"] \t\n;�🙂")), 0, 12, -1).Draw(t, "text")
}

func TestWhatIsWrittenIsReadBackTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := Request{Namespace: "http://example.com/ns", Body: elements(4).Draw(t, "body")}
		var got Request
		if err := Decode(Envelope("p", want.Namespace, want.Body), &got); err != nil {
			t.Fatalf("decode own message: %v", err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestAbsentChildrenReadAsEmpty(t *testing.T) {
	e := Node("a", Node("b", Leaf("c", "1"), Leaf("c", "2")))
	if got := e.Child("b").Child("c").Text; got != "1" {
		t.Errorf("first child holds %q", got)
	}
	if got := e.Child("x").Child("c").Text; got != "" {
		t.Errorf("absent child holds %q", got)
	}
}
