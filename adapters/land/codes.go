package land

import "github.com/lgsp-vn/lgsp/adapters/internal/wire"

// landUses names the purposes that are common in Hà Nội, by the map legend of the land law.
var landUses = map[wire.Text]string{
	"ODT": "Đất ở tại đô thị",
	"ONT": "Đất ở tại nông thôn",
	"CLN": "Đất trồng cây lâu năm",
	"LUC": "Đất chuyên trồng lúa",
	"BHK": "Đất bằng trồng cây hàng năm khác",
	"NTS": "Đất nuôi trồng thủy sản",
	"SKC": "Đất cơ sở sản xuất phi nông nghiệp",
	"TMD": "Đất thương mại, dịch vụ",
}

// certificateStates and restrictionKinds are assumed; the national tables are
// not public.
var (
	certificateStates = map[wire.Text]string{"1": "Đang có hiệu lực", "2": "Đã thu hồi", "3": "Đã cấp đổi"}
	restrictionKinds  = map[wire.Text]string{"TC": "Thế chấp", "KB": "Kê biên"}
)
