package soap

import (
	"encoding/xml"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
)

type greeting struct {
	XMLName xml.Name `xml:"http://example.com/ns Chao"`
	Name    string   `xml:"Ten"`
	Count   int      `xml:"So"`
}

const open = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:n="http://example.com/ns">`

func message(body string) string { return open + `<s:Body>` + body + `</s:Body></s:Envelope>` }

const good = `<n:Chao><n:Ten>An</n:Ten><n:So>3</n:So></n:Chao>`

func TestAnyWritingOfTheSameMessageIsRead(t *testing.T) {
	for name, document := range map[string]string{
		"plain":             message(good),
		"declared":          `<?xml version="1.0" encoding="utf-8"?>` + message(good),
		"byte order mark":   "\ufeff" + `<?xml version="1.0"?>` + message(good),
		"default namespace": message(`<Chao xmlns="http://example.com/ns"><Ten>An</Ten><So>3</So></Chao>`),
		"other prefix":      message(`<q:Chao xmlns:q="http://example.com/ns"><q:Ten>An</q:Ten><q:So>3</q:So></q:Chao>`),
		"header":            open + `<s:Header><x><y>1</y></x></s:Header><s:Body>` + good + `</s:Body></s:Envelope>`,
		"pretty":            open + "\n <s:Body>\n  " + good + "\n </s:Body>\n</s:Envelope>\n",
		"comments":          `<!-- a -->` + open + `<!-- b --><s:Body>` + good + `<!-- c --></s:Body></s:Envelope><!-- d -->`,
		"cdata":             message(`<n:Chao><n:Ten><![CDATA[An]]></n:Ten><n:So>3</n:So></n:Chao>`),
		"unknown elements":  message(`<n:Chao><n:La/><n:Ten>An</n:Ten><n:So>3</n:So></n:Chao>`),
	} {
		t.Run(name, func(t *testing.T) {
			var got greeting
			if err := Decode([]byte(document), &got); err != nil {
				t.Fatal(err)
			}
			if got.Name != "An" || got.Count != 3 {
				t.Errorf("decoded as %q, %d", got.Name, got.Count)
			}
		})
	}
}

// secret stands for a personal value in a hostile or broken document.
const secret = "001099900001"

func TestWhatIsNotOnePlainMessageIsMalformed(t *testing.T) {
	whole := message(good)
	for name, document := range map[string]string{
		"empty":                  "",
		"space":                  "  \n",
		"text":                   secret,
		"json":                   `{"id":"` + secret + `"}`,
		"truncated":              whole[:len(whole)-12],
		"cut in a tag":           whole[:len(whole)-3],
		"crossed tags":           message(`<n:Chao><n:Ten>An</n:Chao></n:Ten>`),
		"other root":             `<unexpected/>`,
		"no namespace":           `<Envelope><Body>` + good + `</Body></Envelope>`,
		"soap 1.2":               strings.ReplaceAll(whole, Namespace, "http://www.w3.org/2003/05/soap-envelope"),
		"no body":                open + `</s:Envelope>`,
		"empty body":             message(""),
		"text for body":          message(secret),
		"other element":          message(`<n:Khac>` + secret + `</n:Khac>`),
		"other namespace":        message(`<Chao xmlns="urn:x"><Ten>An</Ten></Chao>`),
		"wrong type":             message(`<n:Chao><n:So>` + secret + `x</n:So></n:Chao>`),
		"two in body":            message(good + good),
		"text in body":           message(good + secret),
		"element after body":     open + `<s:Body>` + good + `</s:Body><n:Them/></s:Envelope>`,
		"second root":            whole + whole,
		"text after root":        whole + secret,
		"text before root":       secret + whole,
		"document type":          `<!DOCTYPE s [<!ENTITY e "x">]>` + message(`<n:Chao><n:Ten>&e;</n:Ten></n:Chao>`),
		"document type alone":    `<!DOCTYPE html>` + whole,
		"undeclared entity":      message(`<n:Chao><n:Ten>&e;</n:Ten></n:Chao>`),
		"latin-1":                `<?xml version="1.0" encoding="ISO-8859-1"?>` + whole,
		"utf-16":                 `<?xml version="1.0" encoding="UTF-16"?>` + whole,
		"not utf-8":              message("<n:Chao><n:Ten>\xff</n:Ten></n:Chao>"),
		"processing instruction": `<?xml-stylesheet href="x"?>` + whole,
		"late declaration":       open + `<?xml version="1.0"?><s:Body>` + good + `</s:Body></s:Envelope>`,
		"deep":                   message(`<n:Chao>` + strings.Repeat("<a>", 70) + strings.Repeat("</a>", 70) + `</n:Chao>`),
		"deep header":            open + `<s:Header>` + strings.Repeat("<a>", 70) + strings.Repeat("</a>", 70) + `</s:Header><s:Body>` + good + `</s:Body></s:Envelope>`,
		"many elements":          message(`<n:Chao>` + strings.Repeat("<a/>", maxElements) + `</n:Chao>`),
	} {
		t.Run(name, func(t *testing.T) {
			err := Decode([]byte(document), new(greeting))
			if !errors.Is(err, adapters.ErrMalformed) {
				t.Fatalf("verdict %v", err)
			}
			if strings.Contains(err.Error(), secret) {
				t.Error("the error quotes the document")
			}
		})
	}
}

func TestDepthUpToTheBoundIsRead(t *testing.T) {
	inner := maxDepth - 3 // Envelope, Body, Chao
	document := message(`<n:Chao>` + strings.Repeat("<a>", inner) + strings.Repeat("</a>", inner) + `</n:Chao>`)
	if err := Decode([]byte(document), new(greeting)); err != nil {
		t.Error(err)
	}
}

func fault(code string) string {
	return message(`<s:Fault><faultcode>` + code + `</faultcode><faultstring>` + secret + `</faultstring><detail><x/></detail></s:Fault>`)
}

func TestFaultIsTypedAndItsTextStaysInside(t *testing.T) {
	err := Decode([]byte(fault("s:Server")), new(greeting))
	f, ok := errors.AsType[*Fault](err)
	if !ok {
		t.Fatalf("verdict %v", err)
	}
	if f.Code != "s:Server" || f.String != secret {
		t.Errorf("code %q, text %q", f.Code, f.String)
	}
	if strings.Contains(err.Error(), secret) {
		t.Error("the error quotes the fault")
	}
}

func TestTruncatedFaultIsNoFault(t *testing.T) {
	whole := fault("s:Client")
	err := Decode([]byte(whole[:len(whole)-5]), new(greeting))
	if !errors.Is(err, adapters.ErrMalformed) {
		t.Errorf("verdict %v", err)
	}
}

func answer(status int, body string) *adapters.Answer {
	return &adapters.Answer{Status: status, Header: http.Header{"Content-Type": {"text/xml; charset=UTF-8"}}, Body: []byte(body)}
}

func TestBodySpeaksBeforeStatus(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		body   string
		want   error
		code   string
	}{
		{"record", 200, message(good), nil, ""},
		{"client fault", 500, fault("soapenv:Client"), adapters.ErrRejected, "soapenv:Client"},
		{"client fault in 200", 200, fault("soapenv:Client"), adapters.ErrRejected, "soapenv:Client"},
		{"finer client fault", 500, fault(" ns0:Client.Authentication "), adapters.ErrRejected, "ns0:Client.Authentication"},
		{"server fault", 500, fault("soapenv:Server"), adapters.ErrUnavailable, "soapenv:Server"},
		{"server fault in 200", 200, fault("Server.Busy"), adapters.ErrUnavailable, "Server.Busy"},
		{"must understand", 500, fault("s:MustUnderstand"), adapters.ErrRejected, "s:MustUnderstand"},
		{"version mismatch", 500, fault("s:VersionMismatch"), adapters.ErrRejected, "s:VersionMismatch"},
		{"fault of no class", 500, fault("x:Lỗi " + secret), adapters.ErrMalformed, ""},
		{"fault without code", 500, message(`<s:Fault/>`), adapters.ErrMalformed, ""},
		{"record in 500", 500, message(good), adapters.ErrUnavailable, "http-500"},
		{"record in 404", 404, message(good), adapters.ErrRejected, "http-404"},
		{"rubbish in 500", 500, "x", adapters.ErrUnavailable, "http-500"},
		{"rubbish in 401", 401, "x", adapters.ErrRejected, "http-401"},
		{"rubbish in 200", 200, "x", adapters.ErrMalformed, ""},
		{"page in 200", 200, "<html><body>" + secret, adapters.ErrMalformed, ""},
		{"page in 502", 502, "<html>", adapters.ErrUnavailable, "http-502"},
		{"fault in 429", 429, fault("soapenv:Client"), adapters.ErrUnavailable, "http-429"},
		{"redirect", 302, "", adapters.ErrMalformed, "http-302"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := Read(answer(c.status, c.body), new(greeting))
			if !errors.Is(err, c.want) {
				t.Fatalf("verdict %v, want %v", err, c.want)
			}
			if err == nil {
				return
			}
			own, ok := errors.AsType[*adapters.Error](err)
			if !ok || own.Code != c.code {
				t.Errorf("national code in %#v, want %q", err, c.code)
			}
			if strings.Contains(err.Error(), secret) {
				t.Error("the error quotes the answer")
			}
		})
	}
}

func TestFaultKeepsWhenToAskAgain(t *testing.T) {
	a := answer(503, fault("s:Server"))
	a.Header.Set("Retry-After", "7")
	err, ok := errors.AsType[*adapters.Error](Read(a, new(greeting)))
	if !ok || err.RetryAfter != 7*time.Second || err.Code != "s:Server" {
		t.Errorf("verdict %#v", err)
	}
}

func TestHeaderOfAnotherCharacterSetIsMalformed(t *testing.T) {
	a := answer(200, message(good))
	a.Header.Set("Content-Type", "text/xml; charset=windows-1258")
	if err := Read(a, new(greeting)); !errors.Is(err, adapters.ErrMalformed) {
		t.Errorf("verdict %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(message(good)))
	f.Add([]byte(fault("s:Client")))
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`))
	f.Add([]byte(message(strings.Repeat("<a>", 70))))
	f.Fuzz(func(t *testing.T, document []byte) {
		var got Request
		err := Decode(document, &got)
		if err == nil {
			var again Request
			if err := Decode(slices.Concat(document, []byte("<x/>")), &again); err == nil {
				t.Error("a second root was accepted")
			}
			if got.Body.Name == "" {
				t.Error("a message without a body was accepted")
			}
			return
		}
		if _, isFault := errors.AsType[*Fault](err); !isFault && !errors.Is(err, adapters.ErrMalformed) {
			t.Errorf("verdict of no class: %v", err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	document := Envelope("n", "http://example.com/ns", Node("Chao", Leaf("Ten", "An"), Leaf("So", "3")))
	b.ReportAllocs()
	for b.Loop() {
		if err := Decode(document, new(greeting)); err != nil {
			b.Fatal(err)
		}
	}
}
