package synthetic

// The parts of personal names. Each list is common enough that any combination
// is borne by many people and points at none.

var surnames = []string{
	"Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ",
	"Hồ", "Ngô", "Dương", "Lý", "Đào", "Đinh", "Trịnh", "Mai", "Lương", "Cao",
	"Tạ", "Chu", "Hà", "Kiều", "Quách",
}

// surnameWeights follow roughly how often each is met.
var surnameWeights = []int{
	380, 110, 95, 70, 50, 45, 40, 25, 25, 20,
	13, 13, 10, 8, 8, 8, 6, 5, 5, 5,
	4, 4, 4, 3, 2,
}

var middleNames = [...][]string{
	Male: {
		"Văn", "Văn", "Văn", "Hữu", "Đức", "Công", "Quang", "Minh", "Xuân", "Đình",
		"Ngọc", "Thanh", "Tuấn", "Trọng", "Duy", "Bá", "Quốc", "Gia", "Anh", "Mạnh",
	},
	Female: {
		"Thị", "Thị", "Thị", "Ngọc", "Thu", "Thanh", "Minh", "Phương", "Bích", "Kim",
		"Hồng", "Mai", "Thùy", "Lan", "Quỳnh", "Diệu", "Khánh", "Bảo", "Hải", "Thúy",
	},
}

var givenNames = [...][]string{
	Male: {
		"An", "Anh", "Bình", "Cường", "Dũng", "Duy", "Đạt", "Đức", "Giang", "Hà",
		"Hải", "Hiếu", "Hoàng", "Hòa", "Hùng", "Huy", "Hưng", "Khang", "Khánh", "Khoa",
		"Kiên", "Lâm", "Long", "Lộc", "Minh", "Nam", "Nghĩa", "Nhân", "Phong", "Phúc",
		"Quân", "Quang", "Quyết", "Sơn", "Tài", "Tâm", "Thắng", "Thành", "Thịnh", "Tiến",
		"Toàn", "Trung", "Tú", "Tuấn", "Tùng", "Việt", "Vinh", "Vũ",
	},
	Female: {
		"An", "Anh", "Bích", "Châu", "Chi", "Dung", "Duyên", "Diệp", "Giang", "Hà",
		"Hạnh", "Hằng", "Hiền", "Hoa", "Hòa", "Hồng", "Huệ", "Hương", "Khánh", "Lan",
		"Liên", "Linh", "Loan", "Ly", "Mai", "My", "Nga", "Ngân", "Ngọc", "Nhung",
		"Oanh", "Phương", "Quyên", "Quỳnh", "Tâm", "Thanh", "Thảo", "Thu", "Thủy", "Thúy",
		"Trang", "Trinh", "Tuyết", "Uyên", "Vân", "Vy", "Xuân", "Yến",
	},
}

// name is a personal name as indices into the lists for a sex.
type name struct{ surname, middle, given uint8 }

// newName puts a name together by chance.
func (s *stream) newName(sex Sex) name {
	n := name{
		surname: uint8(s.weighted(surnameWeights...)),
		middle:  uint8(s.below(len(middleNames[sex]))),
		given:   uint8(s.below(len(givenNames[sex]))),
	}
	if middleNames[sex][n.middle] == givenNames[sex][n.given] {
		n.given = uint8((int(n.given) + 1) % len(givenNames[sex])) // nobody is called Minh Minh
	}
	return n
}

// fullName puts the name of somebody together who is nobody of this world.
func (s *stream) fullName(sex Sex) string { return s.newName(sex).full(sex) }

// full writes a name out.
func (n name) full(sex Sex) string {
	return surnames[n.surname] + " " + middleNames[sex][n.middle] + " " + givenNames[sex][n.given]
}
