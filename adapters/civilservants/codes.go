package civilservants

import (
	"fmt"

	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// catalogue is the names of its codes. The national tables are not published: these
// are assumed, except for the ethnic groups and the ranks of general civil servants.
type catalogue = map[wire.Text]string

var (
	profileTypes = numbered(1, "Cán bộ", "Công chức", "Viên chức")
	sexes        = numbered(1, "Nam", "Nữ")
	religions    = numberedFrom(0, 2, "Không", "Phật giáo", "Công giáo", "Phật giáo Hòa Hảo", "Hồi giáo", "Cao Đài", "Minh Sư đạo",
		"Minh Lý đạo", "Tin Lành", "Tịnh độ cư sĩ Phật hội Việt Nam", "Tứ Ân Hiếu Nghĩa", "Bửu Sơn Kỳ Hương", "Ba Ha'i")
	recruitmentPosts = numbered(2, "Chuyên môn nghiệp vụ", "Chuyên môn dùng chung", "Hỗ trợ, phục vụ")
	positions        = numbered(2, "Giám đốc", "Phó giám đốc", "Trưởng phòng", "Phó trưởng phòng", "Chuyên viên")
	ranks            = catalogue{"01.001": "Chuyên viên cao cấp", "01.002": "Chuyên viên chính", "01.003": "Chuyên viên", "01.004": "Cán sự", "01.005": "Nhân viên"}
	salarySteps      = numbered(2, "Bậc 1", "Bậc 2", "Bậc 3", "Bậc 4", "Bậc 5", "Bậc 6", "Bậc 7", "Bậc 8", "Bậc 9", "Bậc 10", "Bậc 11", "Bậc 12")
	allowanceTypes   = numbered(2, "Phụ cấp chức vụ", "Phụ cấp thâm niên vượt khung", "Phụ cấp trách nhiệm", "Phụ cấp công vụ")
	allowanceForms   = numbered(1, "Theo hệ số", "Theo tỷ lệ phần trăm", "Theo số tiền")
	schoolLevels     = catalogue{"10/10": "Tốt nghiệp hệ 10/10", "12/12": "Tốt nghiệp hệ 12/12"}

	professionalLevels = numbered(2, "Trung cấp", "Cao đẳng", "Đại học", "Thạc sĩ", "Tiến sĩ")
	politicalTheories  = numbered(1, "Sơ cấp", "Trung cấp", "Cao cấp", "Cử nhân")
	stateManagements   = numbered(1, "Cán sự", "Chuyên viên", "Chuyên viên chính", "Chuyên viên cao cấp")
	academicTitles     = numbered(1, "Giáo sư", "Phó giáo sư")
	degrees            = numbered(1, "Tiến sĩ khoa học", "Tiến sĩ", "Thạc sĩ")
	computerLevels     = numbered(2, "Ứng dụng CNTT cơ bản", "Ứng dụng CNTT nâng cao", "Trung cấp trở lên")
	languages          = catalogue{"EN": "Tiếng Anh", "FR": "Tiếng Pháp", "RU": "Tiếng Nga", "ZH": "Tiếng Trung Quốc"}
	languageLevels     = catalogue{"A1": "Bậc 1", "A2": "Bậc 2", "B1": "Bậc 3", "B2": "Bậc 4", "C1": "Bậc 5", "C2": "Bậc 6"}
	majors             = numbered(3, "Luật", "Hành chính học", "Tài chính - Ngân hàng", "Công nghệ thông tin", "Kỹ thuật xây dựng", "Quản lý đất đai", "Khoa học giáo dục", "Y khoa")
	grades             = numbered(1, "Xuất sắc", "Giỏi", "Khá", "Trung bình")
	partyPositions     = numbered(2, "Bí thư chi bộ", "Phó bí thư chi bộ", "Chi ủy viên")
	ratings            = numbered(1, "Hoàn thành xuất sắc nhiệm vụ", "Hoàn thành tốt nhiệm vụ", "Hoàn thành nhiệm vụ", "Không hoàn thành nhiệm vụ")
	ethnicities        = numbered(2, "Kinh", "Tày", "Thái", "Hoa", "Khơ-me", "Mường", "Nùng", "Mông", "Dao", "Gia-rai", "Ngái", "Ê-đê", "Ba-na", "Xơ-đăng", "Sán Chay",
		"Cơ-ho", "Chăm", "Sán Dìu", "Hrê", "Mnông", "Ra-glai", "Xtiêng", "Bru-Vân Kiều", "Thổ", "Giáy", "Cơ-tu", "Gié-Triêng", "Mạ", "Khơ-mú", "Co", "Tà-ôi",
		"Chơ-ro", "Kháng", "Xinh-mun", "Hà Nhì", "Chu-ru", "Lào", "La Chí", "La Ha", "Phù Lá", "La Hủ", "Lự", "Lô Lô", "Chứt", "Mảng", "Pà Thẻn", "Cơ Lao",
		"Cống", "Bố Y", "Si La", "Pu Péo", "Brâu", "Ơ-đu", "Rơ-măm")
)

// numbered is a catalogue of the codes 1, 2, … of so many digits.
func numbered(digits int, names ...string) catalogue { return numberedFrom(1, digits, names...) }

func numberedFrom(first, digits int, names ...string) catalogue {
	c := catalogue{}
	for i, name := range names {
		c[wire.Text(fmt.Sprintf("%0*d", digits, first+i))] = name
	}
	return c
}
