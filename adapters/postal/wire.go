package postal

import "github.com/lgsp-vn/lgsp/adapters"

// nationalOrder is an order as the gateway spells it. Provinces and districts are
// numbers; an order of today has no district.
type nationalOrder struct {
	CustomerCode, OrderNumber     string
	ItemCode                      string `json:",omitempty"`
	CODAmount                     int64
	SenderProvince                int
	SenderDistrict                int `json:",omitempty"`
	SenderAddress, SenderName     string
	SenderEmail                   string `json:",omitempty"`
	SenderTel                     string
	SenderDesc, Description       string `json:",omitempty"`
	ReceiverName, ReceiverAddress string
	ReceiverTel                   string
	ReceiverProvince              int
	ReceiverDistrict              int    `json:",omitempty"`
	ReceiverEmail                 string `json:",omitempty"`
	FlagConfig                    string `json:",omitempty"`
}

func (o Order) national() nationalOrder {
	s, r := o.Sender, o.Receiver
	return nationalOrder{
		CustomerCode: o.CustomerCode, OrderNumber: o.OrderNumber, ItemCode: o.ItemCode, CODAmount: o.CODAmount,
		SenderProvince: s.ProvinceCode.number(), SenderDistrict: s.FormerDistrictCode.number(), SenderAddress: s.AddressText,
		SenderName: s.Name, SenderEmail: s.Email, SenderTel: s.Phone, SenderDesc: o.SenderNote, Description: o.Description,
		ReceiverName: r.Name, ReceiverAddress: r.AddressText, ReceiverTel: r.Phone,
		ReceiverProvince: r.ProvinceCode.number(), ReceiverDistrict: r.FormerDistrictCode.number(), ReceiverEmail: r.Email,
		FlagConfig: o.Flag,
	}
}

// portalOrder is an order as the old portal spells it.
type portalOrder struct {
	SoDonHang, MaKhachHang        string
	TenNguoiGui, DiaChiNguoiGui   string
	DienThoaiNguoiGui             string
	EmailNguoiGui, NoiDungHang    string `json:",omitempty"`
	SoTienCOD                     int64
	NgayNhap                      string `json:",omitempty"`
	PosIdThuGom, PosIdNhanTin     string `json:",omitempty"`
	TenNguoiNhan, DiaChiNguoiNhan string
	DienThoaiNguoiNhan            string
	MaBuuGui                      string `json:",omitempty"`
	MaTinhNhan                    string
	MaHuyenNhan                   string `json:",omitempty"`
}

// How the portal writes days and times.
const (
	portalDay  = "02/01/2006"
	portalTime = portalDay + " 15:04:05"
)

func (o Order) portal() portalOrder {
	s, r := o.Sender, o.Receiver
	return portalOrder{
		SoDonHang: o.OrderNumber, MaKhachHang: o.CustomerCode, TenNguoiGui: s.Name, DiaChiNguoiGui: s.AddressText,
		DienThoaiNguoiGui: s.Phone, EmailNguoiGui: s.Email, NoiDungHang: o.Description, SoTienCOD: o.CODAmount,
		NgayNhap: adapters.Date(o.EnteredOn).Format(portalDay, "", ""), PosIdThuGom: o.CollectingOfficeCode, PosIdNhanTin: o.NotifiedOfficeCode,
		TenNguoiNhan: r.Name, DiaChiNguoiNhan: r.AddressText, DienThoaiNguoiNhan: r.Phone, MaBuuGui: o.ItemCode,
		MaTinhNhan: string(r.ProvinceCode), MaHuyenNhan: string(r.FormerDistrictCode),
	}
}
