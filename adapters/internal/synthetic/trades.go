package synthetic

// The tables from which enterprises are put together. Codes of forms, statuses
// and ways of submission are assumed; the activities are from the national
// classification (VSIC 2018).

// legalForm is a kind of company and what follows from it.
type legalForm struct {
	kind                  Coded
	prefix, suffix, short string // around the Vietnamese, the foreign and the short name
	minMembers            int
	maxMembers            int
	companies             bool // members may be companies
	severalHeads          bool // there may be several legal representatives
}

var forms = []legalForm{
	{Coded{"1", "Công ty trách nhiệm hữu hạn một thành viên"}, "Công ty TNHH", "Company Limited", "CO., LTD", 1, 1, true, true},
	{Coded{"2", "Công ty trách nhiệm hữu hạn hai thành viên trở lên"}, "Công ty TNHH", "Company Limited", "CO., LTD", 2, 4, true, true},
	{Coded{"3", "Công ty cổ phần"}, "Công ty cổ phần", "Joint Stock Company", "JSC", 3, 4, true, true},
	{Coded{"4", "Doanh nghiệp tư nhân"}, "Doanh nghiệp tư nhân", "Private Enterprise", "PE", 1, 1, false, false},
	{Coded{"5", "Công ty hợp danh"}, "Công ty hợp danh", "Partnership", "PARTNERSHIP", 2, 3, false, false},
}

var (
	branchForm = Coded{"6", "Chi nhánh"}

	operating = Coded{"1", "Đang hoạt động"}
	suspended = Coded{"2", "Tạm ngừng kinh doanh"}
	dissolved = Coded{"3", "Đã giải thể"}
	revoked   = Coded{"4", "Bị thu hồi giấy chứng nhận đăng ký doanh nghiệp"}

	received   = Coded{"1", "Đã tiếp nhận"}
	processing = Coded{"2", "Đang xử lý"}
	incomplete = Coded{"3", "Yêu cầu bổ sung"}
	approved   = Coded{"4", "Đã chấp thuận"}
	refused    = Coded{"5", "Từ chối"}

	submissions = []Coded{{"1", "Qua mạng"}, {"2", "Trực tiếp"}}
)

// business is a line of business as company names word it.
type business struct{ vi, en, activity string }

var lines = []business{
	{"Thương mại", "Trading", "4649"}, {"Xây dựng", "Construction", "4101"},
	{"Nội thất", "Furniture", "3100"}, {"May mặc", "Garment", "1410"},
	{"Thực phẩm", "Food", "4632"}, {"Bánh kẹo", "Confectionery", "1071"},
	{"Công nghệ", "Technology", "6201"}, {"Phần mềm", "Software", "5820"},
	{"Vận tải", "Transport", "4933"}, {"Kho vận", "Logistics", "5210"},
	{"In ấn", "Printing", "1811"}, {"Cơ khí", "Engineering", "2592"},
	{"Du lịch", "Travel", "7911"}, {"Khách sạn", "Hotel", "5510"},
	{"Nhà hàng", "Restaurant", "5610"}, {"Quảng cáo", "Advertising", "7310"},
	{"Tư vấn", "Consulting", "7020"}, {"Kiến trúc", "Architecture", "7110"},
	{"Rau hoa", "Garden Produce", "0118"}, {"Bất động sản", "Real Estate", "6810"},
}

var activities = []Coded{
	{"0111", "Trồng lúa"},
	{"0118", "Trồng rau, đậu các loại và trồng hoa"},
	{"1071", "Sản xuất các loại bánh từ bột"},
	{"1410", "May trang phục (trừ trang phục từ da lông thú)"},
	{"1811", "In ấn"},
	{"2592", "Gia công cơ khí; xử lý và tráng phủ kim loại"},
	{"3100", "Sản xuất giường, tủ, bàn, ghế"},
	{"4101", "Xây dựng nhà để ở"},
	{"4102", "Xây dựng nhà không để ở"},
	{"4321", "Lắp đặt hệ thống điện"},
	{"4632", "Bán buôn thực phẩm"},
	{"4641", "Bán buôn vải, hàng may sẵn, giày dép"},
	{"4649", "Bán buôn đồ dùng khác cho gia đình"},
	{"4651", "Bán buôn máy vi tính, thiết bị ngoại vi và phần mềm"},
	{"4663", "Bán buôn vật liệu, thiết bị lắp đặt khác trong xây dựng"},
	{"4933", "Vận tải hàng hóa bằng đường bộ"},
	{"5210", "Kho bãi và lưu giữ hàng hóa"},
	{"5510", "Dịch vụ lưu trú ngắn ngày"},
	{"5610", "Nhà hàng và các dịch vụ ăn uống phục vụ lưu động"},
	{"5820", "Xuất bản phần mềm"},
	{"6201", "Lập trình máy vi tính"},
	{"6202", "Tư vấn máy vi tính và quản trị hệ thống máy vi tính"},
	{"6810", "Kinh doanh bất động sản, quyền sử dụng đất thuộc chủ sở hữu, chủ sử dụng hoặc đi thuê"},
	{"7020", "Hoạt động tư vấn quản lý"},
	{"7110", "Hoạt động kiến trúc và tư vấn kỹ thuật có liên quan"},
	{"7310", "Quảng cáo"},
	{"7911", "Đại lý du lịch"},
}

// phrase is a word of an invented brand in both languages.
type phrase struct{ vi, en string }

// Brands and traits are things that do not go together, so that no company is
// called so.
var brands = []phrase{
	{"Sao", "Star"}, {"Trăng", "Moon"}, {"Mây", "Cloud"}, {"Gió", "Wind"}, {"Sóng", "Wave"},
	{"Diều", "Kite"}, {"Nắng", "Sunshine"}, {"Mưa", "Rain"}, {"Suối", "Brook"}, {"Đèn Lồng", "Lantern"},
	{"Ốc Sên", "Snail"}, {"Chuồn Chuồn", "Dragonfly"}, {"Đom Đóm", "Firefly"}, {"Cá Chép", "Carp"},
	{"Trâu Nước", "Buffalo"}, {"Chích Chòe", "Magpie"}, {"Lá Khoai", "Taro Leaf"}, {"Hạt Gạo", "Rice Grain"},
	{"Cối Xay", "Millstone"}, {"Trống Cơm", "Drum"}, {"Nón Lá", "Leaf Hat"}, {"Guốc Mộc", "Clog"},
	{"Chong Chóng", "Pinwheel"}, {"Quả Thị", "Gold Apple"},
}

var brandTraits = []phrase{
	{"Giấy", "Paper"}, {"Lụa", "Silken"}, {"Gốm", "Pottery"}, {"Tre", "Bamboo"}, {"Đá", "Stone"},
	{"Tím", "Purple"}, {"Biết Bay", "Flying"}, {"Biết Hát", "Singing"}, {"Ngủ Trưa", "Napping"},
	{"Đi Bộ", "Walking"}, {"Mơ Màng", "Dreaming"}, {"Bảy Sắc", "Seven-Coloured"}, {"Tí Hon", "Tiny"},
	{"Nghiêng", "Slanting"}, {"Vắng Nhà", "Absent"}, {"Trong Gương", "Mirrored"}, {"Lật Đật", "Tumbling"},
	{"Khổng Lồ", "Giant"}, {"Rì Rào", "Whispering"}, {"Pha Lê", "Crystal"},
}
