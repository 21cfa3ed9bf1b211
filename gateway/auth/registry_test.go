package auth

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/lgsp-vn/lgsp/certs"
)

func publicPEM(t testing.TB, key any) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func newP256(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// inlineJWK writes a JWK as a YAML flow map, which JSON is.
func inlineJWK(t testing.TB, key *ecdsa.PublicKey) string {
	t.Helper()
	public, err := newJWK("theirs", key)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(public)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func agenciesFile(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "agencies.yaml")
	writeFile(t, path, text)
	return path
}

func writeFile(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

const oneAgency = `agencies:
  - id: H26.12
    name: {vi: "Phường (hư cấu)", en: Ward (fictional)}
    clients:
      - id: ward
        name: One-stop desk
        scopes: ["population:*", documents:send]
        keys: [%s]
`

func TestRegistryReadsEveryFormOfKey(t *testing.T) {
	key, second, third := newP256(t), newP256(t), newP256(t)
	path := agenciesFile(t, fmt.Sprintf(oneAgency,
		inlineJWK(t, &key.PublicKey)+`, {file: second.pem}, {file: third.json}, `+fmt.Sprintf("%q", publicPEM(t, &key.PublicKey))))
	writeFile(t, filepath.Join(filepath.Dir(path), "second.pem"), publicPEM(t, &second.PublicKey))
	writeFile(t, filepath.Join(filepath.Dir(path), "third.json"), inlineJWK(t, &third.PublicKey))
	registry, err := OpenRegistry(path)
	if err != nil {
		t.Fatal(err)
	}
	client, ok := registry.Client("ward")
	if !ok || client.Agency.ID != "H26.12" || client.Agency.Name.VI != "Phường (hư cấu)" || client.Scopes.String() != "population:* documents:send" {
		t.Fatalf("client %+v", client)
	}
	for i, want := range []*ecdsa.PublicKey{&key.PublicKey, &second.PublicKey, &third.PublicKey, &key.PublicKey} {
		if !want.Equal(client.keys[i].key) {
			t.Errorf("key %d differs", i)
		}
	}
	if client.keys[0].kid != "theirs" {
		t.Errorf("kid %q", client.keys[0].kid)
	}
}

func TestOldAgencyIDsAreMapped(t *testing.T) {
	registry, err := OpenRegistry(agenciesFile(t, `agencies:
  - {id: 000.00.12.H26, name: {vi: a, en: a}}
  - {id: H26.13.05, oldId: 007.05.13.H26, name: {vi: b, en: b}}
  - {id: H26, name: {vi: c, en: c}}
`))
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{
		"H26.12": "H26.12", "000.00.12.H26": "H26.12", "007.05.13.H26": "H26.13.05", "000.00.00.H26": "H26", "H26": "H26",
		"000.00.13.H26": "", "001.00.12.H26": "", "H26.1": "", "h26.12": "", "": "",
	} {
		agency, ok := registry.Agency(id)
		if got := idOf(agency); got != want || ok != (want != "") {
			t.Errorf("%q is %q, want %q", id, got, want)
		}
	}
	if agency, _ := registry.Agency("H26.12"); agency.OldID != "000.00.12.H26" {
		t.Errorf("old id %q", agency.OldID)
	}
}

func idOf(agency *Agency) string {
	if agency == nil {
		return ""
	}
	return agency.ID
}

func TestEveryFaultOfTheFileIsReportedWithItsPlace(t *testing.T) {
	path := agenciesFile(t, `agencies:
  - id: h26.12
    nmae: {vi: a, en: b}
    suspended: "yes"
  - id: H26.12
    name: {vi: a}
    oldId: H26
    clients:
      - id: "bad id"
        name: x
        scopes: [population, "documents:*"]
        keys: [nonsense, {kty: EC}, {file: gone.pem}]
      - id: ok
        name: 12
        scopes: all
  - id: H26.12
    name: {vi: a, en: b}
`)
	_, err := OpenRegistry(path)
	if err == nil {
		t.Fatal("accepted")
	}
	got := strings.Split(strings.ReplaceAll(strings.TrimPrefix(err.Error(), "read agencies: "), filepath.Dir(path)+"/", ""), "\n")
	want := []string{
		`agencies.yaml:3:5: agency: unknown key "nmae" (known: id, oldId, name, suspended, clients)`,
		`agencies.yaml:4:16: suspended: want true or false`,
		`agencies.yaml:2:9: id: parse agency id: not an agency id, want a form like H26.12`,
		`agencies.yaml:2:5: name is missing`,
		`agencies.yaml:7:12: oldId: want a form like 000.00.12.H26`,
		`agencies.yaml:6:12: en is missing`,
		`agencies.yaml:9:13: client id: want 1 to 64 of letters, digits, dot, dash and underscore`,
		`agencies.yaml:11:18: scope: want <system>:<operation>, <system>:* or *:*`,
		`agencies.yaml:11:30: scope: documents has only send and receive`,
		`agencies.yaml:12:16: key: neither a PEM block nor a JWK`,
		`agencies.yaml:12:26: key: want a JWK of kty EC (P-256, P-384), OKP (Ed25519) or RSA`,
		`agencies.yaml:12:37: key: open gone.pem: no such file or directory`,
		`agencies.yaml:14:15: name: want text (quote what looks like a number)`,
		`agencies.yaml:14:15: name: want 1 to 400 bytes`,
		`agencies.yaml:15:17: scopes: want a list`,
		`agencies.yaml:13:9: keys is missing`,
		`agencies.yaml:16:9: H26.12 is already an agency`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFileThatIsNotAPlainListOfAgenciesIsRefused(t *testing.T) {
	key := newP256(t)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	privatePEM := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	small, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	weakExponent := &rsa.PublicKey{N: small.N, E: 3}
	p521, err := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	withKey := func(key string) string { return fmt.Sprintf(oneAgency, key) }
	quoted := func(text string) string { return withKey(fmt.Sprintf("%q", text)) }
	jwkWith := func(from, to string) string {
		text := inlineJWK(t, &key.PublicKey)
		changed := strings.Replace(text, from, to, 1)
		if changed == text {
			t.Fatalf("no %s in %s", from, text)
		}
		return withKey(changed)
	}
	for name, tt := range map[string]struct{ text, want string }{
		"empty":               {"", "empty"},
		"only a comment":      {"# nothing\n", "empty"},
		"no agencies":         {"agencies: []\n", "no agency is listed"},
		"a list":              {"- a\n", "want a map"},
		"unknown top key":     {"agencies: []\nagency: 1\n", `2:1: agencies file: unknown key "agency"`},
		"key twice":           {"agencies: []\nagencies: []\n", "2:1: mapping key"},
		"broken":              {"agencies: [\n", "1:11:"},
		"tab":                 {"agencies:\n\t- id: a\n", "2:1:"},
		"two documents":       {"agencies: []\n---\nagencies: []\n", "a second document"},
		"anchor":              {"agencies: &a []\n", "want a list"},
		"alias":               {"agencies:\n  - &a {id: H26, name: {vi: a, en: a}}\n  - *a\n", "want a map"},
		"merge":               {"agencies:\n  - {id: H26, name: {vi: a, en: a}}\n  - <<: {id: H27}\n", "want a plain word as key"},
		"tag":                 {"agencies: !!seq []\n", "want a list"},
		"null agency":         {"agencies: [~]\n", "want a map"},
		"client twice":        {withKey("") + "      - {id: ward, name: n, scopes: [], keys: []}\n", "client ward is listed twice"},
		"private key":         {quoted(privatePEM), "a private key does not belong here"},
		"private JWK":         {jwkWith(`"kty"`, `"d":"AAAA","kty"`), `unknown key "d"`},
		"symmetric JWK":       {withKey(`{kty: oct}`), "want a JWK of kty"},
		"JWK off its curve":   {jwkWith(`"x":"`, `"x":"AAAA`), "does not hold a key"},
		"JWK to encrypt":      {jwkWith(`"sig"`, `"enc"`), "not for signatures"},
		"JWK of another alg":  {jwkWith(`"ES256"`, `"RS256"`), "an algorithm that its key cannot have"},
		"file and more":       {withKey(`{file: a, kty: EC}`), "a file stands alone"},
		"file is a folder":    {withKey(`{file: .}`), "not a regular file"},
		"P-521":               {quoted(publicPEM(t, &p521.PublicKey)), "want the curve P-256 or P-384"},
		"weak RSA exponent":   {quoted(publicPEM(t, weakExponent)), "the RSA exponent is weak"},
		"two keys in one PEM": {quoted(publicPEM(t, &key.PublicKey) + publicPEM(t, &key.PublicKey)), "more than one PEM block"},
		"too many keys":       {withKey(strings.Repeat("x, ", 8) + "x"), "keys: more than 8"},
		"too many scopes":     {strings.Replace(withKey(""), "documents:send", strings.Repeat("a:b, ", 100)+"a:b", 1), "scopes: more than 100"},
		"deep brackets":       {strings.Repeat("[", 100_000), "1:65: nested too deep"},
		"deep maps":           {strings.Repeat("{a: ", 100_000), "nested too deep"},
		"deep dashes":         {strings.Repeat("- ", 100_000), "nested too deep"},
		"deep indentation":    {"agencies:\n" + strings.Repeat(" ", 100) + "- a\n", "nested too deep"},
		"huge scopes":         {strings.Replace(withKey(""), "documents:send", strings.Repeat(strings.Repeat("a", 60)+":b, ", 80)+"a:b", 1), "longer than"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := OpenRegistry(agenciesFile(t, tt.text))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestWeakRSAKeyIsRefused(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Skip("this Go does not make a key of 1024 bits")
	}
	if _, err := newClientKey(&key.PublicKey); err == nil {
		t.Error("1024 bits were accepted")
	}
	if _, err := newClientKey(ed25519.PublicKey(make([]byte, 32))); err != nil {
		t.Error(err)
	}
}

func TestFaultyFileKeepsTheOldRegistryUntilMended(t *testing.T) {
	good := fmt.Sprintf(oneAgency, `{file: key.pem}`)
	path := agenciesFile(t, good)
	keyFile := filepath.Join(filepath.Dir(path), "key.pem")
	first, second := newP256(t), newP256(t)
	writeFile(t, keyFile, publicPEM(t, &first.PublicKey))
	registry, err := OpenRegistry(path)
	if err != nil {
		t.Fatal(err)
	}
	snapshot := registry.current.Load()
	for name, spoil := range map[string]func() error{
		"broken YAML":    func() error { return os.WriteFile(path, []byte("agencies: ["), 0o600) },
		"emptied":        func() error { return os.Truncate(path, 0) },
		"gone":           func() error { return os.Remove(path) },
		"key file empty": func() error { return os.Truncate(keyFile, 0) },
		"key file gone":  func() error { return os.Remove(keyFile) },
	} {
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		for range 2 { // a fault that stays must not turn into silence
			if err := registry.Reload(); err == nil {
				t.Errorf("%s: no error", name)
			}
		}
		if registry.current.Load() != snapshot {
			t.Fatalf("%s: the registry changed", name)
		}
		writeFile(t, path, good)
		writeFile(t, keyFile, publicPEM(t, &first.PublicKey))
		if err := registry.Reload(); err != nil {
			t.Fatalf("%s, mended: %v", name, err)
		}
		snapshot = registry.current.Load()
	}
	if err := registry.Reload(); err != nil || registry.current.Load() != snapshot {
		t.Errorf("an unchanged file was read again: %v", err)
	}
	writeFile(t, keyFile, publicPEM(t, &second.PublicKey))
	if err := registry.Reload(); err != nil {
		t.Fatal(err)
	}
	if client, _ := registry.Client("ward"); !second.PublicKey.Equal(client.keys[0].key) {
		t.Error("a changed key file was not taken")
	}
}

func TestDemonstrationAgenciesAreMadeOnceAndPrivately(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	path, err := EnsureDemo(dir)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	registry, err := OpenRegistry(path)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, agency := range registry.Agencies() {
		ids = append(ids, agency.ID)
		if !strings.Contains(agency.Name.VI, "hư cấu") || !strings.Contains(agency.Name.EN, "fictional") {
			t.Errorf("%s does not say that it is fictional: %v", agency.ID, agency.Name)
		}
		key, err := certs.ReadPrivateKey(DemoKeyFile(dir, agency.ID))
		if err != nil {
			t.Fatal(err)
		}
		if registered := agency.Clients[0].keys[0].key.(*ecdsa.PublicKey); !registered.Equal(key.Public()) {
			t.Errorf("%s: the key file is not that of the registered key", agency.ID)
		}
	}
	if diff := cmp.Diff([]string{"H26.11", "H26.12", "H26.13"}, ids); diff != "" {
		t.Error(diff)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != fs.FileMode(0o700) {
		t.Errorf("folder %v, %v", info.Mode(), err)
	}
	if _, err := EnsureDemo(dir); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("the agencies file was written again: %v", err)
	}
	// A key that was taken away must not come back as one that nobody registered.
	spare := DemoKeyFile(dir, "H26.13")
	key, err := os.ReadFile(spare)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(spare); err != nil {
		t.Fatal(err)
	}
	if _, err := EnsureDemo(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(spare); err == nil {
		t.Error("a removed key came back")
	}
	writeFile(t, spare, string(key))
	// Without the file but with the keys, the same agencies come back.
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := EnsureDemo(dir); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("the agencies file came back different: %v", err)
	}
}

func drawScope(t *rapid.T) Scope {
	texts := []string{"*:*", "a:*", "b:*", "a:x", "a:y", "b:x", "documents:send", "documents:receive", "usage:read"}
	scope, err := parseScope(rapid.SampledFrom(texts).Draw(t, "scope"))
	if err != nil {
		t.Fatal(err)
	}
	return scope
}

// naiveAllow is the rule of scopes in one sentence each.
func naiveAllow(scopes Scopes, system, operation string) bool {
	own := system == "documents" || system == "usage"
	for _, s := range scopes {
		named := s.System == system && s.Operation == operation
		wholeSystem := s.System == system && s.Operation == "*"
		everything := s.System == "*" && !own
		if named || wholeSystem || everything {
			return true
		}
	}
	return false
}

func TestScopesAgreeWithTheNaiveRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scope := rapid.Custom(drawScope)
		left := Scopes(rapid.SliceOfN(scope, 0, 4).Draw(t, "left"))
		right := Scopes(rapid.SliceOfN(scope, 0, 4).Draw(t, "right"))
		both := left.intersect(right)
		for _, question := range []Scope{{"a", "x"}, {"a", "y"}, {"a", "z"}, {"b", "x"}, {"c", "x"}, {"documents", "send"}, {"documents", "other"}, {"usage", "read"}} {
			system, operation := question.System, question.Operation
			if got, want := left.Allow(system, operation), naiveAllow(left, system, operation); got != want {
				t.Fatalf("%v allow %v: %v", left, question, got)
			}
			want := naiveAllow(left, system, operation) && naiveAllow(right, system, operation)
			if got := both.Allow(system, operation); got != want {
				t.Fatalf("%v and %v give %v, which allow %v: %v", left, right, both, question, got)
			}
		}
		again, err := ParseScopes(both.String())
		if err != nil || again.String() != both.String() {
			t.Fatalf("%q reads as %q, %v", both, again, err)
		}
	})
}

func FuzzRegistry(f *testing.F) {
	key := newP256(f)
	f.Add(fmt.Sprintf(oneAgency, inlineJWK(f, &key.PublicKey)))
	f.Add("agencies:\n  - &a {id: H26}\n  - <<: *a\n    clients: [{keys: [|\n x\n]}]\n")
	f.Add("agencies: [{id: 000.00.12.H26, name: {vi: a, en: b}}]")
	f.Add("agencies:\n- ? a\n  : b\n- !!map {a: b}\n")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "file") {
			t.Skip("key files are not part of the text")
		}
		read := &roster{byID: make(map[string]*Agency), clients: make(map[string]*Client)}
		if err := parseRoster(read, "agencies.yaml", []byte(text)); err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if line == "" {
					t.Errorf("an empty fault in %q", err)
				}
			}
			return
		}
		for id, client := range read.clients {
			if !clientID.MatchString(id) || client.Agency == nil || client.Agency.ID == "" {
				t.Errorf("accepted client %q of %v", id, client.Agency)
			}
		}
	})
}
