package wire

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Words are a message in one spelling, in which a phrase can be looked for: small
// letters, and each with its accents in one character.
func (t Text) Words() string { return strings.ToLower(norm.NFC.String(string(t))) }

// Says tells whether a message says what the pattern looks for in its words, and of
// the thing asked: what the pattern's one group found must be one of its numbers, or
// no number at all ("hồ sơ này đã tồn tại").
func (t Text) Says(pattern *regexp.Regexp, numbers ...string) bool {
	found := pattern.FindStringSubmatch(t.Words())
	if found == nil {
		return false
	}
	named := strings.Trim(found[1], `"'“”()[]:,.`)
	ours := func(number string) bool { return Text(number).Words() == named }
	return !strings.ContainsAny(named, "0123456789") || slices.ContainsFunc(numbers, ours)
}
