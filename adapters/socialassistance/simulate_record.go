package socialassistance

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// showBeneficiary words what somebody receives.
func showBeneficiary(a synthetic.Assistance, number string) nationalBeneficiary {
	n := nationalBeneficiary{
		SoDinhDanh: wire.Text(number), MaDoiTuong: wire.Text(fmt.Sprintf("BTXH-9%06d", a.Person)),
		LoaiDoiTuong: wire.Text([]string{synthetic.OldAge: "NCT", synthetic.SevereDisability: "NKT", synthetic.PoorParent: "DTN", synthetic.Orphan: "TMC"}[a.Ground]), MucTroCap: wire.Text(fmt.Sprint(a.Allowance)),
		DangKhuyetTat: wire.Text([]string{"", "VanDong", "ThanKinh", "Nhin", "TriTue", "Nghe"}[a.Disability]),
		NgayHuong:     wire.Text(a.Since.Slashed()), NgayDung: wire.Text(a.Ended.Slashed()),
		CoQuanChiTra: wire.Text("Ủy ban nhân dân " + a.Commune.CommuneName), TrangThai: "1",
	}
	if a.Ground == synthetic.SevereDisability {
		n.MucDoKhuyetTat = "2"
		if a.Extreme {
			n.MucDoKhuyetTat = "1"
		}
	}
	if !a.Ended.IsZero() {
		n.TrangThai = "2"
	}
	return n
}

// show words a dossier of the world. Codes of procedures are fictional.
func (a *authority) show(d synthetic.AssistanceDossier) heldDossier {
	p, with := a.world.Person(d.Applicant), d.Assistance.Commune
	kind, number := wire.Text("1"), p.CitizenID
	if number == "" {
		kind, number = "2", p.OldCitizenID
	}
	office := wire.Text("Ủy ban nhân dân " + with.CommuneName)
	n := nationalDossier{
		LoaiDuLieu: dossierData, MaHoSo: wire.Text(d.Code), MaLinhVuc: "BTXH", TenLinhVuc: "Bảo trợ xã hội",
		MaTTHC: "1.990001", TenTTHC: "Thực hiện trợ cấp xã hội hằng tháng", KenhThucHien: "1", LoaiDoiTuong: "1", HinhThucTra: "1",
		HoVaTen: wire.Text(p.FullName()), NgayThangNamSinh: wire.Text(p.Birth.Slashed()), GioiTinhId: sexIDs[p.Sex.Coded().Code],
		DanTocId: wire.Text(strings.TrimLeft(p.Ethnicity.Code, "0")), LoaiDinhDanh: kind, SoDinhDanh: wire.Text(number),
		CMND: wire.Text(number), NgayCap: "15/05/2022", NoiCap: "Bộ Công an",
		MaTinh: wire.Text(with.ProvinceCode), MaXa: wire.Text(with.CommuneCode),
		HKTTMaTinh: wire.Text(p.Permanent.ProvinceCode), HKTTMaHuyen: wire.Text(p.Permanent.DistrictCode),
		HKTTMaXa: wire.Text(p.Permanent.CommuneCode), HKTTMaThon: "01", HKTTChiTiet: wire.Text(p.Permanent.Detail),
		NOHTMaTinh: wire.Text(p.Current.ProvinceCode), NOHTMaHuyen: wire.Text(p.Current.DistrictCode),
		NOHTMaXa: wire.Text(p.Current.CommuneCode), NOHTMaThon: "01", NOHTChiTiet: wire.Text(p.Current.Detail),
		SoDienThoai: wire.Text(p.Phone), Email: wire.Text(p.Email), NgayTiepNhan: wire.Text(d.Received.Format(timeLayout)),
		SubmitedDate: wire.Text(d.Received.Add(-20 * time.Minute).Format(timeLayout)), DonViXuLy: office, NoiNopHoSo: "2",
		HoSoCoThanhPhanSoHoa: "1", TaiKhoanDuocXacThucVoiVNeID: "1", DuocThanhToanTrucTuyen: "0", MaCSDL: "BTXH", StatusId: "4",
		UrlDetail: wire.Text("https://dichvucong.example.vn/ho-so/" + d.Code),
	}
	if d.Change {
		n.MaTTHC, n.TenTTHC = "1.990002", "Điều chỉnh trợ cấp xã hội hằng tháng"
	}
	shown := heldDossier{NgayHenTra: wire.Text(d.Due.Slashed()), SoTaiKhoan: wire.Text(fmt.Sprintf("0199%06d", d.Applicant)), NganHang: "Ngân hàng Thử Nghiệm"}
	papers := extentData{Attachments: []Attachment{{FileID: "9" + d.Code[len(d.Code)-3:], Name: "To_khai.pdf", ComponentCode: "TP01",
		FileURL: string(n.UrlDetail) + "/to-khai", Digitised: true, Reuse: "0"}}}
	if !d.Decided.IsZero() {
		n.StatusId, n.LoaiKetQua, n.SoQuyetDinh, n.NgayBanHanh = "10", "1", wire.Text(d.Decision), wire.Text(d.Decided.Slashed())
		n.CoQuanBanHanh, n.TrichYeu = office, n.TenTTHC
		shown.NgayKetThucThucTe = wire.Text(d.Decided.Slashed() + " 16:00:00")
		papers.Results = []ResultPaper{{Name: "Quyet_dinh.pdf", ComponentCode: "KQ01", PaperID: "8" + d.Code[len(d.Code)-3:],
			FileURL: string(n.UrlDetail) + "/quyet-dinh", ResultCode: d.Decision}}
	}
	extent, _ := xml.Marshal(papers) // plain texts cannot fail
	n.CertificateExtentData = wire.Text(extent)
	shown.nationalDossier = n
	return shown
}

