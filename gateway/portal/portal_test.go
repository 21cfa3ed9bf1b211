package portal

import (
	"bytes"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/gateway/lookup"
	"github.com/lgsp-vn/lgsp/gateway/problem"
	"github.com/lgsp-vn/lgsp/policies"
)

func TestPagesSpeakBothLanguages(t *testing.T) {
	s := newSite(t, nil, "")
	for path, want := range map[string][2]string{
		"/":                       {"Cơ sở dữ liệu quốc gia về dân cư", "National population database"},
		"/docs":                   {"mọi người trong đó đều là hư cấu", "everyone in them is fictional"},
		"/problems":               {problem.NotPermitted.Title.VI, problem.NotPermitted.Title.EN},
		"/problems/not-permitted": {"ai phải xử lý", "who must act"},
		"/problems/nothing":       {"Không có trang này", "There is no such page"},
	} {
		for i, language := range []string{"vi", "en"} {
			out := s.get(path, "Accept-Language", language)
			text, h := out.Body.String(), out.Header()
			if !strings.Contains(text, want[i]) || !strings.Contains(text, `<html lang="`+language+`">`) {
				t.Errorf("%s in %s lacks %q:\n%s", path, language, want[i], text)
			}
			if h.Get("Content-Language") != language || h.Get("Vary") != "Accept-Language" {
				t.Errorf("%s in %s says %v", path, language, h)
			}
		}
	}
}

func TestEveryProblemHasItsPage(t *testing.T) {
	s := newSite(t, nil, "")
	for _, k := range problem.Kinds() {
		out := s.get("/problems/" + k.Code)
		text := html.UnescapeString(out.Body.String())
		if out.Code != http.StatusOK || !strings.Contains(text, k.Help.VI) || !strings.Contains(text, k.Title.EN) {
			t.Errorf("%s: %d", k.Code, out.Code)
		}
		if !strings.Contains(s.get("/problems").Body.String(), `href="/problems/`+k.Code+`"`) {
			t.Errorf("%s is not in the list", k.Code)
		}
	}
	if out := s.get("/problems/nothing"); out.Code != http.StatusNotFound {
		t.Errorf("a problem that does not exist: %d", out.Code)
	}
}

var (
	inlineScript = regexp.MustCompile(`<script(?:>| [^>]*>)\s*[^<\s]|\son[a-z]+=|javascript:`)
	outside      = regexp.MustCompile(`(?:href|src|action)="(?:[a-z]+:)?//`)
)

func TestPagesLoadNothingFromOutsideAndRunNothingInline(t *testing.T) {
	s := newSite(t, nil, "")
	for _, path := range []string{"/", "/docs", "/problems", "/problems/internal", "/problems/nothing", "/docs/nothing"} {
		out := s.get(path)
		text, h := out.Body.String(), out.Header()
		policy := h.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'; script-src 'self';") || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: policy %q", path, policy)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%s: %v", path, h)
		}
		if found := inlineScript.FindString(text); found != "" {
			t.Errorf("%s runs %q, which its own policy forbids", path, found)
		}
		if found := outside.FindString(text); found != "" {
			t.Errorf("%s loads from outside: %q", path, found)
		}
	}
}

func TestEveryFileThatAPageLoadsIsServed(t *testing.T) {
	s := newSite(t, nil, "")
	loaded := regexp.MustCompile(`(?:src|href)="(/docs/[^"]+)"`)
	media := map[string]string{".js": "javascript", ".css": "text/css"}
	seen := map[string]bool{}
	for _, page := range []string{"/", "/docs", "/problems"} {
		for _, found := range loaded.FindAllStringSubmatch(s.get(page).Body.String(), -1) {
			seen[found[1]] = true
		}
	}
	for _, want := range []string{"/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "/docs/docs.js", "/docs/portal.css"} {
		if !seen[want] {
			t.Errorf("no page loads %s", want)
		}
	}
	for path := range seen {
		out := s.get(path)
		extension := path[strings.LastIndexByte(path, '.'):]
		if out.Code != http.StatusOK || out.Body.Len() == 0 || !strings.Contains(out.Header().Get("Content-Type"), media[extension]) {
			t.Errorf("%s: %d, %d bytes of %q", path, out.Code, out.Body.Len(), out.Header().Get("Content-Type"))
		}
		if out.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s may be taken for something else", path)
		}
	}
}

func TestOnlyTheFilesThatPagesUseAreServed(t *testing.T) {
	s := newSite(t, nil, "")
	for _, name := range []string{"oauth2-redirect.html", "home.html", "layout.html", "..", "portal.go", "index.html", "swagger-ui.js"} {
		if out := s.get("/docs/" + name); out.Code != http.StatusNotFound {
			t.Errorf("%s: %d", name, out.Code)
		}
	}
}

func TestReferencePageSendsRequestsOnlyToTheSandbox(t *testing.T) {
	s := newSite(t, nil, "")
	if text := s.get("/docs").Body.String(); !strings.Contains(text, `data-try="true"`) {
		t.Errorf("with simulated systems only:\n%s", text)
	}
	s.set = withRealSystem(t, s)
	if text := s.get("/docs").Body.String(); !strings.Contains(text, `data-try="false"`) || strings.Contains(text, "hư cấu") {
		t.Errorf("with one real system:\n%s", text)
	}
}

// withRealSystem is the shipped set with the land database at a real address.
func withRealSystem(t *testing.T, s *site) *policies.Set {
	t.Helper()
	files := policies.Defaults()
	for i := range files {
		files[i].Data = bytes.Replace(files[i].Data, []byte("\n  land:\n"),
			[]byte("\n  land:\n    endpoints: [{name: primary, url: \"https://land.example\"}]\n"), 1)
	}
	set, faults := policies.Load(files, lookup.Vocabulary(s.catalog.Systems()))
	if set == nil {
		t.Fatal(faults)
	}
	return set
}

func TestClientSamplesCanBeCopied(t *testing.T) {
	s := newSite(t, nil, "")
	home := s.get("/").Body.String()
	for name, text := range map[string]string{"client.sh": "#!/usr/bin/env bash", "client.go": "package main", "client.java": "public class Client", "client.cs": "HttpClient", "client.py": "urllib"} {
		out := s.get("/docs/" + name)
		if out.Code != http.StatusOK || !strings.Contains(out.Body.String(), text) || out.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("%s: %d %v", name, out.Code, out.Header())
		}
		if !strings.Contains(home, `href="/docs/`+name+`"`) {
			t.Errorf("%s is not on the first page", name)
		}
	}
}
