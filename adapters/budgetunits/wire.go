package budgetunits

import (
	"encoding/json"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

const layout = "02/01/2006" // assumed

// answer is that of both carriers.
type answer struct {
	Result wire.Text       `json:"maKetQua"`
	Unit   json.RawMessage `json:"duLieu"`
}

// record is the documented one, and below it what is assumed.
type record struct {
	Code      wire.Text `json:"MA_DVQHNS"`
	Name      wire.Text `json:"TEN_DVQHNS"`
	Parent    wire.Text `json:"MA_DVQHNS_CHA"`
	Type      wire.Text `json:"TYPE_DVQHNS"`
	Category  wire.Text `json:"MA_LOAIDV"`
	Level     wire.Text `json:"MA_CAP"`
	Chapter   wire.Text `json:"MA_CHUONG"`
	Province  wire.Text `json:"MA_TINH"`
	District  wire.Text `json:"MA_HUYEN"`
	Commune   wire.Text `json:"MA_XA"`
	Basis     wire.Text `json:"CAN_CU"`
	Effective wire.Text `json:"NGAY_HL"`
	Created   wire.Text `json:"NGAY_PS"`
	Changed   wire.Text `json:"NGAY_SD"`
	Status    wire.Text `json:"TRANG_THAI"`

	Closed   wire.Text `json:"ngayDong"`
	Receiver wire.Text `json:"maDonViTiepNhan"`
}

var (
	types = map[wire.Text]string{"1": "Đơn vị sử dụng ngân sách", "2": "Dự án đầu tư xây dựng cơ bản", "3": "Tổ chức",
		"4": "Đơn vị tổng hợp", "5": "Đơn vị logic"}
	levels   = map[wire.Text]string{"1": "Trung ương", "2": "Tỉnh, thành phố", "3": "Quận, huyện", "4": "Xã, phường"} // assumed
	statuses = map[wire.Text]string{"A": "Đang sử dụng", "I": "Ngừng sử dụng"}
)

// failures say what the result codes mean, without the zeros before them, which a
// number has not. All are assumed; nothing but zeros is a success.
var failures = map[string]error{"1": adapters.ErrNotFound, "2": adapters.ErrRefusedInput, "3": adapters.ErrRejected, "99": adapters.ErrUnavailable}

// readUnit reads the answer about the unit asked for.
func readUnit(text []byte, asked UnitCode) (Unit, error) {
	var a answer
	if err := adapters.DecodeJSON(text, &a); err != nil {
		return Unit{}, err
	}
	number := strings.TrimLeft(string(a.Result), "0")
	switch kind, failed := failures[number]; {
	case failed:
		return Unit{}, adapters.Fail(kind, string(a.Result), "result of the catalogue")
	case a.Result == "":
		return Unit{}, adapters.Malformed("answer without a result")
	case number != "":
		return Unit{}, adapters.Fail(adapters.ErrRejected, string(a.Result), "result that we do not know")
	case a.Unit == nil:
		return Unit{}, adapters.Malformed("success without a record")
	}
	var r record
	if err := adapters.DecodeJSON(a.Unit, &r); err != nil {
		return Unit{}, err
	}
	if r.Code != wire.Text(asked) {
		return Unit{}, adapters.Malformed("record of another unit, or without its code")
	}
	v := wire.Values{Layouts: []string{layout}}
	return wire.Whole(&v, r.unit(&v))
}

func (r *record) unit(v *wire.Values) Unit {
	u := Unit{UnitCode: UnitCode(r.Code), Name: string(r.Name), ParentCode: UnitCode(r.Parent), Type: wire.Code(r.Type, types),
		Category: wire.Code(r.Category, nil), Level: wire.Code(r.Level, levels), Chapter: wire.Code(r.Chapter, nil), LegalBasis: string(r.Basis),
		EffectiveOn: v.Date("NGAY_HL", r.Effective), CreatedOn: v.Date("NGAY_PS", r.Created), UpdatedOn: v.Date("NGAY_SD", r.Changed),
		Status: wire.Code(r.Status, statuses), ClosedOn: v.Date("ngayDong", r.Closed), ReceiverCode: UnitCode(r.Receiver)}
	// A record is as old as its last change.
	u.Address = adapters.NationalAddress{ProvinceCode: string(r.Province), DistrictCode: string(r.District), CommuneCode: string(r.Commune), AsOf: u.UpdatedOn}.Address()
	return u
}
