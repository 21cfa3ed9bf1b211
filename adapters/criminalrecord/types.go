package criminalrecord

import "github.com/lgsp-vn/lgsp/adapters"

// Application is the form of an application with where and when it was received.
// The system files it under the code of its one-stop dossier.
type Application struct {
	DossierCode         string        `json:"dossierCode" lgsp:"required,max=50"`
	ReceivedOn          adapters.Date `json:"receivedOn" lgsp:"required" vi:"Ngày tiếp nhận" en:"Date of receipt"`
	DueOn               adapters.Date `json:"dueOn,omitempty" vi:"Ngày hẹn trả kết quả" en:"Date on which the result is due"`
	CertificateType     string        `json:"certificateType" lgsp:"required,enum=1|2" vi:"Loại phiếu: 1 cho cơ quan, tổ chức, cá nhân; 2 cho cá nhân, đầy đủ án tích" en:"Type of certificate: 1 for agencies, organisations and individuals, 2 for the individual, with the full record"`
	WithProhibitions    bool          `json:"withProhibitions,omitempty" vi:"Yêu cầu xác nhận thông tin cấm đảm nhiệm chức vụ" en:"Asks that bans from office be stated"`
	PurposeOfUse        adapters.Code `json:"purposeOfUse" lgsp:"personal" vi:"Mục đích sử dụng phiếu" en:"What the certificate is for"`
	OtherPurpose        string        `json:"otherPurpose,omitempty" lgsp:"personal" vi:"Mục đích khác" en:"Another purpose"`
	Copies              int           `json:"copies" lgsp:"required,min=1,max=100" vi:"Số lượng phiếu cần cấp" en:"Number of copies"`
	Applicant           Applicant     `json:"applicant" lgsp:"personal" vi:"Người yêu cầu cấp phiếu" en:"Whose record it is"`
	Father              Relative      `json:"father,omitzero" lgsp:"personal" vi:"Cha" en:"Father"`
	Mother              Relative      `json:"mother,omitzero" lgsp:"personal" vi:"Mẹ" en:"Mother"`
	Spouse              Relative      `json:"spouse,omitzero" lgsp:"personal" vi:"Vợ hoặc chồng" en:"Spouse"`
	Delegate            Relative      `json:"delegate,omitzero" lgsp:"personal,assumed" vi:"Người được ủy quyền nộp hồ sơ" en:"Who hands it in for the applicant"`
	DeclaredConvictions string        `json:"declaredConvictions,omitempty" lgsp:"sensitive,max=4000" vi:"Nội dung tự khai về án tích" en:"What the applicant declares about convictions"`
	Residences          []Residence   `json:"residences,omitempty" lgsp:"personal,max=50" vi:"Quá trình cư trú từ khi đủ 14 tuổi" en:"Residences since the age of 14"`
	Attachments         []Attachment  `json:"attachments,omitempty" lgsp:"personal,max=20" vi:"Giấy tờ kèm theo" en:"Attached papers"`
}

// Applicant is whose record is asked for.
type Applicant struct {
	FullName         adapters.PersonName `json:"fullName" lgsp:"required"`
	OtherName        string              `json:"otherName,omitempty" lgsp:"personal" vi:"Tên gọi khác" en:"Other name"`
	Sex              adapters.Code       `json:"sex"`
	DateOfBirth      adapters.Date       `json:"dateOfBirth" lgsp:"required"`
	BirthAddress     adapters.Address    `json:"birthAddress,omitzero" lgsp:"personal" vi:"Nơi sinh" en:"Place of birth"`
	BirthAbroad      string              `json:"birthAbroad,omitempty" lgsp:"personal" vi:"Nơi sinh ở nước ngoài" en:"Place of birth abroad"`
	PermanentAddress adapters.Address    `json:"permanentAddress,omitzero" lgsp:"personal" vi:"Nơi thường trú" en:"Permanent residence"`
	TemporaryAddress adapters.Address    `json:"temporaryAddress,omitzero" lgsp:"personal" vi:"Nơi tạm trú" en:"Temporary residence"`
	Nationality      adapters.Code       `json:"nationality"`
	Ethnicity        adapters.Code       `json:"ethnicity,omitzero"`
	IdentityPaper    IdentityPaper       `json:"identityPaper" lgsp:"personal" vi:"Giấy tờ tùy thân" en:"Identity paper"`
	Phone            string              `json:"phone,omitempty" lgsp:"personal,max=20" vi:"Số điện thoại" en:"Telephone"`
	Email            string              `json:"email,omitempty" lgsp:"personal,max=100" vi:"Thư điện tử" en:"E-mail address"`
}

