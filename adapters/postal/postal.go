// Package postal speaks to the public post (VNPost), which carries papers between
// public service centres and citizens.
//
// It knows two generations. The usual one stands behind the national gateway: an
// order is placed and cancelled there, and a feed tells the states of all orders.
// Picking something up from a citizen is the same order with the citizen as its
// sender. The old portal is reached directly; it alone says of one order whether
// it was collected and delivered. It wants a token in the address, which therefore
// is never part of an error.
//
// Documented are the members of orders and cancellations, what the feed tells, and
// that the Status "100" is success. Assumed are the addresses of cancellation and
// feed, how the feed spells its members and that its states have the numbers known
// from the post's clients, that any other Status is a refusal and in which words,
// that provinces and districts are counted by their statistics codes, and how the
// portal writes times. An order that the post says it has, or has cancelled, already
// is taken as done; that it knows a repeat is not documented, so nothing is sent
// twice. Of the portal only an empty object for no and any other for yes are
// documented. Its members are assumed here, and an object without any of them is
// refused, because an error would look the same.
//
// Left out: the header access_token, with which a province's own gateway replaces
// the national one; the portal's postDieuTin, because orders go through the national
// gateway; the Message of an answer, which may name a person.
package postal

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"

	"github.com/lgsp-vn/lgsp/adapters"
)

// The protocols, the usual one first.
const (
	ngsp   = "ngsp"
	portal = "portal"
)

// The addresses below the endpoint: the gateway's apiVNPostNGSP/p1.0, the portal's
// serviceApi/v1.
const (
	orderPath      = "/order/post"
	cancelPath     = "/order/cancel"
	trackingPath   = "/order/tracking"
	acceptancePath = "/getAcceptance"
	deliveryPath   = "/getDelivery"
)

// System describes the post and its operations.
func System() adapters.System {
	return adapters.System{
		ID:        "postal",
		Names:     adapters.Text{VI: "Dịch vụ bưu chính công ích VNPost", EN: "Public postal service (VNPost)"},
		Owner:     adapters.Text{VI: "Tổng công ty Bưu điện Việt Nam", EN: "Vietnam Post Corporation"},
		Secrets:   []string{"portalToken"},
		Protocols: []string{ngsp, portal},
		Operations: []adapters.Operation{
			adapters.Submission(adapters.Operation{ID: "order-create", Personal: true, Protocol: ngsp,
				Summary: adapters.Text{VI: "Đặt chuyển phát giấy tờ, hoặc thu gom từ công dân khi người gửi là công dân", EN: "Order the delivery of papers, or their pick-up where the sender is the citizen"},
			}, orderCreate),
			adapters.Submission(adapters.Operation{ID: "order-cancel", Personal: true, Protocol: ngsp,
				Summary: adapters.Text{VI: "Hủy một đơn hàng", EN: "Cancel an order"},
			}, orderCancel),
			adapters.Lookup(adapters.Operation{ID: "tracking-feed", Personal: true, Protocol: ngsp,
				Summary: adapters.Text{VI: "Dòng trạng thái của mọi đơn hàng, đọc tiếp từ vị trí đã đọc", EN: "States of all orders as a feed, read on from where one stopped"},
			}, trackingFeed),
			adapters.Lookup(adapters.Operation{ID: "acceptance", Personal: true, Protocol: portal,
				Summary: adapters.Text{VI: "Bưu điện đã thu gom đơn hàng hay chưa", EN: "Whether the post has collected an order"},
			}, confirmation(acceptancePath)),
			adapters.Lookup(adapters.Operation{ID: "delivery", Personal: true, Protocol: portal,
				Summary: adapters.Text{VI: "Bưu điện đã phát đơn hàng hay chưa", EN: "Whether the post has delivered an order"},
			}, confirmation(deliveryPath)),
		},
	}
}

func orderCreate(ctx context.Context, c *adapters.Conn, call adapters.Call, in Order) (Receipt, error) {
	answer, err := post(ctx, c, call, orderPath, nil, in.national())
	if err != nil {
		return Receipt{}, err
	}
	return readReceipt(answer, in.OrderNumber, placed)
}

func orderCancel(ctx context.Context, c *adapters.Conn, call adapters.Call, in Cancellation) (Receipt, error) {
	// In this message the members are in lower camel case, as ours are.
	answer, err := post(ctx, c, call, cancelPath, nil, in)
	if err != nil {
		return Receipt{}, err
	}
	return readReceipt(answer, in.OrderNumber, cancelled)
}

func trackingFeed(ctx context.Context, c *adapters.Conn, call adapters.Call, in FeedQuestion) (Feed, error) {
	in.Cursor, in.Limit = cmp.Or(in.Cursor, start), cmp.Or(in.Limit, defaultLimit)
	answer, err := post(ctx, c, call, trackingPath, nil, map[string]any{"pageSize": in.Limit, "lastId": in.Cursor})
	if err != nil {
		return Feed{}, err
	}
	return readFeed(answer, in.Cursor, in.Limit)
}

// confirmation asks the portal whether an order has come past one of its stations.
func confirmation(path string) func(context.Context, *adapters.Conn, adapters.Call, Order) (Confirmation, error) {
	return func(ctx context.Context, c *adapters.Conn, call adapters.Call, in Order) (Confirmation, error) {
		answer, err := post(ctx, c, call, path, url.Values{"token": {c.Secret("portalToken")}}, in.portal())
		if err != nil {
			return Confirmation{}, err
		}
		return readConfirmation(answer, in.OrderNumber)
	}
}

// post sends a message and returns an answer whose body has to tell the outcome.
func post(ctx context.Context, c *adapters.Conn, call adapters.Call, path string, query url.Values, message any) (*adapters.Answer, error) {
	body, err := json.Marshal(message)
	if err != nil {
		return nil, adapters.Fail(adapters.ErrRefusedInput, "", "message cannot be written as JSON")
	}
	answer, err := c.Do(ctx, call, adapters.Request{Path: path, Query: query, Body: body, Type: "application/json"})
	if err != nil {
		return nil, err
	}
	return answer, answer.Fault()
}
