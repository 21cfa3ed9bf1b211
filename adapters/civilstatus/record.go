package civilstatus

import "github.com/lgsp-vn/lgsp/adapters"

// Record is an entry of any register, or what is to become one: what all entries
// have, the people of this one, and the facts of its kind. Officials are named as
// they sign, in their office.
type Record struct {
	RegisterNumber   string        `json:"registerNumber,omitempty" lgsp:"personal,max=50" vi:"Số đăng ký trong sổ" en:"Number in the register"`
	RegisterBook     string        `json:"registerBook,omitempty" lgsp:"max=50" vi:"Quyển số" en:"Book of the register"`
	RegisterPage     string        `json:"registerPage,omitempty" lgsp:"max=50" vi:"Trang số" en:"Page of the book"`
	RegisteredOn     adapters.Date `json:"registeredOn,omitempty" vi:"Ngày đăng ký" en:"Date of registration"`
	RegistrationType adapters.Code `json:"registrationType,omitzero" vi:"Loại đăng ký" en:"How it came to be registered"`
	Office           Office        `json:"registerOffice,omitempty" vi:"Nơi đăng ký" en:"Register office"`
	SignerName       string        `json:"signerName,omitempty" vi:"Người ký" en:"Who signed"`
	SignerTitle      string        `json:"signerTitle,omitempty" vi:"Chức vụ người ký" en:"Position of who signed"`
	ClerkName        string        `json:"clerkName,omitempty" vi:"Người thực hiện" en:"Clerk who entered it"`
	Note             string        `json:"note,omitempty" lgsp:"personal" vi:"Ghi chú" en:"Note"`
	Copies           *int          `json:"copies,omitempty" lgsp:"min=0,max=1000" vi:"Số lượng bản sao" en:"Number of copies"`

	Child           Person `json:"child,omitzero" lgsp:"personal" vi:"Người được khai sinh" en:"Who was born"`
	Mother          Person `json:"mother,omitzero" lgsp:"personal" vi:"Mẹ" en:"Mother"`
	Father          Person `json:"father,omitzero" lgsp:"personal" vi:"Cha" en:"Father"`
	Husband         Person `json:"husband,omitzero" lgsp:"personal" vi:"Chồng" en:"Husband"`
	Wife            Person `json:"wife,omitzero" lgsp:"personal" vi:"Vợ" en:"Wife"`
	Deceased        Person `json:"deceased,omitzero" lgsp:"personal" vi:"Người được khai tử" en:"Who died"`
	Parent          Person `json:"parent,omitzero" lgsp:"personal" vi:"Cha hoặc mẹ trong việc nhận cha, mẹ, con" en:"Parent in a recognition"`
	RecognisedChild Person `json:"recognisedChild,omitzero" lgsp:"personal" vi:"Con trong việc nhận cha, mẹ, con" en:"Child in a recognition"`
	ConfirmedPerson Person `json:"confirmedPerson,omitzero" lgsp:"personal" vi:"Người được xác nhận tình trạng hôn nhân" en:"Whose marital status is confirmed"`
	CopySubject     Person `json:"copySubject,omitzero" lgsp:"personal,assumed" vi:"Người có bản sao trích lục" en:"Whose extract is copied"`
	Requester       Person `json:"requester,omitzero" lgsp:"personal" vi:"Người yêu cầu" en:"Who asked for the registration"`

	Birth        Birth        `json:"birth,omitzero" lgsp:"personal" vi:"Việc sinh" en:"The birth"`
	Marriage     Marriage     `json:"marriage,omitzero" lgsp:"personal" vi:"Việc kết hôn" en:"The marriage"`
	Death        Death        `json:"death,omitzero" lgsp:"personal" vi:"Việc chết" en:"The death"`
	Recognition  Recognition  `json:"recognition,omitzero" lgsp:"personal" vi:"Việc nhận cha, mẹ, con" en:"The recognition"`
	Confirmation Confirmation `json:"confirmation,omitzero" lgsp:"personal" vi:"Việc xác nhận tình trạng hôn nhân" en:"The confirmation of marital status"`
	ExtractCopy  ExtractCopy  `json:"extractCopy,omitzero" lgsp:"personal,assumed" vi:"Bản sao trích lục" en:"The copy of an extract"`
	Abroad       Abroad       `json:"abroad,omitzero" lgsp:"personal" vi:"Việc đã đăng ký ở nước ngoài" en:"The registration abroad"`
}

