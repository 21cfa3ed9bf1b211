package criminalrecord

import (
	"cmp"
	"encoding/json"
	"maps"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/places"
)

// The kinds of identity paper, by the codes of v1.
var (
	passport      = adapters.Code{Code: "0", Name: "Hộ chiếu"}
	oldCard       = adapters.Code{Code: "1", Name: "Chứng minh nhân dân"}
	residenceCard = adapters.Code{Code: "2", Name: "Thẻ thường trú"}
	citizenCard   = adapters.Code{Code: "3", Name: "Căn cước công dân"}
)

// form writes toKhai, without the members of which the application says nothing.
func (a Application) form() members {
	p, paper := a.Applicant, a.Applicant.IdentityPaper
	kind, number := paper.coded()
	form := members{
		"loaiPhieu": json.Number(a.CertificateType), "yeuCauCDNCV": flag(a.WithProhibitions),
		"maMucDich": a.PurposeOfUse.Code, "tenMucDich": a.PurposeOfUse.Name, "mucDichKhac": a.OtherPurpose,
		"soLuongCap": a.Copies, "ngayHenTra": day(a.DueOn),

		"nycHoTen": string(p.FullName), "nycTenGoiKhac": p.OtherName, "nycNgaySinh": day(p.DateOfBirth),
		"nycGioiTinh": p.Sex.Code, "nycTenGioiTinh": cmp.Or(p.Sex.Name, adapters.SexName(p.Sex.Code)),
		"nycNoiSinh": lies(p.BirthAddress), "nycNoiSinhNuocNgoai": p.BirthAbroad,
		"nycThuongTru": lies(p.PermanentAddress), "nycTamTru": lies(p.TemporaryAddress),
		"nycDienThoai": p.Phone, "nycEmail": p.Email, "nycQuocTich": p.Nationality.Code, "nycDanToc": p.Ethnicity.Code,
		"nycLoaiGiayTo": kind.Code, "nycTenLoaiGiayTo": kind.Name, "nycSoGiayTo": number,
		"nycNgayCapGiayTo": day(paper.IssuedOn), "nycNoiCapGiayTo": paper.IssuedBy,

		"uyQuyen": flag(a.Delegate.FullName != ""), "thongTinAnTich": a.DeclaredConvictions,
	}
	a.Father.enter(form, "nycHoTenCha", "cha")
	a.Mother.enter(form, "nycHoTenMe", "me")
	a.Spouse.enter(form, "nycHoTenVoChong", "voChong")
	a.Delegate.enter(form, "nuqHoTen", "nuq")
	maps.DeleteFunc(form, func(_ string, v any) bool { return v == "" })

	residences, files := []members{}, []members{}
	for _, r := range a.Residences {
		residences = append(residences, members{"tuNgay": day(r.StartedOn), "denNgay": day(r.EndedOn),
			"noiCuTru": r.Place, "ngheNghiep": r.Occupation, "noiLamViec": r.Workplace})
	}
	for _, f := range a.Attachments {
		files = append(files, members{"tenLoaiFile": f.Kind, "tenFile": f.Name, "noiDungFile": f.Content})
	}
	form["nycCuTru"], form["fileHoSo"] = residences, files
	return form
}

// coded is the kind and the number of the one paper there is.
func (p IdentityPaper) coded() (kind adapters.Code, number string) {
	switch {
	case p.CitizenID != "":
		return citizenCard, string(p.CitizenID)
	case p.OldCitizenID != "":
		return oldCard, string(p.OldCitizenID)
	case p.PassportNumber != "":
		return passport, p.PassportNumber
	}
	return residenceCard, p.ResidenceCardNumber
}

// enter writes a person into the members of one prefix; nobody is "" in all.
func (r Relative) enter(form members, name, prefix string) {
	form[name], form[prefix+"NgaySinh"] = string(r.FullName), day(r.DateOfBirth)
	if r.CitizenID != "" || r.OldCitizenID != "" {
		kind, number := IdentityPaper{CitizenID: r.CitizenID, OldCitizenID: r.OldCitizenID}.coded()
		form[prefix+"LoaiGiayTo"], form[prefix+"SoGiayTo"] = kind.Code, number
	}
}

// lies writes an address, "" for none. Of a commune of today the code is enough, and
// what it was before is not mixed with it.
func lies(a adapters.Address) any {
	if a == (adapters.Address{}) {
		return ""
	}
	commune, name := string(a.CommuneCode), a.CommuneName
	if today, ok := places.ByCode(commune); ok {
		a.ProvinceCode, a.ProvinceName, a.FormerDistrictCode, name = province, provinceName, "", today.FullName()
	}
	return members{"maTinhThanh": a.ProvinceCode, "tenTinhThanh": a.ProvinceName, "maQuanHuyen": a.FormerDistrictCode,
		"maPhuongXa": cmp.Or(commune, a.FormerCommuneCode), "tenPhuongXa": name, "dcChiTiet": a.Detail}
}

// day writes a date as precise as it is; none is "".
func day(d adapters.Date) string { return d.Format("02/01/2006", "01/2006", "2006") }

func flag(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