// IdentityPaper is the paper that the applicant showed.
type IdentityPaper struct {
	CitizenID           adapters.CitizenID    `json:"citizenId,omitempty" lgsp:"subject,one=number"`
	OldCitizenID        adapters.OldCitizenID `json:"oldCitizenId,omitempty" lgsp:"subject,one=number"`
	PassportNumber      string                `json:"passportNumber,omitempty" lgsp:"subject,personal,max=20,one=number" vi:"Số hộ chiếu" en:"Passport number"`
	ResidenceCardNumber string                `json:"residenceCardNumber,omitempty" lgsp:"subject,personal,max=20,one=number" vi:"Số thẻ thường trú" en:"Number of the residence card"`
	IssuedOn            adapters.Date         `json:"issuedOn,omitempty"`
	IssuedBy            string                `json:"issuedBy,omitempty"`
}

// Relative is another person on the form; of the dead there may be a name only.
type Relative struct {
	FullName     adapters.PersonName   `json:"fullName" lgsp:"required"`
	DateOfBirth  adapters.Date         `json:"dateOfBirth,omitempty"`
	CitizenID    adapters.CitizenID    `json:"citizenId,omitempty"`
	OldCitizenID adapters.OldCitizenID `json:"oldCitizenId,omitempty"`
}

// Residence is where somebody lived for a time, and from what.
type Residence struct {
	StartedOn  adapters.Date `json:"startedOn" lgsp:"required,personal" vi:"Từ ngày" en:"Since"`
	EndedOn    adapters.Date `json:"endedOn,omitempty" lgsp:"personal" vi:"Đến ngày; vắng mặt khi còn ở" en:"Until; absent while it lasts"`
	Place      string        `json:"residencePlace" lgsp:"required,personal" vi:"Nơi cư trú" en:"Place of residence"`
	Occupation string        `json:"occupation,omitempty" lgsp:"personal" vi:"Nghề nghiệp" en:"Occupation"`
	Workplace  string        `json:"workplace,omitempty" lgsp:"personal" vi:"Nơi làm việc" en:"Place of work"`
}

// Attachment is a scanned paper.
type Attachment struct {
	Kind    string `json:"documentName" lgsp:"required" vi:"Tên loại giấy tờ" en:"What kind of paper it is"`
	Name    string `json:"name" lgsp:"required,max=200"`
	Content []byte `json:"content" lgsp:"required,personal"`
}

// Receipt says that the system has the application.
type Receipt struct {
	DossierCode     string `json:"dossierCode" lgsp:"required,personal"`
	AlreadyReceived bool   `json:"alreadyReceived" lgsp:"required" vi:"Hệ thống đã có hồ sơ này từ trước và giữ nguyên bản đã nhận" en:"The system had this dossier before and keeps what it had"`
}

type dossierQuestion struct {
	DossierCode string `json:"dossierCode" lgsp:"required,subject,personal,max=50"`
}

// applicationQuestion names an application by the code of its one-stop dossier, or
// by the slip of the office where it was handed in and the paper shown there.
type applicationQuestion struct {
	CitizenID         adapters.CitizenID    `json:"citizenId,omitempty" lgsp:"subject"`
	OldCitizenID      adapters.OldCitizenID `json:"oldCitizenId,omitempty" lgsp:"subject"`
	DossierCode       string                `json:"dossierCode,omitempty" lgsp:"subject,personal,max=50,one=application"`
	AppointmentNumber string                `json:"appointmentNumber,omitempty" lgsp:"personal,max=40,one=application" vi:"Số phiếu hẹn, kèm số giấy tờ đã xuất trình" en:"Number of the appointment slip, with that of the paper shown"`
}

// ApplicationStatus is how far an application has come. The system does not
// repeat what it was asked by, so there is nothing to compare.
type ApplicationStatus struct {
	Status     adapters.Code `json:"status" lgsp:"required,personal"`
	ApprovedOn adapters.Date `json:"approvedOn,omitempty" lgsp:"personal" vi:"Ngày phê duyệt" en:"Date of approval"`
	IssuedOn   adapters.Date `json:"issuedOn,omitempty" lgsp:"personal"`
}

