package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/config"
	"github.com/lgsp-vn/lgsp/gateway/portal"
	"github.com/lgsp-vn/lgsp/gateway/server"
)

func tourCommand() *cobra.Command {
	var output string
	var faults []string
	c := &cobra.Command{
		Use: "tour", Short: "Do every main job once through the real interfaces and print what came of it", Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return runTour(output, faults) },
	}
	c.Flags().StringVar(&output, "output", "table", "`FORM` of the result: table or json")
	c.Flags().StringArrayVar(&faults, "fault", nil, "make a simulated `SYSTEM=MODE` fail first, such as land=unavailable")
	c.PreRunE = func(*cobra.Command, []string) error {
		if output != "table" && output != "json" {
			return fmt.Errorf("%w: --output must be table or json", errUsage)
		}
		for _, f := range faults {
			if !strings.Contains(f, "=") {
				return fmt.Errorf("%w: --fault takes SYSTEM=MODE", errUsage)
			}
		}
		return nil
	}
	return c
}

// stop is one row of the tour: what was done and what came of it.
type stop struct {
	System    string  `json:"system"`
	Operation string  `json:"operation"`
	What      string  `json:"what"`
	Status    int     `json:"status"`
	Millis    float64 `json:"milliseconds"`
	Cache     string  `json:"cache,omitempty"`
	OK        bool    `json:"ok"`
	Why       string  `json:"why,omitempty"`
}

// tour is a running gateway seen from outside.
type tour struct {
	dir      string
	server   *server.Server
	settings config.Config
	samples  portal.Samples
	examples map[string]json.RawMessage // of procedures
	tokens   map[string]string
	client   http.Client
	stops    []stop
}

// runTour does the tour and prints it; it fails where a stop did.
func runTour(output string, faults []string) (err error) {
	t, err := startTour()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.close()) }()
	if err := t.prepare(faults); err != nil {
		return err
	}
	t.visit()
	if err := t.print(output); err != nil {
		return err
	}
	return t.verdict()
}

// startTour starts the whole product on free ports in a folder of its own, so that
// it neither meets nor disturbs a gateway that already runs.
func startTour() (*tour, error) {
	dir, err := os.MkdirTemp("", "lgsp-tour-")
	if err != nil {
		return nil, err
	}
	t := &tour{dir: dir, tokens: map[string]string{}, client: http.Client{Timeout: 90 * time.Second}}
	if t.settings, err = tourSettings(os.Environ(), dir); err == nil {
		t.server, err = server.Start(t.settings, catalog.Systems(), os.Stderr)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return t, nil
}

func (t *tour) close() error {
	t.client.CloseIdleConnections()
	return errors.Join(t.server.Close(), os.RemoveAll(t.dir))
}

// tourSettings takes over nothing of the environment but which sandbox to use:
// with a site's own policies and credentials the tour would ask real systems
// about people.
func tourSettings(environ []string, dir string) (config.Config, error) {
	own := []string{"LGSP_DATA_DIR=" + dir, "LGSP_LOG_LEVEL=error",
		"LGSP_LISTEN=127.0.0.1:0", "LGSP_ADMIN_LISTEN=127.0.0.1:0", "LGSP_SANDBOX_LISTEN=127.0.0.1:0"}
	for _, pair := range environ {
		if name, _, _ := strings.Cut(pair, "="); name == "LGSP_SANDBOX_URL" || name == "LGSP_SANDBOX_PEOPLE" {
			own = append(own, pair)
		}
	}
	return config.Load("", true, own)
}

// prepare gets samples and tokens, and makes fail what was asked to.
func (t *tour) prepare(faults []string) (err error) {
	if t.samples, err = server.FetchSamples(t.server.Addresses.Sandbox); err != nil {
		return err
	}
	if err := t.readExamples(); err != nil {
		return err
	}
	for _, agency := range []string{server.DemoAgency, "H26.13"} {
		if t.tokens[agency], err = server.DemoToken(context.Background(), t.settings, t.server.Addresses, agency, ""); err != nil {
			return err
		}
	}
	for _, f := range faults {
		system, mode, _ := strings.Cut(f, "=")
		fault, err := json.Marshal(map[string]string{"mode": mode})
		if err != nil {
			return err
		}
		if err := t.setFault(system, fault); err != nil {
			return err
		}
	}
	return nil
}

// visit goes everywhere: each lookup, an answer from the cache, a refusal, a
// fault of the caller's, and an answer that outlives its system.
func (t *tour) visit() {
	for _, entry := range catalog.Systems() {
		for op := range entry.System.Lookups() {
			t.ask(call{system: entry.System.ID, operation: op.ID, what: "lookup", want: http.StatusOK})
		}
	}
	t.ask(call{system: "population", operation: "citizen-verify", what: "again, from the cache", want: http.StatusOK, cache: "hit"})
	t.ask(call{system: "population", operation: "citizen-lookup", what: "denied: no grant", agency: "H26.13", want: http.StatusForbidden})
	t.ask(call{system: "population", operation: "citizen-lookup", what: "invalid input", body: []byte(`{"citizenId":"1"}`), want: http.StatusBadRequest})
	t.outage("shared-catalogues", "catalogues")
	t.batch()
	t.procedures()
}

// outage closes a system and asks again for what the bus has kept.
func (t *tour) outage(system, operation string) {
	before, err := t.fault(system)
	if err == nil {
		err = t.setFault(system, []byte(`{"mode":"unavailable"}`))
	}
	if err != nil {
		t.stops = append(t.stops, stop{System: system, Operation: operation, What: "stale during an outage", Why: err.Error()})
		return
	}
	t.ask(call{system: system, operation: operation, what: "stale during an outage", want: http.StatusOK, cache: "stale-if-error", fresh: true})
	if err := t.setFault(system, before); err != nil {
		t.stops = append(t.stops, stop{System: system, Operation: operation, What: "end of the outage", Why: err.Error()})
	}
}

// call is one question and what is expected of its answer.
type call struct {
	system, operation, what, agency string
	path                            string // where it is not the operation's own
	body                            []byte
	want                            int
	cache                           string                                             // part of Cache-Status
	check                           func(answer []byte) (systems []string, why string) // what else is wrong and where, "" for nothing; nil: it must be JSON
	fresh                           bool
}

func (t *tour) ask(c call) {
	row := stop{System: c.system, Operation: c.operation, What: c.what}
	defer func() { t.stops = append(t.stops, row) }()
	if c.body == nil {
		c.body = t.samples[c.system][c.operation]["ok"]
	}
	if c.body == nil {
		row.Why = "the sandbox has no sample"
		return
	}
	if c.agency == "" {
		c.agency = server.DemoAgency
	}
	req, err := http.NewRequest(http.MethodPost, t.server.Addresses.API+cmp.Or(c.path, "/v1/"+c.system+"/"+c.operation), bytes.NewReader(c.body))
	if err != nil {
		row.Why = err.Error()
		return
	}
	for name, value := range map[string]string{"Authorization": "Bearer " + t.tokens[c.agency], "Content-Type": "application/json", "Accept-Language": "en",
		"LGSP-Purpose": "one-stop", "LGSP-Official": "tour", "LGSP-Dossier": server.DemoDossier(c.agency, time.Now())} {
		req.Header.Set(name, value)
	}
	if c.fresh {
		req.Header.Set("Cache-Control", "no-cache")
	}
	started := time.Now()
	resp, err := t.client.Do(req)
	if err != nil {
		row.Why = err.Error()
		return
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 8<<20))
	row.Millis = float64(time.Since(started).Microseconds()) / 1000
	row.Status, row.Cache = resp.StatusCode, strings.TrimPrefix(resp.Header.Get("Cache-Status"), "lgsp; ")
	if c.check == nil {
		c.check = func(answer []byte) ([]string, string) {
			if json.Valid(answer) {
				return nil, ""
			}
			return nil, notJSON
		}
	}
	switch systems, wrong := c.check(answer); {
	case err != nil:
		row.Why = "the answer breaks off"
	case row.Status != c.want || !strings.Contains(row.Cache, c.cache):
		row.Why = expectation(c, answer)
	default:
		row.OK, row.Why = wrong == "", wrong
		if len(systems) > 0 {
			row.System = strings.Join(systems, ", ") // those at fault
		}
	}
}

