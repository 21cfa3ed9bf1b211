package land

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// maxReceipt bounds the number of one.
const maxReceipt = 200

// arrived is what the register looks at of a dossier.
type arrived struct {
	TinhId, XaId                            wire.Text // as number or as text
	SoBienNhan, MaHoSoMotCua, NguoiTiepNhan string
	NgayTiepNhan, NgayHenTra                string
	ThongTinNguoiNopDon                     struct{ HoTen, SoChungMinh string }
	ThongTinQuyTrinh                        struct{ MaQuyTrinh string }
	DanhSachGiayToDinhKem                   []struct {
		TenGiayTo string
		TapTin    *struct {
			Name string `json:"name"`
			Data []byte `json:"data"`
		}
	}
}

// complete tells whether all is there and in its form.
func (a arrived) complete() bool {
	for _, text := range []string{string(a.TinhId), string(a.XaId), a.SoBienNhan, a.MaHoSoMotCua, a.NguoiTiepNhan,
		a.ThongTinNguoiNopDon.HoTen, a.ThongTinNguoiNopDon.SoChungMinh, a.ThongTinQuyTrinh.MaQuyTrinh} {
		if text == "" {
			return false
		}
	}
	if len(a.SoBienNhan) > maxReceipt {
		return false
	}
	for _, paper := range a.DanhSachGiayToDinhKem {
		if paper.TenGiayTo == "" || paper.TapTin != nil && (paper.TapTin.Name == "" || len(paper.TapTin.Data) == 0) {
			return false
		}
	}
	_, received := time.Parse(isoLocal, a.NgayTiepNhan)
	_, due := time.Parse(isoLocal, a.NgayHenTra)
	return received == nil && due == nil
}

// dossier answers TiepNhanHoSo.
func (reg *register) dossier(w http.ResponseWriter, body *json.Decoder) {
	var a arrived
	switch {
	case body.Decode(&a) != nil || !a.complete():
		reg.refuse(w, http.StatusOK, 400, "Dữ liệu đầu vào không hợp lệ")
	case !reg.taken.Take(a.SoBienNhan, struct{}{}):
		reg.refuse(w, http.StatusOK, 409, "Hồ sơ đã tồn tại trong hệ thống")
	default:
		reg.succeed(w, 1)
	}
}

// sampleDossier is one about a parcel, handed in by its first owner.
func sampleDossier(w *synthetic.World, p synthetic.Parcel) Dossier {
	owner := simulator.First(w.People(), func(one synthetic.Person) bool { return slices.Contains(p.Owners, one.Index) })
	d := Dossier{
		ReceiptNumber: "BN-261101-0001", DossierCode: "H26.11-261101-0001", ProvinceCode: p.Address.ProvinceCode,
		FormerDistrictCode: p.Address.DistrictCode, ProcedureCode: "QT-GIA-DINH-01", ProcedureName: "Đăng ký biến động quyền sử dụng đất",
		ReceivedBy: "can-bo-gia-dinh-01", ReceivedAt: "2026-11-01T08:30:00+07:00", DueAt: "2026-11-16T17:00:00+07:00", PropertyAddress: p.Address.Full(),
		Applicant: Applicant{FullName: adapters.PersonName(owner.FullName()), CitizenID: adapters.CitizenID(owner.CitizenID),
			AddressText: owner.Permanent.Full(), Phone: owner.Phone, Email: owner.Email},
		Parcels: []DossierParcel{{MapSheet: CadastralNumber(p.Key.Sheet), ParcelNumber: CadastralNumber(p.Key.Number), Area: p.Area, AddressText: p.Address.Full()}},
		Papers: []Paper{{Name: "Đơn đăng ký biến động", Originals: 1,
			File: &adapters.File{Name: "don-dang-ky.pdf", MediaType: "application/pdf", Size: int64(len(samplePDF)), Content: []byte(samplePDF)}},
			{Name: "Giấy chứng nhận", Copies: 1}},
	}
	if owner.CitizenID == "" {
		d.Applicant.OldCitizenID = adapters.OldCitizenID(owner.OldCitizenID)
	}
	q := questionFor(p)
	d.CommuneCode, d.FormerCommuneCode = q.CommuneCode, q.FormerCommuneCode
	return d
}

// samplePDF is the least that says of itself that it is one.
const samplePDF = "%PDF-1.4\n%%EOF\n"
