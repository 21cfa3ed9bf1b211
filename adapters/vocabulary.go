package adapters

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/lgsp-vn/lgsp/adapters/places"
)

// Sensitivity says how far a value reaches into a person's life.
type Sensitivity string

// Classes of output fields; the law's sensitive data (health, belief, crime,
// ethnicity) are a class of their own.
const (
	Public    Sensitivity = "public"
	Personal  Sensitivity = "personal"
	Sensitive Sensitivity = "sensitive"
)

// Form is how a text of the vocabulary is written.
type Form struct {
	Name    string // JSON Schema format or our own, for documentation
	Pattern string // regular expression, anchored
	Max     int    // length in characters
	Example string
	Rule    Text              // shown when a value does not fit
	Check   func(string) bool // what the pattern cannot say; may be nil
}

// Formed is implemented by the string types of the vocabulary.
type Formed interface{ Form() Form }

// CitizenID is the personal identification number: 12 digits, the first three
// the province or country of birth registration, then century and sex, birth
// year, six free digits (Decree 137/2015, Circular 07/2016).
type CitizenID string

// Form of CitizenID; it has no check digit.
func (CitizenID) Form() Form {
	return Form{Name: "citizen-id", Pattern: `^[0-9]{12}$`, Max: 12, Example: "001099000001",
		Rule:  Text{VI: "phải gồm đúng 12 chữ số, ba số đầu là mã nơi đăng ký khai sinh, số thứ tư từ 0 đến 3", EN: "must be exactly 12 digits: a place of birth registration, a century and sex digit of 0 to 3, and so on"},
		Check: validCitizenID}
}

// validCitizenID checks what the structure says: a known province, or one of
// the codes from 100 that stand for countries, and a century of living people.
func validCitizenID(id string) bool {
	_, _, known := places.BirthProvince(id[:3])
	return (known || id[0] != '0') && id[3] <= '3'
}

// OldCitizenID is the number of the identity card used before: 9 digits.
type OldCitizenID string

// Form of OldCitizenID.
func (OldCitizenID) Form() Form {
	return Form{Name: "old-citizen-id", Pattern: `^[0-9]{9}$`, Max: 9, Example: "019900001",
		Rule: Text{VI: "phải gồm đúng 9 chữ số", EN: "must be exactly 9 digits"}}
}

// SocialInsuranceNumber is the number somebody has with social insurance for life.
type SocialInsuranceNumber string

// Form of SocialInsuranceNumber; no check digit is known.
func (SocialInsuranceNumber) Form() Form {
	return Form{Name: "social-insurance-number", Pattern: `^[0-9]{10}$`, Max: 10, Example: "0199000001",
		Rule: Text{VI: "phải gồm đúng 10 chữ số", EN: "must be exactly 10 digits"}}
}

// TaxCode identifies an enterprise (10 digits, the last a check digit) or one of
// its dependent units (the same, a dash and 001 to 999).
type TaxCode string

// Form of TaxCode.
func (TaxCode) Form() Form {
	return Form{Name: "tax-code", Pattern: `^[0-9]{10}(-[0-9]{3})?$`, Max: 14, Example: "0100233488",
		Rule:  Text{VI: "phải gồm 10 chữ số với chữ số kiểm tra đúng, đơn vị phụ thuộc thêm -001 đến -999", EN: "must be 10 digits with a valid check digit; a dependent unit adds -001 to -999"},
		Check: ValidTaxCode}
}

// ValidTaxCode verifies the check digit and the branch number: the tenth digit
// is 10 − (Σ wᵢdᵢ mod 11) with weights 31 29 23 19 17 13 7 5 3; digits three to
// nine are not all zero; branch 000 does not exist. A difference of ten means
// that there is no code with these digits.
func ValidTaxCode(code string) bool {
	head, branch, dependent := strings.Cut(code, "-")
	switch {
	case len(head) != 10, strings.Trim(head, "0123456789") != "", head[2:9] == "0000000":
		return false
	case dependent && (len(branch) != 3 || strings.Trim(branch, "0123456789") != "" || branch == "000"):
		return false
	}
	sum := 0
	for i, weight := range [9]int{31, 29, 23, 19, 17, 13, 7, 5, 3} {
		sum += weight * int(code[i]-'0')
	}
	return 10-sum%11 == int(code[9]-'0')
}

// Date is a calendar date as precise as its source: yyyy-mm-dd, yyyy-mm or yyyy.
type Date string

