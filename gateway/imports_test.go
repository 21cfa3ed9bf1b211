package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/lgsp-vn/lgsp/"

// mayImport lists, for each package of the project, which others it may import.
// Arrows point one way: command, server, edge, use cases, engines, one adapter,
// the contract. A pattern that ends in /... covers what lies below.
var mayImport = []struct {
	from string
	to   []string
	why  string
}{
	{"adapters/places", nil, "tables know nothing else"},
	{"adapters", []string{"adapters/places"}, "the contract knows no system"},
	{"adapters/internal/conformance", []string{"adapters", "adapters/..."}, "the suite sees what a stranger's adapter may use"},
	{"adapters/internal/...", []string{"adapters", "adapters/places", "adapters/internal/..."}, "what adapters share knows no adapter"},
	{"adapters/catalog", []string{"adapters", "adapters/..."}, "the list is the only place that knows all systems"},
	{"adapters/sandbox", []string{"adapters", "adapters/catalog", "adapters/internal/..."}, "the sandbox takes the systems from the list"},
	{"adapters/...", []string{"adapters", "adapters/places", "adapters/internal/..."}, "an adapter knows the contract, not its neighbours"},
	{"policies/...", []string{"policies/..."}, "the engine is pure"},
	{"policies", []string{"policies/..."}, "the engine is pure"},
	{"certs", nil, "trust depends on nothing"},
	{"gateway/cache", nil, "an engine knows no use case"},
	{"gateway/limits", nil, "an engine knows no use case"},
	{"gateway/audit", nil, "an engine knows no use case"},
	{"gateway/telemetry", nil, "an engine knows no use case"},
	{"gateway/store", nil, "an engine knows no use case"},
	{"gateway/config", nil, "settings know nobody who reads them"},
	{"gateway/internal/...", nil, "servers for tests know no package under test"},
	{"gateway/auth/keyset", nil, "keys of others know nobody who uses them"},
	{"gateway/auth/secret", nil, "a secret knows no client"},
	{"gateway/auth/agencyfile", []string{"certs", "gateway/auth", "gateway/auth/keyset"}, "a file is one source of agencies among others"},
	{"gateway/auth", []string{"certs", "policies", "gateway/auth/keyset", "gateway/auth/secret"}, "identity comes before any use case, and knows no source of its records"},
	{"gateway/lookup", []string{"adapters", "adapters/catalog", "policies", "gateway/audit", "gateway/auth", "gateway/cache", "gateway/limits"}, "a use case knows engines, never HTTP"},
	{"gateway/problem", []string{"adapters", "adapters/catalog", "policies", "gateway/auth", "gateway/limits", "gateway/lookup"}, "the table of errors knows the domain's sentinels, and which bound was met"},
	{"gateway/api", []string{"adapters", "adapters/catalog", "policies", "gateway/auth", "gateway/limits", "gateway/lookup", "gateway/problem"}, "the edge knows use cases, not the wiring"},
	{"gateway/portal", []string{"adapters", "adapters/catalog", "policies", "gateway/api", "gateway/auth", "gateway/lookup", "gateway/problem"}, "the description knows the edge that it describes"},
	{"gateway/server", []string{"adapters", "adapters/catalog", "adapters/sandbox", "policies", "certs", "gateway/..."}, "the wiring knows every part"},
	{"gateway", []string{"adapters", "adapters/catalog", "adapters/places", "adapters/sandbox", "policies", "certs", "gateway/..."}, "the command line is on top"},
}

// homes are the libraries that only some packages may know, so that each can be
// replaced in one place, and what is for tests: two packages help tests to start
// servers, and no other file but a test may do so or know the second of them.
var homes = map[string][]string{
	"github.com/gin-gonic/gin":            {"gateway/api", "gateway/server", "gateway/portal"},
	"github.com/redis/go-redis":           {"gateway/cache", "gateway/limits"},
	"github.com/sony/gobreaker":           {"adapters/catalog"},
	"github.com/golang-jwt/jwt":           {"gateway/auth"},
	"cel.dev/cel-go":                      {"policies"},
	"github.com/maypok86/otter":           {"gateway/cache", "gateway/auth"},
	"github.com/prometheus/client_golang": {"gateway/telemetry"},
	"github.com/spf13/cobra":              {"gateway"},
	"github.com/go-json-experiment/json":  {"adapters", "adapters/sandbox", "gateway/lookup"},
	"github.com/swaggest/swgui":           {"gateway/portal"},
	"github.com/goccy/go-yaml":            {"gateway/config", "gateway/auth/agencyfile", "policies/internal/document"},
	"golang.org/x/crypto":                 {"gateway/auth/secret"},
	"golang.org/x/oauth2":                 {},
	"github.com/go-jose/go-jose":          {},
	"golang.org/x/sync/singleflight":      {"gateway/cache"},
	"github.com/oklog/ulid":               {"gateway/server", "gateway/auth"},
	"golang.org/x/time/rate":              {"adapters/catalog"},
	"modernc.org/sqlite":                  {"gateway/store"},
	"github.com/jackc/pgx":                {"gateway/store", "gateway/internal/testpostgres"},
	"github.com/pressly/goose":            {"gateway/store"},
	"net/http/httptest":                   {"adapters/internal/conformance", "adapters/internal/adaptertest"},
	"testing":                             {"adapters/internal/conformance", "adapters/internal/adaptertest", "gateway/internal/testpostgres", "gateway/internal/testredis"},
	"github.com/google/go-cmp":            {},
	"pgregory.net/rapid":                  {},
	"github.com/getkin/kin-openapi":       {},
	"go.uber.org/goleak":                  {},

	module + "adapters/internal/adaptertest": {},
}

func TestImportsPointOneWay(t *testing.T) {
	files := productionImports(t)
	if len(files) < 30 {
		t.Fatalf("only %d files were found: the test looks in the wrong place", len(files))
	}
	for file, imports := range files {
		from := path.Dir(file)
		for _, imported := range imports {
			if to, own := strings.CutPrefix(imported, module); own {
				checkOwn(t, file, from, to)
			}
			checkHome(t, file, from, imported)
		}
	}
}

func checkOwn(t *testing.T, file, from, to string) {
	t.Helper()
	for _, rule := range mayImport {
		if !covers(rule.from, from) {
			continue
		}
		if !slices.ContainsFunc(rule.to, func(p string) bool { return covers(p, to) }) {
			t.Errorf("%s imports %s: %s", file, to, rule.why)
		}
		return
	}
	t.Errorf("%s: no rule says what package %s may import; add one", file, from)
}

func checkHome(t *testing.T, file, from, imported string) {
	t.Helper()
	for library, packages := range homes {
		if imported != library && !strings.HasPrefix(imported, library+"/") {
			continue
		}
		if !slices.Contains(packages, from) {
			t.Errorf("%s imports %s, whose home is %v", file, imported, packages)
		}
	}
}

// covers matches a package against a pattern.
func covers(pattern, pkg string) bool {
	if below, ok := strings.CutSuffix(pattern, "/..."); ok {
		return strings.HasPrefix(pkg, below+"/")
	}
	return pattern == pkg
}

// productionImports reads the imports of every file of the project that is not
// a test.
func productionImports(t *testing.T) map[string][]string {
	t.Helper()
	root := ".."
	files := map[string][]string{}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		for _, spec := range parsed.Imports {
			files[filepath.ToSlash(relative)] = append(files[filepath.ToSlash(relative)], strings.Trim(spec.Path.Value, `"`))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
