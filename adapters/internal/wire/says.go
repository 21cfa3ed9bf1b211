package wire

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/lgsp-vn/lgsp/adapters"
)

// Unaccented is a text in lower case and without accents, to look for words in it:
// not every system writes them, nor always in the same form of Unicode.
func Unaccented(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ':
			return 'd'
		}
		return r
	}, norm.NFD.String(strings.ToLower(text)))
}

// Says tells whether a message says what the pattern looks for in it, unaccented. What
// the pattern's group finds, where it has one, must be one of the numbers of the thing
// asked, or no number at all ("hồ sơ này đã tồn tại").
func (t Text) Says(pattern *regexp.Regexp, numbers ...string) bool {
	found := pattern.FindStringSubmatch(Unaccented(string(t)))
	if len(found) < 2 {
		return found != nil
	}
	named := strings.Trim(found[1], `"'“”()[]:,.`)
	ours := func(number string) bool { return Unaccented(number) == named }
	return !strings.ContainsAny(named, "0123456789") || slices.ContainsFunc(numbers, ours)
}

// A Phrase is what a message means in which its words occur.
type Phrase struct {
	Kind   error // nil for a success
	Detail string
	words  *regexp.Regexp
}

// Said makes a phrase of a regular expression for its words, lower-case and without
// accents.
func Said(words string, kind error, detail string) Phrase {
	return Phrase{Kind: kind, Detail: detail, words: regexp.MustCompile("(?s)" + words)}
}

// Phrases classify what a system says in words for want of codes; the first whose
// words occur counts.
type Phrases []Phrase

// Find returns the phrase that a message holds.
func (p Phrases) Find(message Text) (Phrase, bool) {
	i := slices.IndexFunc(p, func(one Phrase) bool { return message.Says(one.words) })
	if i < 0 {
		return Phrase{}, false
	}
	return p[i], true
}

// Failure is the error of a message that tells one, under this code. In words of none
// of the phrases it is a refusal of ours, for an operator to look into.
func (p Phrases) Failure(code, message Text) error {
	said, known := p.Find(message)
	if !known {
		said = Phrase{Kind: adapters.ErrRejected, Detail: "refused in words that we do not know"}
	}
	return adapters.Fail(said.Kind, string(code), said.Detail)
}
