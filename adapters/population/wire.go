package population

import (
	"encoding/xml"
	"errors"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/lgsp-vn/lgsp/adapters"
)

// text is the content of a national element, without space around it, in NFC.
type text string

// UnmarshalText refuses a second element of the same name: nothing would say
// which of the two values is the person's.
func (t *text) UnmarshalText(b []byte) error {
	if *t != "" {
		return errors.New("element given twice")
	}
	*t = text(norm.NFC.String(strings.TrimSpace(string(b))))
	return nil
}

func (t text) code() adapters.Code { return adapters.Code{Code: string(t)} }

// verdict is the answer to a verification, under either of its two names and in
// whatever namespace.
type verdict struct {
	XMLName xml.Name
	Exists  text `xml:"TonTai"`
}

func (v *verdict) exists() (bool, error) {
	if name := v.XMLName.Local; name != "KetQuaXacThuc" && name != "KetQuaXacThucResponse" {
		return false, adapters.Malformed("not an answer to a verification")
	}
	switch v.Exists {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, adapters.Malformed("TonTai is not a boolean")
}

// collection is the answer to both look-ups.
type collection struct {
	XMLName xml.Name `xml:"http://www.mic.gov.vn/dancu/1.0 CongdanCollection"`
	Count   text     `xml:"SoCongDan,attr"`
	AsOf    text     `xml:"ThoiDiemDuLieu,attr"`
	People  people   `xml:"CongDan"`
}

// people keeps the first record and counts them all: a second one is never used,
// so a flood of them costs no memory.
type people struct {
	first record
	count int
}

// UnmarshalXML takes the next CongDan.
func (p *people) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	if p.count++; p.count > 1 {
		return d.Skip()
	}
	return d.DecodeElement(&p.first, &start)
}

// record is a CongDan; its elements are in the namespace of the collection under
// changing prefixes, and any of them may be missing.
type record struct {
	SoDinhDanh        text     `xml:"SoDinhDanh"`
	SoCMND            text     `xml:"SoCMND"`
	SoCCCD            text     `xml:"SoCCCD"`
	HoVaTen           name     `xml:"HoVaTen"`
	GioiTinh          text     `xml:"GioiTinh"`
	DanToc            text     `xml:"DanToc"`
	TonGiao           text     `xml:"TonGiao"`
	TinhTrangHonNhan  text     `xml:"TinhTrangHonNhan"`
	NhomMau           text     `xml:"NhomMau"`
	NgayThangNamSinh  birthday `xml:"NgayThangNamSinh"`
	NoiDangKyKhaiSinh address  `xml:"NoiDangKyKhaiSinh"`
	QueQuan           address  `xml:"QueQuan"`
	ThuongTru         address  `xml:"ThuongTru"`
	NoiOHienTai       address  `xml:"NoiOHienTai"`
	QuocTich          text     `xml:"QuocTich"`
	Cha               kin      `xml:"Cha"`
	Me                kin      `xml:"Me"`
	VoChong           kin      `xml:"VoChong"`
	NguoiDaiDien      kin      `xml:"NguoiDaiDien"`
	ChuHo             kin      `xml:"ChuHo"`
	SoSoHoKhau        text     `xml:"SoSoHoKhau"`
}

// kin is any other person in a record. ChuHo has QuanHe and no QuocTich.
type kin struct {
	QuanHe     text `xml:"QuanHe"`
	HoVaTen    name `xml:"HoVaTen"`
	QuocTich   text `xml:"QuocTich"`
	SoDinhDanh text `xml:"SoDinhDanh"`
	SoCMND     text `xml:"SoCMND"`
}

func (k kin) relative() relative {
	return relative{CitizenID: adapters.CitizenID(k.SoDinhDanh), OldCitizenID: adapters.OldCitizenID(k.SoCMND),
		FullName: k.HoVaTen.full(), Nationality: k.QuocTich.code()}
}

func (k kin) head() householdHead {
	return householdHead{CitizenID: adapters.CitizenID(k.SoDinhDanh), OldCitizenID: adapters.OldCitizenID(k.SoCMND),
		FullName: k.HoVaTen.full(), Relationship: k.QuanHe.code()}
}

// name comes in three parts, or whole as plain text, or whole in Ten.
type name struct {
	Ho    text `xml:"Ho"`
	Dem   text `xml:"ChuDem"`
	Ten   text `xml:"Ten"`
	Whole text `xml:",chardata"`
}

// full joins the parts. A Ten that begins with surname and middle name is taken
// for the whole name.
func (n name) full() adapters.PersonName {
	whole := string(n.Whole)
	if whole == "" {
		lead := string(n.Ho + " " + n.Dem)
		whole = string(n.Ten)
		if !strings.HasPrefix(folded(whole), folded(lead)+" ") {
			whole = lead + " " + whole
		}
	}
	return adapters.PersonName(strings.Join(strings.Fields(whole), " "))
}

// folded makes names comparable.
func folded(name string) string {
	return strings.ToUpper(strings.Join(strings.Fields(name), " "))
}

// birthday is a day, or only a year; in some answers plain text.
type birthday struct {
	NgayThangNam text `xml:"NgayThangNam"`
	Nam          text `xml:"Nam"`
	Plain        text `xml:",chardata"`
}

