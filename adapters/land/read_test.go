package land

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// answered is an answer of the system with this body.
func answered(status int, mediaType, body string) *adapters.Answer {
	return &adapters.Answer{Status: status, Header: http.Header{"Content-Type": {mediaType}}, Body: []byte(body)}
}

func TestEveryEnvelopeIsClassifiedByItsBody(t *testing.T) {
	tests := []struct {
		name, body string
		kind       error // nil: data is passed on
		code       string
	}{
		{"record", `{"data":{"MaXa":"00004"},"status":{"success":true,"code":200}}`, nil, ""},
		{"success as a number", `{"data":{"MaXa":"00004"},"status":{"success":1}}`, nil, ""},
		{"success as a text", `{"data":{"MaXa":"00004"},"status":{"success":"True"}}`, nil, ""},
		{"data null", `{"data":null,"status":{"success":true,"code":200}}`, adapters.ErrNotFound, "200"},
		{"data 0", `{"data":0,"status":{"success":true,"code":"00"}}`, adapters.ErrNotFound, "00"},
		{"data empty object", `{"data":{ },"status":{"success":true}}`, adapters.ErrNotFound, ""},
		{"data empty list", `{"data":[],"status":{"success":true}}`, adapters.ErrNotFound, ""},
		{"data empty text", `{"data":" ","status":{"success":true}}`, adapters.ErrNotFound, ""},
		{"no data member", `{"status":{"success":true}}`, adapters.ErrMalformed, ""},
		{"no status", `{"data":{"MaXa":"00004"}}`, adapters.ErrMalformed, ""},
		{"no success", `{"data":{"MaXa":"00004"},"status":{"code":200}}`, adapters.ErrMalformed, ""},
		{"success null", `{"data":{"MaXa":"00004"},"status":{"success":null}}`, adapters.ErrMalformed, ""},
		{"success of another type", `{"data":{},"status":{"success":"perhaps"}}`, adapters.ErrMalformed, ""},
		{"failure beats data", `{"data":{"MaXa":"00004"},"status":{"success":false,"code":500}}`, adapters.ErrUnavailable, "500"},
		{"input refused", `{"data":0,"status":{"success":false,"code":400,"message":"Nguyễn Văn Thử"}}`, adapters.ErrRefusedInput, "400"},
		{"input refused, text", `{"data":0,"status":{"success":false,"code":"422"}}`, adapters.ErrRefusedInput, "422"},
		{"token refused inside 200", `{"data":0,"status":{"success":false,"code":401}}`, adapters.ErrTokenRefused, ""},
		{"not entitled", `{"data":0,"status":{"success":false,"code":403}}`, adapters.ErrRejected, "403"},
		{"not found as a failure", `{"data":0,"status":{"success":false,"code":404}}`, adapters.ErrNotFound, "404"},
		{"timeout inside", `{"data":0,"status":{"success":false,"code":504}}`, adapters.ErrTimeout, "504"},
		{"throttled inside", `{"data":0,"status":{"success":false,"code":429}}`, adapters.ErrUnavailable, "429"},
		{"unknown code", `{"data":0,"status":{"success":false,"code":"E-77"}}`, adapters.ErrRejected, "E-77"},
		{"type where no code", `{"data":0,"status":{"success":false,"type":"LOCKED"}}`, adapters.ErrRejected, "LOCKED"},
		{"code that is a person's number", `{"data":0,"status":{"success":false,"code":"001099000001"}}`, adapters.ErrRejected, ""},
		{"list", `[{"data":1}]`, adapters.ErrMalformed, ""},
		{"text", `"unexpected"`, adapters.ErrMalformed, ""},
		{"truncated", `{"data":{"MaXa":"00`, adapters.ErrMalformed, ""},
		{"two answers", `{"data":0,"status":{"success":true}}{}`, adapters.ErrMalformed, ""},
		{"nothing", ``, adapters.ErrMalformed, ""},
		{"page in disguise", `<html><body>502 Bad Gateway</body></html>`, adapters.ErrMalformed, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data, err := open(answered(200, "application/json", tt.body))
			if !errors.Is(err, tt.kind) || (tt.kind == nil) != (err == nil) {
				t.Fatalf("got %v, want %v", err, tt.kind)
			}
			if own, ok := errors.AsType[*adapters.Error](err); ok && own.Code != tt.code {
				t.Errorf("national code %q, want %q", own.Code, tt.code)
			}
			if tt.kind == nil && string(data) != `{"MaXa":"00004"}` {
				t.Errorf("data %s", data)
			}
			if err != nil && strings.Contains(err.Error(), "Thử") {
				t.Errorf("national text in %q", err)
			}
		})
	}
}

