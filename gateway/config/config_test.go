package config

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "gateway.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// production is a configuration that production accepts.
const production = `publicUrl: https://bus.example
agencies: /etc/lgsp/agencies.yaml
policies: /etc/lgsp/policies
secretsDir: /etc/lgsp/secrets
dataDir: /var/lib/lgsp
`

// keys are all settings as the YAML file names them.
func keys() (names []string) {
	for field := range reflect.TypeFor[Config]().Fields() {
		if name := field.Tag.Get("yaml"); name != "-" {
			names = append(names, name)
		}
	}
	return names
}

func TestDefaultsAreTheEmbeddedProductOnLoopback(t *testing.T) {
	c, err := Load("", true, []string{"LGSP_DATA_DIR=/tmp/lgsp"})
	if err != nil {
		t.Fatal(err)
	}
	want := Config{Listen: "127.0.0.1:8080", AdminListen: "127.0.0.1:8081", SandboxListen: "127.0.0.1:8090", DataDir: "/tmp/lgsp", KeysDir: "/tmp/lgsp/keys",
		SandboxPeople: 20_000, CacheBytes: 64 << 20, MaxInFlight: 4096, AgencyRate: c.AgencyRate, LogLevel: "info", Embedded: true}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
	if c.DemoDir() != "/tmp/lgsp/demo" {
		t.Errorf("demonstration keys lie in %s", c.DemoDir())
	}
	if c.Agencies = "/etc/lgsp/agencies.yaml"; c.DemoDir() != "/etc/lgsp" {
		t.Errorf("keys lie in %s, not beside the agency file", c.DemoDir())
	}
}

func TestDataFolderFollowsXDG(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", "/state")
	if c, err := Load("", true, nil); err != nil || c.DataDir != "/state/lgsp" {
		t.Errorf("%s %v", c.DataDir, err)
	}
	t.Setenv("XDG_STATE_HOME", "")
	t.Setenv("HOME", "/home/operator")
	if c, err := Load("", true, nil); err != nil || c.DataDir != "/home/operator/.local/state/lgsp" {
		t.Errorf("%s %v", c.DataDir, err)
	}
}

func TestEachKeyIsOverriddenByItsVariable(t *testing.T) {
	for _, key := range keys() {
		file, environment := "/from/file", "/from/environment"
		switch {
		case strings.HasSuffix(strings.ToLower(key), "listen"):
			file, environment = "127.0.0.1:1", "127.0.0.1:2"
		case strings.HasSuffix(key, "Url") && key != "redisUrl":
			file, environment = "http://file.example", "http://environment.example"
		case numeric(key):
			file, environment = "11", "12"
		case key == "logLevel":
			file, environment = "warn", "debug"
		}
		text := "tlsCert: /c\ntlsKey: /k\n" // which go together
		if !strings.HasPrefix(key, "tls") {
			text += key + ": " + file + "\n"
		}
		c, err := Load(write(t, text), true, []string{"LGSP_DATA_DIR=/tmp/lgsp", variable(key) + "=" + environment})
		if err != nil {
			t.Errorf("%s: %v", key, err)
			continue
		}
		if got := valueOf(c, key); got != environment {
			t.Errorf("%s: %s does not override it: %q", key, variable(key), got)
		}
		if c, _ = Load(write(t, text), true, []string{variable(key) + "="}); !strings.HasPrefix(key, "tls") && valueOf(c, key) != file {
			t.Errorf("%s: an empty variable changed it to %q", key, valueOf(c, key))
		}
	}
}

func numeric(key string) bool {
	return strings.Trim(valueOf(Default(), key), "0123456789") == "" && valueOf(Default(), key) != ""
}

func valueOf(c Config, key string) string {
	for field, value := range reflect.ValueOf(c).Fields() {
		if field.Tag.Get("yaml") != key {
			continue
		}
		if value.CanInt() {
			return strconv.FormatInt(value.Int(), 10)
		}
		return value.String()
	}
	return ""
}

func TestVariablesOfTheContractNameSettings(t *testing.T) {
	for _, name := range []string{"LGSP_REDIS_URL", "LGSP_DATA_DIR", "LGSP_PUBLIC_URL", "LGSP_AGENCIES", "LGSP_KEYS_DIR", "LGSP_TLS_CERT", "LGSP_TLS_KEY",
		"LGSP_SANDBOX_URL", "LGSP_SANDBOX_PEOPLE", "LGSP_LISTEN", "LGSP_ADMIN_LISTEN", "LGSP_SANDBOX_LISTEN"} {
		found := false
		for _, key := range keys() {
			found = found || variable(key) == name
		}
		if !found {
			t.Errorf("%s overrides nothing", name)
		}
	}
}

func TestUnknownVariableIsNamedAndOthersAreNot(t *testing.T) {
	c, err := Load("", true, []string{"LGSP_DATA_DIR=/tmp/lgsp", "LGSP_LISTNE=127.0.0.1:1", "PATH=/bin", "LGSP_EMPTY=", "LGSP_EMBEDDED=false", "lgsp_listen=x"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"LGSP_LISTNE", "LGSP_EMBEDDED"}, c.Ignored); diff != "" {
		t.Error(diff)
	}
	if !c.Embedded {
		t.Error("the environment turned a demonstration into production")
	}
}

