package postal

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// verdict is the outcome of a message. Gateways differ in the case of its members;
// the decoder takes either.
type verdict struct {
	Status  wire.Text `json:"Status"`
	Message wire.Text `json:"Message"`
}

// done is the documented Status of success.
const done = "100"

// refusals classify a Message by a phrase in it, unaccented, the first that occurs: of
// the codes none but success is documented. What holds none is for the bus to look into.
var refusals = [...]struct {
	phrase string
	kind   error
	detail string
}{
	{"token", adapters.ErrRejected, "post refuses our access"},
	{"khong co quyen", adapters.ErrRejected, "post refuses our access"},
	{"loi he thong", adapters.ErrUnavailable, "post reports a fault of its own"},
	{"qua tai", adapters.ErrUnavailable, "post reports that it is overloaded"},
	{"khong tim thay", adapters.ErrNotFound, ""},
	{"khong ton tai", adapters.ErrNotFound, ""},
	{"khong the huy", adapters.ErrRefusedInput, "order can no longer be cancelled"},
	{"khong hop le", adapters.ErrRefusedInput, "post refuses a value"},
}

// refusal is a failure that the post tells of itself.
func (v verdict) refusal() error {
	words := wire.Unaccented(string(v.Message))
	for _, r := range refusals {
		if strings.Contains(words, r.phrase) {
			return adapters.Fail(r.kind, string(v.Status), r.detail)
		}
	}
	return adapters.Fail(adapters.ErrRejected, string(v.Status), "post refuses in words we do not know")
}

// placed and cancelled say that the order itself, by its number or without, exists or
// is cancelled already.
var (
	placed    = regexp.MustCompile(`don hang(?: so)?:?(?: (\S+))? da ton tai`)
	cancelled = regexp.MustCompile(`don hang(?: so)?:?(?: (\S+))? da (?:duoc )?huy`)
)

// readReceipt reads the outcome of an order or cancellation; a refusal in the words
// for a repeat is a success.
func readReceipt(answer *adapters.Answer, order string, repeat *regexp.Regexp) (Receipt, error) {
	var v verdict
	if err := answer.JSON(&v); err != nil {
		return Receipt{}, err
	}
	switch {
	case v.Status == "":
		return Receipt{}, adapters.Malformed("answer without Status")
	case v.Status == done:
		return Receipt{OrderNumber: order}, nil
	case v.Message.Says(repeat, order):
		return Receipt{OrderNumber: order, AlreadyReceived: true}, nil
	}
	return Receipt{}, v.refusal()
}

type nationalFeed struct {
	Embedded *struct {
		Docs *[]struct {
			ID struct {
				OID string `json:"$oid"`
			} `json:"_id"`
			OrderNumber   wire.Text `json:"OrderNumber"`
			StatusCode    wire.Text `json:"StatusCode"`
			StatusMessage wire.Text `json:"StatusMessage"`
		} `json:"rh:doc"`
	} `json:"_embedded"`
	verdict
}

var eventID = regexp.MustCompile(Cursor("").Form().Pattern)

// readFeed reads a page of at most so many events. The feed may repeat itself: what is
// told twice, or was before the cursor asked, is dropped. What is more than asked for
// is read again from the cursor, which never goes back.
func readFeed(answer *adapters.Answer, asked Cursor, limit int) (Feed, error) {
	var n nationalFeed
	switch err := answer.JSON(&n); {
	case err != nil:
		return Feed{}, err
	case n.Embedded == nil && n.Status != "" && n.Status != done:
		return Feed{}, n.refusal()
	case n.Embedded == nil || n.Embedded.Docs == nil:
		return Feed{}, adapters.Malformed("neither events nor a verdict")
	}
	events := []Event{}
	for _, doc := range *n.Embedded.Docs {
		id := Cursor(strings.ToLower(doc.ID.OID))
		if !eventID.MatchString(string(id)) || doc.OrderNumber == "" {
			return Feed{}, adapters.Malformed("event without its id or its order")
		}
		if id > asked {
			events = append(events, Event{EventID: id, OrderNumber: string(doc.OrderNumber),
				Status: wire.Code(doc.StatusCode, states), Note: string(doc.StatusMessage)})
		}
	}
	slices.SortStableFunc(events, func(a, b Event) int { return cmp.Compare(a.EventID, b.EventID) })
	events = slices.CompactFunc(events, func(a, b Event) bool { return a.EventID == b.EventID })
	events = events[:min(len(events), limit)]
	if len(events) > 0 {
		asked = events[len(events)-1].EventID
	}
	return Feed{Events: events, NextCursor: asked}, nil
}

type nationalConfirmation struct {
	Status              *wire.Flag
	SoDonHang, MaBuuGui wire.Text
	TrangThai, ThoiDiem wire.Text
	Message             wire.Text
}

// readConfirmation reads yes or no. No is an object without members; yes is another
// one that is neither a refusal nor of another order.
func readConfirmation(answer *adapters.Answer, order string) (Confirmation, error) {
	var members map[string]json.RawMessage
	if err := answer.JSON(&members); err != nil {
		return Confirmation{}, err
	}
	if members != nil && len(members) == 0 {
		return Confirmation{OrderNumber: order}, nil
	}
	var n nationalConfirmation
	if err := answer.JSON(&n); err != nil {
		return Confirmation{}, err
	}
	message := n.Message
	n.Message = ""
	switch {
	case n.Status != nil && !bool(*n.Status):
		return Confirmation{}, verdict{Message: message}.refusal()
	case n == nationalConfirmation{}:
		return Confirmation{}, adapters.Malformed("neither yes nor no")
	case n.SoDonHang != "" && string(n.SoDonHang) != order:
		return Confirmation{}, adapters.Malformed("answer about another order")
	}
	c := Confirmation{OrderNumber: order, Confirmed: true, ItemCode: string(n.MaBuuGui), Status: wire.Code(n.TrangThai, states)}
	if n.ThoiDiem != "" {
		at, err := time.ParseInLocation(portalTime, string(n.ThoiDiem), adapters.Vietnam)
		if err != nil {
			return Confirmation{}, adapters.Malformed("ThoiDiem is not a time")
		}
		c.ConfirmedAt = at.Format(time.RFC3339)
	}
	return c, nil
}
