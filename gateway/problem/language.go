package problem

import (
	"strconv"
	"strings"
)

// English tells whether an Accept-Language header prefers English to Vietnamese,
// which is the default. Of two with equal weight the first is preferred; what
// cannot be read is passed over.
func English(acceptLanguage string) bool {
	best, english := 0.0, false
	for part := range strings.SplitSeq(acceptLanguage, ",") {
		tag, parameter, _ := strings.Cut(part, ";")
		primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		if q := weight(parameter); (primary == "en" || primary == "vi") && q > best {
			best, english = q, primary == "en"
		}
	}
	return english
}

// weight reads a parameter like q=0.8 (RFC 9110, section 12.4.2): 1 without
// one, 0 for one that is not a weight.
func weight(parameter string) float64 {
	parameter = strings.TrimSpace(parameter)
	if parameter == "" {
		return 1
	}
	name, value, _ := strings.Cut(parameter, "=")
	q, err := strconv.ParseFloat(value, 64)
	if !strings.EqualFold(name, "q") || err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}
