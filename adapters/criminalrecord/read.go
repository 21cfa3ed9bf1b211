package criminalrecord

import (
	"bytes"
	"cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// layouts are how dates are written; some come with the time of day.
var layouts = []string{"02/01/2006", "02/01/2006 15:04:05", "01/2006", "2006"}

// states name trangThaiXuLy.
var states = map[wire.Text]string{"1": "Mới đăng ký", "2": "Được tiếp nhận", "3": "Không được tiếp nhận", "4": "Đang xử lý",
	"5": "Yêu cầu bổ sung giấy tờ", "6": "Yêu cầu thực hiện nghĩa vụ tài chính", "7": "Công dân yêu cầu rút hồ sơ",
	"8": "Dừng xử lý", "9": "Đã xử lý xong", "10": "Đã trả kết quả"}

// The answer of v2, by the system's names, which are told from each other without
// regard to case.
type (
	nationalResults struct {
		Status, StatusDescription wire.Text
		StatusCode, ErrorDetail   wire.Text // where it fails as the other calls do
		Value                     wire.List[nationalResult]
	}
	nationalResult struct {
		MaHoSoMCDT, TrangThaiXuLy wire.Text
		KetQuaXuLy                nationalCertificate
	}
	nationalCertificate struct {
		SoPhieuLLTP, NgayCapPhieu, LoaiPhieu, NguoiLapPhieu, NguoiKy, ChucVu                  wire.Text
		TinhTrangAnTich, TenTinhTrangAnTich, ThongTinCDNCV, TenThongTinCDNCV, QuyetDinhThuHoi wire.Text
		ThongTinAn                                                                            wire.List[nationalConviction]
		DsCDNCV                                                                               wire.List[nationalProhibition]
		PhieuLLTP                                                                             wire.Text // taken out while it arrived
	}
	nationalConviction struct {
		SoBanAn, NgayBanAn, ToaDaTuyen, TenToaDaTuyen, NgayChapHanh, NgayXoaAn wire.Text
		DieuKhoan, AnPhi, NghiaVuDanSu, TinhTrangThiHanh                       wire.Text
		DsToiDanh                                                              wire.List[struct{ ToiDanh, TenToiDanh wire.Text }]
		DsHinhPhatChinh, DsHinhPhatBoSung                                      wire.List[nationalPenalty]
	}
	nationalPenalty struct {
		MaHinhPhat, TenHinhPhat, GhiChu, NoiDungHinhPhatBoSung wire.Text
	}
	nationalProhibition struct {
		SoQuyetDinh, NgayQuyetDinh, ToaAnQD, ChucVuCam, ThoiHanCam, CamTuNgay wire.Text
	}
)

// readResult takes the result of the dossier asked for; paper is the certificate that
// came with it, nil or empty where there is none.
func readResult(body []byte, paper *adapters.Spool, asked string) (Result, error) {
	var n nationalResults
	if err := adapters.DecodeJSON(body, &n); err != nil {
		return Result{}, err
	}
	switch {
	case n.Status == "" && n.StatusCode != "":
		return Result{}, refusal(n.StatusCode, n.ErrorDetail)
	case n.Status != "1":
		return Result{}, refusal(n.Status, n.StatusDescription)
	case n.Value == nil:
		return Result{}, adapters.Malformed("success without a value")
	case len(n.Value) == 0:
		return Result{}, adapters.Fail(adapters.ErrNotFound, "1", "")
	case len(n.Value) > 1 || n.Value[0].MaHoSoMCDT != wire.Text(asked):
		return Result{}, adapters.Malformed("result of another dossier, or without its code")
	}
	v := wire.Values{Layouts: layouts}
	r := n.Value[0].result(&v, paper)
	if v.Err != nil {
		return Result{}, v.Err
	}
	return r, nil
}

// result translates. A certificate before its time is a draft that must not go
// out, and a dossier that is done has one.
func (n *nationalResult) result(v *wire.Values, paper *adapters.Spool) Result {
	v.Require("trangThaiXuLy", n.TrangThaiXuLy)
	r := Result{DossierCode: string(n.MaHoSoMCDT), Status: adapters.Code{Code: string(n.TrangThaiXuLy), Name: states[n.TrangThaiXuLy]}}
	done := n.TrangThaiXuLy == "9" || n.TrangThaiXuLy == "10"
	if done != (n.KetQuaXuLy.SoPhieuLLTP != "") {
		v.Fail("soPhieuLLTP", "where the dossier's state wants it")
	}
	if done {
		r.Certificate = n.KetQuaXuLy.certificate(v)
		r.Certificate.File = pdf(v, paper)
	}
	return r
}

// certificate translates. One that does not say whether there are convictions
// would be taken for a clean record.
func (n *nationalCertificate) certificate(v *wire.Values) *Certificate {
	v.Require("tinhTrangAnTich", n.TinhTrangAnTich)
	if n.PhieuLLTP != "" {
		v.Fail("phieuLLTP", "spelt as documented")
	}
	c := &Certificate{
		Number: string(n.SoPhieuLLTP), Type: string(n.LoaiPhieu), IssuedOn: v.Date("ngayCapPhieu", n.NgayCapPhieu),
		PreparedBy: string(n.NguoiLapPhieu), SignedBy: string(n.NguoiKy), SignerPosition: string(n.ChucVu),
		ConvictionStatus:  adapters.Code{Code: string(n.TinhTrangAnTich), Name: string(n.TenTinhTrangAnTich)},
		ProhibitionStatus: coded(n.ThongTinCDNCV, n.TenThongTinCDNCV),
		Revocation:        string(n.QuyetDinhThuHoi),
	}
	for i := range n.ThongTinAn {
		c.Convictions = append(c.Convictions, n.ThongTinAn[i].conviction(v))
	}
	for _, p := range n.DsCDNCV {
		c.Prohibitions = append(c.Prohibitions, Prohibition{
			DecisionNumber: v.Require("soQuyetDinh", p.SoQuyetDinh), DecidedOn: v.Date("ngayQuyetDinh", p.NgayQuyetDinh), DecidedBy: string(p.ToaAnQD),
			Positions: string(p.ChucVuCam), Term: string(p.ThoiHanCam), StartedOn: v.Date("camTuNgay", p.CamTuNgay)})
	}
	return c
}

func (n *nationalConviction) conviction(v *wire.Values) Conviction {
	c := Conviction{
		JudgmentNumber: v.Require("soBanAn", n.SoBanAn), JudgedOn: v.Date("ngayBanAn", n.NgayBanAn), Court: coded(n.ToaDaTuyen, n.TenToaDaTuyen),
		LegalProvisions: string(n.DieuKhoan), ServedOn: v.Date("ngayChapHanh", n.NgayChapHanh), ExpungedOn: v.Date("ngayXoaAn", n.NgayXoaAn),
		CourtFee: string(n.AnPhi), CivilDuties: string(n.NghiaVuDanSu), Enforcement: string(n.TinhTrangThiHanh),
		MainPenalties: penalties(n.DsHinhPhatChinh), AdditionalPenalties: penalties(n.DsHinhPhatBoSung),
	}
	for _, o := range n.DsToiDanh {
		c.Offences = append(c.Offences, adapters.Code{Code: string(o.ToiDanh), Name: string(o.TenToiDanh)})
	}
	return c
}

func penalties(list []nationalPenalty) (all []Penalty) {
	for _, p := range list {
		all = append(all, Penalty{Code: string(p.MaHinhPhat), Name: string(p.TenHinhPhat), Note: string(cmp.Or(p.GhiChu, p.NoiDungHinhPhatBoSung))})
	}
	return all
}

// coded is a value and its name, nil where there is neither.
func coded(code, name wire.Text) *adapters.Code {
	if code == "" && name == "" {
		return nil
	}
	return &adapters.Code{Code: string(code), Name: string(name)}
}

// pdf is the certificate as a paper, nil where the system has none yet. What is no
// PDF is not handed on as one.
func pdf(v *wire.Values, paper *adapters.Spool) *adapters.LargeFile {
	if paper == nil || paper.Size() == 0 {
		return nil
	}
	if !paper.Starts("%PDF-") {
		v.Fail("phieuLLTP", "a PDF in base64")
		return nil
	}
	return &adapters.LargeFile{Name: "phieu-ly-lich-tu-phap.pdf", MediaType: "application/pdf", Size: paper.Size(), Content: paper}
}

// readStatus reads what v1 answers about an application.
func readStatus(body []byte) (ApplicationStatus, error) {
	var n struct {
		Status      wire.Text `json:"STATUS"`
		Description wire.Text `json:"DESCRIPTION"`
		StateID     wire.Text `json:"DEC_STATUS_ID"`
		StateName   wire.Text `json:"DEC_STATUS_NAME"`
		ApproveDate wire.Text `json:"APPROVE_DATE"`
		IssueDate   wire.Text `json:"ISSUE_DATE"`
	}
	if err := adapters.DecodeJSON(body, &n); err != nil {
		return ApplicationStatus{}, err
	}
	if n.Status != "1" {
		return ApplicationStatus{}, refusal(n.Status, n.Description)
	}
	v := wire.Values{Layouts: layouts}
	s := ApplicationStatus{Status: adapters.Code{Code: v.Require("DEC_STATUS_ID", n.StateID), Name: string(n.StateName)},
		ApprovedOn: v.Date("APPROVE_DATE", n.ApproveDate), IssuedOn: v.Date("ISSUE_DATE", n.IssueDate)}
	if v.Err != nil {
		return ApplicationStatus{}, v.Err
	}
	return s, nil
}

// readCatalogue reads a list, or the refusal that stands in its place.
func readCatalogue(body []byte) ([]adapters.Code, error) {
	if !bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) {
		var n struct{ Status, Description wire.Text }
		if err := adapters.DecodeJSON(body, &n); err != nil {
			return nil, err
		}
		if n.Status == "1" {
			return nil, adapters.Malformed("success without a list")
		}
		return nil, refusal(n.Status, n.Description)
	}
	var rows []struct{ ID, Name wire.Text }
	if err := adapters.DecodeJSON(body, &rows); err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, adapters.Malformed("empty catalogue")
	}
	v := wire.Values{}
	entries := make([]adapters.Code, len(rows))
	for i, row := range rows {
		entries[i] = adapters.Code{Code: v.Require("ID", row.ID), Name: string(row.Name)}
	}
	if v.Err != nil {
		return nil, v.Err
	}
	return entries, nil
}
