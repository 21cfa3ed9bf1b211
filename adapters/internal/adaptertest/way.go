package adaptertest

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/ndxp"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
)

// Call is who asks.
var Call = adapters.Call{Request: "01TESTREQUEST", Agency: "H26.11", Official: "cb-17", Purpose: "one-stop"}

// Way leads to a served system by each of its protocols.
type Way struct {
	*adapters.Conn // by the usual protocol, or by that of By

	bench   *Bench
	server  *httptest.Server
	secrets map[string]string
	conns   map[string]*adapters.Conn
}

// gatewayPath is where the simulated national gateway gives out tokens.
const gatewayPath = "/ndxp/token"

// Serve puts a handler in the simulator's place. As in the sandbox, the usual protocol
// is spoken at the server's address, through the national gateway where the system
// stands behind it, and any other directly, one level below.
func (b *Bench) Serve(t testing.TB, h http.Handler) *Way {
	t.Helper()
	mux := http.NewServeMux()
	usual := h
	if b.Sim.NDXP {
		gateway := ndxp.Simulate(b.Clock.Now)
		mux.HandleFunc(gatewayPath, gateway.Token)
		usual = gateway.Protect(h)
	}
	mux.Handle("/", usual)
	for _, protocol := range b.further() {
		mux.Handle("/"+protocol, h)
		mux.Handle("/"+protocol+"/", h)
	}
	w := &Way{bench: b, server: httptest.NewServer(mux), secrets: map[string]string{}}
	t.Cleanup(w.server.Close)
	for _, name := range b.System.Secrets {
		w.secrets[name] = simulator.Secret(b.System.ID, name)
	}
	return w.connect()
}

// Tap serves a handler and keeps what it is asked.
func (b *Bench) Tap(t testing.TB, h http.Handler) (*Way, *Tap) {
	t.Helper()
	tap := &Tap{Handler: h}
	return b.Serve(t, tap), tap
}

// Answering serves what says one body after the other, and the last for ever.
func (b *Bench) Answering(t testing.TB, status int, bodies ...string) *Way {
	t.Helper()
	return b.Serve(t, Answers(status, bodies...))
}

// connect makes a connection for each protocol, without a login yet.
func (w *Way) connect() *Way {
	b, base := w.bench, w.server.Client().Transport
	to := func(path, protocol string, transport http.RoundTripper) *adapters.Conn {
		return adapters.NewConn(adapters.ConnOptions{Base: w.server.URL + path, Protocol: protocol, Transport: transport, Secrets: w.secrets, Now: b.Clock.Now})
	}
	usual := base
	if b.Sim.NDXP {
		usual = ndxp.NewTransport(ndxp.Options{Base: base, TokenURL: w.server.URL + gatewayPath, Now: b.Clock.Now,
			Key: simulator.Secret("ndxp", "key"), Secret: simulator.Secret("ndxp", "secret")})
	}
	w.Conn = to("", b.System.Usual(), usual)
	w.conns = map[string]*adapters.Conn{b.System.Usual(): w.Conn}
	for _, protocol := range b.further() {
		w.conns[protocol] = to("/"+protocol, protocol, base)
	}
	return w
}

// further are the protocols besides the usual one.
func (b *Bench) further() []string { return b.System.Protocols[min(1, len(b.System.Protocols)):] }

// Over is a way by one connection, to no handler of ours.
func (b *Bench) Over(c *adapters.Conn) *Way { return &Way{Conn: c, bench: b} }

// With is a fresh way with another value of a secret.
func (w *Way) With(secret, value string) *Way {
	if _, declared := w.secrets[secret]; !declared {
		panic("adaptertest: the system has no secret " + secret)
	}
	other := *w
	other.secrets = maps.Clone(w.secrets)
	other.secrets[secret] = value
	return other.connect()
}

// At is a fresh way by another clock than the system's.
func (w *Way) At(clock *Clock) *Way {
	other, bench := *w, *w.bench
	bench.Clock = clock
	other.bench = &bench
	return other.connect()
}

// By asks by another than the usual protocol what all of them know.
func (w *Way) By(protocol string) *Way {
	other := *w
	other.Conn = w.conns[protocol]
	return &other
}

// Ask puts a question as the bus does: parsed against the schema, by the protocol that
// knows the operation, and answered as JSON with its files in it.
func Ask[Out any](t testing.TB, w *Way, operation string, in any) (out Out, err error) {
	t.Helper()
	op, body := w.bench.Operation(t, operation), text(t, in)
	question, faults := op.Parse(body)
	if len(faults) > 0 {
		t.Fatalf("%s refuses %s: %v", operation, body, faults)
	}
	c, further := w.conns[op.Protocol]
	if !further {
		c = w.Conn
	}
	record, err := op.Invoke(t.Context(), c, Call, question)
	if err != nil {
		return out, err
	}
	var whole bytes.Buffer
	if err := errors.Join(adapters.WriteRecord(&whole, record.JSON, record.Files), json.Unmarshal(whole.Bytes(), &out)); err != nil {
		t.Fatal(err)
	}
	if verdict, tells := any(out).(interface{ Negative() bool }); tells && verdict.Negative() != record.Negative {
		t.Errorf("%s: the record is told to be negative: %v", operation, record.Negative)
	}
	return out, nil
}

// Get is Ask where there must be a record.
func Get[Out any](t testing.TB, w *Way, operation string, in any) Out {
	t.Helper()
	out, err := Ask[Out](t, w, operation, in)
	if err != nil {
		t.Fatalf("%s of %s: %v", operation, text(t, in), err)
	}
	return out
}
