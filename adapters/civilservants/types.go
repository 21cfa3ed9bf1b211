package civilservants

import "github.com/lgsp-vn/lgsp/adapters"

// StaffNumber is the number that a ministry or province gave a servant.
type StaffNumber string

// Form of StaffNumber. Its structure is not published.
func (StaffNumber) Form() adapters.Form {
	return adapters.Form{Name: "staff-number", Pattern: `^[A-Za-z0-9][A-Za-z0-9./-]{0,29}$`, Max: 30, Example: "HN9000001",
		Rule: adapters.Text{VI: "phải gồm 1 đến 30 chữ cái, chữ số, dấu chấm, gạch ngang hoặc gạch chéo", EN: "must be 1 to 30 letters, digits, dots, dashes or slashes"}}
}

// Question names a servant of the asking agency's ministry or province.
type Question struct {
	StaffNumber StaffNumber `json:"staffNumber" lgsp:"required,subject,personal" vi:"Số hiệu do bộ, ngành, địa phương cấp" en:"Number given by the ministry or province"`
}

// Message is one change to a servant's file. M0001 is about the whole file, each
// of the others about one block. A block is sent whole: what it leaves out is sent
// as unknown, and a list that it holds replaces the one that is there.
type Message struct {
	Message     string      `json:"message" lgsp:"required,enum=M0001|M0002|M0003|M0004|M0005|M0006" vi:"Loại thông điệp" en:"Kind of message"`
	Action      string      `json:"action" lgsp:"required,enum=ADD|EDIT|DEL" vi:"Thao tác: thêm, sửa, xóa" en:"What to do: add, change, delete"`
	StaffNumber StaffNumber `json:"staffNumber" lgsp:"required,subject,personal" vi:"Số hiệu do bộ, ngành, địa phương cấp" en:"Number given by the ministry or province"`
	General     *General    `json:"general,omitempty" lgsp:"personal" vi:"Thông tin chung" en:"General facts"`
	Career      *Career     `json:"career,omitempty" lgsp:"personal" vi:"Tuyển dụng, quá trình công tác" en:"Recruitment and career"`
	Pay         *Pay        `json:"pay,omitempty" lgsp:"personal" vi:"Lương, phụ cấp, chức vụ" en:"Pay, allowances and positions"`
	Education   *Education  `json:"education,omitempty" lgsp:"personal" vi:"Trình độ đào tạo, bồi dưỡng" en:"Education and training"`
	OtherFacts  *OtherFacts `json:"otherFacts,omitempty" lgsp:"sensitive" vi:"Thông tin khác" en:"Other facts"`
	Ratings     []Rating    `json:"ratings,omitempty" lgsp:"personal" vi:"Kết quả đánh giá, phân loại" en:"Yearly ratings"`
}

// Receipt is the system's word that it has taken a message in.
type Receipt struct {
	TransactionID string `json:"transactionId" lgsp:"required" vi:"Mã giao dịch của cơ sở dữ liệu quốc gia" en:"Transaction id of the national database"`
}

// Profile is the file of a servant, in the blocks in which it is sent.
type Profile struct {
	StaffNumber StaffNumber `json:"staffNumber" lgsp:"required,personal" vi:"Số hiệu do bộ, ngành, địa phương cấp" en:"Number given by the ministry or province"`
	General     *General    `json:"general" lgsp:"required,personal" vi:"Thông tin chung" en:"General facts"`
	Career      *Career     `json:"career,omitempty" lgsp:"personal" vi:"Tuyển dụng, quá trình công tác" en:"Recruitment and career"`
	Pay         *Pay        `json:"pay,omitempty" lgsp:"personal" vi:"Lương, phụ cấp, chức vụ" en:"Pay, allowances and positions"`
	Education   *Education  `json:"education,omitempty" lgsp:"personal" vi:"Trình độ đào tạo, bồi dưỡng" en:"Education and training"`
	OtherFacts  *OtherFacts `json:"otherFacts,omitempty" lgsp:"sensitive" vi:"Thông tin khác" en:"Other facts"`
	Ratings     []Rating    `json:"ratings,omitempty" lgsp:"personal" vi:"Kết quả đánh giá, phân loại" en:"Yearly ratings"`
}