// Result is what came of an application; without a certificate unless it is done.
type Result struct {
	DossierCode string        `json:"dossierCode" lgsp:"required,personal"`
	Status      adapters.Code `json:"status" lgsp:"required,personal"`
	Certificate *Certificate  `json:"certificate,omitempty" lgsp:"sensitive" vi:"Phiếu lý lịch tư pháp" en:"Judicial record certificate"`
}

// Certificate says what the judicial record holds of a person, and is the paper
// that says it.
type Certificate struct {
	Number            string              `json:"certificateNumber" lgsp:"required,sensitive" vi:"Số phiếu" en:"Number of the certificate"`
	Type              string              `json:"certificateType,omitempty" lgsp:"sensitive" vi:"Loại phiếu, 1 hoặc 2" en:"Type of certificate, 1 or 2"`
	IssuedOn          adapters.Date       `json:"issuedOn,omitempty" lgsp:"sensitive"`
	PreparedBy        string              `json:"preparedBy,omitempty" lgsp:"sensitive" vi:"Người lập phiếu" en:"Who prepared it"`
	SignedBy          string              `json:"signedBy,omitempty" lgsp:"sensitive" vi:"Người ký" en:"Who signed it"`
	SignerPosition    string              `json:"signerPosition,omitempty" lgsp:"sensitive" vi:"Chức vụ người ký" en:"Position of who signed it"`
	ConvictionStatus  adapters.Code       `json:"convictionStatus" lgsp:"required,sensitive" vi:"Tình trạng án tích" en:"Whether there are convictions"`
	ProhibitionStatus *adapters.Code      `json:"prohibitionStatus,omitempty" lgsp:"sensitive" vi:"Thông tin cấm đảm nhiệm chức vụ, thành lập, quản lý doanh nghiệp" en:"Whether there is a ban from office or from running enterprises"`
	Convictions       []Conviction        `json:"convictions,omitempty" lgsp:"sensitive" vi:"Các bản án" en:"Convictions"`
	Prohibitions      []Prohibition       `json:"prohibitions,omitempty" lgsp:"sensitive" vi:"Các quyết định cấm đảm nhiệm chức vụ" en:"Bans from office"`
	File              *adapters.LargeFile `json:"file,omitempty" lgsp:"sensitive" vi:"Bản điện tử của phiếu" en:"The certificate as a paper"`
	Revocation        string              `json:"revocationDecision,omitempty" lgsp:"sensitive" vi:"Quyết định thu hồi phiếu" en:"Decision that took the certificate back"`
}

// Conviction is one judgment.
type Conviction struct {
	JudgmentNumber      string          `json:"judgmentNumber" lgsp:"required,sensitive" vi:"Số bản án" en:"Number of the judgment"`
	JudgedOn            adapters.Date   `json:"judgedOn,omitempty" lgsp:"sensitive" vi:"Ngày tuyên án" en:"Date of the judgment"`
	Court               *adapters.Code  `json:"court,omitempty" lgsp:"sensitive" vi:"Tòa đã tuyên" en:"Court"`
	Offences            []adapters.Code `json:"offences,omitempty" lgsp:"sensitive" vi:"Tội danh" en:"Offences"`
	LegalProvisions     string          `json:"legalProvisions,omitempty" lgsp:"sensitive" vi:"Điều khoản áp dụng" en:"Provisions applied"`
	MainPenalties       []Penalty       `json:"mainPenalties,omitempty" lgsp:"sensitive" vi:"Hình phạt chính" en:"Main penalties"`
	AdditionalPenalties []Penalty       `json:"additionalPenalties,omitempty" lgsp:"sensitive" vi:"Hình phạt bổ sung" en:"Additional penalties"`
	ServedOn            adapters.Date   `json:"servedOn,omitempty" lgsp:"sensitive" vi:"Ngày chấp hành" en:"Date on which it was served"`
	ExpungedOn          adapters.Date   `json:"expungedOn,omitempty" lgsp:"sensitive" vi:"Ngày xóa án tích" en:"Date on which it was expunged"`
	CourtFee            string          `json:"courtFee,omitempty" lgsp:"sensitive" vi:"Án phí" en:"Court fee"`
	CivilDuties         string          `json:"civilDuties,omitempty" lgsp:"sensitive" vi:"Nghĩa vụ dân sự" en:"Duties under civil law"`
	Enforcement         string          `json:"enforcement,omitempty" lgsp:"sensitive" vi:"Tình trạng thi hành án" en:"State of enforcement"`
}

