package synthetic

import "fmt"

// LegalDocument is a law, decree, circular or decision. None of them exists: their
// numbers lie from 9000 and end in GĐ, "giả định". How they act on one another
// agrees with their dates and states: what is replaced or abrogated has ended.
type LegalDocument struct {
	Index         int
	ID            string // digits, or a UUID since 2024
	Number        string
	Type          Coded
	Subject       string
	Agency        string
	Central       bool // of the state, not of the city
	Signer        string
	Field, Sector Coded
	Issued        Date
	Published     Date // in the gazette
	Effective     Date
	Expires       Date // zero while nothing has ended it
	Status        Coded
	Relations     []LegalRelation
}

// Title names the document in full.
func (d LegalDocument) Title() string {
	return fmt.Sprintf("%s số %s %s (văn bản giả định)", d.Type.Name, d.Number, d.Subject)
}

// LegalAct is what one document does to another.
type LegalAct int

// The acts. RestsOn names the basis of a document, which it leaves as it is.
const (
	Enacts LegalAct = iota // to none: it stands for itself
	Replaces
	Amends
	Abrogates
	Corrects
	Suspends
	Consolidates
	RestsOn
)

// LegalRelation is an act on an earlier document, by its index.
type LegalRelation struct {
	Act    LegalAct
	Target int
}

// lawmaking spreads the documents over 25 years, one about every 26 days.
const (
	legalDocuments      = 360
	firstLaw       Date = 2001_03_01
)

// legislature makes the documents in the order in which they are issued. The
// slices beside them are by index.
type legislature struct {
	w         *World
	documents []LegalDocument
	whole     []bool // stands for itself, so others may act on it
	suspended []bool
	amenders  [][]int
}

// LegalDocuments returns all of them by the date of issue, made afresh at each
// call; a document's Index is its place here.
func (w *World) LegalDocuments() []LegalDocument {
	l := legislature{w: w, suspended: make([]bool, legalDocuments), amenders: make([][]int, legalDocuments)}
	for i := range legalDocuments {
		l.enact(i, w.derive(i, "legal document"))
	}
	for i := range l.documents {
		l.documents[i].Status = legalStatuses[l.status(i)]
	}
	return l.documents
}

func (l *legislature) enact(i int, r *stream) {
	field := legalFields[i%len(legalFields)]
	form := r.weighted(10, 22, 28, 22, 12, 6)
	if i >= legalDocuments-3 {
		form = 0 // laws wait so long that these are not in force yet
	}
	d := LegalDocument{Index: i, ID: fmt.Sprint(90_000_000 + i), Field: field.field, Sector: field.sector,
		Issued: firstLaw.AddDays(i*26 + r.below(20)), Subject: "quy định về " + one(r, field.subjects)}
	if d.Issued.Year() >= 2024 {
		d.ID = r.uuid()
	}
	d.Signer = r.fullName(Male + Sex(r.below(2)))
	l.draft(&d, form, field)
	d.Published = d.Issued.AddDays(r.between(3, 14))
	d.Effective = d.Issued.AddDays(r.between(lawForms[form].waits/2, lawForms[form].waits))
	act := LegalAct(r.weighted(42, 20, 16, 6, 6, 4, 6))
	if d.Effective > Today || !l.act(&d, act, r) {
		act = Enacts
	}
	if act <= Abrogates {
		l.restOn(&d, form, r)
	}
	l.documents, l.whole = append(l.documents, d), append(l.whole, act <= Replaces)
}

// draft gives a document its form: whose it is and how it is numbered.
func (l *legislature) draft(d *LegalDocument, form int, field legalField) {
	f := lawForms[form]
	d.Type, d.Agency, d.Central = f.kind, f.agency, f.central
	sign := f.sign
	if f.agency == "" {
		d.Agency, sign = field.sector.Name, f.sign+field.sector.Code
	}
	d.Number = fmt.Sprintf("%d/%d/%s-GĐ", 9000+d.Index, d.Issued.Year(), sign)
}

// act lets a document act on an earlier one of its kind, or consolidate one that
// has been amended; false where there is none.
func (l *legislature) act(d *LegalDocument, act LegalAct, r *stream) bool {
	if act == Enacts {
		return false
	}
	target, ok := l.earlier(r, func(t LegalDocument) bool {
		fits := t.Agency == d.Agency && t.Type == d.Type
		if act == Consolidates {
			fits = t.Central && len(l.amenders[t.Index]) > 0
		}
		return fits && t.Field == d.Field && l.inForce(t, d.Issued)
	})
	if !ok {
		return false
	}
	t := &l.documents[target]
	d.Relations = append(d.Relations, LegalRelation{act, target})
	switch act {
	case Replaces, Abrogates:
		t.Expires = d.Effective
		for _, amender := range l.amenders[target] { // they end with what they amend
			l.documents[amender].Expires = d.Effective
		}
	case Amends:
		l.amenders[target] = append(l.amenders[target], d.Index)
	case Suspends:
		l.suspended[target] = true
	case Corrects:
		d.Effective = d.Issued
	case Consolidates:
		l.draft(d, len(lawForms)-1, legalFields[d.Index%len(legalFields)])
		d.Effective = d.Issued
		for _, amender := range l.amenders[target] {
			d.Relations = append(d.Relations, LegalRelation{act, amender})
		}
	}
	if act == Replaces {
		d.Subject = t.Subject
	} else {
		d.Subject = fmt.Sprintf("%s %s số %s", legalActs[act], t.Type.Name, t.Number)
	}
	return true
}