// General is THONGTINCHUNG. Places are one line of text there.
type General struct {
	ServantNumber    string                         `json:"servantNumber" lgsp:"required,max=30,personal" vi:"Số hiệu cán bộ, công chức, viên chức" en:"Number as a public servant"`
	FullName         adapters.PersonName            `json:"fullName" lgsp:"required"`
	EmployingUnitID  adapters.AgencyID              `json:"employingUnitId" lgsp:"required,personal" vi:"Đơn vị sử dụng" en:"Unit that the servant works for"`
	ManagingUnitID   adapters.AgencyID              `json:"managingUnitId" lgsp:"required,personal" vi:"Đơn vị quản lý" en:"Unit that manages the servant"`
	ProfileType      *adapters.Code                 `json:"profileType,omitempty" lgsp:"personal" vi:"Phân loại hồ sơ" en:"Kind of file"`
	OtherName        string                         `json:"otherName,omitempty" lgsp:"personal,assumed" vi:"Tên gọi khác" en:"Other name"`
	Sex              *adapters.Code                 `json:"sex,omitempty"`
	DateOfBirth      adapters.Date                  `json:"dateOfBirth,omitempty" lgsp:"assumed"`
	Ethnicity        *adapters.Code                 `json:"ethnicity,omitempty"`
	Religion         *adapters.Code                 `json:"religion,omitempty" lgsp:"sensitive" vi:"Tôn giáo" en:"Religion"`
	BirthplaceText   string                         `json:"birthplaceText,omitempty" lgsp:"personal,assumed" vi:"Nơi sinh" en:"Place of birth"`
	OriginText       string                         `json:"originText,omitempty" lgsp:"personal,assumed" vi:"Quê quán" en:"Place of origin"`
	PermanentText    string                         `json:"permanentResidenceText,omitempty" lgsp:"personal,assumed" vi:"Hộ khẩu thường trú" en:"Permanent residence"`
	CurrentText      string                         `json:"currentResidenceText,omitempty" lgsp:"personal,assumed" vi:"Nơi ở hiện tại" en:"Current residence"`
	CitizenID        adapters.CitizenID             `json:"citizenId,omitempty" lgsp:"assumed"`
	OldCitizenID     adapters.OldCitizenID          `json:"oldCitizenId,omitempty" lgsp:"assumed"`
	IdentityIssuedOn adapters.Date                  `json:"identityIssuedOn,omitempty" lgsp:"personal,assumed" vi:"Ngày cấp giấy tờ định danh" en:"Date of issue of the identity paper"`
	IdentityIssuedBy string                         `json:"identityIssuedBy,omitempty" lgsp:"personal,assumed" vi:"Nơi cấp giấy tờ định danh" en:"Who issued the identity paper"`
	InsuranceNumber  adapters.SocialInsuranceNumber `json:"socialInsuranceNumber,omitempty" lgsp:"assumed"`
	RecruitedOn      adapters.Date                  `json:"recruitedOn,omitempty" lgsp:"personal,assumed" vi:"Ngày tuyển dụng" en:"Date of recruitment"`
}

// Career is TUYENDUNG_QT_CONGTAC.
type Career struct {
	RecruitmentPost *adapters.Code `json:"recruitmentPost,omitempty" lgsp:"personal" vi:"Vị trí tuyển dụng" en:"Post recruited for"`
	Postings        []Posting      `json:"postings,omitempty" lgsp:"personal" vi:"Quá trình công tác" en:"Where the servant has worked"`
}

// Posting is a row of DS_QUATRINH_CONGTAC, of which only the list is documented.
type Posting struct {
	StartedOn adapters.Date  `json:"startedOn,omitempty" lgsp:"personal,assumed" vi:"Từ ngày" en:"First day"`
	EndedOn   adapters.Date  `json:"endedOn,omitempty" lgsp:"personal,assumed" vi:"Đến ngày; vắng mặt khi chưa kết thúc" en:"Last day; absent while it lasts"`
	UnitName  string         `json:"unitName,omitempty" lgsp:"personal,assumed" vi:"Đơn vị" en:"Unit"`
	Position  *adapters.Code `json:"jobPosition,omitempty" lgsp:"personal,assumed" vi:"Chức vụ" en:"Position"`
}

// Pay is LUONG_PHUCAP_CHUCVU.
type Pay struct {
	Rank               *adapters.Code `json:"rank,omitempty" lgsp:"personal" vi:"Ngạch, chức danh nghề nghiệp" en:"Rank or professional title"`
	SalaryStep         *adapters.Code `json:"salaryStep,omitempty" lgsp:"personal" vi:"Bậc lương" en:"Salary step"`
	Position           *adapters.Code `json:"jobPosition,omitempty" lgsp:"personal" vi:"Chức vụ" en:"Position"`
	ConcurrentPosition *adapters.Code `json:"concurrentJobPosition,omitempty" lgsp:"personal" vi:"Chức vụ, chức danh kiêm nhiệm" en:"Position held beside it"`
	Allowances         []Allowance    `json:"allowances,omitempty" lgsp:"personal" vi:"Quá trình phụ cấp" en:"Allowances over time"`
	Salaries           []Salary       `json:"salaries,omitempty" lgsp:"personal" vi:"Quá trình lương" en:"Salary over time"`
}

