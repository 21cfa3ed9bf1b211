package server

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/oklog/ulid/v2"

	"github.com/lgsp-vn/lgsp/gateway/problem"
	"github.com/lgsp-vn/lgsp/gateway/telemetry"
)

func TestRequestIDThatMayHoldANumberOfAPersonIsNotTaken(t *testing.T) {
	for id, want := range map[string]bool{
		"desk-4711-a": true, "trace-12345678": true, "a1b2c3d4e5f6": true, ulid.MustNew(1_790_000_000_000, ulid.DefaultEntropy()).String(): true,
		"0b5cf2a1-7d0e-4c55-9f3e-123456789012": true, "0B5CF2A1-7D0E-4C55-9F3E-0123456789AB": true,
		"cccd-001099000001": false, "cccd.001.099.000.001": false, "a001-099_000:001": false, "x-123456789": false,
		"00000000-0000-0000-0000-001099000001":  false,
		"a0b5cf2a1-7d0e-4c55-9f3e-123456789012": false, "0b5cf2a1-7d0e-4c55-9f3e1-23456789012": false,
		"001099000001": false, "12345678": false, "short": false, "with space": false, "số-hồ-sơ-1": false,
		strings.Repeat("x", 64): true, strings.Repeat("x", 65): false,
	} {
		if got := usableID(id); got != want {
			t.Errorf("%q is taken: %v, want %v", id, got, want)
		}
	}
}

// panicking answers one request whose handler panics, and gives the answer and
// the log.
func panicking(t *testing.T, value any) (answer, logged string) {
	t.Helper()
	var text logText
	s := &Server{log: telemetry.NewLog(&text, new(slog.LevelVar)), metrics: telemetry.NewMetrics()}
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.Use(identify, s.observe(problem.Writer{}))
	r.GET("/", func(*gin.Context) {
		if value == nil {
			var none []int
			_ = none[len(s.servers)]
		}
		panic(value)
	})
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	s.log.Close()
	if w.Code != http.StatusInternalServerError {
		t.Errorf("status %d", w.Code)
	}
	return w.Body.String(), text.String()
}

func TestPanicIsLoggedWithoutItsValue(t *testing.T) {
	const id = "001099000001"
	type record struct{ citizen string }
	for _, c := range []struct {
		name, says string
		value      any
	}{
		{"text", "panic: string", "no " + id},
		{"error", "panic: *errors.errorString", errors.New("no " + id)},
		{"record", "panic: server.record", record{id}},
		{"of the runtime", "panic: runtime.boundsError: runtime error: index out of range", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer, logged := panicking(t, c.value)
			if strings.Contains(answer+logged, id) {
				t.Errorf("the value is quoted: %s\n%s", answer, logged)
			}
			for _, said := range []string{c.says, "middleware_test.go", `"outcome":"internal"`} {
				if !strings.Contains(logged, said) {
					t.Errorf("the log does not say %q: %s", said, logged)
				}
			}
			if strings.Contains(answer, "panic") || strings.Contains(answer, ".go") {
				t.Errorf("the answer tells of the fault: %s", answer)
			}
		})
	}
}
