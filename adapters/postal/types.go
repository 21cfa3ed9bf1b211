package postal

import (
	"strconv"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// Order is an order as both generations take it, each the members that it has:
// whoever placed it by the one asks the other for it by the same message.
type Order struct {
	OrderNumber          string       `json:"orderNumber" lgsp:"required,subject,personal,max=50" vi:"Số đơn hàng" en:"Number of the order"`
	CustomerCode         string       `json:"customerCode" lgsp:"required,max=50" vi:"Mã khách hàng do bưu điện cấp cho cơ quan" en:"Code that the post has given the agency"`
	ItemCode             string       `json:"itemCode,omitempty" lgsp:"max=50" vi:"Mã bưu gửi" en:"Number of the postal item"`
	Sender               Party        `json:"sender" lgsp:"personal" vi:"Người gửi; là công dân khi thu gom" en:"Sender: the citizen where it is a pick-up"`
	Receiver             Party        `json:"receiver" lgsp:"personal" vi:"Người nhận" en:"Receiver"`
	Description          string       `json:"description,omitempty" vi:"Nội dung hàng gửi" en:"What is sent"`
	SenderNote           string       `json:"senderNote,omitempty" vi:"Ghi chú của người gửi" en:"Note of the sender"`
	CODAmount            int64        `json:"codAmount,omitempty" lgsp:"min=0" vi:"Số tiền thu hộ, đồng" en:"Cash on delivery in đồng"`
	Flag                 string       `json:"flagConfig,omitempty" lgsp:"max=50" vi:"Cờ cấu hình của bưu điện" en:"Configuration flag of the post"`
	EnteredOn            adapters.Day `json:"enteredOn,omitempty" vi:"Ngày nhập đơn; chỉ cổng cũ dùng" en:"Day of entry; used by the old portal only"`
	CollectingOfficeCode string       `json:"collectingOfficeCode,omitempty" lgsp:"max=50" vi:"Mã bưu cục thu gom; chỉ cổng cũ dùng" en:"Post office that collects; used by the old portal only"`
	NotifiedOfficeCode   string       `json:"notifiedOfficeCode,omitempty" lgsp:"max=50" vi:"Mã bưu cục nhận tin; chỉ cổng cũ dùng" en:"Post office that is told; used by the old portal only"`
}

// Party is who sends or who receives: a citizen or an office.
type Party struct {
	Name               string    `json:"name" lgsp:"required,personal,max=200"`
	Phone              string    `json:"phone" lgsp:"required,personal,max=20" vi:"Số điện thoại" en:"Telephone"`
	Email              string    `json:"email,omitempty" lgsp:"personal,max=100" vi:"Thư điện tử" en:"E-mail address"`
	AddressText        string    `json:"addressText" lgsp:"required,personal" vi:"Địa chỉ, trên một dòng" en:"Address, in one line"`
	ProvinceCode       PlaceCode `json:"provinceCode" lgsp:"required,assumed"`
	FormerDistrictCode PlaceCode `json:"formerDistrictCode,omitempty" lgsp:"assumed"`
}

// PlaceCode is the code of a province or a former district, which the post takes
// for a number.
type PlaceCode string

// Form of PlaceCode. It bears no name, because the same codes are texts of any kind
// in other systems. The number 0 means none to the post.
func (PlaceCode) Form() adapters.Form {
	return adapters.Form{Pattern: `^0*[1-9][0-9]*$`, Max: 9, Example: "01",
		Rule: adapters.Text{VI: "phải là mã gồm 1 đến 9 chữ số, khác 0", EN: "must be a code of 1 to 9 digits other than 0"}}
}

func (c PlaceCode) number() int {
	n, _ := strconv.Atoi(string(c)) // its form lets nothing else through
	return n
}

// Cancellation names the order to be cancelled.
type Cancellation struct {
	CustomerCode string `json:"customerCode" lgsp:"required,max=50" vi:"Mã khách hàng do bưu điện cấp cho cơ quan" en:"Code that the post has given the agency"`
	OrderNumber  string `json:"orderNumber" lgsp:"required,subject,personal,max=50" vi:"Số đơn hàng" en:"Number of the order"`
}

// Receipt says that the post has taken an order or its cancellation.
type Receipt struct {
	OrderNumber     string `json:"orderNumber" lgsp:"required,personal" vi:"Số đơn hàng" en:"Number of the order"`
	AlreadyReceived bool   `json:"alreadyReceived" lgsp:"required"`
}

// Cursor is a place in the feed: the id of the last event read.
type Cursor string

// start is the cursor before all events.
const start Cursor = "000000000000000000000000"

// defaultLimit is how many events are asked for where the caller does not say.
const defaultLimit = 100

// Form of Cursor.
func (Cursor) Form() adapters.Form {
	return adapters.Form{Name: "feed-cursor", Pattern: `^[0-9a-f]{24}$`, Max: 24, Example: string(start),
		Rule: adapters.Text{VI: "phải gồm đúng 24 chữ số thập lục phân viết thường", EN: "must be exactly 24 lower-case hexadecimal digits"}}
}

// FeedQuestion asks for the next events. It names nobody: the feed is that of all
// orders, so what identifies the question is the place from which it is read on.
type FeedQuestion struct {
	Cursor Cursor `json:"cursor,omitempty" lgsp:"subject" vi:"Vị trí đã đọc đến; bỏ trống để đọc từ đầu" en:"Where reading stopped; the beginning if not given"`
	Limit  int    `json:"limit,omitempty" lgsp:"min=1,max=1000" vi:"Số sự kiện tối đa, mặc định 100" en:"Events at most, 100 if not given"`
}

// Feed is one page of it, oldest first. No event is in it twice or from before the
// cursor asked; where it has none, there was nothing new.
type Feed struct {
	Events     []Event `json:"events" lgsp:"required,personal,max=1000" vi:"Các sự kiện" en:"Events"`
	NextCursor Cursor  `json:"nextCursor" lgsp:"required" vi:"Vị trí để đọc tiếp" en:"Where to read on"`
}

// Event is a state that an order has reached.
type Event struct {
	EventID     Cursor         `json:"eventId" lgsp:"required" vi:"Mã sự kiện" en:"Id of the event"`
	OrderNumber string         `json:"orderNumber" lgsp:"required,personal" vi:"Số đơn hàng" en:"Number of the order"`
	Status      *adapters.Code `json:"status,omitempty"`
	Note        string         `json:"note,omitempty" lgsp:"personal" vi:"Diễn giải của bưu điện" en:"What the post says of it"`
}

// Confirmation says whether an order has been collected, or delivered. An order
// that the portal does not know is one that has not.
type Confirmation struct {
	OrderNumber string         `json:"orderNumber" lgsp:"required,personal" vi:"Số đơn hàng" en:"Number of the order"`
	Confirmed   bool           `json:"confirmed" lgsp:"required,personal" vi:"Đã thực hiện" en:"It has happened"`
	ItemCode    string         `json:"itemCode,omitempty" lgsp:"assumed" vi:"Mã bưu gửi" en:"Number of the postal item"`
	Status      *adapters.Code `json:"status,omitempty" lgsp:"assumed"`
	ConfirmedAt string         `json:"confirmedAt,omitempty" lgsp:"assumed" vi:"Thời điểm thực hiện" en:"Time at which it happened"`
}

// Negative tells that the answer is no.
func (c Confirmation) Negative() bool { return !c.Confirmed }

// states are those that clients of the post keep, by their numbers.
var states = map[wire.Text]string{"0": "Không sử dụng dịch vụ", "1": "Đã đăng ký", "2": "Đang thu gom", "3": "Đã phát", "4": "Đã hủy"}
