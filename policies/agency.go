package policies

import (
	"errors"
	"fmt"
	"strings"
)

// AgencyID names an agency in the form of QĐ 20/2020, such as H26.12: levels
// from the province or ministry down, parted by dots. Make one with [ParseAgencyID].
type AgencyID string

// ErrAgencyID marks a text that is no agency id; the caller must correct it.
var ErrAgencyID = errors.New("not an agency id")

// maxAgencyID is the longest id that the national scheme allows.
const maxAgencyID = 35

// ParseAgencyID reads an agency id. The older form 000.00.12.H26 is mapped to
// H26.12; an older id that also uses its lower levels has no published
// counterpart and is refused rather than guessed.
func ParseAgencyID(s string) (AgencyID, error) {
	if validAgency(s) {
		return AgencyID(s), nil
	}
	var buf [newFormLen]byte
	if n, ok := mapOldForm(&buf, s); ok {
		return AgencyID(buf[:n]), nil
	}
	return "", fmt.Errorf("parse agency id: %w", ErrAgencyID)
}

// contains says whether child is parent itself or an agency below it.
func contains(parent, child string) bool {
	return strings.HasPrefix(child, parent) && (len(child) == len(parent) || child[len(parent)] == '.')
}

// validAgency matches ^[A-Z][0-9]{2}(\.[A-Z0-9]{1,8}){0,3}$ up to the longest
// id, by hand because it runs for every dossier code on the hot path.
func validAgency(s string) bool {
	if len(s) < 3 || len(s) > maxAgencyID || !isUpper(s[0]) || !isDigit(s[1]) || !isDigit(s[2]) {
		return false
	}
	levels, run := 1, 0
	for i := 3; i < len(s); i++ {
		switch c := s[i]; {
		case c == '.' && (i == 3 || run > 0) && levels < 4:
			levels, run = levels+1, 0
		case levels > 1 && run < 8 && (isUpper(c) || isDigit(c)):
			run++
		default:
			return false
		}
	}
	return levels == 1 || run > 0
}

const (
	oldFormLen = len("000.00.12.H26")
	newFormLen = len("H26.12")
)

// mapOldForm writes the new form of an older id into buf and gives its length.
func mapOldForm(buf *[newFormLen]byte, s string) (int, bool) {
	if len(s) != oldFormLen || s[:7] != "000.00." || !isDigit(s[7]) || !isDigit(s[8]) || s[9] != '.' {
		return 0, false
	}
	if root := s[10:]; !isUpper(root[0]) || !isDigit(root[1]) || !isDigit(root[2]) {
		return 0, false
	}
	copy(buf[:], s[10:])
	if s[7:9] == "00" {
		return 3, true
	}
	buf[3] = '.'
	copy(buf[4:], s[7:9])
	return newFormLen, true
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// above cuts the last level off an id; it returns false at the top.
func above(agency string) (string, bool) {
	i := strings.LastIndexByte(agency, '.')
	if i < 0 {
		return "", false
	}
	return agency[:i], true
}
