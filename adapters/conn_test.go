package adapters

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// serve answers every request with h and gives the way there.
func serve(t *testing.T, h http.HandlerFunc) *Conn {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return NewConn(ConnOptions{Base: server.URL + "/base/", Transport: server.Client().Transport, Now: time.Now, Secrets: map[string]string{"key": "word"}})
}

// transport answers without a network.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// over makes a way whose exchanges are f.
func over(f transport) *Conn {
	return NewConn(ConnOptions{Base: "http://national.invalid", Transport: f, Now: time.Now})
}

var testCall = Call{Request: "01JREQUEST", Traceparent: "00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01",
	Agency: "H26.12", Official: "official-7", Purpose: "one-stop", Dossier: "H26.12-260101-0001"}

func TestRequestCarriesWhatTheAdapterSaysAndNothingOfTheCaller(t *testing.T) {
	var got http.Header
	var line, body string
	c := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		got, line, body = r.Header.Clone(), r.Method+" "+r.URL.String(), string(text)
	})
	_, err := c.Do(t.Context(), testCall, Request{Path: "/ask", Query: url.Values{"a": {"1 2"}},
		Header: http.Header{"X-Key": {c.Secret("key")}, "X-Request-Id": {"forged"}}, Body: []byte("text"), Type: "text/plain"})
	if err != nil {
		t.Fatal(err)
	}
	want := http.Header{"X-Key": {"word"}, "X-Request-Id": {testCall.Request}, "Traceparent": {testCall.Traceparent}, "User-Agent": {"lgsp"},
		"Content-Type": {"text/plain"}, "Content-Length": {"4"}, "Accept-Encoding": {"gzip"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	if line != "POST /base/ask?a=1+2" || body != "text" {
		t.Errorf("%s with %q", line, body)
	}
}

func TestMessageIsSentAsJSON(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		fmt.Fprint(w, r.Method, " ", r.Header.Get("Content-Type"), " ", string(text))
	})
	answer, err := c.Do(t.Context(), testCall, Request{JSON: map[string]string{"a": "Đ"}})
	if err != nil || string(answer.Body) != `POST application/json {"a":"Đ"}` {
		t.Errorf("got %s, %v", answer.Body, err)
	}
	if answer, err = c.Do(t.Context(), testCall, Request{JSON: []any{"Nguyễn Văn Thử", func() {}}}); err == nil || strings.Contains(err.Error(), "Thử") {
		t.Errorf("what cannot be written as JSON: %+v, %v", answer, err)
	}
}

func TestTraceIsContinuedOnlyWhereThereIsOne(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Method, " ", r.Header["Traceparent"]) })
	answer, err := c.Do(t.Context(), Call{Request: "01JREQUEST"}, Request{})
	if err != nil || string(answer.Body) != "GET []" {
		t.Errorf("got %s, %v", answer.Body, err)
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	asked := 0
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	})
	answer, err := c.Do(t.Context(), testCall, Request{Body: []byte("x")})
	if err != nil {
		t.Fatal(err)
	}
	if asked != 1 || !errors.Is(answer.Fault(), ErrMalformed) {
		t.Errorf("asked %d times, verdict %v", asked, answer.Fault())
	}
}

func TestAnswerThatIsNotWholeIsMalformed(t *testing.T) {
	tests := map[string]http.HandlerFunc{
		"oversized": func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, maxAnswer+1)) },
		"oversized once unpacked": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			packed := gzip.NewWriter(w)
			packed.Write(make([]byte, maxAnswer+1))
			packed.Close()
		},
		"truncated": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			w.Write([]byte("{"))
		},
		"truncated chunks": func(w http.ResponseWriter, _ *http.Request) {
			w.Write([]byte("{"))
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		},
		"truncated while packed": func(w http.ResponseWriter, _ *http.Request) {
			var all bytes.Buffer
			packed := gzip.NewWriter(&all)
			packed.Write([]byte(strings.Repeat("text", 1000)))
			packed.Close()
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(all.Bytes()[:all.Len()-9])
		},
		"not packed as it says": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write([]byte("plain text that is no archive"))
		},
	}
	for name, h := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := serve(t, h).Do(t.Context(), testCall, Request{}); !errors.Is(err, ErrMalformed) {
				t.Errorf("got %v, want ErrMalformed", err)
			}
		})
	}
}

func TestLargestAnswerPasses(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, maxAnswer)) })
	if answer, err := c.Do(t.Context(), testCall, Request{}); err != nil || len(answer.Body) != maxAnswer {
		t.Errorf("got %v", err)
	}
}

func TestLateAnswerIsATimeoutAndALeavingCallerIsNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := over(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, ErrTimeout)
		defer cancel()
		_, err := hang.Do(ctx, testCall, Request{})
		if !errors.Is(err, ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
			t.Errorf("late: %v", err)
		}
		ctx, leave := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, leave)
		_, err = hang.Do(ctx, testCall, Request{})
		if !errors.Is(err, ErrUnavailable) || !errors.Is(err, context.Canceled) || errors.Is(err, ErrTimeout) {
			t.Errorf("left: %v", err)
		}
	})
}