func TestStrictFileNamesThePlaceOfTheFault(t *testing.T) {
	for _, c := range []struct{ name, text, place string }{
		{"unknown key", "listen: 127.0.0.1:1\nlistne: 127.0.0.1:2\n", "2:1"},
		{"key in another case", "Listen: 127.0.0.1:1\n", "1:1"},
		{"key twice", "listen: 127.0.0.1:1\nlisten: 127.0.0.1:2\n", "2:1"},
		{"wrong type", "listen: 127.0.0.1:1\nsandboxPeople: many\n", "2:16"},
		{"what is no setting", "embedded: true\n", "1:1"},
		{"the name of no setting", "-: true\n", "1:1"},
		{"key without a value", "listen: 127.0.0.1:1\nredisUrl:\n", "2:1"},
		{"second document", "listen: 127.0.0.1:1\n---\nlisten: 127.0.0.1:2\n", "3:7"},
		{"list", "- listen\n", "1:1"},
		{"not YAML", "listen: [\n", "1:9"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := write(t, c.text)
			_, err := Load(file, true, nil)
			if err == nil || !strings.Contains(err.Error(), file+":"+c.place) {
				t.Errorf("it does not say %s:%s but: %v", filepath.Base(file), c.place, err)
			}
		})
	}
}

func TestFileNamesEveryFaultAtOnce(t *testing.T) {
	_, err := Load(write(t, "listne: x\nlogLevle: y\ncacheBytes: much\n"), true, nil)
	for _, said := range []string{":1:1: unknown key \"listne\"", ":2:1: unknown key \"logLevle\"", ":3:13: "} {
		if err == nil || !strings.Contains(err.Error(), said) {
			t.Errorf("it does not say %s: %v", said, err)
		}
	}
}

func TestEmptyFileIsTheDefaults(t *testing.T) {
	for _, text := range []string{"", "\n", "# nothing\n"} {
		c, err := Load(write(t, text), true, []string{"LGSP_DATA_DIR=/tmp/lgsp"})
		if err != nil || c.Listen != Default().Listen {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestMissingFileIsAFault(t *testing.T) {
	if _, err := Load(filepath.Join(t.TempDir(), "none.yaml"), true, nil); err == nil || !strings.Contains(err.Error(), "none.yaml") {
		t.Errorf("got %v", err)
	}
}

// faultsNamed are the keys that an error names, one fault a line.
func faultsNamed(err error) []string {
	if err == nil {
		return nil
	}
	var named []string
	for line := range strings.SplitSeq(err.Error(), "\n") {
		if m := regexp.MustCompile(`^([a-zA-Z]+) \((LGSP_[A-Z_]+)\): .`).FindStringSubmatch(line); m != nil && m[2] == variable(m[1]) {
			named = append(named, m[1])
		} else {
			named = append(named, "? "+line)
		}
	}
	return named
}

func TestEveryFaultIsReportedAtOnceWithItsVariable(t *testing.T) {
	_, err := Load(write(t, `listen: nowhere
adminListen: "8081"
sandboxListen: ""
publicUrl: bus.example
sandboxUrl: http://user:word@sandbox.example
ndxpTokenUrl: https://ndxp.example/token?x=1
tlsCert: /cert
logLevel: loud
cacheBytes: 0
maxInFlight: -1
sandboxPeople: 0
`), true, nil)
	want := map[string]bool{}
	for _, key := range []string{"listen", "adminListen", "sandboxListen", "publicUrl", "sandboxUrl", "ndxpTokenUrl", "tlsCert", "logLevel", "cacheBytes", "maxInFlight", "sandboxPeople"} {
		want[key] = true
	}
	got := map[string]bool{}
	for _, key := range faultsNamed(err) {
		got[key] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if err != nil && strings.Contains(err.Error(), "word") {
		t.Errorf("the fault quotes a password: %v", err)
	}
}

func TestNumbersOfTheEnvironmentAreAllChecked(t *testing.T) {
	_, err := Load("", true, []string{"LGSP_SANDBOX_PEOPLE=many", "LGSP_CACHE_BYTES=99999999999999999999", "LGSP_MAX_IN_FLIGHT=1.5"})
	for _, name := range []string{"LGSP_SANDBOX_PEOPLE", "LGSP_CACHE_BYTES", "LGSP_MAX_IN_FLIGHT"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("it does not name %s: %v", name, err)
		}
	}
}

func TestProductionRefusesWhatADemonstrationMakesUp(t *testing.T) {
	if c, err := Load(write(t, production), false, nil); err != nil || c.Embedded {
		t.Fatalf("a good configuration: %v", err)
	}
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"nothing set", "", []string{"publicUrl", "policies", "secretsDir"}},
		{"a sandbox", production + "sandboxUrl: http://127.0.0.1:8090\n", []string{"sandboxUrl"}},
		{"without TLS outside", strings.Replace(production, "https:", "http:", 1), []string{"publicUrl"}},
		{"all of it and more", "publicUrl: http://bus.example\nsandboxUrl: http://127.0.0.1:8090\nlogLevel: loud\n",
			[]string{"logLevel", "policies", "secretsDir", "sandboxUrl", "publicUrl"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(write(t, c.text), false, []string{"LGSP_DATA_DIR=/tmp/lgsp"})
			if diff := cmp.Diff(c.want, faultsNamed(err)); diff != "" {
				t.Errorf("%s\n%v", diff, err)
			}
		})
	}
}

func FuzzFileIsReadOrRefusedWhole(f *testing.F) {
	f.Add([]byte(production))
	f.Add([]byte("listen: [\n"))
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte("? {}\n: - \x00\n"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		file := filepath.Join(dir, "gateway.yaml")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if c, err := Load(file, false, nil); err == nil && c.PublicURL == "" {
			t.Errorf("taken without what production needs: %q", text)
		}
	})
}
