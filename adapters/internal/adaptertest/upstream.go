package adaptertest

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/lgsp-vn/lgsp/adapters"
)

// Answer is one as it came.
func Answer(status int, body string) *adapters.Answer {
	return &adapters.Answer{Status: status, Header: http.Header{"Content-Type": {mediaType(body)}}, Body: []byte(body)}
}

// mediaType is what a body looks like.
func mediaType(body string) string {
	if strings.HasPrefix(body, "<") {
		return "text/xml; charset=utf-8"
	}
	return "application/json"
}

// Answers says one body after the other, and the last for ever.
func Answers(status int, bodies ...string) http.Handler {
	var mu sync.Mutex
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		body := bodies[0]
		bodies = bodies[min(1, len(bodies)-1):]
		mu.Unlock()
		w.Header().Set("Content-Type", mediaType(body))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // a client that left is the only way to fail
	})
}

// Tap keeps what a handler is asked.
type Tap struct {
	Handler http.Handler

	mu    sync.Mutex
	asked []asked
}

type asked struct {
	*http.Request
	body string
}

// ServeHTTP hands on what it has noted.
func (p *Tap) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body) // a client that left has nothing to compare
	p.mu.Lock()
	p.asked = append(p.asked, asked{r.Clone(r.Context()), string(body)})
	p.mu.Unlock()
	r.Body = io.NopCloser(bytes.NewReader(body))
	p.Handler.ServeHTTP(w, r)
}

// Lines are what has been asked since they were last read: method, address, the headers
// named and the body, as far as each is there. Of credentials they hold the scheme.
func (p *Tap) Lines(headers ...string) (lines []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.asked {
		line := r.Method + " " + r.RequestURI
		for _, name := range headers {
			value := r.Header.Get(name)
			if name == "Authorization" {
				value, _, _ = strings.Cut(value, " ")
			}
			if value != "" {
				line += " " + value
			}
		}
		if r.body != "" {
			line += " " + r.body
		}
		lines = append(lines, line)
	}
	p.asked = nil
	return lines
}
