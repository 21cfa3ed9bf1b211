package civilstatus

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
)

func answered(status int, body string) *adapters.Answer {
	return &adapters.Answer{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(body)}
}

var (
	askedDossier = dossierQuestion{"00004", "G22.99-261101-0001"}
	askedEntry   = entryQuestion{"birth", "17"}
	sent         = Registration{Office: "00004", RegisterType: "birth", DossierCode: "G22.99-261101-0001", ReceivedOn: "2026-11-01"}
)

// readers are all that read an answer.
var readers = map[string]func(*adapters.Answer) error{
	"catalogue":           func(a *adapters.Answer) error { _, err := readCatalogue(a, "ethnicity"); return err },
	"dossier-status":      func(a *adapters.Answer) error { _, err := readDossierStatus(a, askedDossier); return err },
	"registration-result": func(a *adapters.Answer) error { _, err := readResult(a, askedDossier); return err },
	"record":              func(a *adapters.Answer) error { _, err := readEntry(a, askedEntry); return err },
	"records-by-date":     func(a *adapters.Answer) error { _, err := readEntries(a); return err },
	"register":            func(a *adapters.Answer) error { _, err := readReceipt(a, sent); return err },
}

const named = "Nguyễn Thị Bí Mật" // must never be in an error

func TestErrorCodesHaveTheirMeaningInEveryAnswer(t *testing.T) {
	for code, want := range map[string]error{"100": adapters.ErrRejected, "101": adapters.ErrRejected, "106": adapters.ErrRefusedInput,
		"108": adapters.ErrRejected, "200": adapters.ErrNotFound, "201": adapters.ErrNotFound, "302": adapters.ErrRejected,
		"500": adapters.ErrRefusedInput, "999": adapters.ErrRejected, "": adapters.ErrRejected} {
		for operation, read := range readers {
			for _, body := range []string{
				`{"status":0,"statusDescription":"` + named + `","value":null,"errorCode":"` + code + `","errorDescription":"` + named + `"}`,
				`{"status":"0","errorCode":"` + code + `"}`,
			} {
				err := read(answered(200, body))
				if operation == "records-by-date" && errors.Is(want, adapters.ErrNotFound) {
					if err != nil {
						t.Errorf("%s, code %s: %v, want an empty list", operation, code, err)
					}
					continue
				}
				if !errors.Is(err, want) || strings.Contains(err.Error(), named) {
					t.Errorf("%s, code %q: %v, want %v", operation, code, err, want)
				}
			}
		}
	}
}

func TestAnswersThatCannotBeTrusted(t *testing.T) {
	for operation, read := range readers {
		for _, test := range []struct {
			name   string
			status int
			body   string
			want   error
		}{
			{"HTML", 200, "<html>" + named + "</html>", adapters.ErrMalformed},
			{"text", 200, `"` + named + `"`, adapters.ErrMalformed},
			{"nothing", 200, "", adapters.ErrMalformed},
			{"null", 200, "null", adapters.ErrMalformed},
			{"no status", 200, `{}`, adapters.ErrMalformed},
			{"status of another form", 200, `{"status":500}`, adapters.ErrMalformed},
			{"status in words", 200, `{"status":"` + named + `"}`, adapters.ErrMalformed},
			{"truncated", 200, `{"status":1,"value":[{"id":17,"so":"` + named, adapters.ErrMalformed},
			{"refused values", 200, `{"title":"x","errors":"` + named + `: quá dài","status":500}`, adapters.ErrRefusedInput},
			{"refused values with their status", 500, `{"title":"x","errors":"nksHoTen: quá dài","status":500}`, adapters.ErrRefusedInput},
			{"broken down", 500, `{"status":500}`, adapters.ErrUnavailable},
			{"forbidden", 403, `{}`, adapters.ErrRejected},
		} {
			if err := read(answered(test.status, test.body)); !errors.Is(err, test.want) || strings.Contains(err.Error(), named) {
				t.Errorf("%s, %s: %v, want %v", operation, test.name, err, test.want)
			}
		}
	}
}

func TestValuesOfAnotherShapeAreMalformed(t *testing.T) {
	for operation, values := range map[string][]string{
		"catalogue":           {`null`, `""`, `[]`, `"[]"`, `[{}]`, `"no list"`, `{"ma":"1"}`, `[{"ma":["` + named + `"]}]`},
		"records-by-date":     {`null`, `""`, `{"id":1}`, `[{"maDonVi":"00004"}]`, `[1]`},
		"record":              {`null`, `""`, `"x"`, `[{"so":"1"}]`, `[{"id":18,"so":"1"}]`, `[{"id":17}]`, `[{"id":17,"so":"1"},{"id":17,"so":"1"}]`, `[{"id":17,"so":"1","nksHoTen":["` + named + `"]}]`, `[{"id":17,"so":"1","nksNgaySinh":"` + named + `"}]`, `[{"id":17,"so":"1","nksNgaySinh":{"ngaySinh":"12","namSinh":1990}}]`, `[{"id":17,"so":"1","ghiChu":true}]`, `[{"id":17,"so":"1","soLuongBanSao":"nhiều"}]`},
		"registration-result": {`null`, `[{"so":"1"}]`, `{"so":"1","noiDangKy":"00008"}`, `{"so":"1","noiDangKy":"00004","maHoSo":"G22.99-261101-0002"}`, `{"so":"1","noiDangKy":"00004","maHoSo":["G22.99-261101-0001"]}`, `{"noiDangKy":"00004"}`},
	} {
		for _, value := range values {
			err := readers[operation](answered(200, `{"status":1,"value":`+value+`}`))
			if !errors.Is(err, adapters.ErrMalformed) || strings.Contains(err.Error(), named) {
				t.Errorf("%s, %s: %v", operation, value, err)
			}
		}
	}
	if err := readers["record"](answered(200, `{"status":1,"value":[]}`)); !errors.Is(err, adapters.ErrNotFound) {
		t.Errorf("no record: %v", err)
	}
	for _, operation := range []string{"catalogue", "record", "register"} {
		if err := readers[operation](answered(200, `{"status":3,"value":[{"id":17,"so":"1"}]}`)); !errors.Is(err, adapters.ErrMalformed) {
			t.Errorf("%s, state of a dossier as status: %v", operation, err)
		}
	}
}

