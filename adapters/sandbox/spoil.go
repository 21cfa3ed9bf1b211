package sandbox

import (
	"bytes"
	"crypto/tls"
	"maps"
	"net"
	"net/http"
	"strconv"
	"time"
)

// proxyError is what a proxy in front of a system shows when the system is away,
// here with the status of success, as happens.
const proxyError = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"

// refuse turns a call away before any work; the national gateway words the
// refusal of a token in its own way.
func refuse(w http.ResponseWriter, mode Mode, byGateway bool) {
	switch {
	case mode == Throttle:
		w.Header().Set("Retry-After", "30")
		write(w, http.StatusTooManyRequests, "application/json; charset=UTF-8",
			`{"fault":{"code":900800,"message":"Message throttled out","description":"You have exceeded your quota"}}`)
	case mode == TokenRefused && byGateway:
		write(w, http.StatusUnauthorized, "application/json; charset=UTF-8",
			`{"fault":{"code":900901,"message":"Invalid Credentials","description":"Access failure"}}`)
	case mode == TokenRefused:
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		write(w, http.StatusUnauthorized, "application/json; charset=UTF-8",
			`{"error":"invalid_token","error_description":"The token is not accepted"}`)
	default:
		write(w, http.StatusServiceUnavailable, "text/plain; charset=UTF-8", "Service Unavailable\n")
	}
}

func write(w http.ResponseWriter, status int, mediaType, body string) {
	w.Header().Set("Content-Type", mediaType)
	w.WriteHeader(status)
	// A client that left is the only way to fail.
	_, _ = w.Write([]byte(body))
}

// spoil answers with what is left of a good answer.
func (s *Sandbox) spoil(w http.ResponseWriter, r *http.Request, mode Mode, good *recorder) {
	switch mode {
	case Hang:
		s.hold(r.Context(), maxHold)
		panic(http.ErrAbortHandler)
	case Reset:
		reset(w)
	case HTML:
		write(w, http.StatusOK, "text/html", proxyError)
	case Truncate:
		good.announce(w, good.size)
		_, _ = w.Write(good.kept[:len(good.kept)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case Drip:
		s.drip(w, r, good)
	case WrongType:
		good.replace(w, wrongType(good))
	case Malformed:
		good.replace(w, broken(good.kept))
	case Oversize:
		oversize(w, good)
	}
}

// announce sends the head of the answer with a length of its body, which is
// never nothing: a fault of an empty answer must show too.
func (rec *recorder) announce(w http.ResponseWriter, length int64) {
	maps.Copy(w.Header(), rec.header)
	w.Header().Set("Content-Length", strconv.FormatInt(max(length, 1), 10))
	rec.WriteHeader(http.StatusOK)
	w.WriteHeader(rec.status)
}

func (rec *recorder) replace(w http.ResponseWriter, body []byte) {
	rec.announce(w, int64(len(body)))
	_, _ = w.Write(body)
}

// reset ends the connection so that the client sees a reset, not an end.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil { // such as HTTP/2: ending the stream is the nearest thing
		panic(http.ErrAbortHandler)
	}
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// drip sends the answer in up to 600 pieces, evenly over the longest time that a
// fault may hold a call.
func (s *Sandbox) drip(w http.ResponseWriter, r *http.Request, good *recorder) {
	body := good.kept
	if len(body) == 0 {
		body = []byte(" ")
	}
	good.announce(w, int64(len(body)))
	control := http.NewResponseController(w)
	_ = control.Flush()
	pieces := min(len(body), 600)
	piece := (len(body) + pieces - 1) / pieces
	for len(body) > 0 {
		if !s.hold(r.Context(), maxHold/time.Duration(pieces)) {
			panic(http.ErrAbortHandler)
		}
		next := body[:min(piece, len(body))]
		if _, err := w.Write(next); err != nil {
			panic(http.ErrAbortHandler)
		}
		_ = control.Flush()
		body = body[len(next):]
	}
}

// wrongType is a whole answer in the format of the good one that is something else.
func wrongType(good *recorder) []byte {
	if good.xml() {
		return []byte("<unexpected/>")
	}
	return []byte(`"unexpected"`)
}

// broken is three quarters of a good answer: no beginning of an object, an array,
// a text or a document is itself whole.
func broken(body []byte) []byte {
	body = bytes.TrimSpace(body)
	if len(body) < 2 || !bytes.ContainsAny(body[:1], `{["<`) {
		return []byte(`{"broken`)
	}
	return body[:len(body)*3/4]
}

// oversizeBytes is twice what an adapter reads of one answer.
const oversizeBytes = 8 << 20

// oversize follows the good answer with blanks, which change no meaning.
func oversize(w http.ResponseWriter, good *recorder) {
	maps.Copy(w.Header(), good.header)
	w.Header().Del("Content-Length")
	good.WriteHeader(http.StatusOK)
	w.WriteHeader(good.status)
	blanks := bytes.Repeat([]byte(" "), 32<<10)
	_, err := w.Write(good.kept)
	for sent := 0; sent < oversizeBytes && err == nil; sent += len(blanks) {
		_, err = w.Write(blanks)
	}
}
