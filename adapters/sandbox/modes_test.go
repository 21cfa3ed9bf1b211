package sandbox

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lgsp-vn/lgsp/adapters/catalog"
)

func TestModesAsTheyLookOnTheWire(t *testing.T) {
	for mode, want := range map[Mode]func(resp *http.Response, body string, err error) bool{
		None: func(resp *http.Response, body string, err error) bool {
			return err == nil && resp.StatusCode == 200 && body == stubAnswer
		},
		Reset: func(_ *http.Response, _ string, err error) bool { return errors.Is(err, syscall.ECONNRESET) },
		Truncate: func(resp *http.Response, body string, err error) bool {
			return errors.Is(err, io.ErrUnexpectedEOF) && resp.ContentLength == int64(len(stubAnswer)) && len(body) == len(stubAnswer)/2
		},
		HTML: func(resp *http.Response, body string, err error) bool {
			return err == nil && resp.StatusCode == 200 && resp.Header.Get("Content-Type") == "text/html" && strings.HasPrefix(body, "<html>")
		},
		WrongType: func(resp *http.Response, body string, err error) bool {
			return err == nil && resp.Header.Get("Content-Type") == "application/json" && body == `"unexpected"`
		},
		Malformed: func(resp *http.Response, body string, err error) bool {
			return err == nil && resp.Header.Get("Content-Type") == "application/json" && !json.Valid([]byte(body)) && strings.HasPrefix(stubAnswer, body)
		},
		Oversize: func(resp *http.Response, body string, err error) bool {
			return err == nil && len(body) > 4<<20 && json.Valid([]byte(body))
		},
		Throttle: func(resp *http.Response, body string, err error) bool {
			return err == nil && resp.StatusCode == 429 && resp.Header.Get("Retry-After") == "30" && strings.Contains(body, `"fault":{"code":900800`)
		},
		TokenRefused: func(resp *http.Response, body string, err error) bool {
			return err == nil && resp.StatusCode == 401 && strings.Contains(resp.Header.Get("WWW-Authenticate"), "invalid_token")
		},
		Unavailable: func(resp *http.Response, _ string, err error) bool { return err == nil && resp.StatusCode == 503 },
	} {
		t.Run(string(mode), func(t *testing.T) {
			s, url, worked := start(t)
			if err := s.SetFault("direct", Fault{Mode: mode}); err != nil {
				t.Fatal(err)
			}
			resp, body, err := send(t, http.MethodPost, url+"/direct/ask", strings.Repeat("x", 1000))
			if !want(resp, body, err) {
				t.Errorf("got %v %v %.200q", resp, err, body)
			}
			if calls, _ := s.Calls("direct"); calls.Total != 1 || calls.Operations["ask"] != 1 {
				t.Errorf("counted %+v", calls)
			}
			if didWork := worked.Load() == 1; didWork == mode.refuses() {
				t.Errorf("worked %d times", worked.Load())
			}
			s.ClearFaults()
			if _, body, err := send(t, http.MethodPost, url+"/direct/ask", "x"); err != nil || body != stubAnswer {
				t.Errorf("after the fault: %v %s", err, body)
			}
		})
	}
}

func TestCallOfNoKnownOperationCountsInTotalOnly(t *testing.T) {
	for _, mode := range []Mode{None, HTML, TokenRefused} {
		s, url, _ := start(t)
		if err := s.SetFault("direct", Fault{Mode: mode}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := send(t, http.MethodPost, url+"/direct/login", "x"); err != nil {
			t.Fatal(err)
		}
		if calls, _ := s.Calls("direct"); calls.Total != 1 || len(calls.Operations) != 0 {
			t.Errorf("%s: counted %+v", mode, calls)
		}
	}
}

func TestCountIgnoresOperationsThatAreNotDeclared(t *testing.T) {
	s, _, _ := start(t)
	s.targets["direct"].count("made-up")
	if calls, _ := s.Calls("direct"); len(calls.Operations) != 0 {
		t.Errorf("counted %+v", calls)
	}
}

func TestXMLIsSpoiltAsXML(t *testing.T) {
	for _, answer := range []string{`<a><b>1</b></a>`, "<?xml version=\"1.0\"?>\n<a/>\n"} {
		s := New(Options{People: 100, Entries: []catalog.Entry{stub("soap", false, new(atomic.Int64), answer)}})
		for mode, wellFormed := range map[Mode]bool{WrongType: true, Malformed: false} {
			if err := s.SetFault("soap", Fault{Mode: mode}); err != nil {
				t.Fatal(err)
			}
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequest("POST", "/soap/ask", nil))
			if !strings.HasPrefix(w.Body.String(), "<") {
				t.Errorf("%s of %q is no longer XML: %q", mode, answer, w.Body)
			}
			var v struct{ XMLName xml.Name }
			if err := xml.Unmarshal(w.Body.Bytes(), &v); (err == nil) != wellFormed {
				t.Errorf("%s of %q is %q", mode, answer, w.Body)
			}
		}
	}
}

