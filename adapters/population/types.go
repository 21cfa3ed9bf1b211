package population

import "github.com/lgsp-vn/lgsp/adapters"

// question identifies a person as the register demands it.
type question struct {
	CitizenID    adapters.CitizenID    `json:"citizenId,omitempty" lgsp:"subject,one=identifier"`
	OldCitizenID adapters.OldCitizenID `json:"oldCitizenId,omitempty" lgsp:"subject,one=identifier"`
	FullName     adapters.PersonName   `json:"fullName" lgsp:"required"`
	DateOfBirth  adapters.Date         `json:"dateOfBirth" lgsp:"required"`
}

// verifyQuestion asks only whether a person exists.
type verifyQuestion struct {
	CitizenID    adapters.CitizenID    `json:"citizenId,omitempty" lgsp:"subject,one=identifier"`
	OldCitizenID adapters.OldCitizenID `json:"oldCitizenId,omitempty" lgsp:"subject,one=identifier"`
	FullName     adapters.PersonName   `json:"fullName" lgsp:"required"`
}

// existence is the answer to a verification.
type existence struct {
	Exists bool `json:"exists" vi:"Có công dân với số và họ tên này" en:"A citizen of this number and name exists" lgsp:"personal"`
}

// Negative tells that the person does not exist, an answer that must not be
// kept: the person may be entered a minute later.
func (e existence) Negative() bool { return !e.Exists }

// citizen is the whole record. What the register leaves out is absent.
//
// Of the documented record this omits LoaiTaiKhoan, MaSoThue and ThuDienTu, which
// exist only in answers about accounts and are never asked for, and the
// collection's id and GhiChu, which say nothing about the person.
type citizen struct {
	CitizenID          adapters.CitizenID    `json:"citizenId,omitempty"`
	OldCitizenID       adapters.OldCitizenID `json:"oldCitizenId,omitempty"`
	CardNumber         string                `json:"citizenCardNumber,omitempty" vi:"Số thẻ căn cước công dân" en:"Number of the citizen card" lgsp:"personal"`
	FullName           adapters.PersonName   `json:"fullName,omitempty"`
	DateOfBirth        adapters.Date         `json:"dateOfBirth,omitempty"`
	Sex                adapters.Code         `json:"sex,omitzero"`
	Nationality        adapters.Code         `json:"nationality,omitzero"`
	Ethnicity          adapters.Code         `json:"ethnicity,omitzero"`
	Religion           adapters.Code         `json:"religion,omitzero" vi:"Tôn giáo" en:"Religion" lgsp:"sensitive"`
	MaritalStatus      adapters.Code         `json:"maritalStatus,omitzero" vi:"Tình trạng hôn nhân" en:"Marital status" lgsp:"personal"`
	BloodGroup         adapters.Code         `json:"bloodGroup,omitzero" vi:"Nhóm máu" en:"Blood group" lgsp:"sensitive"`
	BirthRegistration  place                 `json:"birthRegistration,omitzero" vi:"Nơi đăng ký khai sinh" en:"Place of birth registration" lgsp:"personal"`
	Origin             place                 `json:"origin,omitzero" vi:"Quê quán" en:"Place of origin" lgsp:"personal"`
	PermanentResidence place                 `json:"permanentResidence,omitzero" vi:"Nơi thường trú" en:"Permanent residence" lgsp:"personal"`
	CurrentResidence   place                 `json:"currentResidence,omitzero" vi:"Nơi ở hiện tại" en:"Current residence" lgsp:"personal"`
	Father             relative              `json:"father,omitzero" vi:"Cha" en:"Father" lgsp:"personal"`
	Mother             relative              `json:"mother,omitzero" vi:"Mẹ" en:"Mother" lgsp:"personal"`
	Spouse             relative              `json:"spouse,omitzero" vi:"Vợ hoặc chồng" en:"Spouse" lgsp:"personal"`
	Representative     relative              `json:"representative,omitzero" vi:"Người đại diện" en:"Legal representative" lgsp:"personal"`
	HouseholdHead      householdHead         `json:"householdHead,omitzero" vi:"Chủ hộ" en:"Head of the household" lgsp:"personal"`
	HouseholdBook      string                `json:"householdBook,omitempty" vi:"Số sổ hộ khẩu" en:"Number of the household book" lgsp:"personal"`
	DataAsOf           string                `json:"dataAsOf,omitempty" vi:"Thời điểm của dữ liệu" en:"Time of the data at its source, RFC 3339"`
}

// place is an address and the country it lies in.
type place struct {
	Address adapters.Address `json:"address,omitzero"`
	Country adapters.Code    `json:"country,omitzero" vi:"Quốc gia" en:"Country" lgsp:"personal"`
}

// relative is another person in a citizen's record; of the dead often only the
// name is known.
type relative struct {
	CitizenID    adapters.CitizenID    `json:"citizenId,omitempty"`
	OldCitizenID adapters.OldCitizenID `json:"oldCitizenId,omitempty"`
	FullName     adapters.PersonName   `json:"fullName,omitempty"`
	Nationality  adapters.Code         `json:"nationality,omitzero"`
}

// householdHead is the person at the head of the citizen's household.
type householdHead struct {
	CitizenID    adapters.CitizenID    `json:"citizenId,omitempty"`
	OldCitizenID adapters.OldCitizenID `json:"oldCitizenId,omitempty"`
	FullName     adapters.PersonName   `json:"fullName,omitempty"`
	Relationship adapters.Code         `json:"relationship,omitzero" vi:"Quan hệ với chủ hộ" en:"Relationship to the head of the household" lgsp:"personal"`
}

// relatives is the record limited to descent.
type relatives struct {
	CitizenID    adapters.CitizenID    `json:"citizenId,omitempty"`
	OldCitizenID adapters.OldCitizenID `json:"oldCitizenId,omitempty"`
	FullName     adapters.PersonName   `json:"fullName,omitempty"`
	DateOfBirth  adapters.Date         `json:"dateOfBirth,omitempty"`
	Father       relative              `json:"father,omitzero" vi:"Cha" en:"Father" lgsp:"personal"`
	Mother       relative              `json:"mother,omitzero" vi:"Mẹ" en:"Mother" lgsp:"personal"`
	DataAsOf     string                `json:"dataAsOf,omitempty" vi:"Thời điểm của dữ liệu" en:"Time of the data at its source, RFC 3339"`
}
