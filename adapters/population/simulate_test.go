package population

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
	"github.com/lgsp-vn/lgsp/adapters/internal/soap"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// strict is a request as the service wants it, for tests to spoil.
func strict(namespace string, body soap.Element) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "http://register.test/population/dancuquocgia", strings.NewReader(string(soap.Envelope("q", namespace, body))))
	r.RequestURI = "/population/dancuquocgia"
	r.URL.Path = servicePath
	timestamp := strconv.FormatInt(adaptertest.Start.Unix(), 10)
	r.Header.Set("Content-Type", "application/xml")
	r.Header.Set("SOAPAction", "")
	r.Header.Set("timestamp", timestamp)
	r.Header.Set("X-Road-Client", secret("xRoadClient"))
	r.Header.Set("ApiKey", secret("apiKey"))
	r.Header.Set("Authorization", authorization("https://register.test/population/dancuquocgia", secret("user"), timestamp, secret("secret")))
	return r
}

func inquiryFor(p synthetic.Person, element string) soap.Element {
	return soap.Node(element, soap.Leaf("MaYeuCau", "1"), soap.Leaf("MaDichVu", "2"), soap.Leaf("MaCanBo", "3"),
		soap.Leaf("SoDinhDanh", p.CitizenID), soap.Leaf("HoVaTen", strings.ToUpper(p.FullName())))
}

// serve puts a request to the service and tells status and body.
func serve(t *testing.T, r *http.Request) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	newBench(t).Sim.Handler.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func somebody() synthetic.Person {
	w := synthetic.New(1, 500)
	for i := range w.Len() {
		if p := w.Person(i); p.CitizenID != "" {
			return p
		}
	}
	panic("nobody has an identifier")
}

func TestServiceAnswersInTheSpellingOfTheQuestion(t *testing.T) {
	p := somebody()
	for element, want := range map[string]string{
		"XacThucThongTinCongDan":        ":KetQuaXacThuc><ns2:TonTai>true<",
		"XacThucThongTinCongDanRequest": ":KetQuaXacThucResponse><ns2:TonTai>true<",
	} {
		status, body := serve(t, strict(citizenNS, inquiryFor(p, element)))
		if status != 200 || !strings.Contains(body, want) {
			t.Errorf("%s answered with %d %s", element, status, body)
		}
	}
}

func TestServiceTakesBothSpellingsOfRelatives(t *testing.T) {
	p := somebody()
	for _, element := range []string{"XacMinhThongTinNhanThan", "XacMinhThongTinNhanThanRequest"} {
		status, body := serve(t, strict(relativeNS, soap.Node(element, soap.Leaf("MaYeuCau", "1"), soap.Leaf("MaDVC", "2"),
			soap.Leaf("MaTichHop", "3"), soap.Leaf("MaCanBo", "4"), soap.Leaf("SoDinhDanh", p.CitizenID),
			soap.Leaf("HoVaTen", strings.ToUpper(p.FullName())), soap.Leaf("NgayThangNamSinh", fmt.Sprint(p.Birth.Year())))))
		if status != 200 || !strings.Contains(body, `SoCongDan="1"`) {
			t.Errorf("%s answered with %d %s", element, status, body)
		}
	}
}

func TestServiceRefusesWhatTheRealOneRefuses(t *testing.T) {
	p := somebody()
	good := inquiryFor(p, "XacThucThongTinCongDan")
	children := func(change func([]soap.Element) []soap.Element) soap.Element {
		return soap.Node(good.Name, change(append([]soap.Element(nil), good.Children...))...)
	}
	header := func(name, value string) *http.Request {
		r := strict(citizenNS, good)
		if r.Header.Del(name); value != "" {
			r.Header.Set(name, value)
		}
		return r
	}
	get := strict(citizenNS, good)
	get.Method = http.MethodGet
	for name, r := range map[string]*http.Request{
		"no action":         header("SOAPAction", ""),
		"json":              header("Content-Type", "application/json"),
		"get":               get,
		"no timestamp":      header("Timestamp", ""),
		"other timestamp":   header("Timestamp", strconv.FormatInt(adaptertest.Start.Unix()+1, 10)),
		"timestamp of 11":   header("Timestamp", "17935093230"),
		"signed timestamp":  header("Timestamp", "+793509323"),
		"no key":            header("ApiKey", ""),
		"no client":         header("X-Road-Client", ""),
		"no authorization":  header("Authorization", ""),
		"hash of elsewhere": header("Authorization", authorization("https://other.test/dancuquocgia", secret("user"), strconv.FormatInt(adaptertest.Start.Unix(), 10), secret("secret"))),
		"unknown element":   strict(citizenNS, soap.Node("XoaCongDan", good.Children...)),
		"other namespace":   strict(relativeNS, good),
		"no number":         strict(citizenNS, children(func(c []soap.Element) []soap.Element { return append(c[:3], c[4]) })),
		"both numbers": strict(citizenNS, children(func(c []soap.Element) []soap.Element {
			return append(c[:4], soap.Leaf("SoCMND", askedOld), good.Children[4])
		})),
		"no name":            strict(citizenNS, children(func(c []soap.Element) []soap.Element { return c[:4] })),
		"wrong order":        strict(citizenNS, children(func(c []soap.Element) []soap.Element { c[0], c[1] = c[1], c[0]; return c })),
		"twice":              strict(citizenNS, children(func(c []soap.Element) []soap.Element { return append(c, c[4]) })),
		"undocumented child": strict(citizenNS, children(func(c []soap.Element) []soap.Element { return append(c, soap.Leaf("Them", "1")) })),
	} {
		t.Run(name, func(t *testing.T) {
			status, body := serve(t, r)
			if status != 500 || !strings.Contains(body, "<faultcode>soapenv:Client</faultcode>") {
				t.Errorf("answered with %d %s", status, body)
			}
		})
	}
}

func TestServiceIsAtItsAddressOnly(t *testing.T) {
	r := strict(citizenNS, inquiryFor(somebody(), "XacThucThongTinCongDan"))
	r.URL.Path = "/"
	if status, _ := serve(t, r); status != http.StatusNotFound {
		t.Errorf("status %d", status)
	}
}