// Person is somebody in a record. Nobody's entry has all of it.
type Person struct {
	CitizenID             adapters.CitizenID  `json:"citizenId,omitempty"`
	FullName              adapters.PersonName `json:"fullName,omitempty"`
	DateOfBirth           adapters.Date       `json:"dateOfBirth,omitempty"`
	Sex                   adapters.Code       `json:"sex,omitzero"`
	Ethnicity             adapters.Code       `json:"ethnicity,omitzero"`
	OtherEthnicity        string              `json:"otherEthnicity,omitempty" lgsp:"sensitive" vi:"Dân tộc khác" en:"Ethnicity that the catalogue lacks"`
	Nationality           adapters.Code       `json:"nationality,omitzero"`
	OtherNationality      string              `json:"otherNationality,omitempty" lgsp:"personal" vi:"Quốc tịch khác" en:"Nationality that the catalogue lacks"`
	Origin                adapters.Address    `json:"origin,omitzero" lgsp:"personal" vi:"Quê quán" en:"Place of origin"`
	ResidenceType         adapters.Code       `json:"residenceType,omitzero" lgsp:"personal" vi:"Loại cư trú" en:"Kind of residence"`
	Address               adapters.Address    `json:"address,omitzero"`
	IdentityPaper         IdentityPaper       `json:"identityPaper,omitzero" lgsp:"personal" vi:"Giấy tờ tùy thân" en:"Identity paper"`
	Verification          adapters.Code       `json:"identityVerification,omitzero" lgsp:"personal" vi:"Xác thực thông tin" en:"Whether the details were verified, as the source codes it"`
	MarriageCount         *int                `json:"marriageCount,omitempty" lgsp:"personal,min=0,max=100" vi:"Kết hôn lần thứ mấy" en:"Which marriage this is"`
	MaritalStatus         adapters.Code       `json:"maritalStatus,omitzero" lgsp:"personal" vi:"Loại tình trạng hôn nhân" en:"Marital status"`
	MaritalStatusText     string              `json:"maritalStatusText,omitempty" lgsp:"personal" vi:"Tình trạng hôn nhân, như nguồn ghi" en:"Marital status in the words of the source"`
	ConfirmationRequested adapters.Code       `json:"confirmationRequested,omitzero" lgsp:"personal" vi:"Yêu cầu xác nhận tình trạng hôn nhân" en:"Whether a confirmation of marital status is asked for, as the source codes it"`
	ConfirmationBy        string              `json:"confirmationBy,omitempty" lgsp:"personal" vi:"Nơi xác nhận tình trạng hôn nhân" en:"Office that confirms the marital status"`
	RelationToSubject     string              `json:"relationToSubject,omitempty" lgsp:"personal" vi:"Quan hệ với người được đăng ký" en:"Relation to whom the record is about"`
	Phone                 string              `json:"phone,omitempty" lgsp:"personal" vi:"Số điện thoại" en:"Telephone"`
	Email                 string              `json:"email,omitempty" lgsp:"personal" vi:"Thư điện tử" en:"E-mail address"`
}

// IdentityPaper is the paper by which somebody was identified.
type IdentityPaper struct {
	PaperType   adapters.Code `json:"paperType,omitzero" lgsp:"personal" vi:"Loại giấy tờ" en:"Kind of paper"`
	OtherPaper  string        `json:"otherPaper,omitempty" lgsp:"personal" vi:"Giấy tờ khác" en:"Paper of another kind"`
	PaperNumber string        `json:"paperNumber,omitempty" lgsp:"personal" vi:"Số giấy tờ" en:"Number of the paper"`
	IssuedOn    adapters.Date `json:"issuedOn,omitempty" lgsp:"personal"`
	IssuedBy    string        `json:"issuedBy,omitempty" lgsp:"personal"`
}

// Birth is what only the birth register holds.
type Birth struct {
	DateInWords    string        `json:"dateInWords,omitempty" lgsp:"personal" vi:"Ngày sinh bằng chữ" en:"Date of birth in words"`
	Place          string        `json:"birthPlace,omitempty" lgsp:"personal" vi:"Nơi sinh" en:"Place of birth"`
	PlaceUnit      string        `json:"birthPlaceUnit,omitempty" lgsp:"personal" vi:"Đơn vị hành chính nơi sinh" en:"Administrative unit of the place of birth"`
	PlaceAbroad    string        `json:"birthPlaceAbroad,omitempty" lgsp:"personal" vi:"Nơi sinh ở nước ngoài" en:"Place of birth abroad"`
	Parentage      adapters.Code `json:"parentage,omitzero" lgsp:"personal" vi:"Loại khai sinh" en:"Which parents are known"`
	NoticeNumber   string        `json:"noticeNumber,omitempty" lgsp:"personal" vi:"Mã giấy chứng sinh" en:"Code of the birth notice"`
	NoticeIssuedOn adapters.Date `json:"noticeIssuedOn,omitempty" lgsp:"personal" vi:"Ngày cấp giấy chứng sinh" en:"Date of the birth notice"`
}

// Marriage is what only the marriage register holds.
type Marriage struct {
	MarriageState adapters.Code `json:"marriageState,omitzero" lgsp:"personal" vi:"Tình trạng kết hôn" en:"State of the marriage, as the source codes it"`
	MarriedFrom   adapters.Date `json:"marriedFrom,omitempty" lgsp:"personal" vi:"Ngày xác lập quan hệ hôn nhân" en:"Day from which they are married"`
}

