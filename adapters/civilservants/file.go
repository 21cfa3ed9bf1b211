package civilservants

import (
	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// layouts are how days are written, for each precision (assumed).
var layouts = []string{"02/01/2006", "01/2006", "2006"}

// The national file, block by block. What of it is assumed is marked so in types.go.

func (p *Profile) members() []member {
	const number = "SoHieuCBCCVC_BNDP" // the general facts repeat it
	again := scalar(number, func() string { return string(p.StaffNumber) }, func(v *wire.Values, t wire.Text) {
		if t != "" && t != wire.Text(p.StaffNumber) {
			v.Fail(number, "the same in the general facts")
		}
	})
	return []member{
		needed(number, &p.StaffNumber),
		block("THONGTINCHUNG", "general", &p.General, func(g *General) []member { return append(g.members(), again) }),
		block("TUYENDUNG_QT_CONGTAC", "career", &p.Career, (*Career).members),
		block("LUONG_PHUCAP_CHUCVU", "pay", &p.Pay, (*Pay).members),
		block("TRINHDO_DAOTAO_BOIDUONG", "education", &p.Education, (*Education).members),
		block("THONGTIN_KHAC", "otherFacts", &p.OtherFacts, (*OtherFacts).members),
		list("DS_KETQUA_DANHGIA_PHANLOAI", "ratings", &p.Ratings, (*Rating).members),
	}
}

func (g *General) members() []member {
	return []member{
		needed("SoHieuCBCCVC", &g.ServantNumber), needed("HoVaTen", &g.FullName),
		needed("MaDonviSuDung", &g.EmployingUnitID), needed("MaDonViQuanLy", &g.ManagingUnitID),
		code("PhanLoaiHoSo", "profileType", &g.ProfileType, profileTypes), code("GioiTinh", "sex", &g.Sex, sexes),
		code("DanToc", "ethnicity", &g.Ethnicity, ethnicities), code("TonGiao", "religion", &g.Religion, religions),
		text("TenGoiKhac", &g.OtherName), day("NgaySinh", &g.DateOfBirth), text("NoiSinh", &g.BirthplaceText), text("QueQuan", &g.OriginText),
		text("HoKhauThuongTru", &g.PermanentText), text("NoiOHienTai", &g.CurrentText), g.identity(),
		day("NgayCap", &g.IdentityIssuedOn), text("NoiCap", &g.IdentityIssuedBy), text("SoBHXH", &g.InsuranceNumber), day("NgayTuyenDung", &g.RecruitedOn),
	}
}

// identity is the one number that the file has room for.
func (g *General) identity() member {
	m := scalar("SoDinhDanh", func() string {
		if g.CitizenID != "" {
			return string(g.CitizenID)
		}
		return string(g.OldCitizenID)
	}, func(v *wire.Values, t wire.Text) {
		var other string
		if g.CitizenID, g.OldCitizenID, other = wire.Identity(t); other != "" {
			v.Fail("SoDinhDanh", "the number of a citizen")
		}
	})
	m.faults = unless("oldCitizenId", func() bool { return g.CitizenID == "" || g.OldCitizenID == "" },
		"không nêu cùng citizenId: hồ sơ chỉ ghi được một số", "is not given beside citizenId: the file has room for one number")
	return m
}

func (c *Career) members() []member {
	return []member{code("ViTriTuyenDung", "recruitmentPost", &c.RecruitmentPost, recruitmentPosts),
		list("DS_QUATRINH_CONGTAC", "postings", &c.Postings, func(p *Posting) []member {
			return []member{day("TuNgay", &p.StartedOn), day("DenNgay", &p.EndedOn), text("DonVi", &p.UnitName), code("ChucVu", "jobPosition", &p.Position, positions)}
		})}
}

func (p *Pay) members() []member {
	return []member{
		code("MaNgachChucDanh", "rank", &p.Rank, ranks), code("BacLuong", "salaryStep", &p.SalaryStep, salarySteps), code("ChucVu", "jobPosition", &p.Position, positions),
		code("ChucVuChucDanhKiemNhiem", "concurrentJobPosition", &p.ConcurrentPosition, positions),
		list("DS_QUATRINH_PHUCAP", "allowances", &p.Allowances, func(a *Allowance) []member {
			return []member{code("LoaiPhuCap", "allowanceType", &a.AllowanceType, allowanceTypes), code("HinhThucHuong", "allowanceForm", &a.AllowanceForm, allowanceForms),
				day("TuNgay", &a.StartedOn)}
		}),
		list("DS_QUATRINH_LUONG", "salaries", &p.Salaries, func(s *Salary) []member {
			return []member{code("Ngach", "rank", &s.Rank, ranks), code("BacLuong", "salaryStep", &s.SalaryStep, salarySteps), day("TuNgay", &s.StartedOn)}
		}),
	}
}

func (e *Education) members() []member {
	return []member{
		code("HocVanPhoThong", "schoolLevel", &e.SchoolLevel, schoolLevels), code("TrinhDoChuyenMon", "professionalLevel", &e.ProfessionalLevel, professionalLevels),
		code("TrinhDoLyLuanChinhTri", "politicalTheory", &e.PoliticalTheory, politicalTheories), code("TrinhDoQuanLyNhaNuoc", "stateManagement", &e.StateManagement, stateManagements),
		flag("BoiDuongQuocPhongAnNinh", &e.DefenceTraining), code("MaChucDanhKhoaHoc", "academicTitle", &e.AcademicTitle, academicTitles),
		code("MaHocVi", "degree", &e.Degree, degrees), code("TiengDanTocThieuSo", "minorityLanguage", &e.MinorityLanguage, ethnicities),
		list("DS_TINHOC", "computerSkills", &e.ComputerSkills, func(s *Skill) []member {
			return []member{code("TrinhDo", "skillLevel", &s.SkillLevel, computerLevels)}
		}),
		list("DS_NGOAINGU", "languages", &e.Languages, func(l *Language) []member {
			return []member{code("MaNgoaiNgu", "language", &l.Language, languages), code("TrinhDo", "skillLevel", &l.SkillLevel, languageLevels)}
		}),
		list("DS_QUATRINH_DAOTAO_BOIDUONG", "trainings", &e.Trainings, func(t *Training) []member {
			return []member{code("ChuyenNganhDaoTao", "major", &t.Major, majors), code("TrinhDoDaoTao", "trainingLevel", &t.TrainingLevel, professionalLevels),
				code("XepLoaiTotNghiep", "graduationGrade", &t.GraduationGrade, grades), country("NuocDaoTao", "country", &t.Country)}
		}),
	}
}

func (o *OtherFacts) members() []member {
	return []member{code("ChucVuDang", "partyPosition", &o.PartyPosition, partyPositions)}
}

func (r *Rating) members() []member {
	return []member{year("Nam", "ratedYear", &r.RatedYear), code("KetQuaDanhGia", "rating", &r.Rating, ratings)}
}

// file is the blocks that a message brings.
func (m *Message) file() *Profile {
	return &Profile{StaffNumber: m.StaffNumber, General: m.General, Career: m.Career, Pay: m.Pay, Education: m.Education,
		OtherFacts: m.OtherFacts, Ratings: m.Ratings}
}

// about is the message of each block that a file has, in the terms of our input.
var about = []struct{ block, message string }{{"general", "M0001"}, {"career", "M0002"}, {"pay", "M0003"},
	{"education", "M0004"}, {"otherFacts", "M0005"}, {"ratings", "M0006"}}

// Check refuses what the database would refuse, codes of which it would take a part
// for the whole, and what the file has no room for.
func (m Message) Check() []adapters.Fault {
	members := m.file().members()
	if fault := m.misfit(members[1:]); fault.Field != "" {
		return []adapters.Fault{fault}
	}
	return faults("", members)
}

// misfit compares the blocks that are given with those that the message is about.
func (m *Message) misfit(blocks []member) adapters.Fault {
	fault := func(field, vi, en string) adapters.Fault {
		return adapters.Fault{Field: field, Message: adapters.Text{VI: vi, EN: en}}
	}
	if m.Action == "ADD" && m.Message != "M0001" {
		return fault("action", "ADD chỉ dùng với M0001", "ADD is for M0001 only")
	}
	some := false
	for i, block := range blocks {
		given := block.write() != nil
		some = some || given
		switch name := about[i].block; {
		case given && m.Action == "DEL":
			return fault(name, "không dùng khi xóa", "is not given with a deletion")
		case given && m.Message != "M0001" && m.Message != about[i].message:
			return fault(name, "không thuộc loại thông điệp này", "is not what this message is about")
		case !given && m.Action == "ADD" && name == "general":
			return fault(name, "bắt buộc phải có khi thêm hồ sơ", "is required to add a file")
		}
	}
	if !some && m.Action == "EDIT" {
		return fault("message", "phải có khối thông tin của loại thông điệp này", "needs a block that it is about")
	}
	return adapters.Fault{}
}
