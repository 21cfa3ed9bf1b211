package criminalrecord

import (
	"cmp"

	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// object is a national record, by the system's names.
type object map[string]any

func (o *office) showResult(a synthetic.RecordApplication) object {
	shown := object{"maHoSoMCDT": a.DossierCode, "trangThaiXuLy": int(a.State), "ketQuaXuLy": nil}
	if a.Certificate != "" && a.State >= synthetic.RecordDone {
		shown["ketQuaXuLy"] = o.showCertificate(a)
	}
	return shown
}

// showCertificate tells of an expunged conviction in type 2 only, and of a ban
// there or where it was asked for.
func (o *office) showCertificate(a synthetic.RecordApplication) object {
	kind := "1"
	if a.Full {
		kind = "2"
	}
	shown := object{
		"soPhieuLLTP": a.Certificate, "ngayCapPhieu": a.Issued.Slashed(), "loaiPhieu": kind,
		"nguoiLapPhieu": "Trần Thị Giả Định", "nguoiKy": "Lê Văn Giả Định", "chucVu": "Trưởng phòng",
		"tinhTrangAnTich": "0", "tenTinhTrangAnTich": "Không có án tích", "thongTinAn": []object{},
		"thongTinCDNCV": nil, "tenThongTinCDNCV": nil, "dsCDNCV": []object{},
		"phieuLLTP": paper(kind, a.Certificate), "quyetDinhThuHoi": orNull(a.Revocation),
	}
	if c, ok := o.world.Conviction(a.Person); ok && (a.Full || c.Expunged.IsZero()) {
		shown["tinhTrangAnTich"], shown["tenTinhTrangAnTich"] = "1", "Có án tích"
		if !c.Expunged.IsZero() {
			shown["tinhTrangAnTich"], shown["tenTinhTrangAnTich"] = "2", "Đã được xóa án tích"
		}
		shown["thongTinAn"] = []object{showConviction(c)}
	}
	if a.Full || a.WithBan {
		shown["thongTinCDNCV"], shown["tenThongTinCDNCV"] = "0", "Không bị cấm đảm nhiệm chức vụ"
		if b, ok := o.world.Ban(a.Person); ok {
			shown["thongTinCDNCV"], shown["tenThongTinCDNCV"] = "1", "Bị cấm đảm nhiệm chức vụ"
			shown["dsCDNCV"] = []object{{"soQuyetDinh": b.Decision, "ngayQuyetDinh": b.Decided.Slashed(), "toaAnQD": b.Court,
				"chucVuCam": b.Offices, "thoiHanCam": b.Term, "camTuNgay": b.From.Slashed()}}
		}
	}
	return shown
}

func showConviction(c synthetic.Conviction) object {
	additional := []object{}
	if c.Terms != "" {
		additional = append(additional, object{"maHinhPhat": c.Additional.Code, "tenHinhPhat": c.Additional.Name, "noiDungHinhPhatBoSung": c.Terms})
	}
	return object{
		"soBanAn": c.Judgment, "ngayBanAn": c.Judged.Slashed(), "toaDaTuyen": c.Court.Code, "tenToaDaTuyen": c.Court.Name,
		"dsToiDanh":       []object{{"toiDanh": c.Offence.Code, "tenToiDanh": c.Offence.Name}},
		"dsHinhPhatChinh": []object{{"maHinhPhat": c.Penalty.Code, "tenHinhPhat": c.Penalty.Name, "ghiChu": c.Sentence}}, "dsHinhPhatBoSung": additional,
		"ngayChapHanh": c.Served.Slashed(), "ngayXoaAn": orNull(c.Expunged.Slashed()), "dieuKhoan": "Điều " + c.Offence.Code + " Bộ luật Hình sự",
		"anPhi": c.Fee, "nghiaVuDanSu": c.CivilDuties, "tinhTrangThiHanh": "Đã chấp hành xong",
	}
}

// showStatus tells v1's three states; how an application ended otherwise it does
// not know.
func showStatus(a synthetic.RecordApplication) object {
	state, name := 4, "Đang xử lý"
	switch {
	case a.State <= synthetic.RecordAccepted:
		state, name = 3, "Đã tiếp nhận"
	case a.State >= synthetic.RecordDone:
		state, name = 5, "Đã có kết quả"
	}
	return object{"STATUS": "1", "DESCRIPTION": "Thành công", "DEC_STATUS_ID": state, "DEC_STATUS_NAME": name,
		"APPROVE_DATE": orNull(a.Approved.Slashed()), "ISSUE_DATE": orNull(a.Issued.Slashed())}
}

// sharedAs names the shared catalogue that holds what one of the office's does.
var sharedAs = map[int]string{1: "donvihanhchinhcap3", 2: "maquocgia", 3: "madantoc", 4: "qlvanbandieuhanhcap1", 5: "qlvanbandieuhanhcap2"}

// shownCatalogue is one of the catalogues, nil where there is none of this number.
func shownCatalogue(infoType int) (rows []object) {
	for _, c := range synthetic.Catalogues() {
		if c.Code != sharedAs[infoType] {
			continue
		}
		for _, r := range c.Rows {
			rows = append(rows, object{"ID": r[0], "NAME": r[1]})
		}
	}
	return rows
}

// number is that of the paper that a person shows.
func number(p synthetic.Person) string { return cmp.Or(p.CitizenID, p.OldCitizenID) }

// orNull is null for nothing.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
