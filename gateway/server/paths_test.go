package server

import (
	"bufio"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sendRaw sends the bytes of one request as they are; ok is false where the
// server closed without an answer.
func (w *world) sendRaw(request string) (got answer, ok bool) {
	w.t.Helper()
	u, err := url.Parse(w.s.Addresses.API)
	if err != nil {
		w.t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		w.t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		w.t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		return answer{}, false
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return answer{}, false
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return answer{}, false
	}
	return answer{resp.StatusCode, resp.Header, string(body)}, true
}

// raw is a good request for a target that is sent as written.
func (w *world) raw(method, target, body string) string {
	host := strings.TrimPrefix(w.s.Addresses.API, "http://")
	return method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\nAuthorization: Bearer " + w.token(centre) +
		"\r\nLGSP-Purpose: one-stop\r\nLGSP-Official: official-7\r\nContent-Type: application/json\r\n" +
		"Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
}

// parserRefused tells an answer of the HTTP parser, which comes before anything
// of ours and may be plain text.
func parserRefused(got answer) bool {
	return got.header.Get("X-Request-Id") == "" && (got.status == 400 || got.status == 431 || got.status == 501 || got.status == 505) &&
		strings.HasPrefix(got.header.Get("Content-Type"), "text/plain")
}

func TestPathTricksReachNothing(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	body := w.sample("population", "citizen-verify", "ok")
	if got, ok := w.sendRaw(w.raw("POST", "/v1/population/citizen-verify", body)); !ok || got.status != 200 {
		t.Fatalf("the honest request got %v", got)
	}
	before := w.allCalls()
	for _, target := range []string{
		"//v1/population/citizen-verify", "/v1//population/citizen-verify", "/v1/population//citizen-verify", "/v1/./population/citizen-verify",
		"/v1/land/../population/citizen-verify", "/v1/population/citizen-verify/..", "/../v1/population/citizen-verify",
		"/v1/%2e/population/citizen-verify", "/v1/land/%2e%2e/population/citizen-verify", "/v1/land/.%2E/population/citizen-verify",
		"/v1/population%2fcitizen-verify", "/v1/population%2Fcitizen-verify", "/v1%2fpopulation/citizen-verify",
		"/v1/land/%252e%252e/population/citizen-verify", "/v1/population%252fcitizen-verify",
		"/v1/population%5ccitizen-verify", `/v1\population\citizen-verify`, `/v1/land\..\population/citizen-verify`,
		"/v1/population;a=b/citizen-verify", "/v1/population/citizen-verify;", "/v1/population/citizen-verify%3b",
		"/v1/population/citizen-verify%00", "/v1/population%00/citizen-verify", "/v1/population/citizen-verify%20",
		"/V1/population/citizen-verify", "/v1/Population/citizen-verify", "/v1/population/CITIZEN-VERIFY",
		"/v1/populatio%6e/citizen-verify", "/v1/population/citizen-verify/", "/v1/population/citizen-verify//",
		"/v1/population/citizen-verify#x", "/v1/population/citizen-verify%23", "/v1/population/citizen-verify%0d%0aX:y",
		w.s.Addresses.API + "/v1/population/citizen-verify", "http://elsewhere.example/v1/population/citizen-verify",
		"v1/population/citizen-verify", "*", "elsewhere.example:443", "/v1/population/citizen-verify.json", "/v1/population/citizen-verify/x",
		"/metrics", "/admin/v1/policies", "/debug/pprof/", "/_calls/population", "/ndxp/token", "/population/citizen-verify",
		"/v1/population/" + strings.Repeat("x", 600), "/%76%31/population/citizen-verify", "/v1/p\u00f4pulation/citizen-verify", "/v1/p\xffpulation/citizen-verify",
		"/docs/..%2f..%2fv1/population/citizen-verify", "/problems/%2e%2e/v1/systems",
	} {
		for _, method := range []string{"POST", "GET"} {
			got, ok := w.sendRaw(w.raw(method, target, body))
			switch {
			case !ok:
				t.Errorf("%s %s: no answer", method, target)
			case got.status < 400 || got.status >= 500:
				t.Errorf("%s %s: status %d: %s", method, target, got.status, got.body)
			case !parserRefused(got):
				if fault := wellFormedProblem(got, w.s.Addresses.Public, &problem9457{}); fault != "" {
					t.Errorf("%s %s: %s: %s", method, target, fault, got.body)
				}
			}
		}
	}
	if diff := cmp.Diff(before, w.allCalls()); diff != "" {
		t.Errorf("a trick reached a national system: %s", diff)
	}
}

func TestSmugglingIsRefused(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	body := w.sample("population", "citizen-verify", "ok")
	good := w.raw("POST", "/v1/population/citizen-verify", body)
	length := "Content-Length: " + strconv.Itoa(len(body)) + "\r\n"
	before := w.allCalls()
	for name, request := range map[string]string{
		"two lengths":         strings.Replace(good, length, length+"Content-Length: 0\r\n", 1),
		"length and chunks":   strings.Replace(good, length, length+"Transfer-Encoding: gzip, chunked\r\n", 1),
		"unknown encoding":    strings.Replace(good, length, "Transfer-Encoding: xchunked\r\n", 1),
		"space before colon":  strings.Replace(good, "LGSP-Purpose:", "LGSP-Purpose :", 1),
		"no host":             strings.Replace(good, "Host:", "X-Host:", 1),
		"two hosts":           strings.Replace(good, "Host:", "Host: elsewhere.example\r\nHost:", 1),
		"signed length":       strings.Replace(good, "Content-Length: ", "Content-Length: +", 1),
		"bare CR in a header": strings.Replace(good, "official-7", "official\r7", 1),
		"NUL in a header":     strings.Replace(good, "official-7", "official\x007", 1),
	} {
		if request == good {
			t.Fatalf("%s changes nothing", name)
		}
		if got, ok := w.sendRaw(request); ok && (got.status < 400 || got.status >= 500 && got.status != 501) {
			t.Errorf("%s: status %d %s", name, got.status, got.body)
		}
	}
	if diff := cmp.Diff(before, w.allCalls()); diff != "" {
		t.Errorf("a smuggled request reached a national system: %s", diff)
	}
}

// mutations of one campaign: enough to be varied, few enough to stay quick.
const mutations = 600

func TestMutatedRequestsNeverFailTheBus(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	random := rand.New(rand.NewPCG(20261122, 7))
	questions, answered := lookups(), 0
	for n := range mutations {
		q := questions[random.IntN(len(questions))]
		method := []string{"POST", "POST", "POST", "GET", "PUT"}[random.IntN(5)]
		target, body := "/v1/"+q.system+"/"+q.operation, w.sample(q.system, q.operation, "ok")
		request := w.raw(method, target, body)
		switch random.IntN(4) {
		case 0: // the body alone, so that its length stays true
			request = w.raw(method, target, mutate(random, body))
		case 1:
			request = w.raw(method, mutate(random, target), body)
		case 2:
			request = w.raw(method, target+"?"+mutate(random, "taxCode=0194283611&limit=20"), body)
		default: // the headers after the first line
			head, rest, _ := strings.Cut(request, "\r\n")
			headers, body, _ := strings.Cut(rest, "\r\n\r\n")
			request = head + "\r\n" + mutate(random, headers) + "\r\n\r\n" + body
		}
		got, ok := w.sendRaw(halfClosed(request))
		if ok && !parserRefused(got) {
			answered++
		}
		switch {
		case !ok || parserRefused(got):
		case got.status >= 500 && got.status != http.StatusNotImplemented:
			t.Errorf("mutation %d: status %d: %s\n%q", n, got.status, got.body, request)
		case got.status >= 400:
			if fault := wellFormedProblem(got, w.s.Addresses.Public, &problem9457{}); fault != "" {
				t.Errorf("mutation %d: %s: %d %s\n%q", n, fault, got.status, got.body, request)
			}
		}
	}
	if answered < mutations/2 {
		t.Errorf("only %d of %d mutations came past the HTTP parser", answered, mutations)
	}
	w.must(question{system: "population", operation: "citizen-lookup"})
	w.close()
	for _, text := range []string{"panic", "goroutine ", `"outcome":"internal"`} {
		if strings.Contains(w.logged.String(), text) {
			t.Errorf("the log has %q", text)
		}
	}
}

// halfClosed adds more than any mutated length can ask for, within what a
// connection that closes ignores, so that no request waits for its body.
func halfClosed(request string) string { return request + strings.Repeat(" ", 4096) }

// mutate changes a text in up to four places.
func mutate(random *rand.Rand, text string) string {
	spice := []string{"\x00", "\xff", "%", "%2f", "..", "/", "\"", "{", "}", "[", "\\", "\\u0000", "\\ud800", "null", "-1", "1e999", "é", "\u202e",
		strings.Repeat("9", 40), strings.Repeat("[", 200), strings.Repeat("x", 3000), ",", ":", " ", "\t", "'", "<script>", "${jndi:x}"}
	out := []byte(text)
	for range 1 + random.IntN(4) {
		at := random.IntN(len(out) + 1)
		switch random.IntN(4) {
		case 0:
			out = append(out[:at:at], append([]byte(spice[random.IntN(len(spice))]), out[at:]...)...)
		case 1:
			end := min(len(out), at+random.IntN(8))
			out = append(out[:at:at], out[end:]...)
		case 2:
			if at < len(out) {
				out[at] ^= byte(1 << random.IntN(8))
			}
		default:
			end := min(len(out), at+random.IntN(12))
			out = append(out[:end:end], out[at:]...)
		}
	}
	return string(out)
}