// Allowance is a row of DS_QUATRINH_PHUCAP.
type Allowance struct {
	AllowanceType *adapters.Code `json:"allowanceType,omitempty" lgsp:"personal" vi:"Loại phụ cấp" en:"Kind of allowance"`
	AllowanceForm *adapters.Code `json:"allowanceForm,omitempty" lgsp:"personal" vi:"Hình thức hưởng" en:"How it is reckoned"`
	StartedOn     adapters.Date  `json:"startedOn,omitempty" lgsp:"personal,assumed" vi:"Từ ngày" en:"First day"`
}

// Salary is a row of DS_QUATRINH_LUONG.
type Salary struct {
	Rank       *adapters.Code `json:"rank,omitempty" lgsp:"personal" vi:"Ngạch, chức danh nghề nghiệp" en:"Rank or professional title"`
	SalaryStep *adapters.Code `json:"salaryStep,omitempty" lgsp:"personal" vi:"Bậc lương" en:"Salary step"`
	StartedOn  adapters.Date  `json:"startedOn,omitempty" lgsp:"personal,assumed" vi:"Từ ngày" en:"First day"`
}

// Education is TRINHDO_DAOTAO_BOIDUONG.
type Education struct {
	SchoolLevel       *adapters.Code `json:"schoolLevel,omitempty" lgsp:"personal" vi:"Học vấn phổ thông" en:"Schooling"`
	ProfessionalLevel *adapters.Code `json:"professionalLevel,omitempty" lgsp:"personal" vi:"Trình độ chuyên môn" en:"Professional education"`
	PoliticalTheory   *adapters.Code `json:"politicalTheory,omitempty" lgsp:"personal" vi:"Trình độ lý luận chính trị" en:"Training in political theory"`
	StateManagement   *adapters.Code `json:"stateManagement,omitempty" lgsp:"personal" vi:"Trình độ quản lý nhà nước" en:"Training in state management"`
	DefenceTraining   *bool          `json:"defenceTraining,omitempty" lgsp:"personal" vi:"Đã bồi dưỡng quốc phòng, an ninh" en:"Trained in defence and security"`
	AcademicTitle     *adapters.Code `json:"academicTitle,omitempty" lgsp:"personal" vi:"Chức danh khoa học" en:"Academic title"`
	Degree            *adapters.Code `json:"degree,omitempty" lgsp:"personal" vi:"Học vị" en:"Academic degree"`
	MinorityLanguage  *adapters.Code `json:"minorityLanguage,omitempty" lgsp:"sensitive" vi:"Tiếng dân tộc thiểu số" en:"Language of an ethnic minority"`
	ComputerSkills    []Skill        `json:"computerSkills,omitempty" lgsp:"personal" vi:"Tin học" en:"Computer skills"`
	Languages         []Language     `json:"languages,omitempty" lgsp:"personal" vi:"Ngoại ngữ" en:"Foreign languages"`
	Trainings         []Training     `json:"trainings,omitempty" lgsp:"personal" vi:"Quá trình đào tạo, bồi dưỡng" en:"Courses of study"`
}

// Skill is a row of DS_TINHOC.
type Skill struct {
	SkillLevel *adapters.Code `json:"skillLevel,omitempty" lgsp:"personal" vi:"Trình độ" en:"Level"`
}

// Language is a row of DS_NGOAINGU.
type Language struct {
	Language   *adapters.Code `json:"language,omitempty" lgsp:"personal" vi:"Ngoại ngữ" en:"Foreign language"`
	SkillLevel *adapters.Code `json:"skillLevel,omitempty" lgsp:"personal" vi:"Trình độ" en:"Level"`
}

// Training is a row of DS_QUATRINH_DAOTAO_BOIDUONG.
type Training struct {
	Major           *adapters.Code `json:"major,omitempty" lgsp:"personal" vi:"Chuyên ngành đào tạo" en:"Subject"`
	TrainingLevel   *adapters.Code `json:"trainingLevel,omitempty" lgsp:"personal" vi:"Trình độ đào tạo" en:"Level of the course"`
	GraduationGrade *adapters.Code `json:"graduationGrade,omitempty" lgsp:"personal" vi:"Xếp loại tốt nghiệp" en:"Grade"`
	Country         *adapters.Code `json:"country,omitempty" lgsp:"personal" vi:"Nước đào tạo" en:"Country of study"`
}

// OtherFacts is THONGTIN_KHAC.
type OtherFacts struct {
	PartyPosition *adapters.Code `json:"partyPosition,omitempty" lgsp:"sensitive" vi:"Chức vụ Đảng" en:"Position in the Party"`
}

// Rating is a row of DS_KETQUA_DANHGIA_PHANLOAI.
type Rating struct {
	RatedYear adapters.Date  `json:"ratedYear,omitempty" lgsp:"personal,assumed" vi:"Năm được đánh giá" en:"Year that is rated"`
	Rating    *adapters.Code `json:"rating,omitempty" lgsp:"personal" vi:"Kết quả đánh giá, phân loại" en:"Rating"`
}
