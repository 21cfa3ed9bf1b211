package drivinglicence

import "github.com/lgsp-vn/lgsp/adapters"

// Number is the number of a licence: 12 digits on a card, up to 20 digits and
// capital letters on older papers.
type Number string

// Form of Number.
func (Number) Form() adapters.Form {
	return adapters.Form{Name: "driving-licence-number", Pattern: `^[A-Z0-9]{6,20}$`, Max: 20, Example: "019179000001",
		Rule: adapters.Text{VI: "phải gồm 6 đến 20 chữ số, chữ cái in hoa, viết liền", EN: "must be 6 to 20 digits and capital letters without a space"}}
}

// Question names a licence as the register demands it. Where the citizen id is
// given, it is who was asked about.
type Question struct {
	CitizenID   adapters.CitizenID `json:"citizenId,omitempty" lgsp:"subject,assumed"`
	Number      Number             `json:"drivingLicenceNumber" lgsp:"required,subject,personal,assumed" vi:"Số giấy phép lái xe" en:"Driving licence number"`
	DateOfBirth adapters.Date      `json:"dateOfBirth" lgsp:"required,assumed"`
}

// Licence is a licence with its holder and the classes that its number covers.
type Licence struct {
	Number        Number                `json:"drivingLicenceNumber" lgsp:"required,personal" vi:"Số giấy phép lái xe" en:"Driving licence number"`
	FullName      adapters.PersonName   `json:"fullName,omitempty"`
	DateOfBirth   adapters.Date         `json:"dateOfBirth,omitempty"`
	Sex           *adapters.Code        `json:"sex,omitempty"`
	Nationality   *adapters.Code        `json:"nationality,omitempty"`
	CitizenID     adapters.CitizenID    `json:"citizenId,omitempty"`
	OldCitizenID  adapters.OldCitizenID `json:"oldCitizenId,omitempty"`
	OtherIdentity string                `json:"otherIdentityNumber,omitempty" lgsp:"personal" vi:"Số giấy tờ tùy thân khác" en:"Number of another identity paper"`
	Classes       []Class               `json:"licenceClasses" lgsp:"required,personal" vi:"Các hạng" en:"Classes"`
}

// Class is what the licence allows to drive, and from when to when.
type Class struct {
	Class        string         `json:"licenceClass" lgsp:"required,personal" vi:"Hạng, theo luật của ngày cấp" en:"Class, by the law of its day of issue"`
	Former       string         `json:"formerLicenceNumber,omitempty" lgsp:"personal" vi:"Số giấy phép lái xe cũ đã được đổi" en:"Number of the licence it replaced"`
	DossierCode  string         `json:"dossierCode,omitempty" lgsp:"personal"`
	Serial       string         `json:"licenceSerialNumber,omitempty" lgsp:"personal" vi:"Số sê-ri của phôi" en:"Serial number printed on the card"`
	IssuedBy     string         `json:"issuedBy,omitempty" lgsp:"personal"`
	IssuedOn     adapters.Date  `json:"issuedOn,omitempty" lgsp:"personal"`
	ExpiresOn    adapters.Date  `json:"expiresOn,omitempty" lgsp:"personal"`
	NeverExpires bool           `json:"neverExpires,omitempty" lgsp:"personal,assumed" vi:"Không thời hạn" en:"The source says that it never expires"`
	PassedOn     adapters.Date  `json:"passedOn,omitempty" lgsp:"personal" vi:"Ngày trúng tuyển" en:"Day on which the test was passed"`
	Status       *adapters.Code `json:"status,omitempty" lgsp:"personal"`
	Points       *int           `json:"licencePoints,omitempty" lgsp:"personal,assumed" vi:"Số điểm còn lại trong năm, trên 12" en:"Points left this year, of twelve"`
}
