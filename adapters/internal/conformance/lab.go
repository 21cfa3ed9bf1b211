package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/adapters/internal/ndxp"
	"github.com/lgsp-vn/lgsp/adapters/sandbox"
)

const (
	// usualPatience is how long a call may outlive its context on a busy machine
	// before it counts as one that ignores it.
	usualPatience = 10 * time.Second
	// enough is the deadline of calls that are answered.
	enough = 10 * time.Second
	// short is the deadline of calls that are not.
	short = 300 * time.Millisecond
	// smallWorld keeps a run quick; every sample is found in it.
	smallWorld = 500
)

// lab is one sandbox, reached over real connections, and what is logged
// meanwhile.
type lab struct {
	sandbox  *sandbox.Sandbox
	server   *httptest.Server
	client   *http.Transport
	patience time.Duration
	log      text
	restore  func()
	benches  []*bench
}

// bench is one system under test with all its operations.
type bench struct {
	lab    *lab
	system adapters.System
	trials []*trial
}

// trial is one operation under test, over one of the protocols that know it.
type trial struct {
	*bench
	op       *adapters.Operation
	protocol string
	conn     *adapters.Conn
	samples  map[string]json.RawMessage // ok, notFound, noMatch, invalid

	mu       sync.Mutex
	private  []string // every value of its questions and records
	told     []string // the text of every error
	verified []string // the secrets without which it is rejected
}

// name is that of the operation, and of the protocol where there is more than one.
func (t *trial) name() string {
	if t.protocol == "" {
		return t.op.ID
	}
	return t.op.ID + " by " + t.protocol
}

func newLab(entries []catalog.Entry, patience time.Duration) *lab {
	l := &lab{
		sandbox: sandbox.New(sandbox.Options{Entries: entries, People: smallWorld}),
		client:  &http.Transport{MaxIdleConnsPerHost: 16},
	}
	l.patience = patience
	l.server = httptest.NewServer(l.sandbox)
	l.restore = captureLogs(&l.log)
	samples := l.samples()
	for _, entry := range entries {
		b := &bench{lab: l, system: entry.System}
		protocols := b.system.Protocols
		if len(protocols) == 0 {
			protocols = []string{""}
		}
		for i := range b.system.Operations {
			for _, protocol := range protocols {
				if op := &b.system.Operations[i]; op.Protocol == "" || op.Protocol == protocol {
					t := &trial{bench: b, op: op, protocol: protocol, samples: samples[b.system.ID][op.ID]}
					t.conn = t.connect(t.secrets())
					b.trials = append(b.trials, t)
				}
			}
		}
		l.benches = append(l.benches, b)
	}
	return l
}

func (l *lab) close() {
	l.sandbox.Close()
	l.client.CloseIdleConnections()
	l.server.Close()
	l.restore()
}

// samples are read as anyone reads them. Without an answer there are none, and
// every operation fails for want of them.
func (l *lab) samples() (samples map[string]map[string]map[string]json.RawMessage) {
	resp, err := l.server.Client().Get(l.server.URL + "/_samples")
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	if json.NewDecoder(resp.Body).Decode(&samples) != nil {
		return nil
	}
	return samples
}

// behindNDXP tells whether the national gateway is on the way.
func (t *trial) behindNDXP() bool {
	return t.lab.sandbox.BehindNDXP(t.system.ID) && t.protocol == t.system.Usual()
}

// connect makes a fresh way to the system, without a token yet.
func (t *trial) connect(own, gateway map[string]string) *adapters.Conn {
	var transport http.RoundTripper = t.lab.client
	if t.behindNDXP() {
		transport = ndxp.NewTransport(ndxp.Options{Base: t.lab.client, TokenURL: t.lab.server.URL + "/ndxp/token",
			Key: gateway["key"], Secret: gateway["secret"], AccessToken: gateway["accessToken"], Now: time.Now})
	}
	return adapters.NewConn(adapters.ConnOptions{Base: t.lab.server.URL + sandbox.Path(&t.system, t.protocol), Protocol: t.protocol,
		Transport: transport, Secrets: own, Now: time.Now})
}

// with is a copy of the secrets with another value of one.
func with(secrets map[string]string, name, value string) map[string]string {
	changed := maps.Clone(secrets)
	changed[name] = value
	return changed
}

var errIgnoresContext = errors.New("the call goes on after its context has ended")

// ask puts one question, given up when it outlives its context. What it says in
// an error is kept for the check of secrecy.
func (t *trial) ask(ctx context.Context, conn *adapters.Conn, input json.RawMessage) (adapters.Record, error) {
	in, faults := t.op.Parse(input)
	if len(faults) > 0 {
		return adapters.Record{}, fmt.Errorf("sample is refused at %q: %s", faults[0].Field, faults[0].Message.EN)
	}
	call := adapters.Call{Request: "01K00000000000000000000000", Agency: "H26.12", Official: "officer-1",
		Purpose: "one-stop", Dossier: "H26.12-261101-0001", Time: time.Now()}
	type outcome struct {
		record adapters.Record
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		record, err := t.op.Invoke(ctx, conn, call, in)
		done <- outcome{record, err}
	}()
	var late <-chan time.Time
	end := ctx.Done()
	for {
		select {
		case o := <-done:
			t.note(o.err)
			return o.record, o.err
		case <-end:
			end, late = nil, time.After(t.lab.patience)
		case <-late:
			return adapters.Record{}, errIgnoresContext
		}
	}
}

// askOK puts the ok sample over the held connection and wants a record.
func (t *trial) askOK() (adapters.Record, error) {
	sample := t.samples["ok"]
	if sample == nil {
		return adapters.Record{}, errors.New("there is no ok sample")
	}
	ctx, cancel := context.WithTimeout(context.Background(), enough)
	defer cancel()
	return t.ask(ctx, t.conn, sample)
}

func (t *trial) note(err error) {
	if err == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	// Faults repeat themselves, and one of each is enough.
	if !slices.Contains(t.told, err.Error()) {
		t.told = append(t.told, err.Error())
	}
}

// text is a log that several write.
type text struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

// Write appends to the log.
func (t *text) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buffer.Write(p)
}

func (t *text) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buffer.String()
}

// captureLogs sends what goes to the default loggers to w, until undone.
func captureLogs(w io.Writer) (undo func()) {
	logger, writer, flags := slog.Default(), log.Writer(), log.Flags()
	slog.SetDefault(slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug})))
	return func() {
		slog.SetDefault(logger)
		log.SetOutput(writer)
		log.SetFlags(flags)
	}
}

// secrets are what a fresh way to the system needs: its own and, where it stands
// behind it, the national gateway's.
func (t *trial) secrets() (own, gateway map[string]string) {
	own = sandbox.Secrets(t.system)
	if t.behindNDXP() {
		gateway = sandbox.GatewaySecrets()
	}
	return own, gateway
}