func TestEveryErrorStatusIsClassified(t *testing.T) {
	tests := []struct {
		name   string
		answer *adapters.Answer
		kind   error
	}{
		{"401", answered(401, "application/json", `{"data":0,"status":{"success":false}}`), adapters.ErrTokenRefused},
		{"403", answered(403, "text/html", `<html>`), adapters.ErrRejected},
		{"404", answered(404, "text/html", `<html>`), adapters.ErrRejected},
		{"429", answered(429, "application/json", `{}`), adapters.ErrUnavailable},
		{"502 page", answered(502, "text/html", `<html>Bad Gateway</html>`), adapters.ErrUnavailable},
		{"200 page", answered(200, "text/html", `<html>Bad Gateway</html>`), adapters.ErrMalformed},
		{"redirect", answered(302, "text/html", ``), adapters.ErrMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := open(tt.answer); !errors.Is(err, tt.kind) {
				t.Errorf("got %v, want %v", err, tt.kind)
			}
		})
	}
}

var parcelAsked = ParcelQuestion{CommuneCode: "00004", MapSheet: "7", ParcelNumber: "120"}

func TestWholeParcelIsTranslatedInFull(t *testing.T) {
	got, err := readParcel(json.RawMessage(`{"MaXa":"00004","SoHieuToBanDo":7,"SoThuTuThua":"120","SoHieuToBanDoCu":"3","SoThuTuThuaCu":45,
		"DienTich":"80.5","DienTichPhapLy":80,"KyHieuMucDichSuDung":"ODT","DiaChi":"Số 1, phố Hoa Sen","TenChu":"Nguyễn Văn Thử",
		"GiayChungNhan":[{"SoPhatHanh":"ZA 000001","SoVaoSo":"CS 1","NgayCap":"2019-05-17T00:00:00","TrangThai":1}]}`), parcelAsked)
	if err != nil {
		t.Fatal(err)
	}
	want := ParcelRecord{
		Parcel: Parcel{MapSheet: "7", ParcelNumber: "120", FormerMapSheet: "3", FormerParcelNumber: "45", Area: 80.5, LegalArea: 80,
			LandUse: &adapters.Code{Code: "ODT", Name: "Đất ở tại đô thị"}, OwnerName: "Nguyễn Văn Thử",
			Address: &adapters.Address{FormerCommuneCode: "00004", Detail: "Số 1, phố Hoa Sen"}},
		Certificates: []Certificate{{SerialNumber: "ZA000001", BookNumber: "CS 1", IssuedOn: "2019-05-17", Status: wire.Code("1", certificateStates)}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLackingPartsAreLeftOutAndSaid(t *testing.T) {
	whole := map[string]any{"MaXa": "00004", "SoHieuToBanDo": "7", "SoThuTuThua": "120", "DienTich": 80.5,
		"KyHieuMucDichSuDung": "ODT", "DiaChi": "Số 1", "TenChu": "Nguyễn Văn Thử"}
	read := func(t *testing.T, drop string) ParcelRecord {
		t.Helper()
		body := map[string]any{}
		for name, value := range whole {
			if name != drop {
				body[name] = value
			}
		}
		data, _ := json.Marshal(body)
		got, err := readParcel(data, parcelAsked)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if read(t, "").Incomplete {
		t.Error("a whole parcel without certificate is called incomplete")
	}
	for _, drop := range []string{"DienTich", "KyHieuMucDichSuDung", "DiaChi", "TenChu"} {
		if !read(t, drop).Incomplete {
			t.Errorf("a parcel without %s is called whole", drop)
		}
	}
	if got := read(t, "TenChu").Parcel; got.OwnerName != "" || got.Area != 80.5 {
		t.Errorf("got %+v", got)
	}
}

func TestRecordWithoutItsKeyIsMalformed(t *testing.T) {
	parcels := map[string]string{
		"no commune":     `{"SoHieuToBanDo":"7","SoThuTuThua":"120"}`,
		"no sheet":       `{"MaXa":"00004","SoThuTuThua":"120"}`,
		"no number":      `{"MaXa":"00004","SoHieuToBanDo":"7","SoThuTuThua":null}`,
		"other commune":  `{"MaXa":"00008","SoHieuToBanDo":"7","SoThuTuThua":"120"}`,
		"other sheet":    `{"MaXa":"00004","SoHieuToBanDo":"70","SoThuTuThua":"120"}`,
		"other number":   `{"MaXa":"00004","SoHieuToBanDo":"7","SoThuTuThua":"12"}`,
		"number 1":       `1`,
		"list":           `[{"MaXa":"00004","SoHieuToBanDo":"7","SoThuTuThua":"120"}]`,
		"negative area":  `{"MaXa":"00004","SoHieuToBanDo":"7","SoThuTuThua":"120","DienTich":-1}`,
		"area in words":  `{"MaXa":"00004","SoHieuToBanDo":"7","SoThuTuThua":"120","DienTich":"tám mươi"}`,
		"area with null": `{"MaXa":"00004","SoHieuToBanDo":"7","SoThuTuThua":"120","DienTich":"null"}`,
		"bad date":       `{"MaXa":"00004","SoHieuToBanDo":"7","SoThuTuThua":"120","GiayChungNhan":[{"NgayCap":"hôm qua"}]}`,
		"one for list":   `{"MaXa":"00004","SoHieuToBanDo":"7","SoThuTuThua":"120","GiayChungNhan":{"SoPhatHanh":"ZA000001"}}`,
	}
	for name, body := range parcels {
		if _, err := readParcel(json.RawMessage(body), parcelAsked); !errors.Is(err, adapters.ErrMalformed) {
			t.Errorf("parcel, %s: got %v", name, err)
		}
	}
	certificates := map[string]struct {
		asked CertificateQuestion
		body  string
	}{
		"no serial":                {CertificateQuestion{SerialNumber: "ZA000001"}, `{"SoVaoSo":"CS1"}`},
		"other serial":             {CertificateQuestion{SerialNumber: "ZA000001"}, `{"SoPhatHanh":"ZA000002","SoVaoSo":"CS1"}`},
		"no book number":           {CertificateQuestion{BookNumber: "CS1"}, `{"SoPhatHanh":"ZA000001"}`},
		"other book number":        {CertificateQuestion{BookNumber: "CS1"}, `{"SoPhatHanh":"ZA000001","SoVaoSo":"CS2"}`},
		"restriction without kind": {CertificateQuestion{BookNumber: "CS1"}, `{"SoVaoSo":"CS1","HanCheQuyen":[{"NoiDung":"x"}]}`},
		"bad restriction date":     {CertificateQuestion{BookNumber: "CS1"}, `{"SoVaoSo":"CS1","HanCheQuyen":[{"LoaiHanChe":"TC","NgayDangKy":"?"}]}`},
		"bad parcel":               {CertificateQuestion{BookNumber: "CS1"}, `{"SoVaoSo":"CS1","ThuaDat":[{"DienTichPhapLy":-1}]}`},
	}
	for name, tt := range certificates {
		if _, err := readCertificate(json.RawMessage(tt.body), tt.asked); !errors.Is(err, adapters.ErrMalformed) {
			t.Errorf("certificate, %s: got %v", name, err)
		}
	}
}

func TestCommuneCodeSentAsNumberKeepsItsZeros(t *testing.T) {
	got, err := readParcel(json.RawMessage(`{"MaXa":4,"SoHieuToBanDo":"007","SoThuTuThua":120}`), parcelAsked)
	if err != nil {
		t.Fatal(err)
	}
	if got.Parcel.Address.FormerCommuneCode != "00004" {
		t.Errorf("commune %q", got.Parcel.Address.FormerCommuneCode)
	}
}

func TestCertificateHoldersAreToldByTheNumberTheyHave(t *testing.T) {
	got, err := readCertificate(json.RawMessage(`{"SoPhatHanh":"ZA 000001","SoVaoSo":"CS1","NgayCap":"2019","TrangThai":"1","ThuaDat":[{"MaXa":"00004"}],
		"ChuSuDung":[{"HoTen":"A","SoChungMinh":"001099900001","DiaChiChiTiet":"Số 1"},{"HoTen":"B","SoChungMinh":19990001},{"HoTen":"C","SoChungMinh":"019990001"},{"SoChungMinh":"P0000001"}]}`),
		CertificateQuestion{SerialNumber: "ZA000001"})
	if err != nil {
		t.Fatal(err)
	}
	want := []Owner{
		{FullName: "A", CitizenID: "001099900001", Address: &adapters.Address{Detail: "Số 1"}},
		{FullName: "B", OtherIdentity: "19990001"}, // eight digits: a number that lost its zero is not guessed at
		{FullName: "C", OldCitizenID: "019990001"},
		{OtherIdentity: "P0000001"},
	}
	if diff := cmp.Diff(want, got.Owners); diff != "" {
		t.Error(diff)
	}
	if !got.Incomplete {
		t.Error("a holder without name is called whole")
	}
}
