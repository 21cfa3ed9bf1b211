package businessregistration

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

const asked = "0100233488"

func TestAnswerIsClassifiedByItsBody(t *testing.T) {
	const person = "Nguyễn Văn Thử"
	refused := func(message string) string { return `{"DataCount":0,"Status":"0","Message":"` + message + `"}` }
	record := func(main string) string { return `{"MainInformation":{` + main + `},"Status":"1"}` }
	valid := `"ENTERPRISE_GDT_CODE":"` + asked + `"`
	tests := []struct {
		name   string
		status int
		body   string
		kind   error // nil for a record
		code   string
	}{
		{"smallest record", 200, record(valid), nil, ""},
		{"record without a verdict", 200, `{"MainInformation":{` + valid + `}}`, nil, ""},
		{"not found", 200, `{"DataCount":0,"Status":"1","Message":"success"}`, adapters.ErrNotFound, ""},
		{"not found, null", 200, `{"MainInformation":null,"DataCount":"0"}`, adapters.ErrNotFound, ""},
		{"not found, empty object", 200, ` { } `, adapters.ErrNotFound, ""},
		{"foreign object", 200, `{"error":"maintenance"}`, adapters.ErrMalformed, ""},
		{"null", 200, `null`, adapters.ErrMalformed, ""},
		{"error: not found in words", 200, refused("Không tìm thấy doanh nghiệp của " + person), adapters.ErrNotFound, "0"},
		{"error: decomposed letters", 200, refused("Không ti\u0300m thấy"), adapters.ErrNotFound, "0"},
		{"error: parameter", 200, refused("Tham số msdn không hợp lệ: " + person), adapters.ErrRefusedInput, "0"},
		{"error: window", 200, refused("Khoảng thời gian tra cứu tối đa 5 ngày"), adapters.ErrRefusedInput, "0"},
		{"error: register's own", 200, refused("Lỗi hệ thống: không tìm thấy bảng"), adapters.ErrUnavailable, "0"},
		{"error: database", 200, refused("ORA-00942: invalid"), adapters.ErrUnavailable, "0"},
		{"error: access", 200, refused("Không có quyền truy cập"), adapters.ErrRejected, "0"},
		{"error: unknown words", 200, refused(person + " 001099000001"), adapters.ErrRejected, "0"},
		{"error as a number", 200, `{"Status":0,"Message":"invalid"}`, adapters.ErrRefusedInput, "0"},
		{"error beside a record", 200, `{"MainInformation":{` + valid + `},"Status":"0","Message":"not found"}`, adapters.ErrNotFound, "0"},
		{"unknown status", 200, `{"MainInformation":{` + valid + `},"Status":"2"}`, adapters.ErrMalformed, ""},
		{"record without its key", 200, record(`"NAME":"` + person + `"`), adapters.ErrMalformed, ""},
		{"record of another", 200, record(`"ENTERPRISE_GDT_CODE":"0100233489"`), adapters.ErrMalformed, ""},
		{"key as a number that lost its zero", 200, record(`"ENTERPRISE_GDT_CODE":100233488`), adapters.ErrMalformed, ""},
		{"unreadable date", 200, record(valid + `,"FOUNDING_DATE":"2020-01-05"`), adapters.ErrMalformed, ""},
		{"date that does not exist", 200, record(valid + `,"LAST_AMEND_DATE":"31/02/2020"`), adapters.ErrMalformed, ""},
		{"unreadable count", 200, record(valid + `,"NUMBER_CHANGES":"many"`), adapters.ErrMalformed, ""},
		{"unreadable amount", 200, record(valid + `,"CAPITAL_AMOUNT":"1.000.000"`), adapters.ErrMalformed, ""},
		{"activity without a code", 200, `{"MainInformation":{` + valid + `},"BusinessActivity":[{"NAME":"x"}]}`, adapters.ErrMalformed, ""},
		{"share above the whole", 200, `{"MainInformation":{` + valid + `},"Member":[{"RATIO_PERCENT":100.01}]}`, adapters.ErrMalformed, ""},
		{"text instead of the record", 200, `{"MainInformation":"x"}`, adapters.ErrMalformed, ""},
		{"truth value where text belongs", 200, record(valid + `,"NAME":true`), adapters.ErrMalformed, ""},
		{"wrong type", 200, `"unexpected"`, adapters.ErrMalformed, ""},
		{"web page", 200, `<!DOCTYPE html><html></html>`, adapters.ErrMalformed, ""},
		{"empty", 200, ``, adapters.ErrMalformed, ""},
		{"broken", 200, `{"MainInformation":{` + valid, adapters.ErrMalformed, ""},
		{"two answers", 200, `{"Status":"1"}{"Status":"1"}`, adapters.ErrMalformed, ""},
		{"token refused by the register", 401, `{}`, adapters.ErrRejected, "http-401"},
		{"down", 503, `down`, adapters.ErrUnavailable, "http-503"},
		{"moved", 302, ``, adapters.ErrMalformed, "http-302"},
		{"gateway throttles", 429, `{"fault":{"code":900802}}`, adapters.ErrUnavailable, "900802"},
	}
	b := newBench(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := adaptertest.Ask[Enterprise](t, b.Answering(t, test.status, test.body), "enterprise-lookup", enterpriseQuestion{TaxCode: asked})
			adaptertest.Verdict(t, test.name, err, test.kind, test.code, person, "001099000001", asked)
		})
	}
}

