package synthetic

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// PostState is how far the post has come with an order, as its clients number it.
type PostState uint8

// The states.
const (
	PostUnused PostState = iota
	PostRegistered
	PostCollecting
	PostDelivered
	PostCancelled
)

// PostOrder is an order of the public service centre: papers that go to a citizen
// or come from one.
type PostOrder struct {
	Number  string // of the dossier that the papers belong to
	Item    string // printed on the parcel
	Citizen int    // an adult with a telephone
	PickUp  bool   // from the citizen to the centre, not the other way
	Steps   []PostStep
}

// PostStep is a state that an order has reached, at this local time.
type PostStep struct {
	State PostState
	At    time.Time
}

// PostEvent is a step of some order, in the order in which the post tells them.
type PostEvent struct {
	ID    string // 24 hexadecimal digits; a later event has a greater one
	Order string // its number
	PostStep
}

const (
	postOrders = 300
	postDays   = 60 // within which they were registered, up to Today
)

// PostOrders returns the orders of the last two months, oldest first. They are
// made afresh at each call.
func (w *World) PostOrders() []PostOrder {
	orders := make([]PostOrder, postOrders)
	for i := range orders {
		orders[i] = w.postOrder(i)
	}
	return orders
}

func (w *World) postOrder(i int) PostOrder {
	r := w.derive(i, "post")
	on := Today.AddDays(i*postDays/postOrders - postDays + 1)
	o := PostOrder{Number: centreDossier(on, i+1), Item: fmt.Sprintf("ZZ%09dVN", i+1),
		Citizen: w.customer(r), PickUp: r.percent(30)}
	states := []PostState{PostRegistered, PostCollecting, PostDelivered}
	if r.percent(8) {
		states = []PostState{PostRegistered, PostCancelled}
	}
	for _, state := range states {
		if on > Today {
			break
		}
		o.Steps = append(o.Steps, PostStep{state, on.at(r.officeMinute())})
		on = on.AddDays(r.between(1, 3))
	}
	return o
}

// customer is an adult whom the post can call.
func (w *World) customer(r *stream) int {
	for {
		if p := w.Person(r.below(w.Len())); p.Phone != "" && p.Age() > 18 {
			return p.Index
		}
	}
}

// PostEvents returns the steps of all orders as one feed, made afresh at each call.
func (w *World) PostEvents() []PostEvent {
	var events []PostEvent
	for _, o := range w.PostOrders() {
		for _, step := range o.Steps {
			events = append(events, PostEvent{Order: o.Number, PostStep: step})
		}
	}
	slices.SortStableFunc(events, func(a, b PostEvent) int { return cmp.Compare(a.At.Unix(), b.At.Unix()) })
	for i := range events {
		events[i].ID = PostEventID(events[i].At, i)
	}
	return events
}

// PostEventID is the id of an event by its time and, above all, its place in the feed.
func PostEventID(at time.Time, place int) string { return fmt.Sprintf("%08x%016x", at.Unix(), place) }
