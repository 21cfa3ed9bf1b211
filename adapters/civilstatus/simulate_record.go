package civilstatus

import (
	"fmt"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// pen writes the elements of an entry: as text, or since the two-level system with
// names, days of birth and addresses as objects of their parts.
type pen struct {
	to    map[string]any
	parts bool
}

func (p pen) date(element string, d synthetic.Date) {
	p.to[element] = strings.ReplaceAll(d.Slashed(), "/", ".")
	if p.parts {
		p.to[element] = d.Slashed()
	}
}

func (p pen) name(element, full string) {
	p.to[element] = full
	if words := strings.Fields(full); p.parts {
		last := len(words) - 1
		p.to[element] = map[string]string{"Ho": words[0], "ChuDem": strings.Join(words[1:last], " "), "Ten": words[last]}
	}
}

func (p pen) born(element string, d synthetic.Date) {
	p.date(element, d)
	if p.parts {
		known := func(n int) string { return strings.TrimPrefix(fmt.Sprintf("%02d", n), "00") }
		p.to[element] = map[string]string{"ngaySinh": known(d.Day()), "thangSinh": known(d.Month()), "namSinh": known(d.Year())}
	}
}

// address has no district in its new form; one of before the reform stays a text.
func (p pen) address(element string, a synthetic.Address) {
	p.to[element] = a.Full()
	if p.parts && !a.OldForm() {
		p.to[element] = map[string]string{"quocGia": "VN", "maTinh": a.ProvinceCode, "maXa": a.CommuneCode, "dcChiTiet": a.Detail}
	}
}

// person writes what all registers have of a person.
func (p pen) person(prefix string, who synthetic.Person) {
	p.name(prefix+"HoTen", who.FullName())
	p.born(prefix+"NgaySinh", who.Birth)
	p.to[prefix+"DanToc"], p.to[prefix+"QuocTich"] = who.Ethnicity.Code, who.Nationality.Code
}

// resident writes where a person lives and by which paper that is known; when the
// paper was issued is left empty.
func (p pen) resident(prefix string, who synthetic.Person) {
	p.to[prefix+"LoaiCuTru"] = "1"
	p.address(prefix+"NoiCuTru", who.Permanent)
	p.to[prefix+"LoaiGiayToTuyThan"], p.to[prefix+"SoGiayToTuyThan"] = "4", who.CitizenID
	if who.CitizenID == "" {
		p.to[prefix+"LoaiGiayToTuyThan"], p.to[prefix+"SoGiayToTuyThan"] = "1", who.OldCitizenID
	}
}

// show writes an entry.
func (s *service) show(r synthetic.VitalRecord) map[string]any {
	p := pen{to: map[string]any{}, parts: r.Registered >= 2025_07_01}
	p.to["so"], p.to["quyenSo"], p.to["trangSo"] = r.Number, r.Book, r.Page
	p.date("ngayDangKy", r.Registered)
	p.to["noiDangKy"], p.to["nguoiKy"], p.to["chucVuNguoiKy"], p.to["nguoiThucHien"] = r.Office.CommuneCode, r.Signer, r.SignerTitle, r.Clerk
	p.to["loaiDangKy"] = map[synthetic.Manner]string{synthetic.InTime: "1", synthetic.Again: "2", synthetic.Late: "4"}[r.Manner]
	p.to["soLuongBanSao"], p.to["ghiChu"] = 1, nil
	who := s.world.Person(r.Subject)
	switch r.Kind {
	case synthetic.BirthEntry:
		s.birth(p, r, who)
	case synthetic.MarriageEntry:
		s.marriage(p, r, who)
	case synthetic.DeathEntry:
		death(p, r, who)
	case synthetic.RecognitionEntry:
		s.recognition(p, r, who)
	case synthetic.ConfirmationEntry:
		confirmation(p, r, who)
	}
	if r.Requester != synthetic.None {
		requester := s.world.Person(r.Requester)
		p.name("nycHoTen", requester.FullName())
		p.resident("nyc", requester)
		p.to["nycSoDDCN"], p.to["nycSoDienThoai"], p.to["nycEmail"] = requester.CitizenID, requester.Phone, requester.Email
		p.to["nycQuanHe"] = s.relation(r)
	}
	return p.to
}

// relation is that of the requester to the subject.
func (s *service) relation(r synthetic.VitalRecord) string {
	who := s.world.Person(r.Subject)
	switch r.Requester {
	case r.Subject:
		return "Bản thân"
	case who.Father:
		return "Cha"
	case who.Mother:
		return "Mẹ"
	case who.Spouse:
		return "Vợ, chồng"
	}
	return "Con"
}

func (s *service) birth(p pen, r synthetic.VitalRecord, who synthetic.Person) {
	p.person("nks", who)
	p.to["nksGioiTinh"] = who.Sex.Coded().Code
	p.address("nksQueQuan", who.Origin)
	p.to["nksNoiSinh"], p.to["nksNoiSinhDVHC"] = who.BirthRegistered.CommuneName+", "+who.BirthRegistered.ProvinceName, who.BirthRegistered.CommuneCode
	p.to["nksLoaiKhaiSinh"], p.to["nksQuocTichKhac"] = "1", ""
	if r.Registered >= 2016_01_01 { // since then the number comes with the entry
		p.to["soDinhDanh"] = who.CitizenID
		p.to["maGCS"] = fmt.Sprintf("GCS%09d", r.ID)
		p.date("ngayCapGCS", who.Birth)
	}
	s.parentOf(p, "cha", who.Father, who.FatherName)
	s.parentOf(p, "me", who.Mother, who.MotherName)
}

// parentOf writes a parent, of whom only the name is known who is nobody of this world.
func (s *service) parentOf(p pen, prefix string, parent int, name string) {
	if parent == synthetic.None {
		p.name(prefix+"HoTen", name)
		return
	}
	who := s.world.Person(parent)
	p.person(prefix, who)
	p.resident(prefix, who)
	p.to[prefix+"SoDDCN"], p.to[prefix+"XacThucThongTin"] = who.CitizenID, 1
}

func (s *service) marriage(p pen, r synthetic.VitalRecord, husband synthetic.Person) {
	for prefix, who := range map[string]synthetic.Person{"chong": husband, "vo": s.world.Person(r.Partner)} {
		p.person(prefix, who)
		p.resident(prefix, who)
		p.to[prefix+"SoDDCN"], p.to[prefix+"SoLanKH"], p.to[prefix+"LoaiTinhTrangHonNhan"] = who.CitizenID, 1, "1"
		p.to[prefix+"TinhTrangHonNhan"] = "Chưa đăng ký kết hôn với ai"
	}
	p.to["tinhTrangKetHon"] = "1"
	p.date("ngayXacLapQuanHeHonNhan", r.Registered)
}

func death(p pen, r synthetic.VitalRecord, who synthetic.Person) {
	p.person("nkt", who)
	p.resident("nkt", who)
	p.to["nktGioiTinh"], p.to["nktNguyenNhanChet"] = who.Sex.Coded().Code, r.Cause
	p.date("nktNgayChet", who.Died)
	p.to["nktGioPhutChet"] = fmt.Sprintf("%02d:%02d", r.Hour, r.Minute)
	p.to["nktNoiChet"], p.to["gbtCoQuanCap"] = who.Permanent.Full(), "Ủy ban nhân dân "+r.Office.CommuneName
	if r.InHospital {
		p.to["nktNoiChet"], p.to["gbtCoQuanCap"] = "Bệnh viện giả định Hoa Sen", "Bệnh viện giả định Hoa Sen"
	}
	p.to["gbtLoai"], p.to["gbtSo"] = 1, r.Number
	p.date("gbtNgay", who.Died)
	p.to["maGBT"] = fmt.Sprintf("GBT%09d", r.ID)
	p.date("ngayCapGBT", who.Died)
}

func (s *service) recognition(p pen, r synthetic.VitalRecord, child synthetic.Person) {
	father := s.world.Person(r.Partner)
	for prefix, who := range map[string]synthetic.Person{"cm": father, "nc": child} {
		p.person(prefix, who)
		p.address(prefix+"QueQuan", who.Origin)
		p.resident(prefix, who)
	}
	p.to["loaiXacNhan"], p.to["quyetDinhSo"], p.to["nycQHNguoiDuocNhan"] = "1", r.Number+"/QĐ-UBND", "Cha"
}

func confirmation(p pen, r synthetic.VitalRecord, who synthetic.Person) {
	p.person("nxn", who)
	p.resident("nxn", who)
	p.to["nxnGioiTinh"], p.to["nxnTinhTrangHonNhan"] = who.Sex.Coded().Code, who.MaritalStatus.Name
	p.to["noiCap"] = "Ủy ban nhân dân " + r.Office.CommuneName
	p.to["nxnThoiGianCuTruTai"] = who.Permanent.Full()
	p.date("nxnThoiGianCuTruTu", r.Registered.AddDays(-365))
	p.date("nxnThoiGianCuTruDen", r.Registered)
	p.to["nxnLoaiMucDichSuDung"], p.to["nxnMucDichSuDung"] = "5", "Bổ túc hồ sơ cá nhân"
}
