package socialassistance

import (
	"encoding/xml"
	"strings"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
)

// The bounds of what is asked for at once. The system itself has no pages.
const (
	maxWindow = 10 // days, the first and the last counted: a long holiday and some more
	maxRows   = 1000
)

// BeneficiaryQuestion names a person; the system wants all three.
type BeneficiaryQuestion struct {
	CitizenID    adapters.CitizenID    `json:"citizenId,omitempty" lgsp:"subject,one=identifier"`
	OldCitizenID adapters.OldCitizenID `json:"oldCitizenId,omitempty" lgsp:"subject,one=identifier"`
	FullName     adapters.PersonName   `json:"fullName" lgsp:"required"`
	DateOfBirth  adapters.Date         `json:"dateOfBirth" lgsp:"required"`
}

func (q BeneficiaryQuestion) number() string { return string(q.CitizenID) + string(q.OldCitizenID) }

// Beneficiary is what somebody receives, or did. The ground, and with it the
// amount, tells of health and need.
type Beneficiary struct {
	CitizenID        adapters.CitizenID    `json:"citizenId,omitempty"`
	OldCitizenID     adapters.OldCitizenID `json:"oldCitizenId,omitempty"`
	Code             string                `json:"beneficiaryCode" lgsp:"required,personal" vi:"Mã đối tượng" en:"Code of the beneficiary"`
	Category         *adapters.Code        `json:"beneficiaryCategory,omitempty" lgsp:"sensitive" vi:"Loại đối tượng" en:"Ground of the allowance"`
	DisabilityKind   *adapters.Code        `json:"disabilityKind,omitempty" lgsp:"sensitive" vi:"Dạng khuyết tật" en:"Kind of disability"`
	DisabilityDegree *adapters.Code        `json:"disabilityDegree,omitempty" lgsp:"sensitive" vi:"Mức độ khuyết tật" en:"Degree of disability"`
	Allowance        *int                  `json:"monthlyAllowance,omitempty" lgsp:"sensitive" vi:"Mức trợ cấp hằng tháng, đồng" en:"Monthly allowance in đồng"`
	StartedOn        adapters.Date         `json:"startedOn,omitempty" lgsp:"personal" vi:"Ngày bắt đầu hưởng" en:"Paid from"`
	StoppedOn        adapters.Date         `json:"stoppedOn,omitempty" lgsp:"personal" vi:"Ngày dừng hưởng; vắng mặt khi đang hưởng" en:"Stopped on; absent while it is paid"`
	PayingOffice     string                `json:"payingOffice,omitempty" lgsp:"personal" vi:"Cơ quan chi trả" en:"Paying office"`
	Status           *adapters.Code        `json:"status,omitempty" lgsp:"personal"`
}

// PeriodQuestion names the commune with which the dossiers are.
type PeriodQuestion struct {
	CommuneCode adapters.CommuneCode `json:"communeCode" lgsp:"required,subject"`
	From        adapters.Day         `json:"from" lgsp:"required"`
	To          adapters.Day         `json:"to" lgsp:"required"`
}

// Check bounds the window.
func (q PeriodQuestion) Check() []adapters.Fault {
	first, last := q.From.Time(), q.To.Time()
	switch {
	case last.Before(first):
		return []adapters.Fault{{Field: "to", Message: adapters.Text{VI: "không được trước from", EN: "must not be before from"}}}
	case last.Sub(first) >= maxWindow*24*time.Hour:
		return []adapters.Fault{{Field: "to", Message: adapters.Text{VI: "khoảng từ from đến to tối đa 10 ngày", EN: "from and to may span 10 days at most"}}}
	}
	return nil
}

// Dossiers are all that the system has of a commune and a period.
type Dossiers struct {
	Dossiers []HeldDossier `json:"dossiers" lgsp:"required,max=1000" vi:"Hồ sơ" en:"Dossiers"`
}

// HeldDossier is a dossier, as dossier-push takes it, and what became of it.
type HeldDossier struct {
	Dossier     Dossier       `json:"dossier" lgsp:"required" vi:"Hồ sơ" en:"Dossier"`
	DueOn       adapters.Date `json:"dueOn,omitempty" vi:"Ngày hẹn trả" en:"Date on which the result is due"`
	FinishedOn  adapters.Date `json:"finishedOn,omitempty" vi:"Ngày kết thúc xử lý thực tế" en:"Date on which it was in fact settled"`
	BankAccount string        `json:"bankAccount,omitempty" lgsp:"personal" vi:"Số tài khoản" en:"Number of the bank account"`
	BankName    string        `json:"bankName,omitempty" lgsp:"personal" vi:"Ngân hàng" en:"Bank"`
}

