package land

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// Dossier is what a citizen has handed in at the one-stop desk. Its places are
// filed as in ParcelQuestion.
type Dossier struct {
	ReceiptNumber      string               `json:"receiptNumber" lgsp:"required,max=50" vi:"Số biên nhận" en:"Number of the receipt given to the citizen"`
	DossierCode        string               `json:"dossierCode" lgsp:"required,max=50"`
	Provincial         bool                 `json:"provincialProcedure,omitempty" vi:"Quy trình cấp tỉnh" en:"Handled at the level of the province"`
	ProvinceCode       string               `json:"provinceCode" lgsp:"required,max=2"`
	FormerDistrictCode string               `json:"formerDistrictCode,omitempty" lgsp:"max=3"`
	CommuneCode        adapters.CommuneCode `json:"communeCode,omitempty" lgsp:"one=commune"`
	FormerCommuneCode  string               `json:"formerCommuneCode,omitempty" lgsp:"one=commune,max=5"`
	ProcedureCode      string               `json:"procedureCode" lgsp:"required,max=50" vi:"Mã quy trình" en:"Code of the procedure"`
	ProcedureName      string               `json:"procedureName" lgsp:"required" vi:"Tên quy trình" en:"Name of the procedure"`
	ReceivedBy         string               `json:"receivedBy" lgsp:"required,max=100" vi:"Người tiếp nhận" en:"Official who received it"`
	ReceivedAt         string               `json:"receivedAt" lgsp:"required,max=40" vi:"Thời điểm tiếp nhận" en:"Time of receipt"`
	DueAt              string               `json:"dueAt" lgsp:"required,max=40" vi:"Thời điểm hẹn trả kết quả" en:"Time at which the result is due"`
	PropertyAddress    string               `json:"propertyAddress,omitempty" vi:"Địa chỉ tài sản, trên một dòng" en:"Address of the property, in one line"`
	Applicant          Applicant            `json:"applicant" lgsp:"personal" vi:"Người nộp đơn" en:"Applicant"`
	Parcels            []DossierParcel      `json:"parcels,omitempty" vi:"Các thửa đất" en:"Parcels concerned"`
	Papers             []Paper              `json:"papers,omitempty" vi:"Danh sách giấy tờ đính kèm" en:"Papers handed in"`
}

// Applicant is who handed the dossier in. The register keeps one number of
// identity.
type Applicant struct {
	FullName      adapters.PersonName   `json:"fullName" lgsp:"required"`
	CitizenID     adapters.CitizenID    `json:"citizenId,omitempty" lgsp:"subject,one=identifier"`
	OldCitizenID  adapters.OldCitizenID `json:"oldCitizenId,omitempty" lgsp:"subject,one=identifier"`
	OtherIdentity string                `json:"otherIdentityNumber,omitempty" lgsp:"subject,personal,one=identifier,max=30" vi:"Số giấy tờ tùy thân khác" en:"Number of another identity paper"`
	AddressText   string                `json:"addressText,omitempty" lgsp:"personal" vi:"Địa chỉ, trên một dòng" en:"Address, in one line"`
	Phone         string                `json:"phone,omitempty" lgsp:"personal,max=20" vi:"Số điện thoại" en:"Telephone"`
	Email         string                `json:"email,omitempty" lgsp:"personal,max=100" vi:"Thư điện tử" en:"E-mail address"`
}

// DossierParcel is a parcel as the dossier describes it.
type DossierParcel struct {
	MapSheet     CadastralNumber `json:"mapSheet" lgsp:"required" vi:"Số hiệu tờ bản đồ" en:"Map sheet number"`
	ParcelNumber CadastralNumber `json:"parcelNumber" lgsp:"required" vi:"Số thứ tự thửa" en:"Parcel number on its sheet"`
	Area         float64         `json:"area,omitempty" vi:"Diện tích, m²" en:"Area in square metres"`
	AddressText  string          `json:"addressText,omitempty" vi:"Địa chỉ thửa đất, trên một dòng" en:"Address of the parcel, in one line"`
}

// Paper is a paper of the dossier, with or without a scan.
type Paper struct {
	Name      string         `json:"name" lgsp:"required" vi:"Tên giấy tờ" en:"Name of the paper"`
	Originals int            `json:"originals,omitempty" lgsp:"min=0,max=999" vi:"Số bản chính" en:"Number of originals"`
	Copies    int            `json:"copies,omitempty" lgsp:"min=0,max=999" vi:"Số bản sao" en:"Number of copies"`
	File      *adapters.File `json:"file,omitempty"`
}

// DossierReceipt says that the register has the dossier.
type DossierReceipt struct {
	ReceiptNumber   string `json:"receiptNumber" lgsp:"required" vi:"Số biên nhận" en:"Number of the receipt given to the citizen"`
	AlreadyReceived bool   `json:"alreadyReceived" lgsp:"required"`
}

