package synthetic

import (
	"fmt"
	"slices"
)

// Provision is a piece of a document's text with those below it. Text is its own.
type Provision struct {
	ID       string
	Level    ProvisionLevel
	Title    string
	Text     string
	Children []Provision
}

// ProvisionLevel is how far down a provision stands.
type ProvisionLevel int

// The levels, from the highest.
const (
	Part ProvisionLevel = iota
	Chapter
	Section
	Article
	Clause
	Point
)

// drafter writes one document; its articles are numbered through.
type drafter struct {
	r        *stream
	articles int
}

// Provisions returns the text of a document: laws have parts, decrees chapters,
// the others articles only. Directives and consolidated texts are not divided.
func (w *World) Provisions(d LegalDocument) []Provision {
	top := map[string]ProvisionLevel{"LU": Part, "NĐ": Chapter, "TT": Article, "QĐ": Article, "NQ": Article}
	level, divided := top[d.Type.Code]
	t := drafter{r: w.derive(d.Index, "provisions")}
	switch {
	case !divided:
		return nil
	case slices.ContainsFunc(d.Relations, func(r LegalRelation) bool { return r.Act > Replaces && r.Act < RestsOn }):
		return t.write(Article, 2)
	}
	return t.write(level, 3)
}

func (t *drafter) write(level ProvisionLevel, n int) []Provision {
	provisions := make([]Provision, n)
	for i := range provisions {
		p := &provisions[i]
		p.ID, p.Level = t.r.uuid(), level
		number := fmt.Sprint(i + 1)
		switch level {
		case Part, Chapter:
			number = [...]string{"I", "II", "III", "IV"}[i]
		case Article:
			t.articles++
			number = fmt.Sprint(t.articles)
		case Point:
			number = "abcd"[i : i+1]
		}
		p.Title = legalLevels[level] + " " + number
		switch level {
		case Part, Chapter, Section, Article:
			p.Title += ". " + one(t.r, legalHeadings)
		case Clause:
			p.Text = number + ". " + t.sentence()
		case Point:
			p.Text = number + ") " + t.sentence()
		}
		p.Children = t.below(level, i)
		if level == Article && (len(p.Children) == 0 || i%2 == 0) {
			p.Text = t.sentence()
		}
	}
	return provisions
}

// below divides a provision. Only every second chapter of a law has sections.
func (t *drafter) below(level ProvisionLevel, i int) []Provision {
	switch level {
	case Part:
		return t.write(Chapter, 2)
	case Chapter:
		if i%2 == 1 {
			return t.write(Section, 2)
		}
		return t.write(Article, t.r.between(2, 4))
	case Section:
		return t.write(Article, t.r.between(2, 3))
	case Article:
		return t.write(Clause, t.r.below(4))
	case Clause:
		return t.write(Point, max(t.r.between(-3, 4), 0))
	}
	return nil
}

func (t *drafter) sentence() string {
	return one(t.r, legalSubjects) + " " + one(t.r, legalVerbs) + " " + one(t.r, legalObjects) + "."
}

var legalHeadings = []string{"Phạm vi điều chỉnh", "Đối tượng áp dụng", "Giải thích từ ngữ", "Nguyên tắc thực hiện", "Trình tự, thủ tục",
	"Thành phần hồ sơ", "Thời hạn giải quyết", "Trách nhiệm của cơ quan", "Điều khoản thi hành"}

var (
	legalSubjects = []string{"Cơ quan có thẩm quyền", "Tổ chức, cá nhân", "Bộ phận một cửa", "Ủy ban nhân dân cấp xã", "Người nộp hồ sơ"}
	legalVerbs    = []string{"tiếp nhận, kiểm tra", "cung cấp, cập nhật", "lưu trữ, bảo quản", "khai thác, đối chiếu", "công khai, niêm yết"}
	legalObjects  = []string{"hồ sơ theo mẫu giả định", "dữ liệu đã được số hóa", "kết quả trong năm ngày làm việc", "thông tin trên hệ thống dùng chung"}
)

var legalLevels = [...]string{"Phần", "Chương", "Mục", "Điều", "Khoản", "Điểm"}