// date reads the most precise form there is, "" where there is none. A date that
// cannot be read is an error: the person was found by it.
func (b birthday) date() (adapters.Date, error) {
	for _, written := range []text{b.NgayThangNam, b.Nam, b.Plain} {
		if written == "" {
			continue
		}
		date, ok := adapters.ReadDate(string(written), "20060102", "200601", "2006")
		if !ok {
			return "", adapters.Malformed("date of birth cannot be read")
		}
		return date, nil
	}
	return "", nil
}

// address is a place in a record, old or new: only old ones have a MaQuanHuyen.
type address struct {
	MaTinhThanh text `xml:"MaTinhThanh"`
	MaQuanHuyen text `xml:"MaQuanHuyen"`
	MaPhuongXa  text `xml:"MaPhuongXa"`
	ChiTiet     text `xml:"ChiTiet"`
	QuocGia     text `xml:"QuocGia"`
}

// place puts the address into the vocabulary. AsOf is when the register vouches
// for it, "" where it does not.
func (a address) place(asOf adapters.Date, resident bool) place {
	return place{
		Address: adapters.NationalAddress{ProvinceCode: string(a.MaTinhThanh), DistrictCode: string(a.MaQuanHuyen),
			CommuneCode: string(a.MaPhuongXa), Detail: string(a.ChiTiet), AsOf: asOf, Resident: resident}.Address(),
		Country: a.QuocGia.code(),
	}
}

// finding is the one record of an answer, checked against its question.
type finding struct {
	record
	born adapters.Date
	asOf time.Time // zero where the source does not say
}

// match takes the record out of an answer and makes sure that it is the one
// asked for.
func (c *collection) match(q question) (*finding, error) {
	if count, err := strconv.Atoi(string(c.Count)); c.Count != "" && (err != nil || count != c.People.count) {
		return nil, adapters.Malformed("SoCongDan differs from the number of records")
	}
	if c.People.count == 0 {
		return nil, adapters.Fail(adapters.ErrNotFound, "", "")
	}
	r := c.People.first
	if c.People.count > 1 || q.CitizenID != "" && string(r.SoDinhDanh) != string(q.CitizenID) ||
		q.OldCitizenID != "" && string(r.SoCMND) != string(q.OldCitizenID) {
		return nil, adapters.Malformed("not one record of the person asked for")
	}
	born, err := r.NgayThangNamSinh.date()
	if err != nil {
		return nil, err
	}
	if n := min(len(born), len(q.DateOfBirth)); born[:n] != q.DateOfBirth[:n] {
		if len(q.DateOfBirth) == len("2006-01") { // the month could not be asked
			return nil, adapters.Fail(adapters.ErrNotFound, "", "month of birth differs")
		}
		return nil, adapters.Malformed("record of another date of birth")
	}
	return &finding{record: r, born: born, asOf: readTime(string(c.AsOf))}, nil
}

// readTime reads an xsd:dateTime, in local time where it names no zone.
func readTime(written string) time.Time {
	if t, err := time.Parse(time.RFC3339, written); err == nil {
		return t.In(adapters.Vietnam)
	}
	t, err := time.ParseInLocation("2006-01-02T15:04:05", written, adapters.Vietnam)
	if err != nil {
		return time.Time{}
	}
	return t
}

// dataAsOf is the time of the data as the vocabulary writes times.
func (f *finding) dataAsOf() string {
	if f.asOf.IsZero() {
		return ""
	}
	return f.asOf.Format(time.RFC3339)
}

func (f *finding) relatives() relatives {
	return relatives{
		CitizenID: adapters.CitizenID(f.SoDinhDanh), OldCitizenID: adapters.OldCitizenID(f.SoCMND),
		FullName: f.HoVaTen.full(), DateOfBirth: f.born,
		Father: f.Cha.relative(), Mother: f.Me.relative(), DataAsOf: f.dataAsOf(),
	}
}

func (f *finding) citizen() citizen {
	// The state keeps residences current, so the time of the data dates them. The
	// places of birth and origin stay as they were once written.
	var asOf adapters.Date
	if !f.asOf.IsZero() {
		asOf = adapters.Date(f.asOf.Format(time.DateOnly))
	}
	sex := f.GioiTinh.code()
	sex.Name = adapters.SexName(sex.Code)
	return citizen{
		CitizenID: adapters.CitizenID(f.SoDinhDanh), OldCitizenID: adapters.OldCitizenID(f.SoCMND), CardNumber: string(f.SoCCCD),
		FullName: f.HoVaTen.full(), DateOfBirth: f.born, Sex: sex, Nationality: f.QuocTich.code(),
		Ethnicity: f.DanToc.code(), Religion: f.TonGiao.code(), MaritalStatus: f.TinhTrangHonNhan.code(), BloodGroup: f.NhomMau.code(),
		BirthRegistration:  f.NoiDangKyKhaiSinh.place("", false),
		Origin:             f.QueQuan.place("", false),
		PermanentResidence: f.ThuongTru.place(asOf, true),
		CurrentResidence:   f.NoiOHienTai.place(asOf, true),
		Father:             f.Cha.relative(), Mother: f.Me.relative(), Spouse: f.VoChong.relative(), Representative: f.NguoiDaiDien.relative(),
		HouseholdHead: f.ChuHo.head(), HouseholdBook: string(f.SoSoHoKhau), DataAsOf: f.dataAsOf(),
	}
}
