package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// exchange is one request of the tour and its answer.
type exchange struct {
	method, path string
	status       int
	header       http.Header
	body         []byte
}

// listener notes every exchange with the gateway.
type listener struct {
	mu    sync.Mutex
	heard []exchange
}

func (l *listener) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard = append(l.heard, exchange{req.Method, req.URL.Path, resp.StatusCode, resp.Header, body})
	return resp, err
}

func TestEveryAnswerOfTheTourFitsTheDescription(t *testing.T) {
	t.Setenv("LGSP_SANDBOX_PEOPLE", "500")
	tour, err := startTour()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := tour.close(); err != nil {
			t.Error(err)
		}
	}()
	l := &listener{}
	tour.client.Transport = l
	if err := tour.prepare(nil); err != nil {
		t.Fatal(err)
	}
	tour.visit()
	if err := tour.verdict(); err != nil {
		t.Error(err)
	}
	var described *openapi3.T
	for _, e := range l.heard {
		if e.path == "/openapi.json" {
			if described, err = openapi3.NewLoader().LoadFromData(e.body); err != nil {
				t.Fatal(err)
			}
		}
	}
	checked := 0
	for _, e := range l.heard {
		if strings.HasPrefix(e.path, "/v1/") {
			checked++
			if err := e.fits(described); err != nil {
				t.Errorf("%s %s answered %d: %v", e.method, e.path, e.status, err)
			}
		}
	}
	if checked < len(tour.stops) {
		t.Errorf("%d answers were checked for %d stops", checked, len(tour.stops))
	}
}

// fits holds an answer against the description: status, content type, the headers
// that are always there, and the body's schema.
func (e exchange) fits(described *openapi3.T) error {
	item := described.Paths.Value(e.path)
	if item == nil || item.GetOperation(e.method) == nil {
		return fmt.Errorf("not described")
	}
	response := item.GetOperation(e.method).Responses.Value(strconv.Itoa(e.status))
	if response == nil {
		return fmt.Errorf("the status is not described")
	}
	for name := range e.header {
		described := response.Value.Headers[name] != nil
		for known := range response.Value.Headers {
			described = described || strings.EqualFold(known, name)
		}
		if own := strings.HasPrefix(name, "Lgsp-") || strings.HasPrefix(name, "Ratelimit"); own && e.status == http.StatusOK && !described {
			return fmt.Errorf("the header %s is not described", name)
		}
	}
	if e.header.Get("X-Request-Id") == "" {
		return fmt.Errorf("no X-Request-Id")
	}
	media := response.Value.Content.Get(e.header.Get("Content-Type"))
	if media == nil {
		return fmt.Errorf("the content type %s is not described", e.header.Get("Content-Type"))
	}
	for _, text := range e.documents() {
		var value any
		if err := json.Unmarshal(text, &value); err != nil {
			return err
		}
		if err := media.Schema.Value.VisitJSON(value, openapi3.EnableJSONSchema2020()); err != nil {
			return err
		}
	}
	return nil
}

// documents are the JSON texts of an answer: one, or one a line.
func (e exchange) documents() [][]byte {
	if e.header.Get("Content-Type") != "application/x-ndjson" {
		return [][]byte{e.body}
	}
	return bytes.Split(bytes.TrimSpace(e.body), []byte("\n"))
}