func TestRepresentativesComeAsObjectOrArray(t *testing.T) {
	for list, want := range map[string][]Representative{
		`{"FULL_NAME":"Lê Thị Mẫu"}`:                              {{"Lê Thị Mẫu"}},
		`[{"FULL_NAME":"Lê Thị Mẫu"},{"FULL_NAME":"Vũ Văn Mẫu"}]`: {{"Lê Thị Mẫu"}, {"Vũ Văn Mẫu"}},
		`[]`: nil, `null`: nil, `{"FULL_NAME":null}`: nil,
	} {
		e, err := readEnterprise([]byte(`{"MainInformation":{"ENTERPRISE_GDT_CODE":"`+asked+`"},"Representatives":`+list+`}`), asked)
		if err != nil {
			t.Errorf("%s: %v", list, err)
		}
		if diff := cmp.Diff(want, e.Representatives); diff != "" {
			t.Errorf("%s (-want +got):\n%s", list, diff)
		}
	}
}

func TestDossierAnswersAreClassified(t *testing.T) {
	row := `{"IN_JOURNAL_NO":"J1","RECEIPT_DATE":"01/10/2026"}`
	for _, test := range []struct {
		name, body      string
		inList, ofState error
	}{
		{"one row as array", `{"MainInformation":[` + row + `],"DataCount":"1","Status":"1"}`, nil, nil},
		{"one row as object", `{"MainInformation":` + row + `,"Status":1}`, nil, nil},
		{"no rows", `{"MainInformation":[],"Status":"1"}`, nil, adapters.ErrNotFound},
		{"no member for rows", `{"DataCount":0,"Status":"1"}`, nil, adapters.ErrNotFound},
		{"not found in words", `{"Status":"0","Message":"not found"}`, nil, adapters.ErrNotFound},
		{"refused", `{"Status":"0","Message":"Tham số không hợp lệ"}`, adapters.ErrRefusedInput, adapters.ErrRefusedInput},
		{"foreign object", `{"x":1}`, adapters.ErrMalformed, adapters.ErrMalformed},
		{"row without its key", `{"MainInformation":[{"NAME":"x"}],"Status":"1"}`, adapters.ErrMalformed, adapters.ErrMalformed},
		{"null row", `{"MainInformation":[null],"Status":"1"}`, adapters.ErrMalformed, adapters.ErrMalformed},
		{"another dossier", `{"MainInformation":[{"IN_JOURNAL_NO":"J2"}],"Status":"1"}`, nil, adapters.ErrMalformed},
		{"two dossiers", `{"MainInformation":[` + row + `,` + row + `],"Status":"1"}`, nil, adapters.ErrMalformed},
		{"unreadable date", `{"MainInformation":[{"IN_JOURNAL_NO":"J1","PLAN_DATE":"soon"}],"Status":"1"}`, adapters.ErrMalformed, adapters.ErrMalformed},
		{"unreadable count", `{"MainInformation":[],"DataCount":"-1"}`, adapters.ErrMalformed, adapters.ErrNotFound},
	} {
		if _, err := readDossiers([]byte(test.body)); !errors.Is(err, test.inList) {
			t.Errorf("%s: list got %v, want %v", test.name, err, test.inList)
		}
		if _, err := readDossierStatus([]byte(test.body), "J1"); !errors.Is(err, test.ofState) {
			t.Errorf("%s: state got %v, want %v", test.name, err, test.ofState)
		}
	}
}

func TestContactsNumberIsNamedByItsForm(t *testing.T) {
	for id, want := range map[wire.Text]Contact{
		"001099000001": {CitizenID: "001099000001"},
		"019900001":    {OldCitizenID: "019900001"},
		"C0000001":     {OtherIdentity: "C0000001"},
		"P00000001X12": {OtherIdentity: "P00000001X12"},
		"":             {},
	} {
		if diff := cmp.Diff(want, (&dossierRow{ContactID: id}).contact()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", id, diff)
		}
	}
}

func FuzzReadAnswers(f *testing.F) {
	f.Add([]byte(`{"MainInformation":{"ENTERPRISE_GDT_CODE":"` + asked + `","CAPITAL_AMOUNT":1.5},"Representatives":{"FULL_NAME":"x"},"Status":"1"}`))
	f.Add([]byte(`{"MainInformation":[{"IN_JOURNAL_NO":"J1"}],"DataCount":1,"Status":"1"}`))
	f.Add([]byte(`{"Status":"0","Message":"not found"}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if e, err := readEnterprise(body, asked); err == nil && e.TaxCode != asked {
			t.Fatal("record without its key")
		} else if err == nil {
			adaptertest.Writable(t, e)
		}
		page, err := readDossiers(body)
		for _, d := range page.Dossiers {
			if err != nil || d.JournalNumber == "" {
				t.Fatal("row without its key, or rows beside an error")
			}
		}
		if d, err := readDossierStatus(body, "J1"); err == nil && d.JournalNumber != "J1" {
			t.Fatal("record without its key")
		}
	})
}

func BenchmarkReadEnterprise(b *testing.B) {
	body := []byte(`{"MainInformation":{"ENTERPRISE_ID":9000000001,"ENTERPRISE_GDT_CODE":"` + asked + `","NAME":"CÔNG TY THỬ","FOUNDING_DATE":"01/02/2010","CAPITAL_AMOUNT":"5000000000.000","LEGAL_NAMES":"Lê Thị Mẫu"},
		"HOAdress":{"CityID":"01","CityName":"Hà Nội","WardID":"00004","WardName":"Phường Ba Đình","StreetNumber":"Số 1"},
		"BusinessActivity":[{"CODE":"6201","NAME":"Lập trình máy vi tính","IS_MAIN":"Y"}],"Representatives":{"FULL_NAME":"Lê Thị Mẫu"},"Status":"1"}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := readEnterprise(body, asked); err != nil {
			b.Fatal(err)
		}
	}
}
