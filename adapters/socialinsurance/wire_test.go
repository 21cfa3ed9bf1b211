package socialinsurance

import (
	"errors"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// Questions to which the answers below belong, or not.
var (
	participantAsked = ParticipantQuestion{InsuranceNumber: "0199000001"}
	numberAsked      = NumberQuestion{FullName: "Lê Thị Thử", DateOfBirth: "1989-08-12", Sex: adapters.Code{Code: "2"}, PlaceKind: "household", ProvinceCode: "01"}
	householdAsked   = HouseholdQuestion{FullName: "Lê Thị Thử", DateOfBirth: "1989-08", Sex: adapters.Code{Code: "2"}, PlaceKind: "household", ProvinceCode: "01"}
)

var asked = map[string]any{"participant-lookup": participantAsked, "number-search": numberAsked, "household-search": householdAsked}

func TestEveryErrorCodeHasItsMeaning(t *testing.T) {
	b := newBench(t)
	for code, want := range map[string]error{"01": adapters.ErrNotFound, "02": adapters.ErrRefusedInput, "99": adapters.ErrUnavailable, "77": adapters.ErrRejected} {
		for operation, q := range asked {
			_, err := adaptertest.Ask[any](t, b.Answering(t, 200, `{"errorCode":"`+code+`"}`), operation, q)
			adaptertest.Verdict(t, operation, err, want, code)
		}
	}
}

func TestAnswersThatCannotBeTrustedAreMalformed(t *testing.T) {
	b := newBench(t)
	const person = `"hoTen":"Lê Thị Thử","ngaySinh":"19890812","loaiNgaySinh":"0","gioiTinh":"2"`
	for _, test := range []struct{ operation, name, body string }{
		{"participant-lookup", "empty", `{}`},
		{"participant-lookup", "null", `null`},
		{"participant-lookup", "list", `[{` + person + `}]`},
		{"participant-lookup", "no name", `{"hoTen":" ","ngaySinh":"19890812","loaiNgaySinh":"0"}`},
		{"participant-lookup", "another number", `{"maSoBhxh":"0199000002",` + person + `}`},
		{"participant-lookup", "no such day", `{"hoTen":"Lê Thị Thử","ngaySinh":"19890231","loaiNgaySinh":"0"}`},
		{"participant-lookup", "less than its precision", `{"hoTen":"Lê Thị Thử","ngaySinh":"1989","loaiNgaySinh":"0"}`},
		{"participant-lookup", "unknown precision", `{"hoTen":"Lê Thị Thử","ngaySinh":"19890812","loaiNgaySinh":"3"}`},
		{"participant-lookup", "no precision", `{"hoTen":"Lê Thị Thử","ngaySinh":"19890812"}`},
		{"participant-lookup", "wrong type", `{"hoTen":{"ho":"Lê"}}`},
		{"number-search", "empty", `{}`},
		{"number-search", "success without a number", `{"errorCode":"00","trangThai":"1"}`},
		{"number-search", "number of nine digits", `{"errorCode":"00","maSoBhxh":"199000001"}`},
		{"number-search", "two numbers", `{"errorCode":"00","maSoBhxh":"0199000001,0199000002"}`},
		{"household-search", "empty", `{}`},
		{"household-search", "no number", `{` + person + `}`},
		{"household-search", "no name", `{"maSo":"0199000001","ngaySinh":"19890812","loaiNgaySinh":"0"}`},
		{"household-search", "no birth", `{"maSo":"0199000001","hoTen":"Lê Thị Thử"}`},
		{"household-search", "another name", `{"maSo":"0199000001","hoTen":"Lê Thị Khác","ngaySinh":"19890812","loaiNgaySinh":"0"}`},
		{"household-search", "another birth", `{"maSo":"0199000001","hoTen":"Lê Thị Thử","ngaySinh":"19890912","loaiNgaySinh":"0"}`},
		{"household-search", "another sex", `{"maSo":"0199000001","hoTen":"Lê Thị Thử","ngaySinh":"19890812","loaiNgaySinh":"0","gioiTinh":"1"}`},
		{"household-search", "truncated", `{"maSo":"0199000001","hoTen":"Lê Thị`},
		{"household-search", "HTML", `<html><body>Bad gateway</body></html>`},
	} {
		_, err := adaptertest.Ask[any](t, b.Answering(t, 200, test.body), test.operation, asked[test.operation])
		adaptertest.Verdict(t, test.operation+", "+test.name, err, adapters.ErrMalformed, "", "Lê", "1989", "01990000")
	}
	byCard := householdAsked
	byCard.HealthCard = "GD4010199000002"
	w := b.Answering(t, 200, `{"maSo":"0199000001",`+person+`}`)
	if _, err := adaptertest.Ask[any](t, w, "household-search", byCard); !errors.Is(err, adapters.ErrMalformed) {
		t.Errorf("household by the card of another: %v", err)
	}
}

func TestBirthIsReadAsFarAsItCounts(t *testing.T) {
	for _, test := range []struct {
		digits, precision wire.Text
		want              adapters.Date
	}{
		{"19890812", "0", "1989-08-12"}, {"198908", "2", "1989-08"}, {"1989", "1", "1989"}, {"", "0", ""},
		{"19890101", "1", "1989"}, {"19890000", "1", "1989"}, {"19890800", "2", "1989-08"}, {"19890801", "2", "1989-08"},
	} {
		var v wire.Values
		if got := (birth{test.digits, test.precision}).date(&v); got != test.want || v.Err != nil {
			t.Errorf("%q of precision %q: %q, %v", test.digits, test.precision, got, v.Err)
		}
		if digits, precision := born(test.want); test.want != "" && (!strings.HasPrefix(string(test.digits), digits) || precision != string(test.precision)) {
			t.Errorf("%q is written as %q of precision %q", test.want, digits, precision)
		}
	}
}

func TestNumbersInsteadOfTextsAreRead(t *testing.T) {
	w := newBench(t).Answering(t, 200, `{"errorCode":null,"hoTen":"Lê Thị Thử","ngaySinh":19890812,"loaiNgaySinh":0,"gioiTinh":2,"trangThai":9}`)
	got, err := adaptertest.Ask[Participant](t, w, "participant-lookup", participantAsked)
	if err != nil || got.DateOfBirth != "1989-08-12" || got.Sex.Name != "Nữ" || got.Status == nil || got.Status.Name != "" {
		t.Errorf("%+v, %v", got, err)
	}
}

func FuzzParticipantAnswer(f *testing.F) {
	f.Add(`{"hoTen":"Lê Thị Thử","soSoCu":"0198000001","ngaySinh":"19890812","loaiNgaySinh":"0","gioiTinh":"2","maTinhKs":"01","maHuyenKs":"001","maXaKs":"00004","trangThai":"1"}`)
	f.Add(`{"errorCode":"01"}`)
	f.Fuzz(func(t *testing.T, body string) {
		var a participantAnswer
		if adapters.DecodeJSON([]byte(body), &a) != nil {
			return
		}
		got, err := a.participant(participantAsked)
		if err == nil && (got.InsuranceNumber != participantAsked.InsuranceNumber || got.FullName == "" || a.MaSoBhxh != "" && string(a.MaSoBhxh) != string(got.InsuranceNumber)) {
			t.Errorf("record %+v of %q", got, body)
		}
		adaptertest.Writable(t, got)
	})
}

func FuzzNumberAnswer(f *testing.F) {
	f.Add(`{"maSoBhxh":"0199000001","trangThai":"1","errorCode":"00"}`)
	f.Add(`{"maSoBhxh":199000001}`)
	f.Fuzz(func(t *testing.T, body string) {
		var a numberAnswer
		if adapters.DecodeJSON([]byte(body), &a) != nil || a.fault() != nil {
			return
		}
		if got, err := a.found(); err == nil && (len(got.InsuranceNumber) != 10 || !wire.Digits(string(got.InsuranceNumber))) {
			t.Errorf("record %+v of %q", got, body)
		}
	})
}

func FuzzHouseholdAnswer(f *testing.F) {
	f.Add(`{"maSo":"0199000001","hoTen":"LE THI THU","ngaySinh":"19890812","loaiNgaySinh":"0","gioiTinh":"2","maHo":"0197000001","diaChi":"Số 1","trangThai":"1"}`)
	f.Fuzz(func(t *testing.T, body string) {
		var a householdAnswer
		if adapters.DecodeJSON([]byte(body), &a) != nil {
			return
		}
		got, err := a.member(householdAsked)
		if err == nil && (len(got.InsuranceNumber) != 10 || !sameName(got.FullName, householdAsked.FullName) || !strings.HasPrefix(string(got.DateOfBirth), "1989")) {
			t.Errorf("record %+v of %q", got, body)
		}
		adaptertest.Writable(t, got)
	})
}
