package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestIssuersAreReadWithTheirPlaces(t *testing.T) {
	file := write(t, `# those of the ministry
- issuer: https://login.ministry.example
  jwksUrl: https://login.ministry.example/keys
  algorithms: [ES256, PS256]
  audience: lgsp
  clientClaim: azp
  agencies: [H26.11, H26.12]
-
  issuer: https://login.province.example
`)
	got, err := ReadIssuers(file)
	if err != nil {
		t.Fatal(err)
	}
	want := []ExternalIssuer{
		{Issuer: "https://login.ministry.example", JWKSURL: "https://login.ministry.example/keys", Algorithms: []string{"ES256", "PS256"}, Audience: "lgsp",
			ClientClaim: "azp", Agencies: []string{"H26.11", "H26.12"}, Place: file + ":2:3"},
		{Issuer: "https://login.province.example", Place: file + ":9:3"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got, err := ReadIssuers(write(t, "# none yet\n")); err != nil || got != nil {
		t.Errorf("a file that says nothing: %v %v", got, err)
	}
}

func TestIssuersFileNamesEveryFaultAtOnce(t *testing.T) {
	file := write(t, `- issuer: https://a.example
  jwksURL: https://a.example/keys
  algorithms: ES256
- audience:
  place: here
- nobody
-
- issuer: https://b.example
  agencies: [[H26.11]]
---
- issuer: https://c.example
`)
	_, err := ReadIssuers(file)
	for _, want := range []string{`:2:3: unknown key "jwksURL"`, ":3:15: ", `:4:3: key "audience" has no value`, `:5:3: unknown key "place"`, ":6:3: must be keys and values",
		":7:2: must be keys and values", ":9:14: ", ":11:1: a second document"} {
		if err == nil || !strings.Contains(err.Error(), file+want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
	if _, err := ReadIssuers(write(t, "issuer: https://a.example\n")); err == nil || !strings.Contains(err.Error(), "must be a list of issuers") {
		t.Errorf("a single issuer: %v", err)
	}
	if _, err := ReadIssuers(filepath.Join(t.TempDir(), "none.yaml")); err == nil || !strings.Contains(err.Error(), "none.yaml") {
		t.Errorf("no file: %v", err)
	}
}

func FuzzIssuersAreReadOrRefusedWhole(f *testing.F) {
	f.Add([]byte("- {issuer: a, algorithms: [ES256]}\n- issuer: b\n"))
	f.Add([]byte("- &a {issuer: a}\n- *a\n- <<: *a\n"))
	f.Add([]byte("-\n- ? {}\n  : - \x00\n- !!map {}\n"))
	file := filepath.Join(f.TempDir(), "issuers.yaml")
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		all, err := ReadIssuers(file)
		for _, issuer := range all {
			if !strings.HasPrefix(issuer.Place, file+":") {
				t.Errorf("an issuer without a place: %+v %v", issuer, err)
			}
		}
	})
}
