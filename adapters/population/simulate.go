package population

import (
	"crypto/subtle"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/soap"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// clockTolerance is how far a request's timestamp may be from the service's clock.
const clockTolerance = 5 * time.Minute

// Simulate is the population database over the synthetic city.
func Simulate(w *synthetic.World, now func() time.Time) simulator.Simulator {
	s := &service{world: w, now: now}
	return simulator.Simulator{Handler: s, Samples: s.samples()}
}

type service struct {
	world *synthetic.World
	now   func() time.Time
}

// An inquiry is one of the documented requests: its children in the order of the
// schema, those that may not be missing, and how it is answered.
type inquiry struct {
	operation string
	order     []string
	required  []string
	answer    func(w http.ResponseWriter, body soap.Element)
}

// inquiry finds the request by namespace and element; two of them exist in two
// spellings.
func (s *service) inquiry(request soap.Request) (inquiry, bool) {
	switch name := request.Namespace + " " + request.Body.Name; name {
	case citizenNS + " TraCuuThongTinCongDan":
		return inquiry{"citizen-lookup",
			[]string{"MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "MaDonVi", "TaiKhoan", "SoDienThoai", "SoDinhDanh", "SoCMND", "HoVaTen", "NgayThangNamSinh"},
			[]string{"MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "HoVaTen", "NgayThangNamSinh"}, s.lookUp}, true
	case citizenNS + " XacThucThongTinCongDan", citizenNS + " XacThucThongTinCongDanRequest":
		return inquiry{"citizen-verify",
			[]string{"MaYeuCau", "MaDichVu", "MaCanBo", "SoDinhDanh", "SoCMND", "HoVaTen"},
			[]string{"MaYeuCau", "MaDichVu", "MaCanBo", "HoVaTen"}, s.verify}, true
	case relativeNS + " XacMinhThongTinNhanThan", relativeNS + " XacMinhThongTinNhanThanRequest":
		return inquiry{"relatives-verify",
			[]string{"MaYeuCau", "MaDVC", "MaTichHop", "MaDonVi", "MaCanBo", "SoDinhDanh", "SoCMND", "HoVaTen", "NgayThangNamSinh"},
			[]string{"MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "HoVaTen", "NgayThangNamSinh"}, s.verifyRelatives}, true
	}
	return inquiry{}, false
}

// ServeHTTP answers as the service does: credentials, then schema, then content.
func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != servicePath {
		http.NotFound(w, r)
		return
	}
	request, refusal := soap.ReadRequest(r)
	if refusal != nil {
		soap.WriteFault(w, refusal)
		return
	}
	asked, known := s.inquiry(request)
	if known {
		simulator.Received(r, asked.operation)
	}
	switch {
	case !s.admits(r):
		soap.WriteFault(w, &soap.Fault{Code: soap.CodeClient, String: "Xác thực không thành công"})
	case !known:
		soap.WriteFault(w, &soap.Fault{Code: soap.CodeClient, String: "Dịch vụ không tồn tại"})
	case !asked.fits(request.Body):
		soap.WriteFault(w, &soap.Fault{Code: soap.CodeClient, String: "Bản tin không đúng lược đồ"})
	default:
		asked.answer(w, request.Body)
	}
}

// admits checks who asks: keys, clock and hash. The address in the hash is the
// one the caller used, by either scheme, because TLS may end before this process.
func (s *service) admits(r *http.Request) bool {
	timestamp := r.Header.Get("Timestamp")
	if !s.current(timestamp) {
		return false
	}
	path, _, _ := strings.Cut(r.RequestURI, "?")
	proof := 0
	for _, scheme := range []string{"http://", "https://"} {
		proof |= same(r.Header.Get("Authorization"), authorization(scheme+r.Host+path, secret("user"), timestamp, secret("secret")))
	}
	return proof&same(r.Header.Get("ApiKey"), secret("apiKey"))&same(r.Header.Get("X-Road-Client"), secret("xRoadClient")) == 1
}

// current reads a timestamp in seconds (10 digits) or milliseconds (13).
func (s *service) current(timestamp string) bool {
	n, err := strconv.ParseUint(timestamp, 10, 63)
	if err != nil {
		return false
	}
	var at time.Time
	switch len(timestamp) {
	case 10:
		at = time.Unix(int64(n), 0)
	case 13:
		at = time.UnixMilli(int64(n))
	default:
		return false
	}
	return s.now().Sub(at).Abs() <= clockTolerance
}

func secret(name string) string { return simulator.Secret(id, name) }

func same(given, want string) int { return subtle.ConstantTimeCompare([]byte(given), []byte(want)) }

// fits checks a request against the schema: known children in order, none twice,
// none missing, exactly one number.
func (q inquiry) fits(body soap.Element) bool {
	at := 0
	for _, child := range body.Children {
		i := slices.Index(q.order[at:], child.Name)
		if i < 0 {
			return false
		}
		at += i + 1
	}
	for _, name := range q.required {
		if child := body.Child(name); child.Text == "" && len(child.Children) == 0 {
			return false
		}
	}
	return len(body.Child("SoDinhDanh").Text) == 12 != (len(body.Child("SoCMND").Text) == 9)
}

// person finds whom a request means by number and name.
func (s *service) person(body soap.Element) (synthetic.Person, bool) {
	p, ok := s.world.PersonByCitizenID(body.Child("SoDinhDanh").Text)
	if !ok {
		p, ok = s.world.PersonByOldID(body.Child("SoCMND").Text)
	}
	if !ok || strings.ToUpper(p.FullName()) != body.Child("HoVaTen").Text {
		return synthetic.Person{}, false
	}
	return p, true
}

// bornOn compares a birth as asked: a day with a day, or years.
func bornOn(p synthetic.Person, asked string) bool {
	if len(asked) == len("2006") {
		return asked == strconv.Itoa(p.Birth.Year())
	}
	return len(asked) == len("20060102") && asked == p.Birth.Digits()
}

func (s *service) lookUp(w http.ResponseWriter, body soap.Element) {
	asked := body.Child("NgayThangNamSinh")
	p, ok := s.person(body)
	if !ok || !bornOn(p, asked.Child("NgayThangNam").Text+asked.Child("Nam").Text) {
		s.answer(w, body, 0)
		return
	}
	s.answer(w, body, p.Index, s.record(p))
}

func (s *service) verifyRelatives(w http.ResponseWriter, body soap.Element) {
	p, ok := s.person(body)
	if !ok || !bornOn(p, body.Child("NgayThangNamSinh").Text) {
		s.answer(w, body, 0)
		return
	}
	s.answer(w, body, p.Index, s.descent(p))
}

// verify answers in the spelling of the question.
func (s *service) verify(w http.ResponseWriter, body soap.Element) {
	name := "KetQuaXacThuc"
	if strings.HasSuffix(body.Name, "Request") {
		name = "KetQuaXacThucResponse"
	}
	_, exists := s.person(body)
	soap.WriteAnswer(w, "ns2", citizenNS, soap.Node(name, soap.Leaf("TonTai", strconv.FormatBool(exists))))
}

// answer writes the collection, under a prefix that changes as it does there.
func (s *service) answer(w http.ResponseWriter, body soap.Element, variant int, records ...soap.Element) {
	collection := soap.Node("CongdanCollection", records...)
	collection.Attributes = []soap.Attribute{
		{Name: "SoCongDan", Value: strconv.Itoa(len(records))},
		{Name: "GhiChu", Value: "Dữ liệu mô phỏng"},
		{Name: "ThoiDiemDuLieu", Value: s.now().In(adapters.Vietnam).Format("2006-01-02T15:04:05.000-07:00")},
		{Name: "id", Value: body.Child("MaYeuCau").Text},
	}
	prefix := [...]string{"dc", "ns1", "v1"}[variant%3]
	soap.WriteAnswer(w, prefix, recordNS, collection)
}
