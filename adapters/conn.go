package adapters

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// maxAnswer bounds what is read of one national answer.
const maxAnswer = 4 << 20

// Conn is the way to one endpoint of one system: where it is, how it is
// reached, which secrets it takes. It is safe for concurrent use.
type Conn struct {
	base     string
	protocol string
	client   *http.Client
	secrets  map[string]string
	now      func() time.Time
	session  Session
}

// ConnOptions are what a Conn is made of.
type ConnOptions struct {
	Base      string            // absolute address without trailing slash
	Protocol  string            // the one of the System's protocols spoken there; "" where it has one only
	Transport http.RoundTripper // direct, or through the shared national gateway
	Secrets   map[string]string // by the names the System declares
	Now       func() time.Time
}

// NewConn makes the way to one endpoint. Redirects are never followed: a
// national system that redirects is answering something else than asked.
func NewConn(o ConnOptions) *Conn {
	return &Conn{
		base:     strings.TrimSuffix(o.Base, "/"),
		protocol: o.Protocol,
		secrets:  o.Secrets,
		now:      o.Now,
		client: &http.Client{
			Transport:     o.Transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Base is the endpoint's address, for systems that sign it.
func (c *Conn) Base() string { return c.base }

// Protocol is the one of the System's protocols that the endpoint speaks.
func (c *Conn) Protocol() string { return c.protocol }

// Secret returns a secret the System declares; asking for another is a mistake
// of the adapter and panics.
func (c *Conn) Secret(name string) string {
	value, declared := c.secrets[name]
	if !declared {
		panic(fmt.Sprintf("adapters: secret %q is not declared by the System", name))
	}
	return value
}

// Now is the injected clock.
func (c *Conn) Now() time.Time { return c.now() }

// Session is the login of this endpoint, for systems with a token of their own.
func (c *Conn) Session() *Session { return &c.session }

// Request is one HTTP exchange in an adapter's words. Nothing of our caller's
// headers is in it: what goes upstream is named here or added by Do.
type Request struct {
	Method string // GET where empty and there is no body, else POST
	Path   string // below the endpoint's address, with leading slash; may be empty
	Query  url.Values
	Header http.Header // names are sent as spelt
	Body   []byte
	Type   string // content type of Body
	// File names a member of the JSON answer that holds a file as base64. It is taken
	// out while it arrives and becomes Answer.File, so that it may be much larger than
	// what is decoded; in the body an empty text stands in its place.
	File string
}

// Do performs one exchange. It fails when there is no whole answer: no
// connection, no answer in time, truncated, oversized. Any status is an answer;
// see Answer.Fault for those that carry none. An error that is none of this
// package's is a fault of ours: a disk that takes no file, say.
func (c *Conn) Do(ctx context.Context, call Call, r Request) (*Answer, error) {
	req, err := c.build(ctx, call, r)
	if err != nil {
		return nil, err
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return nil, netFailure(ctx, err)
	}
	defer resp.Body.Close()
	body, file, err := receive(resp.Body, r.File)
	if own, ok := errors.AsType[*Error](err); ok {
		return nil, own
	}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, Malformed("answer ends early")
	case errors.Is(err, errOwnDisk):
		return nil, err
	case spoilt(err):
		return nil, Malformed("answer cannot be unpacked")
	case err != nil:
		return nil, netFailure(ctx, err)
	case len(body) > maxAnswer:
		return nil, Malformed("answer is larger than %d bytes", maxAnswer)
	}
	return &Answer{Status: resp.StatusCode, Header: resp.Header, Body: body, File: file}, nil
}

// receive reads a body within its bound, apart from the file in it.
func receive(body io.Reader, file string) ([]byte, *Spool, error) {
	if file != "" {
		return detach(body, file)
	}
	text, err := io.ReadAll(io.LimitReader(body, maxAnswer+1))
	return text, nil, err
}

func (c *Conn) build(ctx context.Context, call Call, r Request) (*http.Request, error) {
	method := r.Method
	if method == "" {
		method = http.MethodGet
		if r.Body != nil {
			method = http.MethodPost
		}
	}
	address := c.base + r.Path
	if len(r.Query) > 0 {
		address += "?" + r.Query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(r.Body))
	if err != nil {
		return nil, fmt.Errorf("build upstream request: %w", errors.New("address cannot be used"))
	}
	for name, values := range r.Header {
		req.Header[name] = values
	}
	if r.Type != "" {
		req.Header.Set("Content-Type", r.Type)
	}
	req.Header.Set("User-Agent", "lgsp")
	req.Header.Set("X-Request-Id", call.Request)
	if call.Traceparent != "" {
		req.Header.Set("Traceparent", call.Traceparent)
	}
	return req, nil
}

// spoilt tells that the body came, but is not in the coding its header says.
func spoilt(err error) bool {
	_, corrupt := errors.AsType[flate.CorruptInputError](err)
	return corrupt || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum)
}

// netFailure classifies an exchange without an answer. The cause keeps
// context.Canceled visible, because a caller who left is no failure of the
// system; the error text of net/http is dropped, because it holds the address.
func netFailure(ctx context.Context, err error) error {
	if own, ok := errors.AsType[*Error](err); ok { // a transport's own verdict
		return own
	}
	var timeout net.Error
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return &Error{Kind: ErrUnavailable, Detail: "caller left", Err: context.Canceled}
	case ctx.Err() != nil, errors.As(err, &timeout) && timeout.Timeout():
		return &Error{Kind: ErrTimeout, Detail: "no answer in time", Err: context.DeadlineExceeded}
	default:
		return &Error{Kind: ErrUnavailable, Detail: breakage(err)}
	}
}

// breakage says what an operator should look at, in words of ours alone. A
// certificate that is not valid yet is told as expired: either clock may be wrong.
func breakage(err error) string {
	_, unresolved := errors.AsType[*net.DNSError](err)
	invalid, _ := errors.AsType[x509.CertificateInvalidError](err)
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case unresolved:
		return "name not found"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case invalid.Reason == x509.Expired:
		return "certificate expired"
	case untrusted:
		return "certificate not trusted"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "connection reset"
	case handshakeFailed(err):
		return "TLS handshake failed"
	}
	return "no connection or broken connection"
}

// handshakeFailed tells that the two sides found no common TLS: an alert from one
// of them, or an answer that is no TLS at all.
func handshakeFailed(err error) bool {
	_, foreign := errors.AsType[tls.RecordHeaderError](err)
	op, _ := errors.AsType[*net.OpError](err)
	alert := op != nil && (op.Op == "remote error" || op.Op == "local error")
	return foreign || alert || errors.Is(err, http.ErrSchemeMismatch)
}
