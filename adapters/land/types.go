package land

import (
	"cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/places"
)

// CadastralNumber is the number of a map sheet, or of a parcel on its sheet.
type CadastralNumber string

// Form of CadastralNumber. No leading zero, so that a parcel has one spelling.
func (CadastralNumber) Form() adapters.Form {
	return adapters.Form{Name: "cadastral-number", Pattern: `^[1-9][0-9]{0,4}$`, Max: 5, Example: "12",
		Rule: adapters.Text{VI: "phải là số có 1 đến 5 chữ số, không có số 0 ở đầu", EN: "must be a number of 1 to 5 digits without leading zero"}}
}

// SerialNumber is printed on a certificate: two letters, then six to eight
// digits. Papers put a space between them; here there is none, so that a
// certificate has one spelling.
type SerialNumber string

// Form of SerialNumber.
func (SerialNumber) Form() adapters.Form {
	return adapters.Form{Name: "land-certificate-serial", Pattern: `^[A-ZĐ]{2}[0-9]{6,8}$`, Max: 10, Example: "AA000001",
		Rule: adapters.Text{VI: "phải gồm 2 chữ cái in hoa và 6 đến 8 chữ số, viết liền", EN: "must be two capital letters and 6 to 8 digits without a space"}}
}

// ParcelQuestion names a parcel as the register does. The register files it
// under one commune code, the present one or, until it is filed anew, the one
// from before July 2025; the caller says which of the two is meant, because a
// code alone does not tell.
type ParcelQuestion struct {
	CommuneCode       adapters.CommuneCode `json:"communeCode,omitempty" lgsp:"one=commune"`
	FormerCommuneCode string               `json:"formerCommuneCode,omitempty" lgsp:"one=commune,max=5" vi:"Mã xã, phường trước 01/7/2025, khi sổ đăng ký còn dùng" en:"Commune code from before 1 July 2025, where the register still files by it"`
	MapSheet          CadastralNumber      `json:"mapSheet" lgsp:"required" vi:"Số hiệu tờ bản đồ" en:"Map sheet number"`
	ParcelNumber      CadastralNumber      `json:"parcelNumber" lgsp:"required" vi:"Số thứ tự thửa" en:"Parcel number on its sheet"`
}

// Check refuses a former commune that Hà Nội never had, so that a slip of the
// pen does not cost a call to the slowest of all systems.
func (q ParcelQuestion) Check() []adapters.Fault { return formerCommuneFaults(q.FormerCommuneCode) }

func formerCommuneFaults(code string) []adapters.Fault {
	if _, known := places.OldByCode(code); known || code == "" {
		return nil
	}
	return []adapters.Fault{{Field: "formerCommuneCode", Message: adapters.Text{
		VI: "phải là mã 5 chữ số của một xã, phường, thị trấn Hà Nội trước 01/7/2025",
		EN: "must be the 5-digit code of a commune, ward or town of Hà Nội before 1 July 2025"}}}
}

// commune is the code as the register's own MaXa, which knows no such difference.
func (q ParcelQuestion) commune() string {
	return cmp.Or(string(q.CommuneCode), q.FormerCommuneCode)
}

// ParcelRecord is what the register holds about one parcel.
type ParcelRecord struct {
	Parcel       Parcel        `json:"parcel" vi:"Thửa đất" en:"Parcel"`
	Certificates []Certificate `json:"certificates,omitempty" vi:"Các giấy chứng nhận đã cấp" en:"Certificates issued for it"`
	Incomplete   bool          `json:"incomplete" lgsp:"required" vi:"Bản ghi quốc gia thiếu thông tin mà sổ đăng ký phải có" en:"The national record lacks parts that the register should hold"`
}