// Form of Date.
func (Date) Form() Form {
	return Form{Name: "partial-date", Pattern: `^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$`, Max: 10, Example: "1990-05-17",
		Rule:  Text{VI: "phải là ngày có thật dạng yyyy-mm-dd, yyyy-mm hoặc yyyy", EN: "must be a real date as yyyy-mm-dd, yyyy-mm or yyyy"},
		Check: func(s string) bool { return Date(s).parsed() }}
}

// firstYear is the earliest a date is believed; years before it stand for "none"
// in some national systems.
const firstYear = 1850

func (d Date) parsed() bool {
	t, err := time.Parse(time.DateOnly[:min(len(d), 10)], string(d))
	return err == nil && t.Year() >= firstYear
}

// Format writes the date in a national layout (Go's reference time); a date less
// precise than full uses the layout for its own precision: full, month, year.
// What is no date is "".
func (d Date) Format(full, month, year string) string {
	var layout string
	switch len(d) {
	case len("2006-01-02"):
		layout = full
	case len("2006-01"):
		layout = month
	case len("2006"):
		layout = year
	default:
		return ""
	}
	t, err := time.Parse(time.DateOnly[:len(d)], string(d))
	if err != nil {
		return ""
	}
	return t.Format(layout)
}

// Full tells whether the date names a day.
func (d Date) Full() bool { return len(d) == 10 }

// ReadDate reads a national date by the first layout that fits; the layout tells
// the precision. ok is false for anything else, for empty text and for years
// that are no date's.
func ReadDate(text string, layouts ...string) (date Date, ok bool) {
	text = strings.TrimSpace(text)
	for _, layout := range layouts {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		if date = Date(t.Format(precision(layout))); date.parsed() {
			return date, true
		}
	}
	return "", false
}

// precision is our layout for as much of a date as a national layout holds.
func precision(layout string) string {
	some := time.Date(2006, time.January, 2, 0, 0, 0, 0, time.UTC)
	shows := func(other time.Time) bool { return some.Format(layout) != other.Format(layout) }
	switch {
	case shows(some.AddDate(0, 0, 1)):
		return "2006-01-02"
	case shows(some.AddDate(0, 1, 0)):
		return "2006-01"
	}
	return "2006"
}

// Day is a Date that must name a day.
type Day string

// Form of Day.
func (Day) Form() Form {
	return Form{Name: "date", Pattern: `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`, Max: 10, Example: "2026-10-30",
		Rule:  Text{VI: "phải là ngày có thật dạng yyyy-mm-dd", EN: "must be a real date as yyyy-mm-dd"},
		Check: func(s string) bool { return Date(s).parsed() }}
}

// Time is the day at midnight, Vietnam time.
func (d Day) Time() time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, string(d), Vietnam)
	return t
}

// AgencyID is the identifier of an agency (QĐ 20/2020): H26, H26.12, G09.01.
type AgencyID string

// Form of AgencyID.
func (AgencyID) Form() Form {
	return Form{Name: "agency-id", Pattern: `^[A-Z][0-9]{2}(\.[A-Z0-9]{1,8}){0,3}$`, Max: 35, Example: "H26.12",
		Rule: Text{VI: "phải là mã định danh cơ quan dạng H26.12", EN: "must be an agency identifier such as H26.12"}}
}

// CommuneCode is the five-digit code of a commune or ward of the statistics
// office, as it is since 1 July 2025 for Hà Nội; see adapters/places.
type CommuneCode string

// Form of CommuneCode.
func (CommuneCode) Form() Form {
	return Form{Name: "commune-code", Pattern: `^[0-9]{5}$`, Max: 5, Example: "00004",
		Rule:  Text{VI: "phải là mã 5 chữ số của một xã, phường Hà Nội hiện nay", EN: "must be the 5-digit code of a present commune or ward of Hà Nội"},
		Check: func(s string) bool { _, ok := places.ByCode(s); return ok }}
}

// PersonName is a full name, as written on the papers.
type PersonName string

// Form of PersonName.
func (PersonName) Form() Form {
	return Form{Name: "person-name", Pattern: `^\p{L}[\p{L}\p{M} .'’-]*$`, Max: 120, Example: "Nguyễn Văn Thử",
		Rule: Text{VI: "phải là họ và tên chỉ gồm chữ cái", EN: "must be a full name made of letters"}}
}

// Code is an entry of a catalogue: its code and, where known, its name.
type Code struct {
	Code string `json:"code"`
	Name string `json:"name,omitempty"`
}

