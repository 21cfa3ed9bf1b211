package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/config"
)

func TestRequestsInFlightGetTheirAnswersAtTheEnd(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	// The way through the national gateway takes two calls: the second begins
	// after the end has.
	w.fault("ndxp", `{"latency":{"p50":"700ms","p95":"700ms"}}`)
	q := question{system: "business-registration", operation: "enterprise-lookup"}
	const inFlight = 6
	answers := make(chan answer, inFlight)
	for range inFlight {
		req := w.request(q)
		go func() {
			got, err := w.try(req)
			if err != nil {
				t.Errorf("a request in flight lost its answer: %v", err)
			}
			answers <- got
		}()
	}
	eventually(t, "all are under way", func() bool {
		return w.calls("ndxp", "token") == 1 && w.s.shed.InFlight() == inFlight
	})
	w.closed.Do(func() {
		if err := w.s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	for range inFlight {
		got := <-answers
		if got.status != http.StatusOK {
			t.Errorf("a request in flight got %d: %s", got.status, got.body)
		}
		if len(w.entries()[got.header.Get("X-Request-Id")]) != 1 {
			t.Error("a request in flight is not in the audit")
		}
	}
	if _, err := w.try(w.request(q)); err == nil {
		t.Error("a new request was answered after the end")
	}
}

func TestCallHeldByAFaultDoesNotHoldUpTheEnd(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	w.fault("land", `{"mode":"hang"}`)
	ctx, leave := context.WithCancel(t.Context())
	req := w.request(question{system: "land", operation: "certificate-lookup"}).WithContext(ctx)
	left := make(chan error, 1)
	go func() {
		_, err := w.try(req)
		left <- err
	}()
	eventually(t, "land holds the call", func() bool { return w.allCalls()["land"] == 1 })
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("the caller left with %v", err)
	}
	w.closed.Do(func() {
		if err := w.s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if !regexp.MustCompile(`"level":"INFO".*"status":499,"outcome":"caller-left".*"system":"land"`).MatchString(w.logged.String()) {
		t.Errorf("who left is not told from a system that failed:\n%s", w.logged.String())
	}
}

func TestAddressesAreThereWhileTheServerRuns(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	a, err := ReadAddresses(w.config.DataDir)
	if err != nil {
		t.Fatal(err)
	}
	if a != w.s.Addresses || !strings.HasPrefix(a.API, "http://127.0.0.1:") || strings.HasSuffix(a.API, ":0") {
		t.Errorf("addresses.json has %+v, the server %+v", a, w.s.Addresses)
	}
	var file map[string]string
	if err := json.Unmarshal([]byte(readText(t, filepath.Join(w.config.DataDir, "addresses.json"))), &file); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"api", "admin", "sandbox", "public"} {
		if file[name] == "" {
			t.Errorf("addresses.json has no %s", name)
		}
	}
	w.close()
	if _, err := os.Stat(filepath.Join(w.config.DataDir, "addresses.json")); !os.IsNotExist(err) {
		t.Errorf("addresses.json outlives the server: %v", err)
	}
	if _, err := ReadAddresses(w.config.DataDir); err == nil || !strings.Contains(err.Error(), "LGSP_DATA_DIR") {
		t.Errorf("no server is found with %v", err)
	}
}

func TestSecondProcessOnOneDataFolderIsRefused(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	second, err := Start(w.config, catalog.Systems(), &logText{})
	if err == nil {
		second.Close()
		t.Fatal("two servers share a data folder")
	}
	for _, said := range []string{w.config.DataDir, "another process", "LGSP_DATA_DIR"} {
		if !strings.Contains(err.Error(), said) {
			t.Errorf("the refusal does not say %q: %v", said, err)
		}
	}
	if a, err := ReadAddresses(w.config.DataDir); err != nil || a != w.s.Addresses {
		t.Errorf("the second took the first's addresses away: %v %v", a, err)
	}
	w.must(question{system: "population", operation: "citizen-verify"})
	w.close()
	again, err := Start(w.config, catalog.Systems(), &logText{})
	if err != nil {
		t.Fatalf("the folder is not free after the end: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestRestartGoesOnWithTheSameJournalAndKeys(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(c *config.Config) {
		c.DataDir, c.KeysDir, c.PublicURL = dir, filepath.Join(dir, "keys"), "https://bus.example"
	}
	first := startServer(t, at)
	token := first.token(centre)
	first.must(question{system: "population", operation: "citizen-verify"})
	first.close()
	second := startServer(t, at)
	got := second.must(question{system: "population", operation: "citizen-verify", header: http.Header{"Authorization": {"Bearer " + token}}})
	if !strings.HasSuffix(got.header.Get("LGSP-Receipt"), "/1") {
		t.Errorf("the receipt after a restart is %s, want the second of the journal", got.header.Get("LGSP-Receipt"))
	}
}