// slow is a body that never ends.
type slow struct{ ctx context.Context }

func (s slow) Read([]byte) (int, error) { <-s.ctx.Done(); return 0, s.ctx.Err() }
func (s slow) Close() error             { return nil }

func TestBodyThatNeverEndsIsATimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := over(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: slow{r.Context()}, Request: r}, nil
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.Do(ctx, testCall, Request{}); !errors.Is(err, ErrTimeout) {
			t.Errorf("got %v, want ErrTimeout", err)
		}
	})
}

type timedOut struct{ error }

func (timedOut) Timeout() bool   { return true }
func (timedOut) Temporary() bool { return true }

func TestFailedExchangeIsClassified(t *testing.T) {
	own := Fail(ErrRejected, "900908", "gateway")
	tests := []struct {
		name string
		err  error
		kind error
	}{
		{"refused", &net.OpError{Op: "dial", Err: errors.New("connection refused")}, ErrUnavailable},
		{"name not found", &net.DNSError{Err: "no such host", Name: "national.invalid", IsNotFound: true}, ErrUnavailable},
		{"dial took too long", &net.OpError{Op: "dial", Err: timedOut{errors.New("i/o timeout")}}, ErrTimeout},
		{"reset", io.EOF, ErrUnavailable},
		{"verdict of the transport", own, ErrRejected},
		{"wrapped verdict of the transport", fmt.Errorf("round trip: %w", own), ErrRejected},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := over(func(*http.Request) (*http.Response, error) { return nil, test.err })
			if _, err := c.Do(t.Context(), testCall, Request{}); !errors.Is(err, test.kind) {
				t.Errorf("got %v, want %v", err, test.kind)
			}
		})
	}
}

func TestBrokenExchangeSaysWhatBrokeItWithoutTheAddress(t *testing.T) {
	quiet := log.New(io.Discard, "", 0)
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog, secure.TLS = quiet, &tls.Config{MinVersion: tls.VersionTLS13}
	secure.StartTLS()
	defer secure.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	roots := secure.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	later := func() time.Time { return secure.Certificate().NotAfter.Add(time.Second) }
	gone := httptest.NewServer(nil)
	gone.Close()
	resetting := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, _ := http.NewResponseController(w).Hijack()
		conn.(*net.TCPConn).SetLinger(0)
		conn.Close()
	}))
	defer resetting.Close()
	unresolved := transport(func(*http.Request) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "national.invalid", IsNotFound: true}}
	})
	tests := []struct {
		base string
		via  http.RoundTripper
		want string
	}{
		{"http://national.invalid", unresolved, "name not found"},
		{gone.URL, &http.Transport{}, "connection refused"},
		{resetting.URL, &http.Transport{}, "connection reset"},
		{secure.URL, &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, Time: later}}, "certificate expired"},
		{secure.URL, &http.Transport{}, "certificate not trusted"},
		{secure.URL, &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "other.invalid"}}, "certificate not trusted"},
		{secure.URL, &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MaxVersion: tls.VersionTLS12}}, "TLS handshake failed"},
		{strings.Replace(plain.URL, "http:", "https:", 1), &http.Transport{}, "TLS handshake failed"},
		{"http://national.invalid", transport(func(*http.Request) (*http.Response, error) { return nil, io.EOF }), "no connection or broken connection"},
	}
	for _, test := range tests {
		c := NewConn(ConnOptions{Base: test.base, Transport: test.via, Now: time.Now})
		if _, err := c.Do(t.Context(), testCall, Request{}); err == nil || err.Error() != "unavailable: "+test.want {
			t.Errorf("got %q, want %q", err, test.want)
		}
	}
}

func TestAddressIsNeverInAnErrorText(t *testing.T) {
	ask := Request{Path: "/secret-path", Query: url.Values{"id": {"001099000001"}}}
	failing := over(func(r *http.Request) (*http.Response, error) { return nil, errors.New("dial " + r.URL.String()) })
	broken := NewConn(ConnOptions{Base: "http://national.invalid:port", Now: time.Now})
	for name, c := range map[string]*Conn{"no connection": failing, "unusable address": broken} {
		_, err := c.Do(t.Context(), testCall, ask)
		if err == nil {
			t.Fatalf("%s: no error", name)
		}
		for cause := err; cause != nil; cause = errors.Unwrap(cause) {
			for _, word := range []string{"national.invalid", "secret-path", "001099000001"} {
				if strings.Contains(cause.Error(), word) {
					t.Errorf("%s: error names %q: %v", name, word, cause)
				}
			}
		}
	}
}

func TestConnectionIsUsedAgainAfterAnAnswer(t *testing.T) {
	ways := map[string]bool{}
	c := serve(t, func(w http.ResponseWriter, r *http.Request) { ways[r.RemoteAddr] = true; io.WriteString(w, "{}") })
	for range 5 {
		if _, err := c.Do(t.Context(), testCall, Request{}); err != nil {
			t.Fatal(err)
		}
	}
	if len(ways) != 1 {
		t.Errorf("%d connections for 5 calls", len(ways))
	}
}