const notJSON = "the answer is not JSON"

// expectation says what was expected, and the problem that came instead.
func expectation(c call, answer []byte) string {
	var p struct{ Code, Owner string }
	if json.Unmarshal(answer, &p) == nil && p.Code != "" {
		return fmt.Sprintf("expected %d, got %s (%s must act)", c.want, p.Code, p.Owner)
	}
	return strings.TrimSpace(fmt.Sprintf("expected %d %s", c.want, c.cache))
}

// fault reads what befalls a simulated system now, to put it back later.
func (t *tour) fault(system string) (json.RawMessage, error) {
	var all map[string]json.RawMessage
	text, err := t.control(http.MethodGet, "/_faults", nil)
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	return all[system], err
}

// setFault sets what befalls a simulated system; nil for nothing.
func (t *tour) setFault(system string, fault json.RawMessage) error {
	method := http.MethodPut
	if fault == nil {
		method = http.MethodDelete
	}
	_, err := t.control(method, "/_faults/"+system, fault)
	return err
}

func (t *tour) control(method, path string, body []byte) ([]byte, error) {
	req, err := http.NewRequest(method, t.server.Addresses.Sandbox+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := t.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err == nil && resp.StatusCode >= 300 {
		err = fmt.Errorf("sandbox answered %s: %s", resp.Status, strings.TrimSpace(string(text)))
	}
	return text, err
}

func (t *tour) print(output string) error {
	if output == "json" {
		e := json.NewEncoder(os.Stdout)
		e.SetIndent("", "  ")
		return e.Encode(t.stops)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SYSTEM\tOPERATION\tWHAT\tSTATUS\tTIME\tCACHE\t")
	for _, s := range t.stops {
		verdict := "ok"
		if !s.OK {
			verdict = "FAILED: " + s.Why
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%.1f ms\t%s\t%s\n", s.System, s.Operation, s.What, s.Status, s.Millis, s.Cache, verdict)
	}
	return w.Flush()
}

// verdict names the systems at fault.
func (t *tour) verdict() error {
	var failed []string
	for _, s := range t.stops {
		if !s.OK && !slices.Contains(failed, s.System) {
			failed = append(failed, s.System)
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("the tour failed at: %s", strings.Join(failed, ", "))
	}
	return nil
}
