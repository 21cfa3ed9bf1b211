package places

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// NormalizeName returns a key under which two spellings of one Vietnamese name
// are equal: letter case, Unicode composition, spacing, hyphens and the place of
// the tone mark within a syllable (Hòa, Hoà) do not matter; the tones themselves
// and all letters do. The key is for comparing, not for showing.
func NormalizeName(name string) string {
	var key, tones strings.Builder
	endSyllable := func() {
		key.WriteString(tones.String())
		tones.Reset()
	}
	gap := false
	for _, r := range norm.NFD.String(strings.ToLower(norm.NFC.String(name))) {
		switch {
		case isTone(r):
			tones.WriteRune(r)
		case unicode.IsSpace(r) || unicode.Is(unicode.Pd, r):
			gap = key.Len() > 0 || tones.Len() > 0
		default:
			if gap {
				endSyllable()
				key.WriteByte(' ')
				gap = false
			}
			key.WriteRune(r)
		}
	}
	endSyllable()
	return norm.NFC.String(key.String())
}

// isTone reports whether r is one of the five tone marks, which writers place
// differently; other marks (â, ơ, ă) belong to their letter.
func isTone(r rune) bool {
	switch r {
	case '\u0300', '\u0301', '\u0303', '\u0309', '\u0323':
		return true
	}
	return false
}

// agrees reports whether a name as a record gives it can mean the unit of this
// kind and name. The record may leave the kind out, abbreviate it or spell it.
func agrees(given string, kind Kind, name string) bool {
	if given == name || given == kind.Prefix()+" "+name {
		return true // the usual spelling, and far cheaper than comparing keys
	}
	name, given = NormalizeName(name), NormalizeName(given)
	if given == name {
		return true
	}
	for _, prefix := range prefixes(kind) {
		if rest, ok := strings.CutPrefix(given, prefix); ok && strings.TrimSpace(rest) == name {
			return true
		}
	}
	return false
}

// prefixes returns the ways to write a kind, as keys that a name may follow.
func prefixes(kind Kind) []string {
	full := NormalizeName(kind.Prefix()) + " "
	switch kind {
	case Ward:
		return []string{full, "p.", "p "}
	case Rural:
		return []string{full, "x.", "x "}
	case Town:
		return []string{full, "tt.", "tt "}
	}
	return nil
}
