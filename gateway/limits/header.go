package limits

import "strconv"

// AppendRateLimit appends the value of a RateLimit header: "name";r=remaining;t=seconds until the bucket is full
// (draft-ietf-httpapi-ratelimit-headers, as an RFC 9651 list item).
func AppendRateLimit(dst []byte, name string, r Result) []byte {
	dst = appendString(dst, name)
	dst = append(dst, ";r="...)
	dst = strconv.AppendInt(dst, r.Remaining, 10)
	dst = append(dst, ";t="...)
	return strconv.AppendInt(dst, ceilSeconds(r.Reset), 10)
}

// AppendPolicy appends the value of a RateLimit-Policy header: "name";q=requests;w=seconds (same draft).
func AppendPolicy(dst []byte, name string, rate Rate) []byte {
	requests, seconds := rate.quota()
	dst = appendString(dst, name)
	dst = append(dst, ";q="...)
	dst = strconv.AppendInt(dst, requests, 10)
	dst = append(dst, ";w="...)
	return strconv.AppendInt(dst, seconds, 10)
}

// appendString writes a structured-field string, which holds printable ASCII only; anything else is left out.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c >= ' ' && c <= '~':
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}
