package sandbox

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type stationQuestion struct {
	CitizenID adapters.CitizenID `json:"citizenId" lgsp:"required,subject"`
	Limit     int                `json:"limit,omitempty" lgsp:"min=1,max=10"`
}

type stationRecord struct {
	FullName string `json:"fullName"`
}

// stubAnswer is what the stub answers, in JSON.
const stubAnswer = `{"fullName":"Nguyễn Văn Thử","path":"/ask"}`

// stub is a system whose simulator answers the same to everybody; worked counts
// the answers that it has really made.
func stub(id string, behind bool, worked *atomic.Int64, answer string) catalog.Entry {
	system := adapters.System{ID: id, Secrets: []string{"key"}, Operations: []adapters.Operation{
		adapters.Lookup(adapters.Operation{ID: "ask", Personal: true},
			func(ctx context.Context, c *adapters.Conn, call adapters.Call, in stationQuestion) (out stationRecord, err error) {
				answer, err := c.Do(ctx, call, adapters.Request{Path: "/ask", Body: []byte(in.CitizenID)})
				if err != nil {
					return out, err
				}
				if err := answer.Fault(); err != nil {
					return out, err
				}
				return out, answer.JSON(&out)
			}),
	}}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/login" {
			simulator.Received(r, "ask")
			simulator.Received(r, "ask")
		}
		worked.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Path", r.URL.Path)
		w.Header().Set("X-Raw-Path", r.URL.RawPath)
		w.Header().Set("X-Request-URI", r.RequestURI)
		_, _ = io.WriteString(w, answer)
	})
	return catalog.Entry{System: system, Simulate: func(*synthetic.World, func() time.Time) simulator.Simulator {
		return simulator.Simulator{Handler: handler, NDXP: behind,
			Samples: map[string]simulator.Samples{"ask": {OK: stationQuestion{CitizenID: "001099000001"}}}}
	}}
}

// start serves a sandbox of two stubs, "direct" and "behind" the gateway.
func start(t *testing.T) (s *Sandbox, url string, worked *atomic.Int64) {
	t.Helper()
	worked = new(atomic.Int64)
	s = New(Options{People: 200, Entries: []catalog.Entry{
		stub("direct", false, worked, stubAnswer), stub("behind", true, worked, stubAnswer)}})
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		s.Close()
		server.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	return s, server.URL, worked
}

// send does one request on a connection of its own and reads the whole answer.
func send(t *testing.T, method, url, body string) (*http.Response, string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp, string(text), err
}

func readJSON[T any](t *testing.T, url string) (v T) {
	t.Helper()
	resp, text, err := send(t, http.MethodGet, url, "")
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %v %v %s", url, resp, err, text)
	}
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}
