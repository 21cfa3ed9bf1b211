package socialinsurance

import (
	"context"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// verdict is how an answer of the database says that it has failed; all embed it.
type verdict struct {
	ErrorCode wire.Text
}

// failures say what errorCode means; the values are assumed. Where several people
// match, the caller has to ask more precisely: "not found" would make a clerk apply
// for a second number, and "no match" is for details that differ.
var failures = map[wire.Text]struct {
	kind   error
	detail string
}{
	"01": {adapters.ErrNotFound, ""},
	"02": {adapters.ErrRefusedInput, "several people match the search"},
	"99": {adapters.ErrUnavailable, "database reports a fault of its own"},
}

func (v verdict) fault() error {
	if v.ErrorCode == "" || v.ErrorCode == "00" {
		return nil
	}
	if f, known := failures[v.ErrorCode]; known {
		return adapters.Fail(f.kind, string(v.ErrorCode), f.detail)
	}
	return adapters.Fail(adapters.ErrRejected, string(v.ErrorCode), "errorCode that is not documented")
}

// statuses name the values of trangThai, which are assumed.
var statuses = map[wire.Text]string{"1": "Đang tham gia", "2": "Bảo lưu thời gian đóng", "3": "Đang hưởng lương hưu",
	"4": "Chưa tham gia BHXH", "5": "Đã chết"}

// participantAnswer is that of getTraCuuTtHgdByMaSoBhxh. It is not documented to
// repeat the number; one that does must repeat the right one.
type participantAnswer struct {
	verdict
	birth
	MaSoBhxh, HoTen, SoSoCu, GioiTinh, MaTinhKs, MaHuyenKs, MaXaKs, TrangThai wire.Text
}

// numberAnswer is that of getMaSoBhxhTheoTieuChi. It says nothing of the person, so
// whose number it is has to be believed.
type numberAnswer struct {
	verdict
	MaSoBhxh, TrangThai wire.Text
}

// householdAnswer is that of getTraCuuThongTinHgd.
type householdAnswer struct {
	verdict
	birth
	MaSo, HoTen, GioiTinh, MaHo, DiaChi, TrangThai wire.Text
}

// ask posts one question to the database and reads its answer, unless that is a failure.
func ask(ctx context.Context, c *adapters.Conn, call adapters.Call, path string, question map[string]string, answer interface{ fault() error }) error {
	got, err := c.Do(ctx, call, adapters.Request{Path: path, JSON: question})
	if err != nil {
		return err
	}
	if err := got.Fault(); err != nil {
		return err
	}
	if err := got.JSON(answer); err != nil {
		return err
	}
	return answer.fault()
}

func (a *participantAnswer) participant(q ParticipantQuestion) (Participant, error) {
	var v wire.Values
	p := Participant{
		InsuranceNumber: q.InsuranceNumber, FullName: adapters.PersonName(v.Require("hoTen", a.HoTen)),
		DateOfBirth: a.date(&v), Sex: sex(a.GioiTinh), InsuranceBook: string(a.SoSoCu), Status: wire.Code(a.TrangThai, statuses),
		// Nothing tells when the place was written down.
		BirthRegistration: Place{adapters.NationalAddress{ProvinceCode: string(a.MaTinhKs), DistrictCode: string(a.MaHuyenKs),
			CommuneCode: string(a.MaXaKs)}.Address()},
	}
	switch {
	case v.Err != nil:
		return Participant{}, v.Err
	case a.MaSoBhxh != "" && string(a.MaSoBhxh) != string(q.InsuranceNumber):
		return Participant{}, adapters.Malformed("record of another number")
	case q.FullName != "" && !sameName(q.FullName, p.FullName):
		return Participant{}, adapters.Fail(adapters.ErrNotFound, "", "number of somebody of another name")
	}
	return p, nil
}

func (a *numberAnswer) found() (NumberFound, error) {
	var v wire.Values
	return wire.Whole(&v, NumberFound{InsuranceNumber: number(&v, "maSoBhxh", a.MaSoBhxh), Status: wire.Code(a.TrangThai, statuses)})
}

func (a *householdAnswer) member(q HouseholdQuestion) (HouseholdMember, error) {
	var v wire.Values
	v.Require("ngaySinh", a.NgaySinh)
	m := HouseholdMember{
		InsuranceNumber: number(&v, "maSo", a.MaSo), FullName: adapters.PersonName(v.Require("hoTen", a.HoTen)),
		DateOfBirth: a.date(&v), Sex: sex(a.GioiTinh), Household: string(a.MaHo), AddressText: string(a.DiaChi),
		Status: wire.Code(a.TrangThai, statuses),
	}
	switch {
	case v.Err != nil:
		return HouseholdMember{}, v.Err
	case !sameName(q.FullName, m.FullName) || !sameBirth(q.DateOfBirth, m.DateOfBirth) || m.Sex.Code != "" && m.Sex.Code != q.Sex.Code,
		q.HealthCard != "" && string(q.HealthCard[5:]) != string(m.InsuranceNumber):
		return HouseholdMember{}, adapters.Malformed("record of another person")
	}
	return m, nil
}

// number reads a social-insurance number, the key of its record.
func number(v *wire.Values, member string, t wire.Text) adapters.SocialInsuranceNumber {
	if len(t) != 10 || !wire.Digits(string(t)) {
		v.Fail(member, "a social-insurance number")
	}
	return adapters.SocialInsuranceNumber(t)
}

// birth is a date of which LoaiNgaySinh says how much counts.
type birth struct {
	NgaySinh, LoaiNgaySinh wire.Text
}

// precisions are the values of LoaiNgaySinh and how many digits count.
var precisions = map[wire.Text]int{"0": len("20060102"), "1": len("2006"), "2": len("200601")}

// born writes a date in the digits of its precision.
func born(d adapters.Date) (digits, precision string) {
	digits = d.Format("20060102", "200601", "2006")
	for code, n := range precisions {
		if n == len(digits) {
			precision = string(code)
		}
	}
	return digits, precision
}

// date reads as many digits as count; what may follow them means nothing.
func (b birth) date(v *wire.Values) adapters.Date {
	if b.NgaySinh == "" {
		return ""
	}
	n := precisions[b.LoaiNgaySinh]
	if n == 0 || len(b.NgaySinh) < n {
		v.Fail("ngaySinh", "as precise as loaiNgaySinh says")
		return ""
	}
	return v.Date("ngaySinh", b.NgaySinh[:n], "20060102"[:n])
}

func sex(code wire.Text) adapters.Code {
	return adapters.Code{Code: string(code), Name: adapters.SexName(string(code))}
}

// sameBirth compares two dates as far as both are known.
func sameBirth(a, b adapters.Date) bool {
	n := min(len(a), len(b))
	return n > 0 && a[:n] == b[:n]
}

// sameName compares names without regard to case, spacing and marks, because names
// are still typed without them. It finds another person's record; whether a name is
// right to the letter is for the system to say.
func sameName(a, b adapters.PersonName) bool { return folded(a) == folded(b) }

func folded(name adapters.PersonName) string {
	return strings.Join(strings.Fields(wire.Unaccented(string(name))), " ")
}
