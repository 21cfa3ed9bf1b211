package socialassistance

import (
	"encoding/xml"

	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// How the system writes days and times, always local.
const (
	dayLayout  = "02/01/2006"
	timeLayout = "02/01/2006 15:04:05"
)

// layouts are those of its days: also with the time of day, or as much as is known.
var layouts = []string{dayLayout, timeLayout, "01/2006", "2006"}

// hanoi is the province whose communes we ask for.
const hanoi = "01"

// sexIDs are the system's own numbers of our codes of a sex.
var sexIDs = map[string]wire.Text{"1": "1034", "2": "1035"}

// statusNames are those of the national portal; that the system numbers its states
// alike is assumed, but for 10.
var statusNames = map[wire.Text]string{"1": "Mới đăng ký", "2": "Được tiếp nhận", "3": "Không được tiếp nhận", "4": "Đang xử lý",
	"5": "Yêu cầu bổ sung giấy tờ", "6": "Yêu cầu thực hiện nghĩa vụ tài chính", "7": "Công dân yêu cầu rút hồ sơ", "8": "Dừng xử lý",
	"9": "Đã xử lý xong", "10": "Đã trả kết quả"}

// The names of the look-up's codes are assumed, but for the kinds of disability,
// which are those of the forms.
var (
	categories = map[wire.Text]string{"NCT": "Người cao tuổi không có lương hưu", "NKT": "Người khuyết tật", "DTN": "Người đơn thân nghèo đang nuôi con", "TMC": "Trẻ em mồ côi cả cha và mẹ"}
	kinds      = map[wire.Text]string{"VanDong": "Vận động", "ThanKinh": "Thần kinh, tâm thần", "Nhin": "Nhìn", "TriTue": "Trí tuệ", "Nghe": "Nghe, nói"}
	degrees    = map[wire.Text]string{"1": "Đặc biệt nặng", "2": "Nặng"}
	states     = map[wire.Text]string{"1": "Đang hưởng", "2": "Đã dừng hưởng"}
)

// nationalQuestion and nationalPeriod are the questions.
type (
	nationalQuestion struct {
		AcceptKey  string
		SoDinhDanh string `json:"soDinhDanh"`
		HoTen      string `json:"hoTen"`
		NgaySinh   string `json:"ngaySinh"`
	}
	nationalPeriod struct {
		AcceptKey, LoaiDuLieu, MaTinh, MaHuyen, MaXa, ThoiGianBatDau, ThoiGianKetThuc string
	}
)

// nationalBeneficiary is the assumed record of traCuuDoiTuong.
type nationalBeneficiary struct {
	SoDinhDanh     wire.Text `json:"soDinhDanh"`
	MaDoiTuong     wire.Text `json:"maDoiTuong"`
	LoaiDoiTuong   wire.Text `json:"loaiDoiTuong"`
	DangKhuyetTat  wire.Text `json:"dangKhuyetTat"`
	MucDoKhuyetTat wire.Text `json:"mucDoKhuyetTat"`
	MucTroCap      wire.Text `json:"mucTroCap"`
	NgayHuong      wire.Text `json:"ngayHuong"`
	NgayDung       wire.Text `json:"ngayDung"`
	CoQuanChiTra   wire.Text `json:"coQuanChiTra"`
	TrangThai      wire.Text `json:"trangThai"`
}

// nationalDossier is a dossier as it is handed over. Given out, it has the same
// members in another case.
type nationalDossier struct {
	AcceptKey string `json:",omitempty"`

	LoaiDuLieu, MaHoSo, MaLinhVuc, TenLinhVuc, MaTTHC, TenTTHC, KenhThucHien, LoaiDoiTuong, HinhThucTra wire.Text
	HoVaTen, NgayThangNamSinh, GioiTinhId, DanTocId, CMND                                               wire.Text

	NgayCap wire.Text `json:"CMND_NgayCap"`
	NoiCap  wire.Text `json:"CMND_NoiCap"`

	MaTinh, MaHuyen, MaXa wire.Text

	HKTTMaTinh  wire.Text `json:"HKTT_MaTinh"`
	HKTTMaHuyen wire.Text `json:"HKTT_MaHuyen"`
	HKTTMaXa    wire.Text `json:"HKTT_MaXa"`
	HKTTMaThon  wire.Text `json:"HKTT_MaThon"`
	HKTTChiTiet wire.Text `json:"HKTT_ChiTiet"`
	NOHTMaTinh  wire.Text `json:"NOHT_MaTinh"`
	NOHTMaHuyen wire.Text `json:"NOHT_MaHuyen"`
	NOHTMaXa    wire.Text `json:"NOHT_MaXa"`
	NOHTMaThon  wire.Text `json:"NOHT_MaThon"`
	NOHTChiTiet wire.Text `json:"NOHT_ChiTiet"`

	SoDienThoai, Email, NgayTiepNhan, DonViXuLy, NoiNopHoSo                              wire.Text
	HoSoCoThanhPhanSoHoa, TaiKhoanDuocXacThucVoiVNeID, DuocThanhToanTrucTuyen            wire.Text
	LoaiDinhDanh, SoDinhDanh, MaCSDL, StatusId, SubmitedDate, UrlDetail                  wire.Text
	LoaiKetQua, SoQuyetDinh, NgayBanHanh, CoQuanBanHanh, TrichYeu, CertificateExtentData wire.Text
}

// heldDossier is a row of the answer, with what the system adds.
type heldDossier struct {
	nationalDossier
	NgayHenTra        wire.Text `json:"ngayHenTra"`
	NgayKetThucThucTe wire.Text `json:"ngayKetThucXuLy_ThucTe"`
	SoTaiKhoan        wire.Text `json:"soTaiKhoan"`
	NganHang          wire.Text `json:"nganHang"`
}

// extentData is the XML text in CertificateExtentData.
type extentData struct {
	XMLName     xml.Name      `xml:"ExtentData"`
	Attachments []Attachment  `xml:"DanhSachTaiLieuNop>TaiLieuNop"`
	Results     []ResultPaper `xml:"DanhSachGiayToKetQua>GiayToKetQua"`
}

// nationalProgress is a row of progress.
type nationalProgress struct {
	AcceptKey, MaHoSo, TaiKhoanXuLy, NguoiXuLy, ChucDanh, ThoiDiemXuLy, DonViXuLy, NoiDungXuLy, StatusId string
	NgayBatDau, NgayKetThucTheoQuyDinh, UseridCreated, UseridEdited, DateCreated, DateEdited             string
}
