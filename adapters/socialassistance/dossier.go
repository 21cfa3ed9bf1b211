package socialassistance

import (
	"encoding/xml"
	"io"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// national writes a dossier as it is handed over.
func (d Dossier) national() nationalDossier {
	extent, _ := xml.Marshal(extentData{Attachments: d.Attachments, Results: d.Results}) // texts and flags cannot fail
	a, at, home := d.Applicant, place(d.Jurisdiction), place(d.Applicant.PermanentResidence.Address)
	now := place(a.CurrentResidence.Address)
	kind, number := wire.Text("1"), wire.Text(a.CitizenID)
	if number == "" {
		kind, number = "2", wire.Text(a.OldCitizenID)
	}
	return nationalDossier{
		LoaiDuLieu: dossierData, MaHoSo: wire.Text(d.DossierCode), MaTTHC: wire.Text(d.ProcedureCode), TenTTHC: wire.Text(d.ProcedureName),
		MaLinhVuc: wire.Text(d.Field.Code), TenLinhVuc: wire.Text(d.Field.Name), KenhThucHien: wire.Text(d.Channel.Code),
		LoaiDoiTuong: wire.Text(a.Type.Code), HinhThucTra: wire.Text(d.Delivery.Code),
		HoVaTen: wire.Text(a.FullName), NgayThangNamSinh: day(a.DateOfBirth), GioiTinhId: sexIDs[a.Sex.Code],
		DanTocId: wire.Text(strings.TrimLeft(a.Ethnicity.Code, "0")), LoaiDinhDanh: kind, SoDinhDanh: number,
		CMND: wire.Text(a.IdentityPaper.Number), NgayCap: day(a.IdentityPaper.IssuedOn), NoiCap: wire.Text(a.IdentityPaper.IssuedBy),
		MaTinh: at.province, MaHuyen: at.district, MaXa: at.commune,
		HKTTMaTinh: home.province, HKTTMaHuyen: home.district, HKTTMaXa: home.commune,
		HKTTMaThon: wire.Text(a.PermanentResidence.HamletCode), HKTTChiTiet: wire.Text(a.PermanentResidence.Address.Detail),
		NOHTMaTinh: now.province, NOHTMaHuyen: now.district, NOHTMaXa: now.commune,
		NOHTMaThon: wire.Text(a.CurrentResidence.HamletCode), NOHTChiTiet: wire.Text(a.CurrentResidence.Address.Detail),
		SoDienThoai: wire.Text(a.Phone), Email: wire.Text(a.Email), NgayTiepNhan: moment(d.ReceivedAt), SubmitedDate: moment(d.SubmittedAt),
		DonViXuLy: wire.Text(d.HandlingOffice), NoiNopHoSo: wire.Text(d.SubmissionPlace.Code), StatusId: wire.Text(d.Status.Code),
		HoSoCoThanhPhanSoHoa: flagText(d.Digitised), TaiKhoanDuocXacThucVoiVNeID: flagText(d.AccountVerified),
		DuocThanhToanTrucTuyen: flagText(d.PaidOnline), MaCSDL: wire.Text(d.DatabaseCode), UrlDetail: wire.Text(d.DetailURL),
		LoaiKetQua: wire.Text(d.Decision.Kind.Code), SoQuyetDinh: wire.Text(d.Decision.Number), NgayBanHanh: day(d.Decision.DecidedOn),
		CoQuanBanHanh: wire.Text(d.Decision.IssuedBy), TrichYeu: wire.Text(d.Decision.Abstract), CertificateExtentData: wire.Text(extent),
	}
}

// dossier reads one that is given out.
func (n *nationalDossier) dossier(v *wire.Values) Dossier {
	d := Dossier{
		DossierCode: v.Require("maHoSo", n.MaHoSo), ProcedureCode: v.Require("maTTHC", n.MaTTHC), ProcedureName: string(n.TenTTHC),
		Field: adapters.Code{Code: string(n.MaLinhVuc), Name: string(n.TenLinhVuc)}, Channel: adapters.Code{Code: string(n.KenhThucHien)},
		Delivery: adapters.Code{Code: string(n.HinhThucTra)}, Status: adapters.Code{Code: v.Require("statusId", n.StatusId), Name: statusNames[n.StatusId]},
		ReceivedAt: v.Time("ngayTiepNhan", n.NgayTiepNhan, timeLayout), SubmittedAt: v.Time("submitedDate", n.SubmitedDate, timeLayout),
		HandlingOffice: string(n.DonViXuLy), SubmissionPlace: adapters.Code{Code: string(n.NoiNopHoSo)}, Digitised: readFlag(n.HoSoCoThanhPhanSoHoa),
		AccountVerified: readFlag(n.TaiKhoanDuocXacThucVoiVNeID), PaidOnline: readFlag(n.DuocThanhToanTrucTuyen),
		DatabaseCode: string(n.MaCSDL), DetailURL: string(n.UrlDetail),
		Decision: Decision{Kind: adapters.Code{Code: string(n.LoaiKetQua)}, Number: string(n.SoQuyetDinh),
			DecidedOn: v.Date("ngayBanHanh", n.NgayBanHanh), IssuedBy: string(n.CoQuanBanHanh), Abstract: string(n.TrichYeu)},
	}
	v.Require("ngayTiepNhan", n.NgayTiepNhan)
	// Without a district, what was written down since the reform is an address of today.
	asOf, _ := adapters.ReadDate(string(n.NgayTiepNhan), timeLayout)
	address := func(province, district, commune, detail wire.Text, resident bool) adapters.Address {
		return adapters.NationalAddress{ProvinceCode: string(province), DistrictCode: string(district), CommuneCode: string(commune),
			Detail: string(detail), AsOf: asOf, Resident: resident}.Address()
	}
	d.Jurisdiction = address(n.MaTinh, n.MaHuyen, n.MaXa, "", false)
	d.Applicant = n.applicant(v)
	d.Applicant.PermanentResidence = Residence{address(n.HKTTMaTinh, n.HKTTMaHuyen, n.HKTTMaXa, n.HKTTChiTiet, true), string(n.HKTTMaThon)}
	d.Applicant.CurrentResidence = Residence{address(n.NOHTMaTinh, n.NOHTMaHuyen, n.NOHTMaXa, n.NOHTChiTiet, true), string(n.NOHTMaThon)}
	d.Attachments, d.Results = n.papers(v)
	return d
}

// papers reads CertificateExtentData. The text is decoded already, whatever
// encoding its XML declares.
func (n *nationalDossier) papers(v *wire.Values) ([]Attachment, []ResultPaper) {
	if n.CertificateExtentData == "" {
		return nil, nil
	}
	var extent extentData
	decoder := xml.NewDecoder(strings.NewReader(string(n.CertificateExtentData)))
	decoder.CharsetReader = func(_ string, text io.Reader) (io.Reader, error) { return text, nil }
	if decoder.Decode(&extent) != nil {
		v.Fail("certificateExtentData", "the XML of a dossier's papers")
	}
	return extent.Attachments, extent.Results
}

// applicant reads all but where the applicant lives. An identifier of another
// form than the two that are documented has no member to stand in.
func (n *nationalDossier) applicant(v *wire.Values) Applicant {
	a := Applicant{
		FullName: adapters.PersonName(v.Require("hoVaTen", n.HoVaTen)), Type: adapters.Code{Code: string(n.LoaiDoiTuong)},
		DateOfBirth:   v.Date("ngayThangNamSinh", n.NgayThangNamSinh),
		IdentityPaper: IdentityPaper{string(n.CMND), v.Date("cmnD_NgayCap", n.NgayCap), string(n.NoiCap)},
		Phone:         string(n.SoDienThoai), Email: string(n.Email),
	}
	a.CitizenID, a.OldCitizenID, _ = wire.Identity(n.SoDinhDanh)
	for code, id := range sexIDs {
		if id == n.GioiTinhId {
			a.Sex = adapters.Code{Code: code, Name: adapters.SexName(code)}
		}
	}
	if n.DanTocId != "" { // as all other systems write it
		a.Ethnicity.Code = wire.Padded(n.DanTocId, 2)
	}
	return a
}

// national writes a row of progress.
func (p Progress) national() nationalProgress {
	return nationalProgress{
		MaHoSo: p.DossierCode, TaiKhoanXuLy: p.HandlerAccount, NguoiXuLy: string(p.HandlerName), ChucDanh: p.HandlerTitle,
		ThoiDiemXuLy: string(moment(p.ProcessedAt)), DonViXuLy: p.HandlingOffice, NoiDungXuLy: p.Note, StatusId: p.Status.Code,
		NgayBatDau: string(moment(p.StartedAt)), NgayKetThucTheoQuyDinh: string(moment(p.DueAt)),
		UseridCreated: p.CreatedBy, DateCreated: string(moment(p.CreatedAt)), UseridEdited: p.EditedBy, DateEdited: string(moment(p.EditedAt)),
	}
}

// codes are those of an address as it is handed over: of today where the present
// commune is known, else as the source had them.
type codes struct{ province, district, commune wire.Text }

func place(a adapters.Address) codes {
	if a.CommuneCode != "" {
		return codes{province: hanoi, commune: wire.Text(a.CommuneCode)}
	}
	return codes{wire.Text(a.ProvinceCode), wire.Text(a.FormerDistrictCode), wire.Text(a.FormerCommuneCode)}
}

// day writes a date as precisely as it is known.
func day(d adapters.Date) wire.Text { return wire.Text(d.Format(dayLayout, "01/2006", "2006")) }

// moment writes a time, or none.
func moment(text string) wire.Text { return wire.Text(adapters.LocalTime(text, timeLayout)) }

// flagText and readFlag translate what may be unsaid.
func flagText(f *bool) wire.Text {
	switch {
	case f == nil:
		return ""
	case *f:
		return "1"
	}
	return "0"
}

func readFlag(t wire.Text) *bool {
	if t != "1" && t != "0" {
		return nil
	}
	yes := t == "1"
	return &yes
}
