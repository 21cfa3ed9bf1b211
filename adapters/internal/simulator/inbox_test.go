package simulator

import "testing"

func TestInboxForgetsTheOldest(t *testing.T) {
	var b Inbox[int, int]
	for i := range mostHeld + 10 {
		if !b.Take(i, i) {
			t.Fatalf("%d was there before", i)
		}
	}
	all := b.All()
	if _, ok := b.Find(9); ok || len(b.held) != mostHeld || len(all) != mostHeld || all[0] != 10 || all[mostHeld-1] != mostHeld+9 {
		t.Errorf("%d are held, %d from %d in order", len(b.held), len(all), all[0])
	}
	if first, ok := b.Find(10); !ok || first != 10 || b.Take(10, 0) {
		t.Errorf("the oldest that should be there is %d, %v", first, ok)
	}
}

func TestMessageThatChangesKeepsItsPlace(t *testing.T) {
	var b Inbox[string, int]
	b.Take("a", 1)
	b.Take("b", 2)
	twice := func(former int, known bool) (int, bool) { return 2 * former, known }
	if !b.Change("a", twice) || b.Change("c", twice) {
		t.Error("a change is not told from none")
	}
	if all := b.All(); len(all) != 2 || all[0] != 2 || all[1] != 2 {
		t.Errorf("got %v", all)
	}
}