// Death is what only the death register holds.
type Death struct {
	DiedOn         adapters.Date `json:"diedOn,omitempty" lgsp:"personal" vi:"Ngày chết" en:"Date of death"`
	DeathTime      string        `json:"deathTime,omitempty" lgsp:"personal" vi:"Giờ, phút chết" en:"Hour and minute of death, as the source writes them"`
	Place          string        `json:"deathPlace,omitempty" lgsp:"personal" vi:"Nơi chết" en:"Place of death"`
	Cause          string        `json:"deathCause,omitempty" lgsp:"sensitive" vi:"Nguyên nhân chết" en:"Cause of death"`
	Evidence       adapters.Code `json:"deathEvidence,omitzero" lgsp:"personal" vi:"Loại giấy báo tử hoặc giấy tờ thay thế" en:"Kind of paper that proves the death"`
	EvidenceNumber string        `json:"deathEvidenceNumber,omitempty" lgsp:"personal" vi:"Số giấy báo tử" en:"Number of that paper"`
	EvidenceDate   adapters.Date `json:"deathEvidenceOn,omitempty" lgsp:"personal" vi:"Ngày giấy báo tử" en:"Date of that paper"`
	EvidenceFrom   string        `json:"deathEvidenceBy,omitempty" lgsp:"personal" vi:"Cơ quan cấp giấy báo tử" en:"Authority that issued that paper"`
	NoticeNumber   string        `json:"noticeNumber,omitempty" lgsp:"personal" vi:"Mã giấy báo tử điện tử" en:"Code of the electronic death notice"`
	NoticeIssuedOn adapters.Date `json:"noticeIssuedOn,omitempty" lgsp:"personal" vi:"Ngày cấp giấy báo tử điện tử" en:"Date of the electronic death notice"`
}

// Recognition is what only the register of recognitions holds.
type Recognition struct {
	DecisionNumber    string        `json:"decisionNumber,omitempty" lgsp:"personal" vi:"Quyết định số" en:"Number of the decision"`
	Kind              adapters.Code `json:"recognitionType,omitzero" lgsp:"personal" vi:"Loại xác nhận" en:"Who recognises whom"`
	RequesterRelation string        `json:"requesterRelation,omitempty" lgsp:"personal" vi:"Quan hệ của người yêu cầu với người được nhận" en:"Relation of the requester to who is recognised"`
}

// Confirmation is what only the register of marital-status confirmations holds.
type Confirmation struct {
	IssuedBy     string        `json:"issuedBy,omitempty"`
	LivedAt      string        `json:"livedAt,omitempty" lgsp:"personal" vi:"Nơi cư trú trong thời gian xác nhận" en:"Where the person lived in the time confirmed"`
	LivedFrom    adapters.Date `json:"livedFrom,omitempty" lgsp:"personal" vi:"Cư trú từ ngày" en:"Lived there from"`
	LivedUntil   adapters.Date `json:"livedUntil,omitempty" lgsp:"personal" vi:"Cư trú đến ngày" en:"Lived there until"`
	PurposeType  adapters.Code `json:"usePurposeType,omitzero" lgsp:"personal" vi:"Loại mục đích sử dụng" en:"Kind of use"`
	PurposeWords string        `json:"usePurpose,omitempty" lgsp:"personal" vi:"Mục đích sử dụng" en:"What it is to be used for"`
}

// ExtractCopy says of which earlier entry a copy is made. Its codes are not public.
type ExtractCopy struct {
	CopyType     adapters.Code `json:"copyType,omitzero" lgsp:"personal" vi:"Loại bản sao" en:"Kind of copy"`
	ExtractType  adapters.Code `json:"extractType,omitzero" lgsp:"personal" vi:"Loại bản sao cụ thể (loaiBSCC)" en:"Further kind of copy (loaiBSCC)"`
	Office       string        `json:"formerOffice,omitempty" lgsp:"personal" vi:"Nơi đăng ký trước đây" en:"Office of the earlier entry"`
	Number       string        `json:"formerNumber,omitempty" lgsp:"personal" vi:"Số đăng ký trước đây" en:"Number of the earlier entry"`
	Book         string        `json:"formerBook,omitempty" lgsp:"personal" vi:"Quyển số đăng ký trước đây" en:"Book of the earlier entry"`
	RegisteredOn adapters.Date `json:"formerlyRegisteredOn,omitempty" lgsp:"personal" vi:"Ngày đăng ký trước đây" en:"Date of the earlier entry"`
	Other        string        `json:"otherInformation,omitempty" lgsp:"personal" vi:"Thông tin khác" en:"Other information"`
}

// Abroad is an earlier registration in another country.
type Abroad struct {
	Number       string        `json:"foreignNumber,omitempty" lgsp:"personal" vi:"Số đăng ký ở nước ngoài" en:"Number of the registration abroad"`
	RegisteredOn adapters.Date `json:"foreignRegisteredOn,omitempty" lgsp:"personal" vi:"Ngày đăng ký ở nước ngoài" en:"Date of the registration abroad"`
	Authority    string        `json:"foreignAuthority,omitempty" lgsp:"personal" vi:"Cơ quan nước ngoài đã đăng ký" en:"Foreign authority that registered"`
	Country      adapters.Code `json:"foreignCountry,omitzero" lgsp:"personal" vi:"Quốc gia đã đăng ký" en:"Country of that registration"`
}