// restOn names documents of higher rank in the same field as the basis.
func (l *legislature) restOn(d *LegalDocument, form int, r *stream) {
	for _, above := range lawForms[:min(form, 3)] {
		if basis, ok := l.earlier(r, func(t LegalDocument) bool {
			return t.Field == d.Field && t.Type == above.kind && l.inForce(t, d.Issued)
		}); ok {
			d.Relations = append(d.Relations, LegalRelation{RestsOn, basis})
		}
	}
}

// inForce reports whether a document may be built or acted on that day.
func (l *legislature) inForce(t LegalDocument, day Date) bool {
	return l.whole[t.Index] && !l.suspended[t.Index] && t.Effective < day && t.Expires.IsZero()
}

func (l *legislature) earlier(r *stream, fits func(LegalDocument) bool) (int, bool) {
	var found []int
	for _, t := range l.documents {
		if fits(t) {
			found = append(found, t.Index)
		}
	}
	if len(found) == 0 {
		return None, false
	}
	return one(r, found), true
}

// status is a place in legalStatuses.
func (l *legislature) status(i int) int {
	d := l.documents[i]
	switch {
	case d.Effective > Today:
		return 3
	case !d.Expires.IsZero():
		return 1
	case l.suspended[i]:
		return 4
	case len(l.amenders[i]) > 0:
		return 2
	case d.Issued.Year() < 2008 && i%3 == 0:
		return 5
	}
	return 0
}

// lawForm is a kind of document, by rank. Without an agency it is of the ministry.
type lawForm struct {
	kind    Coded
	agency  string
	central bool
	sign    string
	waits   int // days at most until it takes effect
}

var lawForms = []lawForm{
	{Coded{"LU", "Luật"}, "Quốc hội", true, "QH", 200},
	{Coded{"NĐ", "Nghị định"}, "Chính phủ", true, "NĐ-CP", 60},
	{Coded{"TT", "Thông tư"}, "", true, "TT-", 50},
	{Coded{"QĐ", "Quyết định"}, "Ủy ban nhân dân thành phố Hà Nội", false, "QĐ-UBND", 20},
	{Coded{"NQ", "Nghị quyết"}, "Hội đồng nhân dân thành phố Hà Nội", false, "NQ-HĐND", 20},
	{Coded{"CT", "Chỉ thị"}, "Ủy ban nhân dân thành phố Hà Nội", false, "CT-UBND", 4},
	{Coded{"VBHN", "Văn bản hợp nhất"}, "", true, "VBHN-", 2}, // made by consolidating only
}

var legalStatuses = []Coded{
	{"CHL", "Còn hiệu lực"}, {"HHL", "Hết hiệu lực toàn bộ"}, {"HHL1P", "Hết hiệu lực một phần"},
	{"CCHL", "Chưa có hiệu lực"}, {"TNHL", "Tạm ngưng hiệu lực"}, {"KCPH", "Không còn phù hợp"},
}

var legalActs = map[LegalAct]string{Amends: "sửa đổi, bổ sung một số điều của", Abrogates: "bãi bỏ", Corrects: "đính chính",
	Suspends: "ngưng hiệu lực", Consolidates: "hợp nhất"}

// legalField is a field of law, the ministry that it belongs to and what there is
// to rule.
type legalField struct {
	field, sector Coded
	subjects      []string
}

var legalFields = []legalField{
	{Coded{"HT", "Hộ tịch"}, Coded{"BTP", "Bộ Tư pháp"}, []string{"đăng ký khai sinh lưu động", "cấp bản sao trích lục hộ tịch"}},
	{Coded{"CT", "Cư trú"}, Coded{"BCA", "Bộ Công an"}, []string{"xác nhận thông tin cư trú", "thông báo lưu trú"}},
	{Coded{"ĐĐ", "Đất đai"}, Coded{"BNNMT", "Bộ Nông nghiệp và Môi trường"}, []string{"chỉnh lý bản đồ địa chính", "đăng ký biến động đất đai", "cấp đổi giấy chứng nhận"}},
	{Coded{"DN", "Doanh nghiệp"}, Coded{"BTC", "Bộ Tài chính"}, []string{"đăng ký địa điểm kinh doanh", "tạm ngừng kinh doanh"}},
	{Coded{"BTXH", "Bảo trợ xã hội"}, Coded{"BYT", "Bộ Y tế"}, []string{"mức chuẩn trợ giúp xã hội", "xác định mức độ khuyết tật"}},
	{Coded{"CBCC", "Cán bộ, công chức"}, Coded{"BNV", "Bộ Nội vụ"}, []string{"quản lý hồ sơ công chức", "bồi dưỡng theo vị trí việc làm"}},
	{Coded{"GTĐB", "Giao thông đường bộ"}, Coded{"BCA", "Bộ Công an"}, []string{"đổi giấy phép lái xe", "phân luồng giao thông khu phố cổ"}},
	{Coded{"CNTT", "Công nghệ thông tin"}, Coded{"BKHCN", "Bộ Khoa học và Công nghệ"}, []string{"kết nối, chia sẻ dữ liệu", "mã định danh cơ quan"}},
	{Coded{"TTHC", "Thủ tục hành chính"}, Coded{"VPCP", "Văn phòng Chính phủ"}, []string{"cơ chế một cửa", "số hóa kết quả giải quyết thủ tục"}},
}
