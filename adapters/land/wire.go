package land

import (
	"encoding/json"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// The questions, as the system spells them.
type (
	nationalParcelQuestion struct {
		MaXa          string `json:"MaXa"`
		SoHieuToBanDo string `json:"SoHieuToBanDo"`
		SoThuTuThua   string `json:"SoThuTuThua"`
	}
	nationalCertificateQuestion struct {
		SoPhatHanh string `json:"SoPhatHanh,omitempty"`
		SoVaoSo    string `json:"SoVaoSo,omitempty"`
	}
)

// The records, as the system spells them. The member names of parcels and
// certificates are documented; those of holders and restrictions are assumed
// after the applicant of a land dossier.
type (
	nationalParcel struct {
		MaXa                wire.Text             `json:"MaXa"`
		SoHieuToBanDo       wire.Text             `json:"SoHieuToBanDo"`
		SoThuTuThua         wire.Text             `json:"SoThuTuThua"`
		SoHieuToBanDoCu     wire.Text             `json:"SoHieuToBanDoCu"`
		SoThuTuThuaCu       wire.Text             `json:"SoThuTuThuaCu"`
		DienTich            wire.Number           `json:"DienTich"`
		DienTichPhapLy      wire.Number           `json:"DienTichPhapLy"`
		KyHieuMucDichSuDung wire.Text             `json:"KyHieuMucDichSuDung"`
		DiaChi              wire.Text             `json:"DiaChi"`
		TenChu              wire.Text             `json:"TenChu"`
		GiayChungNhan       []nationalCertificate `json:"GiayChungNhan"`
	}
	nationalCertificate struct {
		SoPhatHanh  wire.Text             `json:"SoPhatHanh"`
		SoVaoSo     wire.Text             `json:"SoVaoSo"`
		NgayCap     wire.Text             `json:"NgayCap"`
		TrangThai   wire.Text             `json:"TrangThai"`
		ThuaDat     []nationalParcel      `json:"ThuaDat"`
		ChuSuDung   []nationalOwner       `json:"ChuSuDung"`
		HanCheQuyen []nationalRestriction `json:"HanCheQuyen"`
	}
	nationalOwner struct {
		HoTen         wire.Text `json:"HoTen"`
		SoChungMinh   wire.Text `json:"SoChungMinh"` // of whichever card, or of a passport or an organisation
		DiaChiChiTiet wire.Text `json:"DiaChiChiTiet"`
	}
	nationalRestriction struct {
		LoaiHanChe wire.Text `json:"LoaiHanChe"`
		DonVi      wire.Text `json:"DonVi"`
		NgayDangKy wire.Text `json:"NgayDangKy"`
		NgayXoa    wire.Text `json:"NgayXoa"`
	}
)

// readParcel takes a parcel that must be the one asked for.
func readParcel(data json.RawMessage, asked ParcelQuestion) (ParcelRecord, error) {
	var n nationalParcel
	if err := adapters.DecodeJSON(data, &n); err != nil {
		return ParcelRecord{}, err
	}
	if !sameNumber(n.MaXa, asked.commune()) || !sameNumber(n.SoHieuToBanDo, string(asked.MapSheet)) ||
		!sameNumber(n.SoThuTuThua, string(asked.ParcelNumber)) {
		return ParcelRecord{}, adapters.Malformed("parcel without its key or with another one than asked")
	}
	parcel, whole, err := n.parcel()
	if err != nil {
		return ParcelRecord{}, err
	}
	out := ParcelRecord{Parcel: parcel, Incomplete: !whole}
	for _, nc := range n.GiayChungNhan {
		certificate, whole, err := nc.certificate()
		if err != nil {
			return ParcelRecord{}, err
		}
		out.Certificates = append(out.Certificates, certificate)
		out.Incomplete = out.Incomplete || !whole
	}
	return out, nil
}

// readCertificate takes a certificate that must be the one asked for.
func readCertificate(data json.RawMessage, asked CertificateQuestion) (CertificateRecord, error) {
	var n nationalCertificate
	if err := adapters.DecodeJSON(data, &n); err != nil {
		return CertificateRecord{}, err
	}
	if asked.SerialNumber != "" && !sameKey(n.SoPhatHanh, string(asked.SerialNumber)) ||
		asked.BookNumber != "" && !sameKey(n.SoVaoSo, asked.BookNumber) {
		return CertificateRecord{}, adapters.Malformed("certificate without its key or with another one than asked")
	}
	certificate, whole, err := n.certificate()
	if err != nil {
		return CertificateRecord{}, err
	}
	out := CertificateRecord{Certificate: certificate,
		Incomplete: !whole || len(n.ThuaDat) == 0 || len(n.ChuSuDung) == 0}
	for _, np := range n.ThuaDat {
		parcel, whole, err := np.parcel()
		if err != nil {
			return CertificateRecord{}, err
		}
		out.Parcels = append(out.Parcels, parcel)
		out.Incomplete = out.Incomplete || !whole
	}
	for _, no := range n.ChuSuDung {
		owner, whole := no.owner()
		out.Owners = append(out.Owners, owner)
		out.Incomplete = out.Incomplete || !whole
	}
	for _, nr := range n.HanCheQuyen {
		restriction, err := nr.restriction()
		if err != nil {
			return CertificateRecord{}, err
		}
		out.Restrictions = append(out.Restrictions, restriction)
	}
	return out, nil
}

// parcel translates; whole is false where the register lacks what it should hold.
func (n nationalParcel) parcel() (p Parcel, whole bool, err error) {
	if n.DienTich < 0 || n.DienTichPhapLy < 0 {
		return Parcel{}, false, adapters.Malformed("parcel with a negative area")
	}
	p = Parcel{
		MapSheet: cadastralNumber(n.SoHieuToBanDo), ParcelNumber: cadastralNumber(n.SoThuTuThua),
		FormerMapSheet: string(n.SoHieuToBanDoCu), FormerParcelNumber: string(n.SoThuTuThuaCu),
		Area: float64(n.DienTich), LegalArea: float64(n.DienTichPhapLy),
		LandUse: wire.Code(n.KyHieuMucDichSuDung, landUses), OwnerName: string(n.TenChu),
	}
	if n.MaXa != "" || n.DiaChi != "" {
		address := adapters.NationalAddress{CommuneCode: communeCode(n.MaXa), Detail: string(n.DiaChi)}.Address()
		p.Address = &address
	}
	whole = n.MaXa != "" && p.MapSheet != "" && p.ParcelNumber != "" && n.DienTich > 0 &&
		n.KyHieuMucDichSuDung != "" && n.DiaChi != "" && n.TenChu != ""
	return p, whole, nil
}

// certificate translates the paper itself, not what it covers.
func (n nationalCertificate) certificate() (c Certificate, whole bool, err error) {
	issued, err := readDate(n.NgayCap)
	if err != nil {
		return Certificate{}, false, err
	}
	c = Certificate{SerialNumber: SerialNumber(strings.ReplaceAll(string(n.SoPhatHanh), " ", "")),
		BookNumber: string(n.SoVaoSo), IssuedOn: issued, Status: wire.Code(n.TrangThai, certificateStates)}
	return c, c.SerialNumber != "" && c.BookNumber != "" && issued != "" && c.Status != nil, nil
}

func (n nationalOwner) owner() (o Owner, whole bool) {
	o.FullName = adapters.PersonName(n.HoTen)
	o.CitizenID, o.OldCitizenID, o.OtherIdentity = wire.Identity(n.SoChungMinh)
	if n.DiaChiChiTiet != "" {
		address := adapters.NationalAddress{Detail: string(n.DiaChiChiTiet), Resident: true}.Address()
		o.Address = &address
	}
	return o, n.HoTen != "" && n.SoChungMinh != ""
}

// restriction translates. One of unknown kind may weigh heavily, so it is never
// passed on as if it said something.
func (n nationalRestriction) restriction() (Restriction, error) {
	kind := wire.Code(n.LoaiHanChe, restrictionKinds)
	if kind == nil {
		return Restriction{}, adapters.Malformed("restriction without its kind")
	}
	registered, err := readDate(n.NgayDangKy)
	if err != nil {
		return Restriction{}, err
	}
	released, err := readDate(n.NgayXoa)
	return Restriction{Kind: *kind, Holder: string(n.DonVi), RegisteredOn: registered, ReleasedOn: released}, err
}

// readDate reads the register's dates: ISO with or without time of day (local,
// without zone), or the year alone in old papers. None is "".
func readDate(t wire.Text) (adapters.Date, error) {
	if t == "" {
		return "", nil
	}
	date, ok := adapters.ReadDate(string(t), "2006-01-02T15:04:05", "2006-01-02", "2006-01", "2006")
	if !ok {
		return "", adapters.Malformed("date in an unknown form")
	}
	return date, nil
}

// cadastralNumber drops the zeros that some records pad with.
func cadastralNumber(t wire.Text) CadastralNumber {
	return CadastralNumber(strings.TrimLeft(string(t), "0"))
}

// sameNumber compares a number of the register with the one asked; it may come
// as a number and so without leading zeros, or padded.
func sameNumber(got wire.Text, asked string) bool {
	return got != "" && strings.TrimLeft(string(got), "0") == strings.TrimLeft(asked, "0")
}

// sameKey compares a certificate's number with the one asked, spaces aside.
func sameKey(got wire.Text, asked string) bool {
	return got != "" && strings.ReplaceAll(string(got), " ", "") == strings.ReplaceAll(asked, " ", "")
}

// communeCode restores the leading zeros that a code loses as a number.
func communeCode(t wire.Text) string {
	if t == "" || len(t) >= 5 || !wire.Digits(string(t)) {
		return string(t)
	}
	return strings.Repeat("0", 5-len(t)) + string(t)
}
