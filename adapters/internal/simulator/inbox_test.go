package simulator

import (
	"strconv"
	"testing"
)

func TestInboxForgetsTheOldest(t *testing.T) {
	var b Inbox[int]
	for i := range mostHeld + 10 {
		if !b.Take(strconv.Itoa(i), i) {
			t.Fatalf("%d was there before", i)
		}
	}
	if _, ok := b.Find("9"); ok || len(b.held) != mostHeld || len(b.order) != mostHeld {
		t.Errorf("%d are held, %d in order", len(b.held), len(b.order))
	}
	if first, ok := b.Find("10"); !ok || first != 10 || b.Take("10", 0) {
		t.Errorf("the oldest that should be there is %d, %v", first, ok)
	}
}
