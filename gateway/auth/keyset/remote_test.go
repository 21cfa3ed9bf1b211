package keyset

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// publisher serves a key set that a test changes, or breaks.
type publisher struct {
	t       *testing.T
	server  *httptest.Server
	mu      sync.Mutex
	answer  http.HandlerFunc
	fetches atomic.Int64
	now     time.Time
}

func newPublisher(t *testing.T) *publisher {
	p := &publisher{t: t, now: time.Unix(1e9, 0)}
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.fetches.Add(1)
		p.mu.Lock()
		answer := p.answer
		p.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(p.server.Close)
	return p
}

func (p *publisher) remote() *Remote {
	return NewRemote(p.server.URL, NewFetcher(nil), func() time.Time { return p.now })
}

func (p *publisher) publish(kids ...string) { p.serve(http.StatusOK, document(p.t, kids...)) }

func (p *publisher) serve(status int, body string) {
	p.set(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})
}

func (p *publisher) set(answer http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = answer
}

func document(t *testing.T, kids ...string) string {
	t.Helper()
	set := struct {
		Keys []JWK `json:"keys"`
	}{Keys: []JWK{}}
	for _, kid := range kids {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		published, err := Publish(kid, &key.PublicKey)
		if err != nil {
			t.Fatal(err)
		}
		set.Keys = append(set.Keys, published)
	}
	text, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestFloodOfUnknownKidsCostsOneFetchAnInterval(t *testing.T) {
	p := newPublisher(t)
	p.publish("a")
	r := p.remote()
	for n := range 1000 {
		if _, err := r.Lookup(t.Context(), fmt.Sprint(n)); err != nil {
			t.Fatal(err)
		}
	}
	if n := p.fetches.Load(); n != 1 {
		t.Errorf("%d fetches, want 1", n)
	}
	p.now = p.now.Add(Interval)
	for n := range 1000 {
		r.Lookup(t.Context(), fmt.Sprint(n))
	}
	if n := p.fetches.Load(); n != 2 {
		t.Errorf("%d fetches after an interval, want 2", n)
	}
}

func TestFloodWhileAFetchIsUnderWayCostsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fetches := 0
		slow := transport(func(r *http.Request) (*http.Response, error) {
			fetches++
			time.Sleep(time.Second) // of the bubble
			return answer(document(t, "a")), nil
		})
		r := NewRemote("https://keys.example", NewFetcher(slow), time.Now)
		impatient, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		var group sync.WaitGroup
		group.Go(func() { r.Lookup(impatient, "a") }) // first, and gone before it ends
		synctest.Wait()
		for range 100 {
			group.Go(func() {
				if set, err := r.Lookup(t.Context(), "a"); err != nil || !set.Has("a") {
					t.Errorf("who waited got %v", err)
				}
			})
		}
		group.Wait()
		if fetches != 1 {
			t.Errorf("%d fetches, want 1", fetches)
		}
	})
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answer(body string) *http.Response {
	recorder := httptest.NewRecorder()
	recorder.WriteString(body)
	return recorder.Result()
}

func TestRotationIsTakenAtOnceAndRemovalWithinMaxAge(t *testing.T) {
	p := newPublisher(t)
	first := document(t, "a")
	p.serve(200, first)
	r := p.remote()
	if set, err := r.Lookup(t.Context(), "a"); err != nil || !set.Has("a") {
		t.Fatal(err)
	}
	p.now = p.now.Add(Interval)
	p.publish("b")
	if set, _ := r.Lookup(t.Context(), "a"); !set.Has("a") || p.fetches.Load() != 1 {
		t.Error("a known kid was fetched for")
	}
	if set, err := r.Lookup(t.Context(), "b"); err != nil || !set.Has("b") || set.Has("a") {
		t.Errorf("the new key was not taken: %v", err)
	}
	p.publish()
	p.now = p.now.Add(MaxAge)
	if err := r.Refresh(t.Context()); err != nil || r.Current().Len() != 0 {
		t.Errorf("a removed key stays: %v", err)
	}
}

func TestLastKeysStayWhileTheAddressDoesNotAnswerWell(t *testing.T) {
	for name, broken := range map[string]http.HandlerFunc{
		"500":       func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		"page":      func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") },
		"no keys":   func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"error":"x"}`) },
		"redirect":  func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
		"oversized": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat(" ", maxSetSize+1)) },
		"too many": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"keys":[%s{}]}`, strings.Repeat("{},", maxPublished))
		},
		"hang up": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPublisher(t)
			p.publish("a")
			r := p.remote()
			known, err := r.Lookup(t.Context(), "a")
			if err != nil {
				t.Fatal(err)
			}
			p.set(broken)
			p.now = p.now.Add(MaxAge)
			for range 3 { // the fault is told as long as it lasts, and fetched once
				if err := r.Refresh(t.Context()); err == nil {
					t.Error("no error")
				}
			}
			if set, err := r.Lookup(t.Context(), "a"); set != known || err == nil {
				t.Errorf("the last keys are gone, or the fault: %v", err)
			}
			if n := p.fetches.Load(); n != 2 {
				t.Errorf("%d fetches, want 2", n)
			}
			p.publish("b")
			p.now = p.now.Add(Interval)
			if err := r.Refresh(t.Context()); err != nil || !r.Current().Has("b") {
				t.Errorf("did not recover: %v", err)
			}
		})
	}
}

func TestAddressThatHangsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := transport(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		r := NewRemote("https://keys.example", NewFetcher(hang), time.Now)
		began := time.Now()
		if _, err := r.Lookup(t.Context(), "a"); err == nil || time.Since(began) != fetchTimeout {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
	})
}

func TestEqualSetIsTheSameSet(t *testing.T) {
	p := newPublisher(t)
	p.publish("a")
	r := p.remote()
	first, _ := r.Lookup(t.Context(), "a")
	p.now = p.now.Add(MaxAge)
	if err := r.Refresh(t.Context()); err != nil || p.fetches.Load() != 2 || r.Current() != first {
		t.Errorf("an equal set is another: %v", err)
	}
}

func TestOnlySafeAddressesAreFetchedFrom(t *testing.T) {
	for address, good := range map[string]bool{
		"https://keys.example/jwks": true, "https://keys.example:8443/jwks?x=1": true, "http://127.0.0.1:1/k": true, "http://[::1]/k": true, "http://localhost:1/k": true,
		"http://keys.example/jwks": false, "http://10.0.0.1/k": false, "http://127.0.0.1.evil.example/k": false, "ftp://keys.example": false, "file:///etc/passwd": false,
		"https://": false, "https://a@keys.example": false, "https://keys.example#x": false, "": false, "keys.example": false, "https://k.example/" + strings.Repeat("x", 2000): false,
	} {
		if err := CheckAddress(address); (err == nil) != good {
			t.Errorf("%.40q: %v", address, err)
		}
	}
}

func TestKeysOfNoUseAreNotInTheSet(t *testing.T) {
	good := strings.TrimSuffix(strings.TrimPrefix(document(t, "good"), `{"keys":[`), "]}")
	changed := func(from, to string) string {
		if !strings.Contains(good, from) {
			t.Fatalf("no %s in %s", from, good)
		}
		return strings.Replace(good, from, to, 1)
	}
	set, err := ParseSet([]byte(`{"keys":[` + strings.Join([]string{
		changed(`"good"`, `"private","d":"AAAA"`), changed(`"sig"`, `"enc"`), changed(`"EC"`, `"oct","k":"AAAA"`), changed(`"P-256"`, `"secp256k1"`),
		`{}`, `[]`, `7`, `null`, changed(`"good"`, `"good","x5c":["AAAA"],"key_ops":["verify"]`)}, ",") + `]}`))
	if err != nil || set.Len() != 1 || !set.Has("good") {
		t.Errorf("%d keys, %v", set.Len(), err)
	}
}

func FuzzSet(f *testing.F) {
	f.Add(`{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA","kid":"a"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		set, err := ParseSet([]byte(text))
		if err == nil && set.Len() > maxPublished {
			t.Errorf("%d keys", set.Len())
		}
	})
}

func TestNameLeadsToNoPortOfThisMachine(t *testing.T) {
	p := newPublisher(t)
	p.publish("a")
	address := strings.Replace(p.server.URL, "127.0.0.1", "LOCALHOST", 1) // any name that resolves to it, but the one that says so
	if _, err := NewFetcher(nil).get(t.Context(), address); err == nil || p.fetches.Load() > 0 {
		t.Errorf("%d fetches, %v", p.fetches.Load(), err)
	}
	for _, c := range []struct {
		host, to string
		reached  bool
	}{
		{"login.example", "203.0.113.7:443", true},
		{"login.example", "10.1.2.3:443", true}, // ministries answer within the state's network
		{"login.example", "[2001:db8::1]:443", true},
		{"127.0.0.1", "127.0.0.1:80", true},
		{"localhost", "[::1]:80", true},
		{"login.example", "127.0.0.1:8081", false},
		{"login.example", "[::ffff:127.0.0.1]:8081", false},
		{"login.example", "[::1]:8081", false},
		{"localhost", "169.254.169.254:80", false},
		{"169.254.169.254", "169.254.169.254:80", false},
		{"login.example", "[fe80::1%eth0]:443", false},
		{"login.example", "0.0.0.0:443", false},
		{"login.example", "224.0.0.1:443", false},
		{"login.example", "[::]:443", false},
	} {
		if err := mayReach(c.host, c.to); (err == nil) != c.reached {
			t.Errorf("%s at %s: %v", c.host, c.to, err)
		}
	}
}
