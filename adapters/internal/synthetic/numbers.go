package synthetic

import (
	"fmt"
	"strconv"
)

// own returns a number of somebody, whose prefix says what kind of number it is. It
// need not be stored: the six digits at its end lead back to whose it is.
func own(prefix string, i int) string { return fmt.Sprintf("%s%06d", prefix, scatter(i, MaxPeople)) }

// owner finds whose number it would be by its end. That it is theirs is for the
// caller to see, who makes it anew and compares.
func (w *World) owner(number string) (int, bool) {
	end := number[max(len(number)-6, 0):]
	n, err := strconv.ParseUint(end, 10, 32)
	if err != nil || len(end) != 6 {
		return None, false
	}
	i := unscatter(int(n), MaxPeople)
	return i, i < len(w.people)
}

// The public service centre numbers its dossiers through each day. In this world the
// number tells what a dossier is about, so that no code is given out twice: below
// firstJudicial what the post carries, from firstAssistance applications for
// assistance, between them those for judicial records.
const (
	centrePrefix    = "H26.11-"
	firstJudicial   = 1000
	firstAssistance = 9000
)

// centreDossier is the code of a dossier that the centre received on a day.
func centreDossier(on Date, number int) string {
	return fmt.Sprintf("%s%s-%04d", centrePrefix, on.Digits()[2:], number)
}

// find returns what an index has under a key.
func find[K comparable, T any](index map[K]int32, key K, list []T) (item T, ok bool) {
	i, ok := index[key]
	if ok {
		item = list[i]
	}
	return item, ok
}
