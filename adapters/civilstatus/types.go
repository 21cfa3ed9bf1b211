package civilstatus

import "github.com/lgsp-vn/lgsp/adapters"

// Office is a register office: since mid-2025 a commune by its code, in entries of
// before a former one.
type Office string

// Form of Office.
func (Office) Form() adapters.Form {
	return adapters.Form{Name: "register-office", Pattern: `^[0-9]{5}$`, Max: 5, Example: "00004",
		Rule: adapters.Text{VI: "phải gồm đúng 5 chữ số của mã xã, phường", EN: "must be the five digits of a commune's code"}}
}

// EntryID is the database's number of a register entry.
type EntryID string

// Form of EntryID.
func (EntryID) Form() adapters.Form {
	return adapters.Form{Name: "register-entry-id", Pattern: `^[1-9][0-9]{0,17}$`, Max: 18, Example: "10000001",
		Rule: adapters.Text{VI: "phải là số nguyên dương", EN: "must be a positive whole number"}}
}

type catalogueQuestion struct {
	Catalogue string `json:"catalogue" lgsp:"required,enum=nationality|country|ethnicity|administrative-unit|identity-paper" vi:"Danh mục" en:"Catalogue"`
}

type dossierQuestion struct {
	Office      Office `json:"registerOffice" lgsp:"required" vi:"Cơ quan đăng ký hộ tịch, mã xã, phường" en:"Register office, the code of its commune"`
	DossierCode string `json:"dossierCode" lgsp:"required,subject,max=50"`
}

type entryQuestion struct {
	RegisterType string  `json:"registerType" lgsp:"required,enum=birth|marriage|death|recognition|marital-status|extract-copy" vi:"Loại sổ hộ tịch" en:"Kind of register"`
	EntryID      EntryID `json:"entryId" lgsp:"required,subject,personal" vi:"Số của bản ghi trong cơ sở dữ liệu hộ tịch" en:"Number of the entry in the civil-status database"`
}

// dayQuestion names nobody; the day is all there is to identify what is asked.
type dayQuestion struct {
	RegisterType string       `json:"registerType" lgsp:"required,enum=birth|marriage|death|recognition|marital-status|extract-copy" vi:"Loại sổ hộ tịch" en:"Kind of register"`
	UpdatedDay   adapters.Day `json:"updatedDay" lgsp:"required,subject" vi:"Ngày cập nhật" en:"Day on which the entries were updated"`
}

// Registration is a dossier to be registered.
type Registration struct {
	Office       Office        `json:"registerOffice" lgsp:"required" vi:"Cơ quan đăng ký hộ tịch, mã xã, phường" en:"Register office, the code of its commune"`
	RegisterType string        `json:"registerType" lgsp:"required,enum=birth|marriage|death|recognition|marital-status|extract-copy" vi:"Loại sổ hộ tịch" en:"Kind of register"`
	DossierCode  string        `json:"dossierCode" lgsp:"required,subject,max=50"`
	ReceivedOn   adapters.Date `json:"receivedOn" lgsp:"required" vi:"Ngày tiếp nhận hồ sơ" en:"Day on which the dossier was received"`
	Record       Record        `json:"record" lgsp:"personal" vi:"Nội dung đăng ký" en:"What is to be registered"`
}

// Check refuses what the register has no place for, and records without the
// people they are about.
func (in Registration) Check() []adapters.Fault {
	var faults []adapters.Fault
	if !in.ReceivedOn.Full() {
		faults = append(faults, adapters.Fault{Field: "receivedOn", Message: adapters.Text{VI: "phải có đủ ngày, tháng, năm", EN: "must name a day"}})
	}
	for _, p := range people {
		if p.in(&in.Record).FullName == "" && registers[in.RegisterType].isAbout(p.member) {
			faults = append(faults, adapters.Fault{Field: "record." + p.member + ".fullName", Message: adapters.Text{
				VI: "bắt buộc phải có trong loại sổ này", EN: "is required in this register"}})
		}
	}
	s := sheet{writing: true}
	in.Record.lay(&s)
	return append(faults, s.strays...)
}

// Receipt says that the system has the dossier.
type Receipt struct {
	Office          Office `json:"registerOffice" lgsp:"required" vi:"Cơ quan đăng ký hộ tịch" en:"Register office"`
	DossierCode     string `json:"dossierCode" lgsp:"required"`
	AlreadyReceived bool   `json:"alreadyReceived" lgsp:"required" vi:"Hồ sơ đã được tiếp nhận từ trước" en:"The dossier was there before"`
}

// Catalogue is a whole catalogue, its rows as they come.
type Catalogue struct {
	Catalogue string               `json:"catalogue" lgsp:"required" vi:"Danh mục" en:"Catalogue"`
	Count     int                  `json:"count" lgsp:"required"`
	Entries   []map[string]*string `json:"entries" lgsp:"required" vi:"Các dòng, thường gồm ma và ten" en:"Rows, mostly of ma and ten"`
}

// DossierStatus is how far a dossier has come.
type DossierStatus struct {
	Office      Office        `json:"registerOffice" lgsp:"required" vi:"Cơ quan đăng ký hộ tịch" en:"Register office"`
	DossierCode string        `json:"dossierCode" lgsp:"required"`
	Status      adapters.Code `json:"status"`
	Note        string        `json:"note,omitempty" lgsp:"personal" vi:"Diễn giải của cơ quan đăng ký, như nội dung cần bổ sung" en:"The office's words, such as what is missing"`
}

// RegistrationResult is what was registered on a dossier.
type RegistrationResult struct {
	DossierCode string `json:"dossierCode" lgsp:"required"`
	Record      Record `json:"record" lgsp:"personal" vi:"Nội dung đã đăng ký" en:"What was registered"`
}

// Entry is an entry of a register.
type Entry struct {
	EntryID EntryID `json:"entryId" lgsp:"required,personal" vi:"Số của bản ghi trong cơ sở dữ liệu hộ tịch" en:"Number of the entry in the civil-status database"`
	Record  Record  `json:"record" lgsp:"personal" vi:"Nội dung đã đăng ký" en:"What is registered"`
}

// Entries are the numbers of entries.
type Entries struct {
	Entries []EntryReference `json:"registerEntries" lgsp:"required,personal" vi:"Các bản ghi" en:"Entries"`
}

// EntryReference leads to an entry.
type EntryReference struct {
	EntryID EntryID `json:"entryId" lgsp:"required,personal" vi:"Số của bản ghi trong cơ sở dữ liệu hộ tịch" en:"Number of the entry in the civil-status database"`
	Office  Office  `json:"registerOffice,omitempty" vi:"Cơ quan đăng ký hộ tịch" en:"Register office"`
}