func TestBrokenTextIsNeverWellFormed(t *testing.T) {
	for _, body := range []string{"", "1", "true", "{}", "[]", `""`, `{"a":[1,2,{"b":null}]} `, ` ["x"]`, `"text"`, "<a/>", "plain", "eyJ9"} {
		got := broken([]byte(body))
		var v struct{ XMLName xml.Name }
		if json.Valid(got) || xml.Unmarshal(got, &v) == nil {
			t.Errorf("broken(%q) = %q", body, got)
		}
	}
}

// do serves one call in a bubble of time and tells how long it took and whether
// the connection would have been cut.
func do(s *Sandbox, req *http.Request) (w *httptest.ResponseRecorder, took time.Duration, cut bool) {
	began := time.Now()
	w = httptest.NewRecorder()
	defer func() {
		took = time.Since(began)
		if p := recover(); p != nil {
			cut = p == any(http.ErrAbortHandler)
		}
	}()
	s.ServeHTTP(w, req)
	return w, took, cut
}

func TestHangEndsAfterFiveMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{People: 100, Entries: []catalog.Entry{stub("direct", false, new(atomic.Int64), stubAnswer)}})
		if err := s.SetFault("direct", Fault{Mode: Hang}); err != nil {
			t.Fatal(err)
		}
		w, took, cut := do(s, httptest.NewRequestWithContext(t.Context(), "POST", "/direct/ask", nil))
		if took != 5*time.Minute || !cut || w.Body.Len() > 0 {
			t.Errorf("took %v, cut %v, body %q", took, cut, w.Body)
		}
	})
}

func TestDripTakesMinutesAndIsWholeAtTheEnd(t *testing.T) {
	for _, size := range []int{0, 1, 599, 601, 5000} {
		synctest.Test(t, func(t *testing.T) {
			answer := strings.Repeat("x", size)
			s := New(Options{People: 100, Entries: []catalog.Entry{stub("direct", false, new(atomic.Int64), answer)}})
			if err := s.SetFault("direct", Fault{Mode: Drip}); err != nil {
				t.Fatal(err)
			}
			w, took, cut := do(s, httptest.NewRequestWithContext(t.Context(), "POST", "/direct/ask", nil))
			if took < 2*time.Minute || took > 5*time.Minute+time.Second || cut {
				t.Errorf("%d bytes took %v, cut %v", size, took, cut)
			}
			if w.Header().Get("Content-Length") != fmt.Sprint(w.Body.Len()) || strings.TrimSpace(w.Body.String()) != answer {
				t.Errorf("%d bytes came as %d", size, w.Body.Len())
			}
		})
	}
}

func TestLatencyPassesBeforeTheAnswer(t *testing.T) {
	for _, mode := range []Mode{None, HTML, Throttle} {
		for _, size := range []int{10, 3 * maxKept} {
			synctest.Test(t, func(t *testing.T) {
				answer := strings.Repeat("x", size)
				s := New(Options{People: 100, Entries: []catalog.Entry{stub("direct", false, new(atomic.Int64), answer)}})
				if err := s.SetFault("direct", Fault{Mode: mode, Latency: &Latency{time.Second, time.Second}}); err != nil {
					t.Fatal(err)
				}
				w, took, _ := do(s, httptest.NewRequestWithContext(t.Context(), "POST", "/direct/ask", nil))
				if took != time.Second {
					t.Errorf("%s of %d bytes took %v", mode, size, took)
				}
				if mode == None && w.Body.String() != answer {
					t.Errorf("%d bytes came as %d", size, w.Body.Len())
				}
			})
		}
	}
}

func TestCallIsCountedBeforeItsLatencyPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{People: 100, Entries: []catalog.Entry{stub("direct", false, new(atomic.Int64), stubAnswer)}})
		if err := s.SetFault("direct", Fault{Latency: &Latency{time.Second, time.Second}}); err != nil {
			t.Fatal(err)
		}
		go do(s, httptest.NewRequestWithContext(t.Context(), "POST", "/direct/ask", nil))
		synctest.Wait()
		if calls, _ := s.Calls("direct"); calls.Operations["ask"] != 1 {
			t.Errorf("counted %+v while the call waits", calls)
		}
		time.Sleep(time.Second)
		synctest.Wait()
	})
}

func TestCloseLetsGoOfHeldCalls(t *testing.T) {
	for _, mode := range []Mode{Hang, Drip} {
		s, url, _ := start(t)
		if err := s.SetFault("direct", Fault{Mode: mode}); err != nil {
			t.Fatal(err)
		}
		done := make(chan error)
		go func() {
			_, _, err := send(t, http.MethodPost, url+"/direct/ask", "x")
			done <- err
		}()
		s.Close()
		if err := <-done; err == nil {
			t.Errorf("%s: the call was answered", mode)
		}
		s.Close() // twice is once
	}
}