// Penalty is one of those imposed.
type Penalty struct {
	Code string `json:"code" lgsp:"sensitive"`
	Name string `json:"name,omitempty" lgsp:"sensitive"`
	Note string `json:"note,omitempty" lgsp:"sensitive" vi:"Nội dung, ghi chú" en:"Terms or note"`
}

// Prohibition keeps somebody from an office or from running enterprises.
type Prohibition struct {
	DecisionNumber string        `json:"decisionNumber" lgsp:"required,sensitive" vi:"Số quyết định" en:"Number of the decision"`
	DecidedOn      adapters.Date `json:"decidedOn,omitempty" lgsp:"sensitive" vi:"Ngày quyết định" en:"Date of the decision"`
	DecidedBy      string        `json:"decidedBy,omitempty" lgsp:"sensitive" vi:"Tòa án ra quyết định" en:"Court that decided"`
	Positions      string        `json:"prohibitedPositions,omitempty" lgsp:"sensitive" vi:"Chức vụ bị cấm" en:"Positions that are barred"`
	Term           string        `json:"prohibitionTerm,omitempty" lgsp:"sensitive" vi:"Thời hạn cấm" en:"For how long"`
	StartedOn      adapters.Date `json:"startedOn,omitempty" lgsp:"sensitive" vi:"Cấm từ ngày" en:"Since"`
}

type catalogueQuestion struct {
	Catalogue string `json:"catalogue" lgsp:"required,enum=administrative-units|nationalities|ethnicities|agencies|units" vi:"Danh mục cần lấy" en:"Which catalogue"`
}

// catalogues are the numbers of the catalogues, infoType.
var catalogues = map[string]int{"administrative-units": 1, "nationalities": 2, "ethnicities": 3, "agencies": 4, "units": 5}

// Catalogue is a whole catalogue; it has no parts to ask for.
type Catalogue struct {
	Catalogue string          `json:"catalogue" lgsp:"required" vi:"Danh mục" en:"Catalogue"`
	Entries   []adapters.Code `json:"entries" lgsp:"required" vi:"Các mục" en:"Entries"`
}

// Check wants the paper's number beside that of an appointment, as the system does.
func (q applicationQuestion) Check() []adapters.Fault {
	if q.AppointmentNumber != "" && (q.CitizenID == "") == (q.OldCitizenID == "") {
		return []adapters.Fault{{Field: "citizenId", Message: adapters.Text{
			VI: "số phiếu hẹn phải kèm đúng một trong: citizenId, oldCitizenId", EN: "an appointment goes with exactly one of citizenId, oldCitizenId"}}}
	}
	return nil
}

// Check wants whole days where the form has no room for less, and a code of every
// value that is sent by its code.
func (a Application) Check() (faults []adapters.Fault) {
	for _, d := range []struct {
		field string
		date  adapters.Date
	}{{"receivedOn", a.ReceivedOn}, {"dueOn", a.DueOn}, {"applicant.identityPaper.issuedOn", a.Applicant.IdentityPaper.IssuedOn}} {
		if d.date != "" && !d.date.Full() {
			faults = append(faults, adapters.Fault{Field: d.field, Message: adapters.Day("").Form().Rule})
		}
	}
	for _, c := range []struct {
		field   string
		value   adapters.Code
		omitted bool // where nothing is to be said
	}{
		{"purposeOfUse.code", a.PurposeOfUse, false}, {"applicant.sex.code", a.Applicant.Sex, false},
		{"applicant.nationality.code", a.Applicant.Nationality, false},
		{"applicant.ethnicity.code", a.Applicant.Ethnicity, a.Applicant.Ethnicity.Name == ""},
	} {
		if c.value.Code == "" && !c.omitted {
			faults = append(faults, adapters.Fault{Field: c.field, Message: adapters.Text{VI: "bắt buộc phải có", EN: "is required"}})
		}
	}
	return faults
}

// Files names the paper, whose content is not in memory.
func (r Result) Files() []*adapters.Spool {
	if r.Certificate == nil || r.Certificate.File == nil {
		return nil
	}
	return []*adapters.Spool{r.Certificate.File.Content}
}
