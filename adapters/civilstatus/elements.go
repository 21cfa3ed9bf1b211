package civilstatus

import (
	"slices"

	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// Elements that several people have.
const (
	civil = "HoTen NgaySinh DanToc QuocTich LoaiCuTru NoiCuTru "
	paper = "LoaiGiayToTuyThan GiayToKhac SoGiayToTuyThan NgayCapGiayToTuyThan NoiCapGiayToTuyThan "

	parent = civil + "DanTocKhac QuocTichKhac LoaiGiayToTuyThan SoGiayToTuyThan SoDDCN XacThucThongTin"
	spouse = civil + paper + "DanTocKhac QuocTichKhac SoDDCN SoLanKH TinhTrangHonNhan LoaiTinhTrangHonNhan YeuCauXNTTHN NoiXNTTHN"
)

// role is a person's part in a record: the member and the prefix by which both sides
// name it, and the elements that the registers have of such a person.
type role struct {
	member, prefix, suffixes string
	in                       func(*Record) *Person
}

var people = [...]role{
	{"child", "nks", "HoTen GioiTinh NgaySinh QueQuan DanToc DanTocKhac QuocTich QuocTichKhac", func(r *Record) *Person { return &r.Child }},
	{"mother", "me", parent, func(r *Record) *Person { return &r.Mother }},
	{"father", "cha", parent, func(r *Record) *Person { return &r.Father }},
	{"husband", "chong", spouse, func(r *Record) *Person { return &r.Husband }},
	{"wife", "vo", spouse, func(r *Record) *Person { return &r.Wife }},
	{"deceased", "nkt", civil + paper + "GioiTinh", func(r *Record) *Person { return &r.Deceased }},
	{"parent", "cm", civil + paper + "QueQuan", func(r *Record) *Person { return &r.Parent }},
	{"recognisedChild", "nc", civil + paper + "QueQuan", func(r *Record) *Person { return &r.RecognisedChild }},
	{"confirmedPerson", "nxn", civil + paper + "GioiTinh TinhTrangHonNhan", func(r *Record) *Person { return &r.ConfirmedPerson }},
	{"copySubject", "cbs", civil + paper + "GioiTinh DanTocKhac SoDDCN", func(r *Record) *Person { return &r.CopySubject }},
	{"requester", "nyc", paper + "HoTen QuanHe SoDDCN SoDienThoai Email LoaiCuTru NoiCuTru", func(r *Record) *Person { return &r.Requester }},
}

// lay goes through the elements of a person, in either direction.
func (p *Person) lay(s *sheet) {
	text(s, "SoDDCN", &p.CitizenID)
	text(s, "HoTen", &p.FullName)
	s.date("NgaySinh", &p.DateOfBirth)
	s.code("GioiTinh", &p.Sex, sexes)
	s.code("DanToc", &p.Ethnicity, nil)
	text(s, "DanTocKhac", &p.OtherEthnicity)
	s.code("QuocTich", &p.Nationality, nil)
	text(s, "QuocTichKhac", &p.OtherNationality)
	s.address("QueQuan", &p.Origin)
	s.code("LoaiCuTru", &p.ResidenceType, residences)
	s.address("NoiCuTru", &p.Address)
	s.code("LoaiGiayToTuyThan", &p.IdentityPaper.PaperType, papers)
	text(s, "GiayToKhac", &p.IdentityPaper.OtherPaper)
	text(s, "SoGiayToTuyThan", &p.IdentityPaper.PaperNumber)
	s.date("NgayCapGiayToTuyThan", &p.IdentityPaper.IssuedOn)
	text(s, "NoiCapGiayToTuyThan", &p.IdentityPaper.IssuedBy)
	s.code("XacThucThongTin", &p.Verification, nil)
	s.count("SoLanKH", &p.MarriageCount)
	text(s, "TinhTrangHonNhan", &p.MaritalStatusText)
	s.code("LoaiTinhTrangHonNhan", &p.MaritalStatus, nil)
	s.code("YeuCauXNTTHN", &p.ConfirmationRequested, nil)
	text(s, "NoiXNTTHN", &p.ConfirmationBy)
	text(s, "QuanHe", &p.RelationToSubject)
	text(s, "SoDienThoai", &p.Phone)
	text(s, "Email", &p.Email)
}

// reform is the day since which codes of communes are those of today. Entries of
// before may have been rewritten since, so their day tells nothing.
const reform = "2025-07-01"

// lay goes through the elements of a record, in either direction. The day of
// registration comes first, because the addresses need it.
func (r *Record) lay(s *sheet) {
	s.date("ngayDangKy", &r.RegisteredOn)
	if r.RegisteredOn >= reform {
		s.asOf = r.RegisteredOn
	}
	for _, p := range people {
		s.role = p
		p.in(r).lay(s)
	}
	s.role = role{}

	text(s, "so", &r.RegisterNumber)
	text(s, "quyenSo", &r.RegisterBook)
	text(s, "trangSo", &r.RegisterPage)
	s.code("loaiDangKy", &r.RegistrationType, nil) // its meaning differs between registers
	text(s, "noiDangKy", &r.Office)
	text(s, "nguoiKy", &r.SignerName)
	text(s, "chucVuNguoiKy", &r.SignerTitle)
	text(s, "nguoiThucHien", &r.ClerkName)
	text(s, "ghiChu", &r.Note)
	s.count("soLuongBanSao", &r.Copies)

	text(s, "nksNgaySinhBangChu", &r.Birth.DateInWords)
	text(s, "nksNoiSinh", &r.Birth.Place)
	text(s, "nksNoiSinhDVHC", &r.Birth.PlaceUnit)
	text(s, "nksNoiSinhNuocNgoai", &r.Birth.PlaceAbroad)
	s.code("nksLoaiKhaiSinh", &r.Birth.Parentage, parentages)
	text(s, "maGCS", &r.Birth.NoticeNumber)
	s.date("ngayCapGCS", &r.Birth.NoticeIssuedOn)

	s.code("tinhTrangKetHon", &r.Marriage.MarriageState, nil)
	s.date("ngayXacLapQuanHeHonNhan", &r.Marriage.MarriedFrom)

	s.date("nktNgayChet", &r.Death.DiedOn)
	text(s, "nktGioPhutChet", &r.Death.DeathTime)
	text(s, "nktNoiChet", &r.Death.Place)
	text(s, "nktNguyenNhanChet", &r.Death.Cause)
	s.code("gbtLoai", &r.Death.Evidence, evidences)
	text(s, "gbtSo", &r.Death.EvidenceNumber)
	s.date("gbtNgay", &r.Death.EvidenceDate)
	text(s, "gbtCoQuanCap", &r.Death.EvidenceFrom)
	text(s, "maGBT", &r.Death.NoticeNumber)
	s.date("ngayCapGBT", &r.Death.NoticeIssuedOn)

	text(s, "quyetDinhSo", &r.Recognition.DecisionNumber)
	s.code("loaiXacNhan", &r.Recognition.Kind, recognitions)
	text(s, "nycQHNguoiDuocNhan", &r.Recognition.RequesterRelation)

	text(s, "noiCap", &r.Confirmation.IssuedBy)
	text(s, "nxnThoiGianCuTruTai", &r.Confirmation.LivedAt)
	s.date("nxnThoiGianCuTruTu", &r.Confirmation.LivedFrom)
	s.date("nxnThoiGianCuTruDen", &r.Confirmation.LivedUntil)
	s.code("nxnLoaiMucDichSuDung", &r.Confirmation.PurposeType, purposes)
	text(s, "nxnMucDichSuDung", &r.Confirmation.PurposeWords)

	s.code("loaiBanSao", &r.ExtractCopy.CopyType, nil)
	s.code("loaiBSCC", &r.ExtractCopy.ExtractType, nil)
	text(s, "noiDangKyTruocDay", &r.ExtractCopy.Office)
	text(s, "soDangKyTruocDay", &r.ExtractCopy.Number)
	text(s, "quyenSoDangKyTruocDay", &r.ExtractCopy.Book)
	s.date("ngayDangKyTruocDay", &r.ExtractCopy.RegisteredOn)
	text(s, "thongTinKhac", &r.ExtractCopy.Other)

	text(s, "soDangKyNuocNgoai", &r.Abroad.Number)
	s.date("ngayDangKyNuocNgoai", &r.Abroad.RegisteredOn)
	text(s, "cqNuocNgoaiDaDangKy", &r.Abroad.Authority)
	s.code("qgNuocNgoaiDaDangKy", &r.Abroad.Country, nil)
}

// book is a civil register: its module, and the people without whom it has no entry.
type book struct {
	module string
	about  []string
}

func (b book) isAbout(member string) bool { return slices.Contains(b.about, member) }

var registers = map[string]book{
	"birth":          {"KS", []string{"child"}},
	"marriage":       {"KH", []string{"husband", "wife"}},
	"death":          {"KT", []string{"deceased"}},
	"recognition":    {"CMC", []string{"parent", "recognisedChild"}},
	"marital-status": {"HN", []string{"confirmedPerson"}},
	"extract-copy":   {"BS", []string{"copySubject"}},
}

var catalogueNumbers = map[string]int{"nationality": 1, "country": 2, "ethnicity": 3, "administrative-unit": 4, "identity-paper": 5}

// The codes of the register forms.
var (
	dossierStates = map[wire.Text]string{"1": "Đã tiếp nhận", "2": "Yêu cầu bổ sung", "3": "Đủ điều kiện", "4": "Đã đăng ký"}
	sexes         = map[wire.Text]string{"1": "Nam", "2": "Nữ", "3": "Chưa xác định"}
	residences    = map[wire.Text]string{"0": "Không rõ", "1": "Thường trú", "2": "Tạm trú"}
	papers        = map[wire.Text]string{"0": "Không có", "1": "Chứng minh nhân dân", "2": "Hộ chiếu", "3": "Thẻ thường trú", "4": "Căn cước công dân",
		"5": "Giấy chứng minh của quân đội", "6": "Giấy chứng minh sĩ quan", "7": "Giấy chứng minh công an", "8": "Giấy tờ khác"}
	parentages   = map[wire.Text]string{"1": "Có đủ cha, mẹ", "2": "Không có thông tin mẹ", "3": "Không có thông tin cha", "4": "Không có thông tin cha, mẹ", "5": "Trẻ bị bỏ rơi"}
	evidences    = map[wire.Text]string{"1": "Giấy báo tử", "3": "Quyết định của tòa án", "6": "Biên bản"}
	recognitions = map[wire.Text]string{"1": "Cha nhận con", "2": "Mẹ nhận con", "3": "Con nhận cha", "4": "Con nhận mẹ"}
	purposes     = map[wire.Text]string{"1": "Kết hôn trong nước với người Việt Nam", "2": "Kết hôn trong nước với người nước ngoài",
		"3": "Kết hôn ở nước ngoài với người Việt Nam", "4": "Kết hôn ở nước ngoài với người nước ngoài", "5": "Mục đích khác"}
)