// Check finds what the register could not file: times that are none, areas below
// nothing, files without a name or without all of their content.
func (d Dossier) Check() []adapters.Fault {
	faults := formerCommuneFaults(d.FormerCommuneCode)
	fault := func(field, vi, en string) {
		faults = append(faults, adapters.Fault{Field: field, Message: adapters.Text{VI: vi, EN: en}})
	}
	for _, given := range [...]struct{ field, text string }{{"receivedAt", d.ReceivedAt}, {"dueAt", d.DueAt}} {
		if _, err := time.Parse(time.RFC3339, given.text); err != nil {
			fault(given.field, "phải là thời điểm RFC 3339 có múi giờ", "must be an RFC 3339 time with its zone")
		}
	}
	for i, p := range d.Parcels {
		if p.Area < 0 {
			fault(fmt.Sprintf("parcels[%d].area", i), "không được âm", "must not be negative")
		}
	}
	for i, p := range d.Papers {
		if f := p.File; f != nil && (f.Name == "" || len(f.Content) == 0 || f.Size != 0 && f.Size != int64(len(f.Content))) {
			fault(fmt.Sprintf("papers[%d].file", i), "phải có tên và nội dung đúng kích thước đã nêu", "must have a name and content of the size told")
		}
	}
	return faults
}

// The dossier, as the system spells it.
type (
	nationalDossier struct {
		LaQuyTrinhCapTinh        bool
		TinhId                   string
		HuyenId                  string `json:",omitempty"`
		XaId                     string
		SoBienNhan, MaHoSoMotCua string
		NguoiTiepNhan            string
		NgayTiepNhan, NgayHenTra string
		DiaChiTaiSan             string
		ThongTinNguoiNopDon      nationalApplicant
		ThongTinQuyTrinh         nationalProcedure
		ThongTinThuaDat          []nationalDossierParcel
		DanhSachGiayToDinhKem    []nationalPaper
	}
	nationalApplicant     struct{ HoTen, SoChungMinh, DiaChiChiTiet, SoDienThoai, Email string }
	nationalProcedure     struct{ MaQuyTrinh, TenQuyTrinh string }
	nationalDossierParcel struct {
		SoThuTuThua, SoHieuBanDo string
		DienTich                 float64
		DiaChiChiTiet            string
	}
	nationalPaper struct {
		TenGiayTo            string
		SoBanChinh, SoBanSao int
		TapTin               *nationalFile `json:",omitempty"`
	}
	nationalFile struct {
		Name string `json:"name"`
		Data []byte `json:"data"`
	}
)

func (d Dossier) national() nationalDossier {
	a := d.Applicant
	n := nationalDossier{
		LaQuyTrinhCapTinh: d.Provincial, TinhId: d.ProvinceCode, HuyenId: d.FormerDistrictCode,
		XaId:       cmp.Or(string(d.CommuneCode), d.FormerCommuneCode),
		SoBienNhan: d.ReceiptNumber, MaHoSoMotCua: d.DossierCode, NguoiTiepNhan: d.ReceivedBy,
		NgayTiepNhan: localTime(d.ReceivedAt), NgayHenTra: localTime(d.DueAt), DiaChiTaiSan: d.PropertyAddress,
		ThongTinNguoiNopDon: nationalApplicant{string(a.FullName), cmp.Or(string(a.CitizenID), string(a.OldCitizenID), a.OtherIdentity),
			a.AddressText, a.Phone, a.Email},
		ThongTinQuyTrinh: nationalProcedure{d.ProcedureCode, d.ProcedureName},
		ThongTinThuaDat:  []nationalDossierParcel{}, DanhSachGiayToDinhKem: []nationalPaper{},
	}
	for _, p := range d.Parcels {
		n.ThongTinThuaDat = append(n.ThongTinThuaDat, nationalDossierParcel{string(p.ParcelNumber), string(p.MapSheet), p.Area, p.AddressText})
	}
	for _, p := range d.Papers {
		paper := nationalPaper{TenGiayTo: p.Name, SoBanChinh: p.Originals, SoBanSao: p.Copies}
		if p.File != nil {
			paper.TapTin = &nationalFile{p.File.Name, p.File.Content}
		}
		n.DanhSachGiayToDinhKem = append(n.DanhSachGiayToDinhKem, paper)
	}
	return n
}

// isoLocal is how the register writes times: local, without zone.
const isoLocal = "2006-01-02T15:04:05"

// localTime writes a time that Check has let through.
func localTime(text string) string {
	t, _ := time.Parse(time.RFC3339, text)
	return t.In(adapters.Vietnam).Format(isoLocal)
}

// existing says that the dossier exists, by one of its numbers or without, and not
// that something else in it does. The wording is assumed.
var existing = regexp.MustCompile(`(?:ho so|bien nhan)(?: so)?:?(?: (\S+))? da ton tai`)

// readReceipt reads the answer to a dossier. That the register had it already is
// worded as a failure.
func readReceipt(answer *adapters.Answer, sent Dossier) (DossierReceipt, error) {
	e, err := readEnvelope(answer)
	if err != nil {
		return DossierReceipt{}, err
	}
	var message, taken wire.Text
	_ = json.Unmarshal(e.Status.Message, &message) // what is no text says nothing
	_ = json.Unmarshal(e.Data, &taken)
	receipt := DossierReceipt{ReceiptNumber: sent.ReceiptNumber, AlreadyReceived: message.Says(existing, sent.ReceiptNumber, sent.DossierCode)}
	switch {
	case receipt.AlreadyReceived:
		return receipt, nil
	case !bool(*e.Status.Success):
		return DossierReceipt{}, e.failure()
	case taken == "1":
		return receipt, nil
	case taken == "0":
		return DossierReceipt{}, adapters.Fail(adapters.ErrRejected, string(e.Status.Code), "success that did not take the dossier")
	}
	return DossierReceipt{}, adapters.Malformed("answer does not say whether the dossier was taken")
}
