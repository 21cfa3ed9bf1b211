package wire

import (
	"regexp"
	"slices"
	"strings"
)

// Says tells whether a message says what the pattern looks for in it, unaccented, and
// of the thing asked: what the pattern's one group found must be one of its numbers,
// or no number at all ("hồ sơ này đã tồn tại").
func (t Text) Says(pattern *regexp.Regexp, numbers ...string) bool {
	found := pattern.FindStringSubmatch(Unaccented(string(t)))
	if found == nil {
		return false
	}
	named := strings.Trim(found[1], `"'“”()[]:,.`)
	ours := func(number string) bool { return Unaccented(number) == named }
	return !strings.ContainsAny(named, "0123456789") || slices.ContainsFunc(numbers, ours)
}
