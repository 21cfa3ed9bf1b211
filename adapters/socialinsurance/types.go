package socialinsurance

import (
	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/places"
)

// HealthCardNumber is printed on a health card: the holder's group (two letters),
// the benefit level, the province (two digits) and the insurance number.
type HealthCardNumber string

// Form of HealthCardNumber.
func (HealthCardNumber) Form() adapters.Form {
	return adapters.Form{Name: "health-card-number", Pattern: `^[A-Z]{2}[1-5][0-9]{12}$`, Max: 15, Example: "GD4010199000001",
		Rule: adapters.Text{VI: "phải gồm 2 chữ cái in hoa, một chữ số từ 1 đến 5 và 12 chữ số, viết liền",
			EN: "must be two capital letters, a digit of 1 to 5 and 12 digits, without spaces"}}
}

// placeKinds are what the place in a search is to the person, with the database's
// code for it.
var placeKinds = map[string]string{"birth-registration": "1", "household": "0"}

// ParticipantQuestion names a participant. The answer does not repeat the number,
// so a caller who knows the name should say it: a record of another name is then
// told as not found, instead of a stranger's record for a mistyped number.
type ParticipantQuestion struct {
	InsuranceNumber adapters.SocialInsuranceNumber `json:"socialInsuranceNumber" lgsp:"required,subject"`
	FullName        adapters.PersonName            `json:"fullName,omitempty" vi:"Họ và tên; nếu nêu, chỉ bản ghi đúng họ tên này được trả về" en:"Full name; where it is given, only a record of this name is answered"`
}

// NumberQuestion searches for one person. The database files a place under its code
// of now or of before July 2025, or the province alone is told.
type NumberQuestion struct {
	FullName          adapters.PersonName  `json:"fullName" lgsp:"required,subject"`
	DateOfBirth       adapters.Date        `json:"dateOfBirth" lgsp:"required"`
	Sex               adapters.Code        `json:"sex"`
	PlaceKind         string               `json:"placeKind" lgsp:"required,enum=birth-registration|household" vi:"Nơi nêu dưới đây là nơi khai sinh hay nơi ở của hộ" en:"Whether the place is that of birth registration or of the household"`
	CommuneCode       adapters.CommuneCode `json:"communeCode,omitempty" lgsp:"one=place"`
	FormerCommuneCode string               `json:"formerCommuneCode,omitempty" lgsp:"one=place,max=5" vi:"Mã xã, phường Hà Nội trước 01/7/2025, khi cơ sở dữ liệu còn dùng" en:"Commune code of Hà Nội from before 1 July 2025, where the database still files by it"`
	ProvinceCode      string               `json:"provinceCode,omitempty" lgsp:"one=place,max=2" vi:"Mã tỉnh, thành phố, 2 chữ số" en:"Province code, 2 digits"`
}

// Check refuses codes of sex and place that do not exist.
func (q NumberQuestion) Check() []adapters.Fault {
	faults := checkCodes(q.Sex, q.ProvinceCode)
	if _, known := places.OldByCode(q.FormerCommuneCode); !known && q.FormerCommuneCode != "" {
		faults = append(faults, adapters.Fault{Field: "formerCommuneCode", Message: adapters.Text{
			VI: "phải là mã 5 chữ số của một xã, phường, thị trấn Hà Nội trước 01/7/2025",
			EN: "must be the 5-digit code of a commune, ward or town of Hà Nội before 1 July 2025"}})
	}
	return faults
}

// place is where to search, as the database writes it: only places of before July
// 2025 have a district. The bus knows communes of Hà Nội alone.
func (q NumberQuestion) place() (province, district, commune string) {
	const hanoi = "01"
	switch {
	case q.ProvinceCode != "":
		return q.ProvinceCode, "", ""
	case q.CommuneCode != "":
		return hanoi, "", string(q.CommuneCode)
	}
	old, _ := places.OldByCode(q.FormerCommuneCode)
	return hanoi, old.DistrictCode, old.Code
}

// HouseholdQuestion searches for one person in a province; a number helps where
// several would match.
type HouseholdQuestion struct {
	FullName      adapters.PersonName `json:"fullName" lgsp:"required,subject"`
	DateOfBirth   adapters.Date       `json:"dateOfBirth" lgsp:"required"`
	Sex           adapters.Code       `json:"sex"`
	PlaceKind     string              `json:"placeKind" lgsp:"required,enum=birth-registration|household" vi:"Tỉnh nêu dưới đây là nơi khai sinh hay nơi ở của hộ" en:"Whether the province is that of birth registration or of the household"`
	ProvinceCode  string              `json:"provinceCode" lgsp:"required,max=2" vi:"Mã tỉnh, thành phố, 2 chữ số" en:"Province code, 2 digits"`
	InsuranceBook string              `json:"insuranceBookNumber,omitempty" lgsp:"personal,max=20" vi:"Số sổ BHXH" en:"Number of the insurance book"`
	HealthCard    HealthCardNumber    `json:"healthCardNumber,omitempty" lgsp:"personal" vi:"Mã thẻ BHYT" en:"Number of the health card"`
}

// Check refuses codes of sex and province that do not exist.
func (q HouseholdQuestion) Check() []adapters.Fault { return checkCodes(q.Sex, q.ProvinceCode) }

func checkCodes(sex adapters.Code, province string) (faults []adapters.Fault) {
	if sex.Code != "1" && sex.Code != "2" && sex.Code != "3" {
		faults = append(faults, adapters.Fault{Field: "sex.code", Message: adapters.Text{
			VI: "phải là 1 (nam), 2 (nữ) hoặc 3 (khác)", EN: "must be 1 (male), 2 (female) or 3 (other)"}})
	}
	// A citizen id names its province by the same code behind a zero.
	if _, _, known := places.BirthProvince("0" + province); !known && province != "" {
		faults = append(faults, adapters.Fault{Field: "provinceCode", Message: adapters.Text{
			VI: "phải là mã 2 chữ số của một tỉnh, thành phố", EN: "must be the 2-digit code of a province"}})
	}
	return faults
}

