package socialassistance

import (
	"errors"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
)

var asked = BeneficiaryQuestion{CitizenID: "001150900001", FullName: "Lê Thị Mẫu", DateOfBirth: "1950-02-01"}

const (
	person = `{"soDinhDanh":"001150900001","maDoiTuong":"BT1"}`
	held   = `{"maHoSo":"H1","maTTHC":"1.9","hoVaTen":"Lê Thị Mẫu","statusId":"4","ngayTiepNhan":"01/10/2026 08:00:00","maXa":"00004"`
)

func TestRefusalsAreClassifiedByTheirWords(t *testing.T) {
	b := newBench(t)
	for _, test := range []struct {
		code, message string
		kind          error // nil for a success
		told          string
	}{
		{`"0"`, "Lê Thị Mẫu", nil, ""},
		{`0`, "", nil, ""},
		{`""`, "", adapters.ErrMalformed, ""},
		{`null`, "", adapters.ErrMalformed, ""},
		{`true`, "", adapters.ErrMalformed, ""},
		{`{}`, "", adapters.ErrMalformed, ""},
		{`"1"`, "AcceptKey không hợp lệ", adapters.ErrRejected, "1"},
		{`2`, "Không có quyền", adapters.ErrRejected, "2"},
		{`"E5"`, "Lỗi hệ thống: Lê Thị Mẫu", adapters.ErrUnavailable, "E5"},
		{`5`, "Hệ thống quá tải", adapters.ErrUnavailable, "5"},
		{`5`, "Không ti\u0300m thấy hồ sơ", adapters.ErrNotFound, "5"},
		{`5`, "Mã thủ tục không tồn tại", adapters.ErrRefusedInput, "5"},
		{`5`, "Ngày sinh không đúng định dạng", adapters.ErrRefusedInput, "5"},
		{`5`, "Thiếu thông tin bắt buộc", adapters.ErrRefusedInput, "5"},
		{`-1`, "001150900001 Lê Thị Mẫu", adapters.ErrRejected, "-1"},
		{`"001150900001"`, "", adapters.ErrRejected, ""},
	} {
		w := b.Answering(t, 200, `{"error_code":`+test.code+`,"message":"`+test.message+`"}`)
		_, err := adaptertest.Ask[Receipt](t, w, "dossier-push", whole())
		adaptertest.Verdict(t, test.code+" "+test.message, err, test.kind, test.told, "Mẫu", "001150900001")
	}
}

func TestAlreadyReceivedCountsAsSuccess(t *testing.T) {
	for body, already := range map[string]bool{
		`{"error_code":"4","message":"Hồ sơ đã tồn tại"}`:              true,
		`{"error_code":4,"message":"HỒ SƠ ĐÃ TỒN TẠI TRÊN HỆ THỐNG"}`:  true,
		`{"error_code":"0","message":"Hồ sơ đã tồn tại, đã cập nhật"}`: false,
	} {
		got, err := readReceipt([]byte(body), "H1")
		if err != nil || got != (Receipt{"H1", already}) {
			t.Errorf("%s: %+v, %v", body, got, err)
		}
	}
	if _, err := readReceipt([]byte(`{"message":"Hồ sơ đã tồn tại"}`), "H1"); !errors.Is(err, adapters.ErrMalformed) {
		t.Errorf("without a code: %v", err)
	}
	if _, err := readBeneficiary([]byte(`{"error_code":"4","message":"đã tồn tại"}`), asked); !errors.Is(err, adapters.ErrRejected) {
		t.Errorf("a look-up: %v", err)
	}
}