// Dossier is an application as it is handed over and given out. Of a code and its
// name the system takes both for the field of the procedure, else the code only.
type Dossier struct {
	DossierCode     string           `json:"dossierCode" lgsp:"required,max=50"`
	ProcedureCode   string           `json:"procedureCode" lgsp:"required,max=50" vi:"Mã thủ tục hành chính" en:"Code of the procedure"`
	ProcedureName   string           `json:"procedureName,omitempty" vi:"Tên thủ tục hành chính" en:"Name of the procedure"`
	Field           adapters.Code    `json:"procedureField,omitzero" vi:"Lĩnh vực" en:"Field of the procedure"`
	Applicant       Applicant        `json:"applicant" lgsp:"required,personal" vi:"Người nộp hồ sơ" en:"Applicant"`
	Status          adapters.Code    `json:"status" lgsp:"required"`
	ReceivedAt      string           `json:"receivedAt" lgsp:"required" vi:"Thời điểm tiếp nhận, RFC 3339" en:"Time of receipt, RFC 3339"`
	SubmittedAt     string           `json:"submittedAt,omitempty" vi:"Thời điểm nộp, RFC 3339" en:"Time at which it was handed in, RFC 3339"`
	Jurisdiction    adapters.Address `json:"jurisdiction,omitzero" vi:"Địa bàn giải quyết hồ sơ" en:"Where the dossier is settled"`
	HandlingOffice  string           `json:"handlingOffice,omitempty" vi:"Đơn vị xử lý" en:"Office that settles it"`
	SubmissionPlace adapters.Code    `json:"submissionPlace,omitzero" vi:"Nơi nộp hồ sơ" en:"Where it was handed in"`
	Channel         adapters.Code    `json:"channel,omitzero" vi:"Kênh thực hiện" en:"Channel by which it was handed in"`
	Delivery        adapters.Code    `json:"resultDelivery,omitzero" vi:"Hình thức trả kết quả" en:"How the result is delivered"`
	Digitised       *bool            `json:"digitised,omitempty" vi:"Có thành phần hồ sơ được số hóa" en:"Holds digitised papers"`
	AccountVerified *bool            `json:"accountVerified,omitempty" vi:"Tài khoản được xác thực với VNeID" en:"The account is verified by VNeID"`
	PaidOnline      *bool            `json:"paidOnline,omitempty" vi:"Được thanh toán trực tuyến" en:"Paid online"`
	DatabaseCode    string           `json:"databaseCode,omitempty" vi:"Mã cơ sở dữ liệu (MaCSDL)" en:"Code of the database (MaCSDL)"`
	DetailURL       string           `json:"detailUrl,omitempty" lgsp:"personal,max=2000" vi:"Địa chỉ xem chi tiết" en:"Address of the details"`
	Decision        Decision         `json:"decision,omitzero" vi:"Quyết định giải quyết" en:"Decision on it"`
	Attachments     []Attachment     `json:"attachments,omitempty" lgsp:"personal" vi:"Tài liệu nộp" en:"Papers handed in"`
	Results         []ResultPaper    `json:"resultPapers,omitempty" lgsp:"personal" vi:"Giấy tờ kết quả" en:"Papers of the result"`
}

// Applicant is who handed the dossier in.
type Applicant struct {
	CitizenID          adapters.CitizenID    `json:"citizenId,omitempty" lgsp:"subject,one=identifier"`
	OldCitizenID       adapters.OldCitizenID `json:"oldCitizenId,omitempty" lgsp:"subject,one=identifier"`
	FullName           adapters.PersonName   `json:"fullName" lgsp:"required"`
	Type               adapters.Code         `json:"applicantType,omitzero" lgsp:"personal" vi:"Loại đối tượng nộp hồ sơ" en:"Kind of applicant"`
	DateOfBirth        adapters.Date         `json:"dateOfBirth,omitempty"`
	Sex                adapters.Code         `json:"sex,omitzero"`
	Ethnicity          adapters.Code         `json:"ethnicity,omitzero"`
	IdentityPaper      IdentityPaper         `json:"identityPaper,omitzero" lgsp:"personal" vi:"Giấy tờ tùy thân đã xuất trình" en:"Identity paper shown"`
	PermanentResidence Residence             `json:"permanentResidence,omitzero" lgsp:"personal" vi:"Hộ khẩu thường trú" en:"Permanent residence"`
	CurrentResidence   Residence             `json:"currentResidence,omitzero" lgsp:"personal" vi:"Nơi ở hiện tại" en:"Current residence"`
	Phone              string                `json:"phone,omitempty" lgsp:"personal,max=30" vi:"Số điện thoại" en:"Telephone"`
	Email              string                `json:"email,omitempty" lgsp:"personal,max=254" vi:"Thư điện tử" en:"E-mail address"`
}

