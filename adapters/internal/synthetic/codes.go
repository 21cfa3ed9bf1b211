package synthetic

// The short catalogues, shared by the people's records and by Catalogues.

var vietnam = Coded{"VN", "Việt Nam"}

var sexes = []Coded{{"1", "Nam"}, {"2", "Nữ"}}

var maritalStatuses = []Coded{{"1", "Chưa kết hôn"}, {"2", "Đang có vợ/chồng"}, {"3", "Góa"}, {"4", "Ly hôn"}}

var relations = []Coded{{"1", "Chủ hộ"}, {"2", "Vợ"}, {"3", "Chồng"}, {"4", "Con"}, {"5", "Bố"}, {"6", "Mẹ"}, {"7", "Em"}}

var bloodGroups = []Coded{{"01", "Nhóm máu A"}, {"02", "Nhóm máu B"}, {"03", "Nhóm máu AB"}, {"04", "Nhóm máu O"}}

var religions = []Coded{
	{"00", "Không"}, {"01", "Phật giáo"}, {"02", "Công giáo"}, {"03", "Phật giáo Hòa Hảo"},
	{"04", "Hồi giáo"}, {"05", "Cao Đài"}, {"06", "Minh Sư đạo"}, {"07", "Minh Lý đạo"},
	{"08", "Tin Lành"}, {"09", "Tịnh độ cư sĩ Phật hội Việt Nam"}, {"10", "Tứ Ân Hiếu Nghĩa"},
	{"11", "Bửu Sơn Kỳ Hương"}, {"12", "Ba Ha'i"},
}

var ethnicities = []Coded{
	{"01", "Kinh"}, {"02", "Tày"}, {"03", "Thái"}, {"04", "Hoa"}, {"05", "Khơ-me"}, {"06", "Mường"},
	{"07", "Nùng"}, {"08", "Mông"}, {"09", "Dao"}, {"10", "Gia-rai"}, {"11", "Ngái"}, {"12", "Ê-đê"},
	{"13", "Ba-na"}, {"14", "Xơ-đăng"}, {"15", "Sán Chay"}, {"16", "Cơ-ho"}, {"17", "Chăm"}, {"18", "Sán Dìu"},
	{"19", "Hrê"}, {"20", "Mnông"}, {"21", "Ra-glai"}, {"22", "Xtiêng"}, {"23", "Bru-Vân Kiều"}, {"24", "Thổ"},
	{"25", "Giáy"}, {"26", "Cơ-tu"}, {"27", "Gié-Triêng"}, {"28", "Mạ"}, {"29", "Khơ-mú"}, {"30", "Co"},
	{"31", "Tà-ôi"}, {"32", "Chơ-ro"}, {"33", "Kháng"}, {"34", "Xinh-mun"}, {"35", "Hà Nhì"}, {"36", "Chu-ru"},
	{"37", "Lào"}, {"38", "La Chí"}, {"39", "La Ha"}, {"40", "Phù Lá"}, {"41", "La Hủ"}, {"42", "Lự"},
	{"43", "Lô Lô"}, {"44", "Chứt"}, {"45", "Mảng"}, {"46", "Pà Thẻn"}, {"47", "Cơ Lao"}, {"48", "Cống"},
	{"49", "Bố Y"}, {"50", "Si La"}, {"51", "Pu Péo"}, {"52", "Brâu"}, {"53", "Ơ-đu"}, {"54", "Rơ-măm"},
}

var countries = []Coded{
	vietnam, {"AU", "Ô-xtrây-li-a"}, {"BE", "Bỉ"}, {"BR", "Bra-xin"}, {"CA", "Ca-na-đa"}, {"CH", "Thụy Sĩ"},
	{"CN", "Trung Quốc"}, {"CU", "Cu-ba"}, {"CZ", "Séc"}, {"DE", "Đức"}, {"DK", "Đan Mạch"}, {"ES", "Tây Ban Nha"},
	{"FI", "Phần Lan"}, {"FR", "Pháp"}, {"GB", "Anh"}, {"HU", "Hung-ga-ri"}, {"ID", "In-đô-nê-xi-a"}, {"IN", "Ấn Độ"},
	{"IT", "I-ta-li-a"}, {"JP", "Nhật Bản"}, {"KH", "Cam-pu-chia"}, {"KR", "Hàn Quốc"}, {"LA", "Lào"},
	{"MM", "Mi-an-ma"}, {"MY", "Ma-lai-xi-a"}, {"NL", "Hà Lan"}, {"NO", "Na Uy"}, {"NZ", "Niu Di-lân"},
	{"PH", "Phi-líp-pin"}, {"PL", "Ba Lan"}, {"RU", "Liên bang Nga"}, {"SE", "Thụy Điển"}, {"SG", "Xin-ga-po"},
	{"TH", "Thái Lan"}, {"UA", "U-crai-na"}, {"US", "Hoa Kỳ"},
}