func TestAnswersWithRowsAreClassified(t *testing.T) {
	result := func(code, data string) string {
		return `{"result":{"message":"","error_code":` + code + `,"data":` + data + `}}`
	}
	refusal := func(message string) string {
		return `{"result":{"error_code":"5","message":"` + message + `","data":null}}`
	}
	many := "[" + strings.Repeat(held+"},", maxRows) + held + "}]"
	for _, test := range []struct {
		name, body            string
		dossiers, beneficiary error
	}{
		{"no rows", result("0", "[]"), nil, adapters.ErrNotFound},
		{"null rows", result(`"0"`, "null"), nil, adapters.ErrNotFound},
		{"not found in words", refusal("Không tìm thấy"), nil, adapters.ErrNotFound},
		{"refused", refusal("Tham số không hợp lệ"), adapters.ErrRefusedInput, adapters.ErrRefusedInput},
		{"unknown words", refusal("?"), adapters.ErrRejected, adapters.ErrRejected},
		{"refused without a result", `{"error_code":"2","message":"AcceptKey không hợp lệ"}`, adapters.ErrRejected, adapters.ErrRejected},
		{"success without a result", `{"error_code":"0","message":""}`, adapters.ErrMalformed, adapters.ErrMalformed},
		{"result without a code", `{"result":{"data":[]}}`, adapters.ErrMalformed, adapters.ErrMalformed},
		{"result of text", `{"result":"x"}`, adapters.ErrMalformed, adapters.ErrMalformed},
		{"foreign object", `{"x":1}`, adapters.ErrMalformed, adapters.ErrMalformed},
		{"null", `null`, adapters.ErrMalformed, adapters.ErrMalformed},
		{"wrong type", `"unexpected"`, adapters.ErrMalformed, adapters.ErrMalformed},
		{"nothing", ``, adapters.ErrMalformed, adapters.ErrMalformed},
		{"empty row", result("0", "[{}]"), adapters.ErrMalformed, adapters.ErrMalformed},
		{"null row", result("0", "[null]"), adapters.ErrMalformed, adapters.ErrMalformed},
		{"dossier", result("0", "["+held+"}]"), nil, adapters.ErrMalformed},
		{"dossier of another commune", result("0", "["+strings.Replace(held, "00004", "00008", 1)+"}]"), adapters.ErrMalformed, adapters.ErrMalformed},
		{"dossier of a former commune", result("0", "["+held+`,"maHuyen":"001"}]`), adapters.ErrMalformed, adapters.ErrMalformed},
		{"dossier without its code", result("0", "["+strings.Replace(held, "H1", "", 1)+"}]"), adapters.ErrMalformed, adapters.ErrMalformed},
		{"dossier without its status", result("0", "["+strings.Replace(held, `"4"`, "null", 1)+"}]"), adapters.ErrMalformed, adapters.ErrMalformed},
		{"dossier without its time", result("0", "["+strings.Replace(held, "01/10/2026 08:00:00", "", 1)+"}]"), adapters.ErrMalformed, adapters.ErrMalformed},
		{"dossier of an unreadable time", result("0", "["+strings.Replace(held, "01/10/2026", "31/02/2026", 1)+"}]"), adapters.ErrMalformed, adapters.ErrMalformed},
		{"dossier of an unreadable day", result("0", "["+held+`,"ngayHenTra":"mai"}]`), adapters.ErrMalformed, adapters.ErrMalformed},
		{"papers that are no XML", result("0", "["+held+`,"certificateExtentData":"<ExtentData>"}]`), adapters.ErrMalformed, adapters.ErrMalformed},
		{"papers that declare another encoding", result("0", "["+held+`,"certificateExtentData":"<?xml version=\"1.0\" encoding=\"utf-16\"?><ExtentData/>"}]`), nil, adapters.ErrMalformed},
		{"papers of another kind", result("0", "["+held+`,"certificateExtentData":"<Other/>"}]`), adapters.ErrMalformed, adapters.ErrMalformed},
		{"too many dossiers", result("0", many), adapters.ErrRefusedInput, adapters.ErrMalformed},
		{"beneficiary", result("0", "["+person+"]"), adapters.ErrMalformed, nil},
		{"beneficiary as an object", result("0", person), adapters.ErrMalformed, nil},
		{"two beneficiaries", result("0", "["+person+","+person+"]"), adapters.ErrMalformed, adapters.ErrMalformed},
		{"another person", result("0", strings.Replace(person, "900001", "900002", 1)), adapters.ErrMalformed, adapters.ErrMalformed},
		{"beneficiary without a code", result("0", `{"soDinhDanh":"001150900001"}`), adapters.ErrMalformed, adapters.ErrMalformed},
		{"amount of unknown spelling", result("0", strings.Replace(person, "{", `{"mucTroCap":"500.000",`, 1)), adapters.ErrMalformed, adapters.ErrMalformed},
	} {
		if _, err := readDossiers([]byte(test.body), "00004"); !errors.Is(err, test.dossiers) {
			t.Errorf("%s: dossiers got %v, want %v", test.name, err, test.dossiers)
		}
		if _, err := readBeneficiary([]byte(test.body), asked); !errors.Is(err, test.beneficiary) {
			t.Errorf("%s: beneficiary got %v, want %v", test.name, err, test.beneficiary)
		}
	}
}

func FuzzReadAnswers(f *testing.F) {
	f.Add([]byte(`{"result":{"error_code":0,"message":"","data":[` + held + `,"certificateExtentData":"<ExtentData><DanhSachTaiLieuNop><TaiLieuNop><IsDeleted>1</IsDeleted></TaiLieuNop></DanhSachTaiLieuNop></ExtentData>"}]}}`))
	f.Add([]byte(`{"result":{"error_code":"0","data":` + person + `}}`))
	f.Add([]byte(`{"error_code":"4","message":"Hồ sơ đã tồn tại"}`))
	f.Add([]byte(`{"error_code":0}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		list, err := readDossiers(body, "00004")
		for _, h := range list.Dossiers {
			if d := h.Dossier; err != nil || d.DossierCode == "" || d.ReceivedAt == "" || d.Status.Code == "" || d.Applicant.FullName == "" {
				t.Fatal("row without its key, or rows beside an error")
			}
		}
		b, failed := readBeneficiary(body, asked)
		if failed == nil && (b.CitizenID != asked.CitizenID || b.Code == "") {
			t.Fatal("record without its key")
		}
		receipt, _ := readReceipt(body, "H1")
		for _, record := range []any{list, b, receipt} {
			adaptertest.Writable(t, record)
		}
	})
}
