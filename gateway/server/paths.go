package server

import (
	"net/http"
	"strings"

	"github.com/oklog/ulid/v2"

	"github.com/lgsp-vn/lgsp/gateway/problem"
)

// maxPath bounds the path of a request.
const maxPath = 512

// canonicalPaths lets only requests pass whose path is written in the one form
// that policies and routes know. Two readings of one address are how access
// rules are walked around, so nothing is cleaned up or redirected: it is refused
// before anything looks at it.
func canonicalPaths(next http.Handler, problems problem.Writer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if canonical(r) {
			next.ServeHTTP(w, r)
			return
		}
		id := ulid.Make().String()
		w.Header().Set("X-Request-Id", id)
		problems.Write(w, r, id, problem.InvalidRequest.With("Đường dẫn không ở dạng chuẩn.", "The path is not in canonical form."))
	})
}

// canonical checks the request target as it was sent: origin form, and a path of
// plain segments.
func canonical(r *http.Request) bool {
	path, _, _ := strings.Cut(r.RequestURI, "?")
	if len(path) > maxPath || !strings.HasPrefix(path, "/") || r.URL.Path != path {
		return false
	}
	for segment := range strings.SplitSeq(path[1:], "/") {
		if !plainSegment(segment) && path != "/" {
			return false
		}
	}
	return true
}

// plainSegment allows lower-case names and our ids (ULIDs are upper case).
func plainSegment(s string) bool {
	if s == "" || s == "." || s == ".." {
		return false
	}
	lower := true
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-', c == '_', c == '.', c == '~':
		case c >= 'A' && c <= 'Z':
			lower = false
		default:
			return false
		}
	}
	if lower {
		return true
	}
	_, err := ulid.ParseStrict(s)
	return err == nil
}