// lowerCamel spells the members as the system gives them out: a run of capitals at
// the start becomes small, but for the last of several where something follows
// (MaHoSo, CMND_NgayCap: maHoSo, cmnD_NgayCap). What is not known is null.
func lowerCamel(d heldDossier) map[string]any {
	text, _ := json.Marshal(d) // texts only
	var members map[string]string
	_ = json.Unmarshal(text, &members)
	spelt := make(map[string]any, len(members))
	for name, value := range members {
		letters := []rune(name)
		for i := range letters {
			if i > 0 && (!unicode.IsUpper(letters[i]) || i+1 < len(letters) && !unicode.IsUpper(letters[i+1])) {
				break
			}
			letters[i] = unicode.ToLower(letters[i])
		}
		if spelt[string(letters)] = value; value == "" {
			spelt[string(letters)] = nil
		}
	}
	return spelt
}

// samples prefers records with everything in them. Nobody of the number asked for
// is found without the right name, so the unknown one needs no other number.
func (a *authority) samples() map[string]simulator.Samples {
	if len(a.own) == 0 { // in a world too small for any
		return nil
	}
	receiving := func(yield func(synthetic.Assistance) bool) {
		for i := range a.world.Len() {
			if received, ok := a.world.Assistance(i); ok && !yield(received) {
				return
			}
		}
	}
	rich := simulator.First(receiving, func(r synthetic.Assistance) bool {
		return r.Ground == synthetic.SevereDisability && a.world.Person(r.Person).CitizenID != ""
	})
	known := a.question(rich.Person)
	stranger := known
	stranger.FullName = "Không Có Ai"
	held := simulator.First(slices.Values(a.own), func(d heldDossier) bool { return d.StatusId == "10" && len(d.SoDinhDanh) == 12 })
	v := wire.Values{Layouts: layouts}
	dossier := held.dossier(&v)
	received, _ := time.Parse(time.RFC3339, dossier.ReceivedAt)
	step := Progress{DossierCode: dossier.DossierCode, Status: dossier.Status, ProcessedAt: received.AddDate(0, 0, 1).Format(time.RFC3339),
		HandlerName: "Cán Bộ Thử Nghiệm", HandlerAccount: "canbo.thu", HandlerTitle: "Chuyên viên", HandlingOffice: dossier.HandlingOffice,
		Note: "Trả kết quả tại bộ phận một cửa", StartedAt: dossier.ReceivedAt, DueAt: received.AddDate(0, 0, 10).Format(time.RFC3339),
		CreatedBy: "canbo.thu", CreatedAt: dossier.ReceivedAt, EditedBy: "canbo.thu", EditedAt: dossier.ReceivedAt}
	unknown := step
	unknown.DossierCode = "H26.11-000101-0000"
	dossier.DossierCode = strings.Replace(dossier.DossierCode, "-9", "-8", 1) // nobody's yet
	return map[string]simulator.Samples{
		"beneficiary-lookup": {OK: known, NotFound: stranger},
		"dossiers-by-period": {OK: PeriodQuestion{CommuneCode: dossier.Jurisdiction.CommuneCode,
			From: adapters.Day(received.AddDate(0, 0, -2).Format(time.DateOnly)), To: adapters.Day(received.AddDate(0, 0, 7).Format(time.DateOnly))}},
		"dossier-push":  {OK: dossier},
		"progress-push": {OK: step, NotFound: unknown},
	}
}

func (a *authority) question(person int) BeneficiaryQuestion {
	p := a.world.Person(person)
	q := BeneficiaryQuestion{CitizenID: adapters.CitizenID(p.CitizenID), FullName: adapters.PersonName(p.FullName()), DateOfBirth: adapters.Date(p.Birth.String())}
	if q.CitizenID == "" {
		q.OldCitizenID = adapters.OldCitizenID(p.OldCitizenID)
	}
	return q
}
