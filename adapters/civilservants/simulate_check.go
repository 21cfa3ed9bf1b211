package civilservants

import (
	"maps"
	"slices"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// aboutBlock is the block that each message is about.
var aboutBlock = map[string]string{"M0001": "THONGTINCHUNG", "M0002": "TUYENDUNG_QT_CONGTAC", "M0003": "LUONG_PHUCAP_CHUCVU",
	"M0004": "TRINHDO_DAOTAO_BOIDUONG", "M0005": "THONGTIN_KHAC", "M0006": "DS_KETQUA_DANHGIA_PHANLOAI"}

// documented are the texts that a block or a row must hold, by its name.
var documented = map[string]string{
	"THONGTINCHUNG":               "SoHieuCBCCVC_BNDP SoHieuCBCCVC HoVaTen MaDonviSuDung MaDonViQuanLy PhanLoaiHoSo GioiTinh DanToc TonGiao",
	"TUYENDUNG_QT_CONGTAC":        "ViTriTuyenDung",
	"LUONG_PHUCAP_CHUCVU":         "MaNgachChucDanh BacLuong ChucVu ChucVuChucDanhKiemNhiem",
	"DS_QUATRINH_PHUCAP":          "LoaiPhuCap HinhThucHuong",
	"DS_QUATRINH_LUONG":           "Ngach BacLuong",
	"TRINHDO_DAOTAO_BOIDUONG":     "HocVanPhoThong TrinhDoChuyenMon TrinhDoLyLuanChinhTri TrinhDoQuanLyNhaNuoc BoiDuongQuocPhongAnNinh MaChucDanhKhoaHoc MaHocVi TiengDanTocThieuSo",
	"DS_TINHOC":                   "TrinhDo",
	"DS_NGOAINGU":                 "MaNgoaiNgu TrinhDo",
	"DS_QUATRINH_DAOTAO_BOIDUONG": "ChuyenNganhDaoTao TrinhDoDaoTao XepLoaiTotNghiep NuocDaoTao",
	"THONGTIN_KHAC":               "ChucVuDang",
	"DS_KETQUA_DANHGIA_PHANLOAI":  "KetQuaDanhGia",
}

// checked are the catalogues of texts, by the name of their block or row.
var checked = map[string]catalogue{
	"THONGTINCHUNG.PhanLoaiHoSo": profileTypes, "THONGTINCHUNG.GioiTinh": sexes, "THONGTINCHUNG.DanToc": ethnicities, "THONGTINCHUNG.TonGiao": religions,
	"TUYENDUNG_QT_CONGTAC.ViTriTuyenDung": recruitmentPosts,
	"LUONG_PHUCAP_CHUCVU.MaNgachChucDanh": ranks, "LUONG_PHUCAP_CHUCVU.BacLuong": salarySteps, "LUONG_PHUCAP_CHUCVU.ChucVu": positions,
	"LUONG_PHUCAP_CHUCVU.ChucVuChucDanhKiemNhiem": positions, "DS_QUATRINH_PHUCAP.LoaiPhuCap": allowanceTypes, "DS_QUATRINH_PHUCAP.HinhThucHuong": allowanceForms,
	"DS_QUATRINH_LUONG.Ngach": ranks, "DS_QUATRINH_LUONG.BacLuong": salarySteps,
	"TRINHDO_DAOTAO_BOIDUONG.HocVanPhoThong": schoolLevels, "TRINHDO_DAOTAO_BOIDUONG.TrinhDoChuyenMon": professionalLevels,
	"TRINHDO_DAOTAO_BOIDUONG.TrinhDoLyLuanChinhTri": politicalTheories, "TRINHDO_DAOTAO_BOIDUONG.TrinhDoQuanLyNhaNuoc": stateManagements,
	"TRINHDO_DAOTAO_BOIDUONG.BoiDuongQuocPhongAnNinh": {"0": "Chưa", "1": "Đã bồi dưỡng"}, "TRINHDO_DAOTAO_BOIDUONG.MaChucDanhKhoaHoc": academicTitles,
	"TRINHDO_DAOTAO_BOIDUONG.MaHocVi": degrees, "TRINHDO_DAOTAO_BOIDUONG.TiengDanTocThieuSo": ethnicities,
	"DS_TINHOC.TrinhDo": computerLevels, "DS_NGOAINGU.MaNgoaiNgu": languages, "DS_NGOAINGU.TrinhDo": languageLevels,
	"DS_QUATRINH_DAOTAO_BOIDUONG.ChuyenNganhDaoTao": majors, "DS_QUATRINH_DAOTAO_BOIDUONG.TrinhDoDaoTao": professionalLevels,
	"DS_QUATRINH_DAOTAO_BOIDUONG.XepLoaiTotNghiep": grades, "DS_QUATRINH_DAOTAO_BOIDUONG.NuocDaoTao": sharedCatalogue("maquocgia"),
	"THONGTIN_KHAC.ChucVuDang": partyPositions, "DS_KETQUA_DANHGIA_PHANLOAI.KetQuaDanhGia": ratings,
}

// sharedCatalogue is one of the shared catalogues whose rows are codes and names.
func sharedCatalogue(code string) catalogue {
	found := catalogue{}
	for _, c := range synthetic.Catalogues() {
		if c.Code == code {
			for _, row := range c.Rows {
				found[wire.Text(row[0])] = row[1]
			}
		}
	}
	return found
}

// unfit is the text with which the database refuses a file by its form.
func unfit(message string, q request) string {
	for _, block := range aboutBlock {
		_, given := q.file[block]
		needed := q.action == "ADD" && block == aboutBlock["M0001"] || q.action == "EDIT" && message != "M0001" && block == aboutBlock[message]
		if needed && !given || given && message != "M0001" && block != aboutBlock[message] {
			return wrongStructure
		}
	}
	for _, name := range slices.Sorted(maps.Keys(q.file)) {
		if name != "SoHieuCBCCVC_BNDP" {
			if refusal := unfitPart(name, q.file[name]); refusal != "" {
				return refusal
			}
		}
	}
	if facts, given := q.file["THONGTINCHUNG"].(object); given {
		for name := range strings.FieldsSeq("SoHieuCBCCVC_BNDP SoHieuCBCCVC HoVaTen MaDonviSuDung MaDonViQuanLy") {
			if facts[name] == "" {
				return name + " không được để trống"
			}
		}
	}
	return ""
}

// unfitPart looks into a block, a list or a row.
func unfitPart(name string, part any) string {
	if list, ok := part.([]any); ok && strings.HasPrefix(name, "DS_") {
		for _, row := range list {
			if refusal := unfitPart(name, row); refusal != "" {
				return refusal
			}
		}
		return ""
	}
	block, ok := part.(object)
	if !ok {
		return wrongStructure
	}
	for text := range strings.FieldsSeq(documented[name]) {
		if _, ok := block[text].(string); !ok {
			return wrongStructure
		}
	}
	for _, member := range slices.Sorted(maps.Keys(block)) {
		value, plain := block[member].(string)
		if !plain {
			if refusal := unfitPart(member, block[member]); refusal != "" {
				return refusal
			}
			continue
		}
		if codes := checked[name+"."+member]; codes != nil && value != "" && !partOfACode(value, codes) {
			return member + " không có trong danh mục"
		}
	}
	return ""
}

// partOfACode is how the real database compares: any part of a code will do.
func partOfACode(value string, codes catalogue) bool {
	for code := range codes {
		if strings.Contains(string(code), value) {
			return true
		}
	}
	return false
}