var urgencies = []Coded{{"0", "Thường"}, {"1", "Khẩn"}, {"2", "Thượng khẩn"}, {"3", "Hỏa tốc"}, {"4", "Hỏa tốc hẹn giờ"}}

var legalDocumentTypes = []Coded{
	{"01", "Hiến pháp"}, {"02", "Bộ luật"}, {"03", "Luật"}, {"04", "Nghị quyết"}, {"05", "Pháp lệnh"},
	{"06", "Lệnh"}, {"07", "Nghị quyết liên tịch"}, {"08", "Nghị định"}, {"09", "Quyết định"},
	{"10", "Thông tư"}, {"11", "Thông tư liên tịch"}, {"12", "Chỉ thị"},
}

// postcodes are ranges of the first two digits, for a few provinces of before
// the mergers.
var postcodes = []Coded{
	{"10-14", "Hà Nội"}, {"04-05", "Hải Phòng"}, {"15", "Vĩnh Phúc"}, {"16", "Bắc Ninh"}, {"17", "Hưng Yên"},
	{"49", "Thừa Thiên Huế"}, {"50", "Đà Nẵng"}, {"70-74", "Hồ Chí Minh"},
}

// topAgencies are ministries, as listed before the mergers of 2025, and provinces.
var topAgencies = []Coded{
	{"G01", "Bộ Công an"}, {"G02", "Bộ Công Thương"}, {"G03", "Bộ Giáo dục và Đào tạo"},
	{"G04", "Bộ Giao thông vận tải"}, {"G05", "Bộ Kế hoạch và Đầu tư"}, {"G06", "Bộ Khoa học và Công nghệ"},
	{"G07", "Bộ Lao động - Thương binh và Xã hội"}, {"G08", "Bộ Ngoại giao"}, {"G09", "Bộ Nội vụ"},
	{"G10", "Bộ Nông nghiệp và Phát triển nông thôn"}, {"G11", "Bộ Quốc phòng"}, {"G12", "Bộ Tài chính"},
	{"G13", "Bộ Tài nguyên và Môi trường"}, {"G14", "Bộ Thông tin và Truyền thông"}, {"G15", "Bộ Tư pháp"},
	{"G16", "Bộ Văn hóa, Thể thao và Du lịch"}, {"G17", "Bộ Xây dựng"}, {"G18", "Bộ Y tế"},
	{"G19", "Ngân hàng Nhà nước Việt Nam"}, {"G20", "Thanh tra Chính phủ"}, {"G21", "Ủy ban Dân tộc"},
	{"G22", "Văn phòng Chính phủ"}, {"G24", "Bảo hiểm xã hội Việt Nam"},
	{"H17", "Đà Nẵng"}, {"H20", "Đồng Tháp"}, {"H21", "Gia Lai"}, {"H26", "Hà Nội"}, {"H30", "Hậu Giang"},
	{"H37", "Lạng Sơn"}, {"H44", "Phú Thọ"}, {"H49", "Quảng Ninh"}, {"H70", "Tây Ninh"},
}

// cityAgencies get the codes H26.1, H26.2, … in this order; the 11th to the 13th
// are the agencies of the demonstration.
var cityAgencies = []string{
	"Văn phòng Ủy ban nhân dân thành phố", "Sở Nội vụ", "Sở Tư pháp", "Sở Tài chính", "Sở Công Thương",
	"Sở Nông nghiệp và Môi trường", "Sở Khoa học và Công nghệ", "Sở Văn hóa và Thể thao", "Sở Du lịch",
	"Sở Giáo dục và Đào tạo", "Trung tâm Phục vụ hành chính công", "Ủy ban nhân dân phường Ba Đình",
	"Sở Y tế", "Sở Xây dựng", "Sở Quy hoạch - Kiến trúc", "Sở Dân tộc và Tôn giáo", "Thanh tra thành phố",
}
