package postal

import (
	"slices"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// samples are questions about orders of the world that are so far, and one new order.
// A look-up for an order that is unknown says no, so only a cancellation finds none.
func samples(w *synthetic.World) map[string]simulator.Samples {
	last := func(state synthetic.PostState) synthetic.PostOrder {
		return simulator.First(slices.Values(w.PostOrders()), func(o synthetic.PostOrder) bool { return o.Steps[len(o.Steps)-1].State == state })
	}
	waiting, delivered := last(synthetic.PostRegistered), last(synthetic.PostDelivered)
	fresh := orderOf(w, waiting)
	fresh.OrderNumber, fresh.ItemCode = "H26.11-261101-0901", ""
	return map[string]simulator.Samples{
		"order-create": {OK: fresh},
		"order-cancel": {OK: Cancellation{CustomerCode: customerCode, OrderNumber: waiting.Number},
			NotFound: Cancellation{CustomerCode: customerCode, OrderNumber: "H26.11-261101-0999"}},
		"tracking-feed": {OK: FeedQuestion{Cursor: start, Limit: 20}},
		"acceptance":    {OK: orderOf(w, delivered)},
		"delivery":      {OK: orderOf(w, delivered)},
	}
}

// orderOf is the message by which an order of the world was placed.
func orderOf(w *synthetic.World, o synthetic.PostOrder) Order {
	p := w.Person(o.Citizen)
	centre := Party{Name: "Trung tâm Phục vụ hành chính công giả định", Phone: "0100999999", Email: "trungtam@example.com",
		AddressText: "Số 1, phố Hoa Sen, Thành phố Hà Nội", ProvinceCode: "01"}
	citizen := Party{Name: p.FullName(), Phone: p.Phone, Email: p.Email, AddressText: p.Current.Full(),
		ProvinceCode: PlaceCode(p.Current.ProvinceCode), FormerDistrictCode: PlaceCode(p.Current.DistrictCode)}
	order := Order{OrderNumber: o.Number, CustomerCode: customerCode, ItemCode: o.Item, Sender: centre, Receiver: citizen,
		Description: "Kết quả thủ tục hành chính", SenderNote: "Gọi trước khi phát",
		EnteredOn: adapters.Day(o.Steps[0].At.Format("2006-01-02")), CollectingOfficeCode: "BC-GIA-DINH-01", NotifiedOfficeCode: "BC-GIA-DINH-02"}
	if o.PickUp {
		order.Sender, order.Receiver, order.Description = citizen, centre, "Hồ sơ nộp trực tuyến"
	}
	return order
}
