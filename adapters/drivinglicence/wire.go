package drivinglicence

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// The messages, as the system spells them.
type (
	nationalLogin struct {
		Username string `json:"username"`
		Password string `json:"password"`
	}
	nationalQuestion struct {
		Session    string `json:"session"`
		Service    string `json:"service"`
		DonViXuLy  string `json:"donViXuLy"`
		SoGPLX     string `json:"SoGPLX"`
		NgaySinh   string `json:"NgaySinh"`
		SoDinhDanh string `json:"SoDinhDanh,omitempty"`
	}
	// envelope is every answer. The result of a login is left unread: it is free text.
	envelope struct {
		ErrorCode wire.Text       `json:"error_code"`
		Session   wire.Text       `json:"session"`
		Data      json.RawMessage `json:"data"`
	}
	// nationalHolder is the part that all records of one licence have in common.
	nationalHolder struct {
		HoVaTen    wire.Text `json:"HoVaTen"`
		NgaySinh   wire.Text `json:"NgaySinh"`
		GioiTinh   wire.Text `json:"GioiTinh"`
		MaQuocTich wire.Text `json:"MaQuocTich"`
		SoCMT      wire.Text `json:"SoCMT"`
	}
	nationalLicence struct {
		nationalHolder
		SoGPLX      wire.Text `json:"SoGPLX"`
		HangGPLX    wire.Text `json:"HangGPLX"`
		SoHoSo      wire.Text `json:"SoHoSo"`
		SoGPLXCu    wire.Text `json:"SoGPLXCu"`
		NoiCapGPLX  wire.Text `json:"NoiCapGPLX"`
		NgayCapGPLX wire.Text `json:"NgayCapGPLX"`
		NgayHHGPLX  wire.Text `json:"NgayHHGPLX"`
		NgayTTGPLX  wire.Text `json:"NgayTTGPLX"`
		SoSeri      wire.Text `json:"SoSeri"`
		TrangThai   wire.Text `json:"TrangThai"`
		DiemGPLX    wire.Text `json:"DiemGPLX"`
	}
)

// failures say what the numbers of error_code mean, without the zeros that some
// answers pad them with. Only that zero is a success is documented.
var failures = map[string]error{
	"1": adapters.ErrRejected, // user name or password
	"2": adapters.ErrTokenRefused,
	"3": adapters.ErrRejected, // not entitled to the service
	"4": adapters.ErrRefusedInput,
	"5": adapters.ErrNotFound,
	"6": adapters.ErrNoMatch,
	"8": adapters.ErrUnavailable, // too many calls
	"9": adapters.ErrUnavailable,
}

var (
	// dateLayouts are the eight digits of the register, with zeros for what is not
	// known, and the form that the same adapter has in its dossiers.
	dateLayouts = []string{"20060102", "20060100", "20060000", "2006-01-02"}
	statuses    = map[wire.Text]string{"1": "Đang có hiệu lực", "2": "Hết hạn", "3": "Đã thu hồi", "4": "Đã đổi"}
	countries   = map[wire.Text]string{"VNM": "Việt Nam"}
)

// unlimited stands where a class that never expires has no day of expiry.
const unlimited = "Không thời hạn"

// mostPoints is what a licence has at the start of a year.
const mostPoints = 12

func readEnvelope(answer *adapters.Answer) (e envelope, err error) {
	if err := answer.Fault(); err != nil {
		return e, err
	}
	if err := answer.JSON(&e); err != nil {
		return e, err
	}
	if e.ErrorCode == "" {
		return e, adapters.Malformed("answer without error_code")
	}
	return e, nil
}

// failure says what kind of failure an answer tells. A number that is not in the
// table is the bus's to look into.
func (e envelope) failure() (kind error, failed bool) {
	number := strings.TrimLeft(string(e.ErrorCode), "0")
	if number == "" {
		return nil, false
	}
	if kind = failures[number]; kind == nil {
		kind = adapters.ErrRejected
	}
	return kind, true
}

// open takes the data out of a service's answer, or says why there is none.
func open(answer *adapters.Answer) (json.RawMessage, error) {
	e, err := readEnvelope(answer)
	if err != nil {
		return nil, err
	}
	kind, failed := e.failure()
	switch {
	case errors.Is(kind, adapters.ErrTokenRefused):
		return nil, adapters.ErrTokenRefused
	case failed:
		return nil, adapters.Fail(kind, string(e.ErrorCode), "failure told in the answer")
	case e.Data == nil:
		return nil, adapters.Malformed("success without data")
	}
	return e.Data, nil
}

// readLicence takes the records of one licence, which must be the one asked for.
func readLicence(data json.RawMessage, asked Question) (Licence, error) {
	var rows wire.List[nationalLicence]
	if err := adapters.DecodeJSON(data, &rows); err != nil {
		return Licence{}, err
	}
	if len(rows) == 0 {
		return Licence{}, adapters.Fail(adapters.ErrNotFound, "", "success with empty data")
	}
	v := wire.Values{Layouts: dateLayouts}
	out := rows[0].licence(&v)
	told := map[nationalLicence]bool{}
	for _, row := range rows {
		if row.SoGPLX != wire.Text(asked.Number) || row.nationalHolder != rows[0].nationalHolder {
			return Licence{}, adapters.Malformed("record without its key, of another licence or of another holder")
		}
		if !told[row] {
			out.Classes = append(out.Classes, row.class(&v))
		}
		told[row] = true
	}
	if !agree(string(out.DateOfBirth), string(asked.DateOfBirth)) || asked.CitizenID != "" && !agree(string(out.CitizenID), string(asked.CitizenID)) {
		return Licence{}, adapters.Malformed("licence of another person than asked")
	}
	return wire.Whole(&v, out)
}

// agree compares what both sides know: one may know only the year of a birth, or
// nothing at all.
func agree(a, b string) bool { return strings.HasPrefix(a, b) || strings.HasPrefix(b, a) }

func (n nationalLicence) licence(v *wire.Values) Licence {
	l := Licence{Number: Number(n.SoGPLX), FullName: adapters.PersonName(n.HoVaTen), DateOfBirth: v.Date("NgaySinh", n.NgaySinh),
		Sex: wire.Code(n.GioiTinh, nil), Nationality: wire.Code(n.MaQuocTich, countries)}
	if l.Sex != nil {
		l.Sex.Name = adapters.SexName(l.Sex.Code)
	}
	l.CitizenID, l.OldCitizenID, l.OtherIdentity = wire.Identity(n.SoCMT)
	return l
}

func (n nationalLicence) class(v *wire.Values) Class {
	c := Class{Class: v.Require("HangGPLX", n.HangGPLX), Former: string(n.SoGPLXCu), DossierCode: string(n.SoHoSo), Serial: string(n.SoSeri),
		IssuedBy: string(n.NoiCapGPLX), IssuedOn: v.Date("NgayCapGPLX", n.NgayCapGPLX), PassedOn: v.Date("NgayTTGPLX", n.NgayTTGPLX),
		Status: wire.Code(n.TrangThai, statuses), Points: v.Count("DiemGPLX", n.DiemGPLX)}
	if c.NeverExpires = strings.EqualFold(string(n.NgayHHGPLX), unlimited); !c.NeverExpires {
		c.ExpiresOn = v.Date("NgayHHGPLX", n.NgayHHGPLX)
	}
	if c.Points != nil && *c.Points > mostPoints {
		v.Fail("DiemGPLX", "a number of points")
	}
	return c
}
