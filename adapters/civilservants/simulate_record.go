package civilservants

import (
	"fmt"
	"strconv"

	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// The codes of what the world knows, in the order of its own numbers.
var (
	shownKinds     = []string{synthetic.CivilServant: "2", synthetic.PublicEmployee: "3"}
	shownOffices   = []string{synthetic.Staff: "05", synthetic.DeputyHead: "04", synthetic.Head: "03", synthetic.DeputyDirector: "02", synthetic.Director: "01"}
	shownRanks     = []string{synthetic.Clerk: "01.004", synthetic.Specialist: "01.003", synthetic.PrincipalSpecialist: "01.002", synthetic.SeniorSpecialist: "01.001"}
	shownTrainings = []string{synthetic.Clerk: "1", synthetic.Specialist: "2", synthetic.PrincipalSpecialist: "3", synthetic.SeniorSpecialist: "4"}
	shownTheories  = []string{synthetic.Staff: "", synthetic.DeputyHead: "1", synthetic.Head: "2", synthetic.DeputyDirector: "3", synthetic.Director: "3"}
	shownLevels    = []string{synthetic.College: "02", synthetic.Bachelor: "03", synthetic.Master: "04", synthetic.Doctor: "05"}
	shownDegrees   = []string{synthetic.College: "", synthetic.Bachelor: "", synthetic.Master: "3", synthetic.Doctor: "2"}
	shownLanguages = []string{synthetic.English: "EN", synthetic.French: "FR", synthetic.Russian: "RU", synthetic.Chinese: "ZH"}
	shownFluencies = []string{"", "A1", "A2", "B1", "B2", "C1", "C2"}
	shownGrades    = []string{"4", "3", "2", "1"}
	shownParty     = []string{synthetic.NoPartyOffice: "", synthetic.CellCommittee: "03", synthetic.CellSecretary: "01"}
)

// show writes the file of a servant of the world.
func show(w *synthetic.World, s synthetic.Servant) object {
	return object{
		"SoHieuCBCCVC_BNDP": s.StaffNumber, "THONGTINCHUNG": showPerson(w, s), "TUYENDUNG_QT_CONGTAC": showCareer(s), "LUONG_PHUCAP_CHUCVU": showPay(s),
		"TRINHDO_DAOTAO_BOIDUONG": showEducation(w, s), "THONGTIN_KHAC": object{"ChucVuDang": shownParty[s.Party]},
		"DS_KETQUA_DANHGIA_PHANLOAI": rows(s.Ratings, func(r synthetic.StaffRating) object {
			return object{"Nam": strconv.Itoa(r.Year), "KetQuaDanhGia": strconv.Itoa(r.Result + 1)}
		}),
	}
}

func showPerson(w *synthetic.World, s synthetic.Servant) object {
	p := w.Person(s.Person)
	return object{
		"SoHieuCBCCVC_BNDP": s.StaffNumber, "SoHieuCBCCVC": s.ServantNumber, "HoVaTen": p.FullName(), "TenGoiKhac": "",
		"MaDonviSuDung": s.Unit.ID, "MaDonViQuanLy": city, "PhanLoaiHoSo": shownKinds[s.Kind],
		"GioiTinh": p.Sex.Coded().Code, "DanToc": p.Ethnicity.Code, "TonGiao": p.Religion.Code, "NgaySinh": p.Birth.Slashed(),
		"NoiSinh": p.BirthRegistered.ProvinceName, "QueQuan": p.Origin.Full(), "HoKhauThuongTru": p.Permanent.Full(), "NoiOHienTai": p.Current.Full(),
		"SoDinhDanh": p.IdentityNumber(), "NgayCap": "", "NoiCap": "", "SoBHXH": w.InsuranceNumber(s.Person), "NgayTuyenDung": s.Recruited.Slashed(),
	}
}

func showCareer(s synthetic.Servant) object {
	return object{"ViTriTuyenDung": "01", "DS_QUATRINH_CONGTAC": rows(s.Postings, func(p synthetic.Posting) object {
		return object{"TuNgay": p.From.Slashed(), "DenNgay": p.To.Slashed(), "DonVi": p.Unit.Name, "ChucVu": shownOffices[p.Office]}
	})}
}

func showPay(s synthetic.Servant) object {
	posting, salary := s.Now()
	allowances := []any{object{"LoaiPhuCap": "04", "HinhThucHuong": "2", "TuNgay": s.Recruited.Slashed()}}
	if posting.Office > synthetic.Staff {
		allowances = append(allowances, object{"LoaiPhuCap": "01", "HinhThucHuong": "1", "TuNgay": posting.From.Slashed()})
	}
	return object{
		"MaNgachChucDanh": shownRanks[salary.Rank], "BacLuong": showStep(salary.Step), "ChucVu": shownOffices[posting.Office], "ChucVuChucDanhKiemNhiem": "",
		"DS_QUATRINH_PHUCAP": allowances, "DS_QUATRINH_LUONG": rows(s.Salaries, func(step synthetic.SalaryStep) object {
			return object{"Ngach": shownRanks[step.Rank], "BacLuong": showStep(step.Step), "TuNgay": step.From.Slashed()}
		}),
	}
}

// showStep is the code of a salary step; pay above the last one is an allowance.
func showStep(step int) string { return fmt.Sprintf("%02d", min(step, len(salarySteps))) }

func showEducation(w *synthetic.World, s synthetic.Servant) object {
	p := w.Person(s.Person)
	posting, salary := s.Now()
	school, title, tongue, computers := "12/12", "", "", "01"
	if p.Birth.Year() < 1975 {
		school = "10/10" // the north had ten years of school then
	}
	if s.Professor {
		title = "2"
	}
	if s.Minority {
		tongue = p.Ethnicity.Code
	}
	if s.Computers {
		computers = "02"
	}
	return object{
		"HocVanPhoThong": school, "TrinhDoChuyenMon": shownLevels[s.Learning], "TrinhDoLyLuanChinhTri": shownTheories[posting.Office],
		"TrinhDoQuanLyNhaNuoc": shownTrainings[salary.Rank], "BoiDuongQuocPhongAnNinh": "1", "MaChucDanhKhoaHoc": title,
		"MaHocVi": shownDegrees[s.Learning], "TiengDanTocThieuSo": tongue,
		"DS_TINHOC":   []any{object{"TrinhDo": computers}},
		"DS_NGOAINGU": []any{object{"MaNgoaiNgu": shownLanguages[s.Language], "TrinhDo": shownFluencies[s.Fluency]}},
		"DS_QUATRINH_DAOTAO_BOIDUONG": rows(s.Courses, func(c synthetic.Course) object {
			return object{"ChuyenNganhDaoTao": fmt.Sprintf("%03d", c.Subject+1), "TrinhDoDaoTao": shownLevels[c.Level],
				"XepLoaiTotNghiep": shownGrades[c.Grade], "NuocDaoTao": c.Country.Code}
		}),
	}
}

func rows[T any](list []T, show func(T) object) []any {
	shown := make([]any, len(list))
	for i := range list {
		shown[i] = show(list[i])
	}
	return shown
}

// samples take the servant with most to tell. What is sent is what is there, so
// that it can be sent many times.
func samples(w *synthetic.World) map[string]simulator.Samples {
	var rich synthetic.Servant
	most := -1
	for s := range w.Servants() {
		if n := richness(w, s); n > most {
			rich, most = s, n
		}
	}
	number, nobody := StaffNumber(rich.StaffNumber), StaffNumber("HN0000000")
	found := answer{JSONContent: wire.Text(sealed(show(w, rich)))}
	p, err := found.profile(number)
	if err != nil {
		panic(fmt.Sprintf("civilservants: simulated file cannot be read: %v", err))
	}
	return map[string]simulator.Samples{
		"profile-lookup": {OK: Question{number}, NotFound: Question{nobody}},
		"profile-sync": {
			OK: Message{Message: "M0001", Action: "EDIT", StaffNumber: number, General: p.General, Career: p.Career, Pay: p.Pay,
				Education: p.Education, OtherFacts: p.OtherFacts, Ratings: p.Ratings},
			NotFound: Message{Message: "M0005", Action: "EDIT", StaffNumber: nobody, OtherFacts: &OtherFacts{}},
		},
	}
}

// richness counts what makes a file a good example.
func richness(w *synthetic.World, s synthetic.Servant) int {
	n := min(len(s.Postings), 3) + min(len(s.Salaries), 3) + len(s.Courses) + len(s.Ratings)
	if w.Person(s.Person).CitizenID == "" {
		return 0
	}
	posting, _ := s.Now()
	for _, has := range []bool{posting.Office >= synthetic.Head, s.Party != synthetic.NoPartyOffice, s.Minority, s.Professor} {
		if has {
			n++
		}
	}
	return n
}