// IdentityPaper is the card as printed; its number need not be the identifier.
type IdentityPaper struct {
	Number   string        `json:"paperNumber,omitempty" lgsp:"personal,max=30" vi:"Số giấy tờ" en:"Number of the paper"`
	IssuedOn adapters.Date `json:"issuedOn,omitempty" lgsp:"personal"`
	IssuedBy string        `json:"issuedBy,omitempty" lgsp:"personal"`
}

// Residence is where somebody lives. Handed over is the present commune where it
// is given, else the former one.
type Residence struct {
	Address    adapters.Address `json:"address,omitzero"`
	HamletCode string           `json:"hamletCode,omitempty" lgsp:"personal,max=20" vi:"Mã thôn, tổ dân phố" en:"Code of the hamlet or block"`
}

// Decision is what the office decided.
type Decision struct {
	Kind      adapters.Code `json:"resultKind,omitzero" vi:"Loại kết quả" en:"Kind of result"`
	Number    string        `json:"decisionNumber,omitempty" vi:"Số quyết định" en:"Number of the decision"`
	DecidedOn adapters.Date `json:"decidedOn,omitempty" vi:"Ngày ban hành" en:"Date of the decision"`
	IssuedBy  string        `json:"issuedBy,omitempty"`
	Abstract  string        `json:"decisionAbstract,omitempty" lgsp:"sensitive,max=2000" vi:"Trích yếu" en:"What it says, in short"`
}

// Attachment is a paper handed in; its xml names are those of a TaiLieuNop.
type Attachment struct {
	FileID            string `json:"fileId" lgsp:"required,max=100" vi:"Mã tệp đính kèm" en:"Id of the file" xml:"TepDinhKemId"`
	Name              string `json:"name" lgsp:"required" xml:"TenTepDinhKem"`
	Deleted           Flag   `json:"deleted,omitempty" vi:"Đã xóa" en:"Deleted" xml:"IsDeleted"`
	ComponentCode     string `json:"componentCode,omitempty" vi:"Mã thành phần hồ sơ" en:"Code of the part of the dossier that it is" xml:"MaThanhPhanHoSo"`
	FileURL           string `json:"fileUrl,omitempty" lgsp:"personal,max=2000" vi:"Đường dẫn tải tệp" en:"Address of the file" xml:"DuongDanTaiTepTin"`
	Digitised         Flag   `json:"digitised,omitempty" vi:"Được số hóa" en:"Digitised" xml:"DuocSoHoa"`
	Reuse             string `json:"reuse,omitempty" lgsp:"enum=0|1|2" vi:"Được tái sử dụng, mã 0, 1, 2 của nguồn" en:"Reused, by the source's codes 0, 1, 2" xml:"DuocTaiSuDung"`
	FromNationalStore Flag   `json:"fromNationalStore,omitempty" vi:"Được lấy từ kho dữ liệu quốc gia" en:"Taken from the national store" xml:"DuocLayTuKhoDMQG"`
	ReplacementCode   string `json:"replacementCode,omitempty" vi:"Mã kết quả thay thế" en:"Code of the result that stands for it" xml:"MaKetQuaThayThe"`
}

// ResultPaper is a paper given out; its xml names are those of a GiayToKetQua.
type ResultPaper struct {
	Name          string `json:"name" lgsp:"required" xml:"TenGiayTo"`
	ComponentCode string `json:"componentCode,omitempty" vi:"Mã thành phần hồ sơ" en:"Code of the part of the dossier that it is" xml:"MaThanhPhanHoSo"`
	PaperID       string `json:"paperId,omitempty" vi:"Mã định danh giấy tờ" en:"Id of the paper" xml:"GiayToId"`
	FileURL       string `json:"fileUrl,omitempty" lgsp:"personal,max=2000" vi:"Đường dẫn tải tệp" en:"Address of the file" xml:"DuongDanTepTinKetQua"`
	ResultCode    string `json:"resultCode,omitempty" vi:"Mã giấy tờ kết quả" en:"Code of the result" xml:"MaGiayToKetQua"`
}