// CardQuestion names the holder of a card as the portal demands it, and the official
// as the agency has registered them there.
type CardQuestion struct {
	HealthCard      HealthCardNumber               `json:"healthCardNumber,omitempty" lgsp:"subject,personal,one=identifier" vi:"Mã thẻ BHYT" en:"Number of the health card"`
	InsuranceNumber adapters.SocialInsuranceNumber `json:"socialInsuranceNumber,omitempty" lgsp:"subject,one=identifier"`
	CitizenID       adapters.CitizenID             `json:"citizenId,omitempty" lgsp:"subject,one=identifier"`
	FullName        adapters.PersonName            `json:"fullName" lgsp:"required"`
	DateOfBirth     adapters.Date                  `json:"dateOfBirth" lgsp:"required"`
	OfficialName    adapters.PersonName            `json:"officialName,omitempty" lgsp:"personal" vi:"Họ và tên cán bộ tra cứu, nếu cổng đòi hỏi" en:"Full name of the official who asks, where the portal insists on it"`
	OfficialID      adapters.CitizenID             `json:"officialCitizenId,omitempty" lgsp:"personal" vi:"Số định danh của cán bộ tra cứu, nếu cổng đòi hỏi" en:"Citizen identifier of the official who asks, where the portal insists on it"`
}

// Place is where a birth was registered.
type Place struct {
	Address adapters.Address `json:"address,omitzero"`
}

// Participant is the database's record of one number.
type Participant struct {
	InsuranceNumber   adapters.SocialInsuranceNumber `json:"socialInsuranceNumber" lgsp:"required" vi:"Mã số BHXH, như đã hỏi" en:"Social-insurance number, as asked"`
	FullName          adapters.PersonName            `json:"fullName" lgsp:"required"`
	DateOfBirth       adapters.Date                  `json:"dateOfBirth,omitempty"`
	Sex               adapters.Code                  `json:"sex,omitzero"`
	BirthRegistration Place                          `json:"birthRegistration,omitzero" lgsp:"personal" vi:"Nơi đăng ký khai sinh" en:"Place of birth registration"`
	InsuranceBook     string                         `json:"insuranceBookNumber,omitempty" lgsp:"personal" vi:"Số sổ BHXH cũ" en:"Number of the former insurance book"`
	Status            *adapters.Code                 `json:"status,omitempty" lgsp:"personal,assumed"`
}

// NumberFound is the one number that fits a search.
type NumberFound struct {
	InsuranceNumber adapters.SocialInsuranceNumber `json:"socialInsuranceNumber" lgsp:"required"`
	Status          *adapters.Code                 `json:"status,omitempty" lgsp:"personal,assumed"`
}

// HouseholdMember is one person in the insurance's list of households.
type HouseholdMember struct {
	InsuranceNumber adapters.SocialInsuranceNumber `json:"socialInsuranceNumber" lgsp:"required"`
	FullName        adapters.PersonName            `json:"fullName" lgsp:"required"`
	DateOfBirth     adapters.Date                  `json:"dateOfBirth" lgsp:"required"`
	Sex             adapters.Code                  `json:"sex,omitzero"`
	Household       string                         `json:"insuranceHouseholdCode,omitempty" lgsp:"personal" vi:"Mã hộ gia đình của cơ quan BHXH" en:"Code of the household with social insurance"`
	AddressText     string                         `json:"addressText,omitempty" lgsp:"personal" vi:"Địa chỉ trên một dòng, như nguồn" en:"Address in one line, as the source wrote it"`
	Status          *adapters.Code                 `json:"status,omitempty" lgsp:"personal,assumed"`
}

// HealthCard is what the portal says of a card. One kept by the forces comes with
// its status alone where the portal knows no more.
type HealthCard struct {
	Status      adapters.Code       `json:"status" lgsp:"personal"`
	Note        string              `json:"note,omitempty" lgsp:"personal" vi:"Ghi chú của nguồn" en:"Note of the source"`
	HealthCard  HealthCardNumber    `json:"healthCardNumber,omitempty" lgsp:"personal" vi:"Mã thẻ BHYT" en:"Number of the health card"`
	FullName    adapters.PersonName `json:"fullName,omitempty"`
	DateOfBirth adapters.Date       `json:"dateOfBirth,omitempty"`
	Sex         adapters.Code       `json:"sex,omitzero"`
	AddressText string              `json:"addressText,omitempty" lgsp:"personal" vi:"Địa chỉ trên một dòng, như nguồn" en:"Address in one line, as the source wrote it"`
	Facility    *adapters.Code      `json:"registeredFacility,omitempty" lgsp:"personal" vi:"Nơi đăng ký khám chữa bệnh ban đầu" en:"Facility the holder is registered with"`
	ValidFrom   adapters.Date       `json:"validFrom,omitempty" lgsp:"personal" vi:"Giá trị từ ngày" en:"First day on which it holds"`
	ExpiresOn   adapters.Date       `json:"expiresOn,omitempty" lgsp:"personal"`
	LivingArea  *adapters.Code      `json:"livingArea,omitempty" lgsp:"personal" vi:"Khu vực sinh sống (K1, K2, K3)" en:"Area the holder lives in (K1, K2, K3)"`
}

// Negative tells that the card no longer holds, which a renewal may change any minute.
func (c HealthCard) Negative() bool { return results[c.Status.Code].over }
