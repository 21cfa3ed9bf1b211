package synthetic

import (
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPostOrdersAgreeWithTheCity(t *testing.T) {
	for _, size := range []int{MinPeople, 500} {
		w := New(1, size)
		orders, numbers, last, picked := w.PostOrders(), map[string]bool{}, map[PostState]int{}, 0
		for i, o := range orders {
			p := w.Person(o.Citizen)
			if !p.Alive() || p.Phone == "" || p.Age() <= 18 || numbers[o.Number] || len(o.Steps) == 0 {
				t.Errorf("%d people, order %d: %+v", size, i, o)
			}
			numbers[o.Number] = true
			if o.PickUp {
				picked++
			}
			for j, step := range o.Steps {
				if dateOf(step.At) > Today || j > 0 && (!step.At.After(o.Steps[j-1].At) || step.State <= o.Steps[j-1].State) {
					t.Errorf("order %d: steps %v", i, o.Steps)
				}
			}
			last[o.Steps[len(o.Steps)-1].State]++
		}
		for _, state := range []PostState{PostRegistered, PostCollecting, PostDelivered, PostCancelled} {
			if last[state] == 0 {
				t.Errorf("%d people: no order ended in state %d", size, state)
			}
		}
		if picked == 0 || picked == len(orders) {
			t.Errorf("%d of %d orders are pick-ups", picked, len(orders))
		}
		if diff := cmp.Diff(orders, w.PostOrders()); diff != "" {
			t.Errorf("the second call differs: %s", diff)
		}
	}
}

func TestPostEventsAreAllStepsInOneOrder(t *testing.T) {
	w := New(1, 500)
	steps := map[string][]PostStep{}
	var ids []string
	for _, e := range w.PostEvents() {
		ids, steps[e.Order] = append(ids, e.ID), append(steps[e.Order], e.PostStep)
	}
	if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Error("ids do not rise")
	}
	for _, id := range ids {
		if !regexp.MustCompile(`^[0-9a-f]{24}$`).MatchString(id) {
			t.Errorf("id %q", id)
		}
	}
	for _, o := range w.PostOrders() {
		if diff := cmp.Diff(o.Steps, steps[o.Number]); diff != "" {
			t.Errorf("%s: %s", o.Number, diff)
		}
	}
}