// Flag is a truth value that stands in XML as 1 or 0.
type Flag bool

// MarshalXML writes 1 or 0.
func (f Flag) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	return e.EncodeElement(flagText((*bool)(&f)), start)
}

// UnmarshalXML reads 1 or true; all else is false.
func (f *Flag) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	var text string
	err := d.DecodeElement(&text, &start)
	*f = Flag(text == "1" || strings.EqualFold(text, "true"))
	return err
}

// Progress is one step in the settling of a dossier.
type Progress struct {
	DossierCode    string              `json:"dossierCode" lgsp:"required,subject,max=50"`
	Status         adapters.Code       `json:"status" lgsp:"required"`
	ProcessedAt    string              `json:"processedAt" lgsp:"required" vi:"Thời điểm xử lý, RFC 3339" en:"Time of the step, RFC 3339"`
	HandlerName    adapters.PersonName `json:"handlerName" lgsp:"required,personal" vi:"Người xử lý" en:"Official who took it"`
	HandlerAccount string              `json:"handlerAccount,omitempty" lgsp:"personal" vi:"Tài khoản xử lý" en:"Account of the official"`
	HandlerTitle   string              `json:"handlerTitle,omitempty" lgsp:"personal" vi:"Chức danh" en:"Title of the official"`
	HandlingOffice string              `json:"handlingOffice,omitempty" vi:"Đơn vị xử lý" en:"Office that settles it"`
	Note           string              `json:"note,omitempty" lgsp:"personal,max=2000" vi:"Nội dung xử lý" en:"What was done"`
	StartedAt      string              `json:"startedAt,omitempty" vi:"Thời điểm bắt đầu, RFC 3339" en:"Begun at, RFC 3339"`
	DueAt          string              `json:"dueAt,omitempty" vi:"Thời điểm kết thúc theo quy định, RFC 3339" en:"Due at by the rules, RFC 3339"`
	CreatedBy      string              `json:"createdBy,omitempty" lgsp:"personal" vi:"Tài khoản tạo" en:"Account that entered it"`
	CreatedAt      string              `json:"createdAt,omitempty" vi:"Thời điểm tạo, RFC 3339" en:"Time of entry, RFC 3339"`
	EditedBy       string              `json:"editedBy,omitempty" lgsp:"personal" vi:"Tài khoản sửa" en:"Account that changed it last"`
	EditedAt       string              `json:"editedAt,omitempty" vi:"Thời điểm sửa, RFC 3339" en:"Time of the last change, RFC 3339"`
}

// Receipt is the system's word that it has what was handed over.
type Receipt struct {
	DossierCode     string `json:"dossierCode" lgsp:"required"`
	AlreadyReceived bool   `json:"alreadyReceived" lgsp:"required"`
}

// Check looks for what the schema cannot say.
func (d Dossier) Check() []adapters.Fault {
	faults := checked(d.Status, "receivedAt", d.ReceivedAt, "submittedAt", d.SubmittedAt)
	if sex := d.Applicant.Sex.Code; sex != "" && sexIDs[sex] == "" {
		faults = append(faults, adapters.Fault{Field: "applicant.sex.code", Message: adapters.Text{
			VI: "phải là 1 (nam) hoặc 2 (nữ)", EN: "must be 1 (male) or 2 (female)"}})
	}
	return faults
}

// Check looks for what the schema cannot say.
func (p Progress) Check() []adapters.Fault {
	return checked(p.Status, "processedAt", p.ProcessedAt, "startedAt", p.StartedAt, "dueAt", p.DueAt, "createdAt", p.CreatedAt, "editedAt", p.EditedAt)
}

// checked wants a code of the status, and times that are some (see adapters.TimeFaults).
func checked(status adapters.Code, times ...string) (faults []adapters.Fault) {
	if status.Code == "" {
		faults = append(faults, adapters.Fault{Field: "status.code", Message: adapters.Text{VI: "bắt buộc phải có", EN: "is required"}})
	}
	return append(faults, adapters.TimeFaults(times...)...)
}