func TestOnlyWordsOfReceiptMakeAFailureASuccess(t *testing.T) {
	for body, want := range map[string]bool{
		`{"status":0,"errorCode":"500","errorDescription":"Hồ sơ G22.99 đã được tiếp nhận"}`: true,
		`{"status":"0","errorCode":"","statusDescription":"HỒ SƠ ĐÃ TIẾP NHẬN"}`:             true,
		`{"status":0,"errorCode":"500","errorDescription":"Ho so da tiep nhan"}`:             true,
		`{"status":0,"errorCode":"777","errorDescription":"Dossier already received"}`:       true,
		`{"status":0,"errorCode":"500","errorDescription":"Hồ sơ chưa được tiếp nhận"}`:      false,
		`{"status":0,"errorCode":"106","errorDescription":"đã được tiếp nhận"}`:              false,
		`{"status":2,"statusDescription":"đã được tiếp nhận"}`:                               false,
		`{"status":500,"title":"đã được tiếp nhận","errors":"nksHoTen: đã được tiếp nhận"}`:  false,
	} {
		got, err := readReceipt(answered(200, body), sent)
		if (err == nil) != want || got.AlreadyReceived != want {
			t.Errorf("%s: %+v, %v", body, got, err)
		}
	}
}

func TestStateIsTheStatusItself(t *testing.T) {
	for body, want := range map[string]DossierStatus{
		`{"status":2,"statusDescription":"Bổ sung giấy chứng sinh"}`: {Status: adapters.Code{Code: "2", Name: "Yêu cầu bổ sung"}, Note: "Bổ sung giấy chứng sinh"},
		`{"status":"4"}`: {Status: adapters.Code{Code: "4", Name: "Đã đăng ký"}},
		`{"status":"9"}`: {Status: adapters.Code{Code: "9"}},
	} {
		want.Office, want.DossierCode = askedDossier.Office, askedDossier.DossierCode
		got, err := readDossierStatus(answered(200, body), askedDossier)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", body, err, diff)
		}
	}
}

func TestBothFormsOfARecordSayTheSame(t *testing.T) {
	older := `[{"id":17,"so":5,"ngayDangKy":"03.09.2026","noiDangKy":4,"nksHoTen":"Nguyễn Văn Thử","nksNgaySinh":"01.09.2026","nksGioiTinh":1}]`
	newer := `{"id":"17","so":"5","ngayDangKy":"03/09/2026","noiDangKy":"00004","nksHoTen":{"Ho":"Nguyễn","ChuDem":"Văn","Ten":"Thử"},
		"nksNgaySinh":{"ngaySinh":"01","thangSinh":"9","namSinh":2026},"nksGioiTinh":"1","nksQuocTich":null,"laLung":{"x":[1]},"tepDinhKem":[1],"khac":true}`
	want := Entry{EntryID: "17", Record: Record{RegisterNumber: "5", RegisteredOn: "2026-09-03", Office: "00004",
		Child: Person{FullName: "Nguyễn Văn Thử", DateOfBirth: "2026-09-01", Sex: adapters.Code{Code: "1", Name: "Nam"}}}}
	for _, value := range []string{older, newer} {
		got, err := readEntry(answered(200, `{"status":"1","value":`+value+`}`), askedEntry)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", value, err, diff)
		}
	}
}

func TestCommuneIsToldOnlyWithoutDoubt(t *testing.T) {
	const at = `"nktNoiCuTru":{"quocGia":"VN","maTinh":"01","maXa":"00008","dcChiTiet":"Số 1"}`
	for value, want := range map[string]adapters.Address{
		`{"id":17,"so":"5","ngayDangKy":"03/09/2026",` + at + `}`:                                      {CommuneCode: "00008", CommuneName: "Phường Ngọc Hà", ProvinceCode: "01", Detail: "Số 1"},
		`{"id":17,"so":"5","ngayDangKy":"03/09/2026","nktNoiCuTru":{"maTinh":1,"maHuyen":1,"maXa":8}}`: {CommuneCode: "00008", CommuneName: "Phường Ngọc Hà", ProvinceCode: "01", FormerDistrictCode: "001", FormerCommuneCode: "00008"},
		`{"id":17,"so":"5","ngayDangKy":"03/09/1999",` + at + `}`:                                      {FormerCommuneCode: "00008", ProvinceCode: "01", Detail: "Số 1"},
		`{"id":17,"so":"5",` + at + `}`:                                                                {FormerCommuneCode: "00008", ProvinceCode: "01", Detail: "Số 1"},
	} {
		got, err := readEntry(answered(200, `{"status":"1","value":`+value+`}`), askedEntry)
		if diff := cmp.Diff(want, got.Record.Deceased.Address); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", value, err, diff)
		}
	}
}
