package businessregistration

import (
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
)

const (
	defaultLimit = 50
	maxWindow    = 5 // days, the first and the last counted
)

// JournalNumber is the register's number of a dossier.
type JournalNumber string

// Form of JournalNumber. Its structure is not published.
func (JournalNumber) Form() adapters.Form {
	return adapters.Form{Name: "journal-number", Pattern: `^[A-Za-z0-9/.-]{1,30}$`, Max: 30, Example: "0126110100001",
		Rule: adapters.Text{VI: "phải gồm 1 đến 30 chữ cái, chữ số, gạch ngang, gạch chéo hoặc dấu chấm", EN: "must be 1 to 30 letters, digits, dashes, slashes or dots"}}
}

type enterpriseQuestion struct {
	TaxCode adapters.TaxCode `json:"taxCode" lgsp:"required"`
}

type dossierQuestion struct {
	JournalNumber JournalNumber `json:"journalNumber" lgsp:"required" vi:"Số biên nhận hồ sơ" en:"Journal number of the dossier"`
}

type dossiersQuestion struct {
	From   adapters.Day `json:"from" lgsp:"required"`
	To     adapters.Day `json:"to" lgsp:"required"`
	Offset int          `json:"offset,omitempty" lgsp:"min=0,max=100000"`
	Limit  int          `json:"limit,omitempty" lgsp:"min=1,max=100" vi:"Số dòng tối đa, mặc định 50" en:"Rows at most, 50 if not given"`
}

// Check refuses what the register would refuse: days in the wrong order and
// windows that are too long.
func (q dossiersQuestion) Check() []adapters.Fault {
	first, last := q.From.Time(), q.To.Time()
	switch {
	case last.Before(first):
		return []adapters.Fault{{Field: "to", Message: adapters.Text{VI: "không được trước from", EN: "must not be before from"}}}
	case last.Sub(first) >= maxWindow*24*time.Hour:
		return []adapters.Fault{{Field: "to", Message: adapters.Text{VI: "khoảng từ from đến to tối đa 5 ngày", EN: "from and to may span 5 days at most"}}}
	}
	return nil
}

// Enterprise is the register's record. Of the documented answer it omits
// DistrictName, which AddressText holds, and the envelope (DataCount, Status,
// Message). The register is open: who represents an enterprise and who put up its
// capital is published with it, so these names are public here.
type Enterprise struct {
	TaxCode         adapters.TaxCode `json:"taxCode" lgsp:"required"`
	Name            string           `json:"name,omitempty"`
	ShortName       string           `json:"shortName,omitempty" vi:"Tên viết tắt" en:"Short name"`
	ForeignName     string           `json:"foreignName,omitempty" vi:"Tên bằng tiếng nước ngoài" en:"Name in a foreign language"`
	EnterpriseID    string           `json:"enterpriseId,omitempty" vi:"Số nội bộ của cơ sở dữ liệu" en:"Number of the register's own"`
	OldCertificate  string           `json:"oldCertificateNumber,omitempty" vi:"Số giấy chứng nhận đăng ký kinh doanh cũ" en:"Number of the former business certificate"`
	Type            adapters.Code    `json:"enterpriseType,omitzero" vi:"Loại hình doanh nghiệp" en:"Legal form"`
	Status          adapters.Code    `json:"status,omitzero"`
	FoundedOn       adapters.Date    `json:"foundedOn,omitempty" vi:"Ngày đăng ký lần đầu" en:"Date of first registration"`
	AmendedOn       adapters.Date    `json:"amendedOn,omitempty" vi:"Ngày đăng ký thay đổi gần nhất" en:"Date of the last registered change"`
	Changes         *int             `json:"changes,omitempty" vi:"Số lần đăng ký thay đổi" en:"Number of registered changes"`
	Capital         string           `json:"capital,omitempty" vi:"Vốn điều lệ, đồng, viết dưới dạng thập phân" en:"Charter capital in đồng, as a decimal"`
	Address         adapters.Address `json:"address,omitzero" lgsp:"public" vi:"Địa chỉ trụ sở chính" en:"Head office"`
	AddressText     string           `json:"addressText,omitempty" vi:"Địa chỉ trụ sở chính trên một dòng, như nguồn" en:"Head office in one line, as the source wrote it"`
	Activities      []Activity       `json:"activities,omitempty" vi:"Ngành, nghề kinh doanh" en:"Lines of business"`
	LegalNames      []string         `json:"legalNames,omitempty" lgsp:"public" vi:"Người đại diện theo pháp luật ghi trên đăng ký" en:"Legal representatives as entered in the main record"`
	Representatives []Representative `json:"representatives,omitempty" lgsp:"public" vi:"Người đại diện theo pháp luật" en:"Legal representatives"`
	Members         []Member         `json:"members,omitempty" lgsp:"public" vi:"Thành viên góp vốn" en:"Members who put up the capital"`
}

// Activity is a line of business.
type Activity struct {
	Code string `json:"code"`
	Name string `json:"name,omitempty"`
	Main bool   `json:"main" vi:"Ngành, nghề chính" en:"The main line"`
}