// File is a file in an answer or a submission.
type File struct {
	Name      string `json:"name"`
	MediaType string `json:"mediaType"`
	Size      int64  `json:"size"`
	Content   []byte `json:"content,omitempty"`
}

// A Term is what a member means and how sensitive it is, wherever it occurs.
type Term struct {
	Title       Text
	Sensitivity Sensitivity
}

// vocabulary names what several systems share. A member of this name means this
// everywhere; a struct tag adds what only one system knows.
var vocabulary = map[string]Term{
	"citizenId":          {Text{"Số định danh cá nhân", "Citizen identifier"}, Personal},
	"oldCitizenId":       {Text{"Số chứng minh nhân dân cũ", "Number of the old identity card"}, Personal},
	"fullName":           {Text{"Họ và tên", "Full name"}, Personal},
	"dateOfBirth":        {Text{"Ngày sinh, chính xác đến mức nguồn biết", "Date of birth, as precise as the source"}, Personal},
	"sex":                {Text{"Giới tính", "Sex"}, Personal},
	"nationality":        {Text{"Quốc tịch", "Nationality"}, Personal},
	"ethnicity":          {Text{"Dân tộc", "Ethnicity"}, Sensitive},
	"address":            {Text{"Địa chỉ", "Address"}, Personal},
	"taxCode":            {Text{"Mã số thuế (mã số doanh nghiệp)", "Tax code (enterprise code)"}, Public},
	"dossierCode":        {Text{"Mã hồ sơ", "Dossier code"}, Public},
	"agencyId":           {Text{"Mã định danh cơ quan", "Agency identifier"}, Public},
	"issuedOn":           {Text{"Ngày cấp", "Date of issue"}, Public},
	"issuedBy":           {Text{"Nơi cấp", "Issuing authority"}, Public},
	"expiresOn":          {Text{"Ngày hết hạn", "Date of expiry"}, Public},
	"alreadyReceived":    {Text{"Hệ thống quốc gia đã nhận từ trước", "The national system had it already"}, Public},
	"status":             {Text{"Trạng thái", "Status"}, Public},
	"code":               {Text{"Mã", "Code"}, Public},
	"name":               {Text{"Tên", "Name"}, Public},
	"file":               {Text{"Tệp", "File"}, Public},
	"mediaType":          {Text{"Kiểu nội dung", "Media type"}, Public},
	"size":               {Text{"Kích thước, byte", "Size in bytes"}, Public},
	"content":            {Text{"Nội dung, base64", "Content, base64"}, Public},
	"communeCode":        {Text{"Mã xã, phường hiện nay; vắng mặt khi không xác định được chắc chắn", "Code of the present commune; absent where it cannot be told without doubt"}, Public},
	"communeName":        {Text{"Tên xã, phường hiện nay", "Name of the present commune"}, Public},
	"provinceCode":       {Text{"Mã tỉnh, thành phố như nguồn", "Province code, as the source gave it"}, Public},
	"provinceName":       {Text{"Tên tỉnh, thành phố", "Province name"}, Public},
	"formerDistrictCode": {Text{"Mã quận, huyện trước 01/7/2025, như nguồn", "District code from before 1 July 2025, as the source gave it"}, Public},
	"formerCommuneCode":  {Text{"Mã xã, phường như nguồn, cũ hoặc chưa xác định", "Commune code as the source gave it, old or undetermined"}, Public},
	"detail":             {Text{"Số nhà, đường, thôn", "House, street, village"}, Public},
	"count":              {Text{"Tổng số", "Total"}, Public},
	"offset":             {Text{"Bỏ qua số dòng đầu", "Rows to skip"}, Public},
	"limit":              {Text{"Số dòng tối đa", "Rows at most"}, Public},
	"from":               {Text{"Từ ngày", "From day"}, Public},
	"to":                 {Text{"Đến ngày", "To day, inclusive"}, Public},

	"socialInsuranceNumber": {Text{"Mã số bảo hiểm xã hội", "Social-insurance number"}, Personal},
}

// patterns are compiled once per form when schemas are derived.
func (f Form) compile() (*regexp.Regexp, error) {
	if f.Pattern == "" {
		return nil, nil
	}
	return regexp.Compile(f.Pattern)
}

// SexName gives the name of the sex codes used across national systems
// (1 male, 2 female, other undetermined), "" for an unknown code.
func SexName(code string) string {
	n, err := strconv.Atoi(code)
	if err != nil {
		return ""
	}
	switch n {
	case 1:
		return "Nam"
	case 2:
		return "Nữ"
	case 0, 3:
		return "Chưa xác định"
	}
	return ""
}
