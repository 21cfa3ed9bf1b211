package conformance

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// secrecy checks what has been told in errors and logs while all other checks
// were run.
func (b *bench) secrecy() []check {
	var all []check
	for _, t := range b.trials {
		all = append(all, check{t.name() + ": names no value in an error or a log", t.keepsSecrets})
	}
	return all
}

// telling is the length from which a value says something of somebody.
const telling = 4

// keepPrivate notes every text in a question or a record.
func (t *trial) keepPrivate(value any) {
	switch v := value.(type) {
	case map[string]any:
		for _, member := range v {
			t.keepPrivate(member)
		}
	case []any:
		for _, item := range v {
			t.keepPrivate(item)
		}
	case string:
		if len([]rune(v)) >= telling {
			t.private = append(t.private, v)
		}
	}
}

func (t *trial) keepsSecrets() error {
	if len(t.private) == 0 {
		return errors.New("no value is known to look for")
	}
	var faults []error
	for _, told := range t.told {
		if i := slices.IndexFunc(t.private, func(value string) bool { return quotes(told, value) }); i >= 0 {
			faults = append(faults, fmt.Errorf("an error names a value of the sample or its record (all fictional): %q", t.private[i]))
		}
	}
	for line := range strings.Lines(t.lab.log.String()) {
		if i := slices.IndexFunc(t.private, func(value string) bool { return quotes(line, value) }); i >= 0 {
			faults = append(faults, fmt.Errorf("the log names a value of the sample or its record (all fictional): %q", t.private[i]))
		}
	}
	return errors.Join(faults...)
}

// quotes tells whether a text holds a value, in any case, and for numbers and
// dates also as the national side may write them: without separators.
func quotes(text, value string) bool {
	text, value = strings.ToLower(text), strings.ToLower(value)
	if strings.Contains(text, value) {
		return true
	}
	digits := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, value)
	return len(digits) >= 8 && strings.Contains(text, digits)
}