// Representative is one of the legal representatives.
type Representative struct {
	FullName adapters.PersonName `json:"fullName" lgsp:"public"`
}

// Member is a person or an organisation with a share in the capital.
type Member struct {
	Name          string   `json:"name,omitempty" lgsp:"public" vi:"Tên thành viên" en:"Name of the member"`
	Contribution  string   `json:"contribution,omitempty" lgsp:"public" vi:"Vốn góp, đồng, viết dưới dạng thập phân" en:"Contribution in đồng, as a decimal"`
	SharePercent  *float64 `json:"sharePercent,omitempty" lgsp:"public" vi:"Tỷ lệ góp vốn, phần trăm" en:"Share in percent"`
	MemberCountry string   `json:"memberCountry,omitempty" lgsp:"public" vi:"Quốc gia của thành viên, như nguồn" en:"Country of the member, as the source wrote it"`
}

// Dossiers is one page of a list.
type Dossiers struct {
	Count    *int      `json:"count,omitempty"`
	Dossiers []Dossier `json:"dossiers" lgsp:"required" vi:"Hồ sơ" en:"Dossiers"`
}

// Dossier is an application to the register.
type Dossier struct {
	JournalNumber  JournalNumber    `json:"journalNumber" lgsp:"required" vi:"Số biên nhận hồ sơ" en:"Journal number of the dossier"`
	DocumentType   adapters.Code    `json:"documentType,omitzero" vi:"Loại hồ sơ" en:"Kind of dossier"`
	EnterpriseCode string           `json:"enterpriseCode,omitempty" vi:"Mã nội bộ của doanh nghiệp" en:"Internal code of the enterprise"`
	TaxCode        adapters.TaxCode `json:"taxCode,omitempty"`
	Name           string           `json:"name,omitempty" vi:"Tên doanh nghiệp" en:"Name of the enterprise"`
	Site           adapters.Code    `json:"site,omitzero" vi:"Phòng đăng ký kinh doanh" en:"Register office"`
	ReceivedOn     adapters.Date    `json:"receivedOn,omitempty" vi:"Ngày tiếp nhận" en:"Date of receipt"`
	PlannedOn      adapters.Date    `json:"plannedOn,omitempty" vi:"Ngày hẹn trả kết quả" en:"Date on which the answer is due"`
	Status         adapters.Code    `json:"status,omitzero"`
}

// DossierStatus is all the register tells about one dossier.
type DossierStatus struct {
	JournalNumber  JournalNumber    `json:"journalNumber" lgsp:"required" vi:"Số biên nhận hồ sơ" en:"Journal number of the dossier"`
	DocumentType   adapters.Code    `json:"documentType,omitzero" vi:"Loại hồ sơ" en:"Kind of dossier"`
	EnterpriseCode string           `json:"enterpriseCode,omitempty" vi:"Mã nội bộ của doanh nghiệp" en:"Internal code of the enterprise"`
	TaxCode        adapters.TaxCode `json:"taxCode,omitempty"`
	Name           string           `json:"name,omitempty" vi:"Tên doanh nghiệp" en:"Name of the enterprise"`
	Type           adapters.Code    `json:"enterpriseType,omitzero" vi:"Loại hình doanh nghiệp" en:"Legal form"`
	Site           adapters.Code    `json:"site,omitzero" vi:"Phòng đăng ký kinh doanh" en:"Register office"`
	ReceivedOn     adapters.Date    `json:"receivedOn,omitempty" vi:"Ngày tiếp nhận" en:"Date of receipt"`
	PlannedOn      adapters.Date    `json:"plannedOn,omitempty" vi:"Ngày hẹn trả kết quả" en:"Date on which the answer is due"`
	RegisteredOn   adapters.Date    `json:"registeredOn,omitempty" vi:"Ngày đăng ký" en:"Date of registration"`
	SupplementedOn adapters.Date    `json:"supplementedOn,omitempty" vi:"Ngày bổ sung hồ sơ" en:"Date on which missing papers were handed in"`
	SubmissionType adapters.Code    `json:"submissionType,omitzero" vi:"Hình thức nộp" en:"How it was handed in"`
	Status         adapters.Code    `json:"status,omitzero"`
	Contact        Contact          `json:"contact,omitzero" lgsp:"personal" vi:"Người liên hệ" en:"Person to contact"`
}

// Contact is the person to ask about a dossier. The register keeps one number
// of identity; its length tells which of the three it is.
type Contact struct {
	FullName      adapters.PersonName   `json:"fullName,omitempty"`
	CitizenID     adapters.CitizenID    `json:"citizenId,omitempty"`
	OldCitizenID  adapters.OldCitizenID `json:"oldCitizenId,omitempty"`
	OtherIdentity string                `json:"otherIdentityNumber,omitempty" lgsp:"personal" vi:"Số giấy tờ tùy thân khác" en:"Number of another identity paper"`
	Address       adapters.Address      `json:"address,omitzero"`
	Phone         string                `json:"phone,omitempty" lgsp:"personal" vi:"Số điện thoại" en:"Telephone"`
	Email         string                `json:"email,omitempty" lgsp:"personal" vi:"Thư điện tử" en:"E-mail address"`
}
