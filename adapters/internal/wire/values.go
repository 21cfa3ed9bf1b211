package wire

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/lgsp-vn/lgsp/adapters"
)

// Values reads the texts of one answer; the first that cannot be read fails it,
// and Err is ErrMalformed then. The fault names the member and never the value.
type Values struct {
	Layouts []string // of dates, where Date is not told others
	Err     error
}

// Fail notes that a member is not what it should be.
func (v *Values) Fail(member, want string) {
	if v.Err == nil {
		v.Err = adapters.Malformed("%s is not %s", member, want)
	}
}

// Require wants a text that is not empty: a record's key, say.
func (v *Values) Require(member string, t Text) string {
	if t == "" {
		v.Fail(member, "there")
	}
	return string(t)
}

// Date reads a date by the first layout that fits (see adapters.ReadDate), of those
// given or else of v.Layouts; no text is no date.
func (v *Values) Date(member string, t Text, layouts ...string) adapters.Date {
	if len(layouts) == 0 {
		layouts = v.Layouts
	}
	date, ok := adapters.ReadDate(string(t), layouts...)
	if !ok && t != "" {
		v.Fail(member, "a date")
	}
	return date
}

// Time reads a time of day in Vietnam and writes it as RFC 3339; no text is none.
// Years before 1900 stand for "none" in some systems and are no time either.
func (v *Values) Time(member string, t Text, layout string) string {
	if t == "" {
		return ""
	}
	at, err := time.ParseInLocation(layout, string(t), adapters.Vietnam)
	if err != nil || at.Year() < 1900 {
		v.Fail(member, "a time")
		return ""
	}
	return at.Format(time.RFC3339)
}

// Count reads a number of things, nil where there is none.
func (v *Values) Count(member string, t Text) *int {
	if t == "" {
		return nil
	}
	n, err := strconv.Atoi(string(t))
	if err != nil || n < 0 {
		v.Fail(member, "a count")
		return nil
	}
	return &n
}

// Decimal is an amount as plain digits, exact where the source writes it so: a
// national number(21,3) has more digits than a binary fraction can hold.
func (v *Values) Decimal(member string, t Text) string {
	s := string(t)
	if strings.ContainsAny(s, "eE") {
		n, err := strconv.ParseFloat(s, 64)
		if err != nil || n >= 1e18 {
			v.Fail(member, "an amount")
			return ""
		}
		s = strconv.FormatFloat(n, 'f', 3, 64)
	}
	whole, fraction, dotted := strings.Cut(s, ".")
	switch {
	case s == "":
		return ""
	case whole == "" || dotted && fraction == "" || len(s) > 22 || strings.Trim(whole+fraction, "0123456789") != "":
		v.Fail(member, "an amount")
		return ""
	}
	whole = strings.TrimLeft(whole[:len(whole)-1], "0") + whole[len(whole)-1:]
	if fraction = strings.TrimRight(fraction, "0"); fraction != "" {
		return whole + "." + fraction
	}
	return whole
}

// Percent reads a share of at most a hundred, nil where there is none.
func (v *Values) Percent(member string, t Text) *float64 {
	digits := v.Decimal(member, t)
	if digits == "" {
		return nil
	}
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || n > 100 {
		v.Fail(member, "a share in percent")
		return nil
	}
	return &n
}

// Code makes a coded value, nil where there is none. A code without a known name
// stands alone. names may be nil.
func Code(t Text, names map[Text]string) *adapters.Code {
	if t == "" {
		return nil
	}
	return &adapters.Code{Code: string(t), Name: names[t]}
}

// Identity is the number of an identity paper of an unnamed kind, by its form; it
// is other where it is neither a citizen's nor that of an old card.
func Identity(t Text) (citizen adapters.CitizenID, old adapters.OldCitizenID, other string) {
	switch n := string(t); {
	case len(n) == 12 && Digits(n):
		return adapters.CitizenID(n), "", ""
	case len(n) == 9 && Digits(n):
		return "", adapters.OldCitizenID(n), ""
	default:
		return "", "", n
	}
}

// Digits tells whether a text holds nothing but digits.
func Digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

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
