package postal

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// customerCode is the public service centre's at the simulated post.
const customerCode = "KH-H26-11"

// maxNews bounds how many events are kept beyond the world's; the oldest give way.
const maxNews = 4096

// maxCodes bounds what is kept of one order: its three codes together.
const maxCodes = 600

// office is the simulated post: the world's orders, and what has been told it since.
type office struct {
	now   func() time.Time
	known map[string]*parcel // orders of the world, by number
	told  int                // events of the world, which come first

	mu     sync.Mutex // of the feed and the steps of parcels
	placed simulator.Inbox[string, *parcel]
	events []synthetic.PostEvent
	places int // given out in the feed
}

// parcel is an order under way.
type parcel struct {
	customer, item string
	steps          []synthetic.PostStep
}

// Simulate makes the post of a world.
func Simulate(w *synthetic.World, now func() time.Time) simulator.Simulator {
	o := &office{now: now, known: map[string]*parcel{}, events: w.PostEvents()}
	o.told, o.places = len(o.events), len(o.events)
	for _, order := range w.PostOrders() {
		o.known[order.Number] = &parcel{customerCode, order.Item, order.Steps}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+orderPath, o.create)
	mux.HandleFunc("POST "+cancelPath, o.cancel)
	mux.HandleFunc("POST "+trackingPath, o.feed)
	mux.HandleFunc("POST /"+portal+acceptancePath, o.confirm("acceptance", synthetic.PostCollecting))
	mux.HandleFunc("POST /"+portal+deliveryPath, o.confirm("delivery", synthetic.PostDelivered))
	return simulator.Simulator{Handler: mux, NDXP: true, Samples: samples(w)}
}

// order is the one of this number, nil where there is none.
func (o *office) order(number string) *parcel {
	if p := o.known[number]; p != nil {
		return p
	}
	p, _ := o.placed.Find(number)
	return p
}

func reply(w http.ResponseWriter, status, message string) {
	simulator.JSON(w, map[string]string{"Status": status, "Message": message})
}

func (o *office) create(w http.ResponseWriter, r *http.Request) {
	simulator.Received(r, "order-create")
	var n struct {
		CustomerCode, OrderNumber, ItemCode  string
		SenderName, SenderAddress, SenderTel string
		ReceiverName, ReceiverAddress        string
		ReceiverTel                          string
		SenderProvince, ReceiverProvince     int
		CODAmount                            int64
	}
	if !simulator.ReadJSON(w, r, &n) || n.SenderProvince <= 0 || n.ReceiverProvince <= 0 || n.CODAmount < 0 || len(n.CustomerCode+n.OrderNumber+n.ItemCode) > maxCodes ||
		slices.Contains([]string{n.CustomerCode, n.OrderNumber, n.SenderName, n.SenderAddress, n.SenderTel, n.ReceiverName, n.ReceiverAddress, n.ReceiverTel}, "") {
		reply(w, "101", "Dữ liệu đơn hàng không hợp lệ")
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	p := &parcel{customer: n.CustomerCode, item: n.ItemCode}
	if o.known[n.OrderNumber] != nil || !o.placed.Take(n.OrderNumber, p) {
		reply(w, "102", "Số đơn hàng đã tồn tại")
		return
	}
	o.happened(n.OrderNumber, p, synthetic.PostRegistered)
	reply(w, done, "Thành công")
}

func (o *office) cancel(w http.ResponseWriter, r *http.Request) {
	simulator.Received(r, "order-cancel")
	var n struct{ CustomerCode, OrderNumber string }
	if !simulator.ReadJSON(w, r, &n) || n.CustomerCode == "" || n.OrderNumber == "" {
		reply(w, "101", "Dữ liệu không hợp lệ")
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	p := o.order(n.OrderNumber)
	switch {
	case p == nil || p.customer != n.CustomerCode:
		reply(w, "104", "Không tìm thấy đơn hàng")
	case p.state() == synthetic.PostCancelled:
		reply(w, "105", "Đơn hàng đã hủy trước đó")
	case p.state() == synthetic.PostDelivered:
		reply(w, "106", "Đơn hàng đã phát, không thể hủy")
	default:
		o.happened(n.OrderNumber, p, synthetic.PostCancelled)
		reply(w, done, "Thành công")
	}
}

// happened adds a step to an order and to the feed; o.mu is held. Ids rise whatever
// the clock does.
func (o *office) happened(number string, p *parcel, state synthetic.PostState) {
	if len(o.events) == o.told+maxNews {
		o.events = slices.Delete(o.events, o.told, o.told+1)
	}
	at := o.now()
	if last := o.events[len(o.events)-1].At; at.Before(last) {
		at = last
	}
	step := synthetic.PostStep{State: state, At: at}
	p.steps = append(p.steps, step)
	o.events = append(o.events, synthetic.PostEvent{ID: synthetic.PostEventID(at, o.places), Order: number, PostStep: step})
	o.places++
}

// feed answers one page. A full page ends with its last event once more: the real
// feed is known to repeat itself.
func (o *office) feed(w http.ResponseWriter, r *http.Request) {
	simulator.Received(r, "tracking-feed")
	var n struct {
		PageSize int    `json:"pageSize"`
		LastID   string `json:"lastId"`
	}
	if !simulator.ReadJSON(w, r, &n) || n.PageSize < 1 || n.PageSize > 1000 || !eventID.MatchString(n.LastID) {
		reply(w, "101", "Tham số pageSize, lastId không hợp lệ")
		return
	}
	o.mu.Lock()
	first, found := slices.BinarySearchFunc(o.events, n.LastID, func(e synthetic.PostEvent, id string) int { return strings.Compare(e.ID, id) })
	if found {
		first++
	}
	page := slices.Clone(o.events[first:min(first+n.PageSize, len(o.events))])
	o.mu.Unlock()
	if len(page) == n.PageSize {
		page = append(page, page[len(page)-1])
	}
	docs := []any{}
	for _, e := range page {
		code := fmt.Sprint(e.State)
		docs = append(docs, map[string]any{"_id": map[string]string{"$oid": e.ID}, "OrderNumber": e.Order,
			"StatusCode": code, "StatusMessage": states[wire.Text(code)]})
	}
	simulator.JSON(w, map[string]any{"_embedded": map[string]any{"rh:doc": docs}})
}

// confirm answers the old portal: an empty object until an order has come so far.
func (o *office) confirm(operation string, state synthetic.PostState) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		simulator.Received(r, operation)
		if !simulator.IsSecret(r.URL.Query().Get("token"), "postal", "portalToken") {
			simulator.JSON(w, map[string]any{"Status": false, "Message": "Token không hợp lệ"})
			return
		}
		var n struct{ SoDonHang, MaKhachHang string }
		if !simulator.ReadJSON(w, r, &n) || n.SoDonHang == "" || n.MaKhachHang == "" {
			simulator.JSON(w, map[string]any{"Status": false, "Message": "Dữ liệu không hợp lệ"})
			return
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		p := o.order(n.SoDonHang)
		if p != nil && p.customer == n.MaKhachHang {
			for _, step := range p.steps {
				if step.State == state {
					simulator.JSON(w, map[string]any{"Status": true, "SoDonHang": n.SoDonHang, "MaBuuGui": p.item,
						"TrangThai": fmt.Sprint(state), "ThoiDiem": step.At.In(adapters.Vietnam).Format(portalTime)})
					return
				}
			}
		}
		simulator.JSON(w, struct{}{})
	}
}

func (p *parcel) state() synthetic.PostState { return p.steps[len(p.steps)-1].State }