// Parcel holds the attributes of a parcel. Its address is that of land, which
// by itself tells of nobody; its owner's name is personal.
type Parcel struct {
	MapSheet           CadastralNumber   `json:"mapSheet,omitempty" vi:"Số hiệu tờ bản đồ" en:"Map sheet number"`
	ParcelNumber       CadastralNumber   `json:"parcelNumber,omitempty" vi:"Số thứ tự thửa" en:"Parcel number on its sheet"`
	FormerMapSheet     string            `json:"formerMapSheet,omitempty" vi:"Số hiệu tờ bản đồ cũ" en:"Former map sheet number"`
	FormerParcelNumber string            `json:"formerParcelNumber,omitempty" vi:"Số thứ tự thửa cũ" en:"Former parcel number"`
	Area               float64           `json:"area,omitempty" vi:"Diện tích đo đạc, m²" en:"Measured area in square metres"`
	LegalArea          float64           `json:"legalArea,omitempty" vi:"Diện tích pháp lý, m²" en:"Legal area in square metres"`
	LandUse            *adapters.Code    `json:"landUse,omitempty" vi:"Mục đích sử dụng đất" en:"Purpose of land use"`
	Address            *adapters.Address `json:"address,omitempty" lgsp:"public"`
	OwnerName          string            `json:"ownerName,omitempty" lgsp:"personal" vi:"Tên chủ sử dụng, như sổ ghi" en:"Name of the holder as the register writes it"`
}

// CertificateQuestion names a certificate by one of its two numbers.
type CertificateQuestion struct {
	SerialNumber SerialNumber `json:"serialNumber,omitempty" lgsp:"subject,personal,one=number" vi:"Số phát hành giấy chứng nhận" en:"Serial number printed on the certificate"`
	BookNumber   string       `json:"bookNumber,omitempty" lgsp:"subject,personal,max=30,one=number" vi:"Số vào sổ cấp giấy chứng nhận" en:"Number of the certificate in the register of issue"`
}

// CertificateRecord is a certificate with what it covers, whose it is and what
// limits it.
type CertificateRecord struct {
	Certificate  Certificate   `json:"certificate" vi:"Giấy chứng nhận" en:"Certificate"`
	Parcels      []Parcel      `json:"parcels,omitempty" vi:"Các thửa đất" en:"Parcels it covers"`
	Owners       []Owner       `json:"owners,omitempty" lgsp:"personal" vi:"Các chủ sử dụng" en:"Holders"`
	Restrictions []Restriction `json:"restrictions,omitempty" lgsp:"personal" vi:"Các hạn chế quyền" en:"Restrictions of rights"`
	Incomplete   bool          `json:"incomplete" lgsp:"required" vi:"Bản ghi quốc gia thiếu thông tin mà sổ đăng ký phải có" en:"The national record lacks parts that the register should hold"`
}

// Certificate is the paper itself. Its numbers lead to its holders, so they are
// personal.
type Certificate struct {
	SerialNumber SerialNumber   `json:"serialNumber,omitempty" lgsp:"personal" vi:"Số phát hành giấy chứng nhận" en:"Serial number printed on the certificate"`
	BookNumber   string         `json:"bookNumber,omitempty" lgsp:"personal" vi:"Số vào sổ cấp giấy chứng nhận" en:"Number of the certificate in the register of issue"`
	IssuedOn     adapters.Date  `json:"issuedOn,omitempty"`
	Status       *adapters.Code `json:"status,omitempty"`
}

// Owner is a holder of the right to use the land.
type Owner struct {
	FullName      adapters.PersonName   `json:"fullName,omitempty"`
	CitizenID     adapters.CitizenID    `json:"citizenId,omitempty" lgsp:"assumed"`
	OldCitizenID  adapters.OldCitizenID `json:"oldCitizenId,omitempty" lgsp:"assumed"`
	OtherIdentity string                `json:"otherIdentityNumber,omitempty" lgsp:"personal,assumed" vi:"Số giấy tờ khác, hoặc của tổ chức" en:"Number of another identity paper, or of an organisation"`
	Address       *adapters.Address     `json:"address,omitempty" lgsp:"assumed"`
}

// Restriction limits what the holder may do, such as a mortgage or a seizure.
type Restriction struct {
	Kind         adapters.Code `json:"kind" lgsp:"personal,assumed" vi:"Loại hạn chế" en:"Kind of restriction"`
	Holder       string        `json:"holder,omitempty" lgsp:"personal,assumed" vi:"Bên nhận bảo đảm hoặc cơ quan áp dụng" en:"In whose favour, or by which authority"`
	RegisteredOn adapters.Date `json:"registeredOn,omitempty" lgsp:"personal,assumed" vi:"Ngày đăng ký" en:"Date of registration"`
	ReleasedOn   adapters.Date `json:"releasedOn,omitempty" lgsp:"personal,assumed" vi:"Ngày xóa đăng ký; vắng mặt khi còn hiệu lực" en:"Date of release; absent while in force"`
}
