package agencyfile

import (
	"crypto/ecdsa"
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

	"github.com/goccy/go-yaml/ast"
	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/certs"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/auth/keyset"
	"github.com/lgsp-vn/lgsp/gateway/auth/secret"
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
	public, err := keyset.Publish("theirs", key)
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
	records, _, err := New(path).Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	agency := records[0]
	client := agency.Clients[0]
	if agency.ID != "H26.12" || agency.NameVI != "Phường (hư cấu)" || client.ID != "ward" || client.Agency != "H26.12" ||
		strings.Join(client.Scopes, " ") != "population:* documents:send" {
		t.Fatalf("agency %+v", agency)
	}
	for i, want := range []*ecdsa.PublicKey{&key.PublicKey, &second.PublicKey, &third.PublicKey, &key.PublicKey} {
		got, err := keyset.Parse([]byte(client.Keys[i]))
		if err != nil || !want.Equal(got.Public) {
			t.Errorf("key %d differs: %v", i, err)
		}
	}
	if first, err := keyset.Parse([]byte(client.Keys[0])); err != nil || first.ID != "theirs" {
		t.Errorf("kid %q, %v", first.ID, err)
	}
}

func TestFileSaysEverythingThatARecordHolds(t *testing.T) {
	hash, thumbprint := secret.Keep("x"), certs.Thumbprint(&x509.Certificate{Raw: []byte("x")})
	records, _, err := New(agenciesFile(t, fmt.Sprintf(`agencies:
  - id: H26.13.05
    oldId: 008.05.13.H26
    name: {vi: Sở, en: Department}
    suspended: true
    fictional: true
    clients:
      - {id: a, name: n, scopes: [], suspended: true, dailyQuota: 1000, jwksUrl: "https://a.example/keys"}
      - {id: b, name: n, scopes: ["*:*"], certificates: [%s], secretHash: %q}
`, thumbprint, hash))).Load(t.Context())
	want := []auth.AgencyRecord{{ID: "H26.13.05", OldID: "008.05.13.H26", NameVI: "Sở", NameEN: "Department", Suspended: true, Fictional: true,
		Clients: []auth.ClientRecord{
			{ID: "a", Agency: "H26.13.05", Name: "n", Suspended: true, DailyQuota: 1000, JWKSURL: "https://a.example/keys"},
			{ID: "b", Agency: "H26.13.05", Name: "n", Scopes: []string{"*:*"}, Certificates: []string{thumbprint}, SecretHash: hash},
		}}}
	if diff := cmp.Diff(want, records); diff != "" || err != nil {
		t.Error(diff, err)
	}
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
        dailyQuota: many
      - id: more
        name: m
        scopes: []
        dailyQuota: -1
        jwksUrl: http://ward.example/keys
        certificates: [AAAA]
        secretHash: plain
  - id: H26.12
    name: {vi: a, en: b}
`)
	_, _, err := New(path).Load(t.Context())
	if err == nil {
		t.Fatal("accepted")
	}
	got := strings.Split(strings.ReplaceAll(err.Error(), filepath.Dir(path)+"/", ""), "\n")
	want := []string{
		`agencies.yaml:2:5: name is missing`,
		`agencies.yaml:2:9: id: parse agency id: not an agency id, want a form like H26.12`,
		`agencies.yaml:3:5: agency: unknown key "nmae" (known: id, oldId, name, suspended, fictional, clients)`,
		`agencies.yaml:4:16: suspended: want true or false`,
		`agencies.yaml:6:12: en is missing`,
		`agencies.yaml:7:12: oldId: want a form like 000.00.12.H26`,
		`agencies.yaml:9:13: id: want 1 to 64 of letters, digits, dot, dash and underscore`,
		`agencies.yaml:11:18: scope: want <system>:<operation>, <system>:* or *:*`,
		`agencies.yaml:11:30: scope: documents has only send and receive`,
		`agencies.yaml:12:16: key: neither a PEM block nor a JWK`,
		`agencies.yaml:12:26: key: want a JWK of kty EC (P-256, P-384), OKP (Ed25519) or RSA`,
		`agencies.yaml:12:37: key: open gone.pem: no such file or directory`,
		`agencies.yaml:13:9: keys, jwksUrl, certificates or secretHash is missing`,
		`agencies.yaml:14:15: name: want text (quote what looks like a number)`,
		`agencies.yaml:15:17: scopes: want a list`,
		`agencies.yaml:16:21: dailyQuota: want a whole number`,
		`agencies.yaml:20:21: dailyQuota: want 0 or more`,
		`agencies.yaml:21:18: jwksUrl: want an https address`,
		`agencies.yaml:22:24: certificate: want the SHA-256 thumbprint of a certificate, in base64url`,
		`agencies.yaml:23:21: secretHash: not an argon2id hash in PHC form within bounds`,
		`agencies.yaml:24:9: id: H26.12 is already an agency`,
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
			_, _, err := New(agenciesFile(t, tt.text)).Load(t.Context())
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestVersionFollowsTheContentOfEveryFile(t *testing.T) {
	text := fmt.Sprintf(oneAgency, `{file: key.pem}`)
	path := agenciesFile(t, text)
	keyFile := filepath.Join(filepath.Dir(path), "key.pem")
	first, second := newP256(t), newP256(t)
	writeFile(t, keyFile, publicPEM(t, &first.PublicKey))
	file := New(path)
	version := func() int64 {
		v, err := file.Version(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	load := func() int64 {
		_, loaded, err := file.Load(t.Context())
		if err != nil || loaded != version() {
			t.Fatalf("loaded version %d of %d, %v", loaded, version(), err)
		}
		return loaded
	}
	good := fmt.Sprint(load())
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
		if fmt.Sprint(version()) == good {
			t.Errorf("%s: the same version", name)
		}
		for range 2 { // a fault that stays must not turn into silence
			if _, _, err := file.Load(t.Context()); err == nil {
				t.Errorf("%s: no error", name)
			}
		}
		writeFile(t, path, text)
		writeFile(t, keyFile, publicPEM(t, &first.PublicKey))
		if fmt.Sprint(load()) != good {
			t.Errorf("%s, mended: another version", name)
		}
	}
	writeFile(t, keyFile, publicPEM(t, &second.PublicKey))
	if fmt.Sprint(version()) == good {
		t.Error("a changed key file has the same version")
	}
	records, _, err := file.Load(t.Context())
	if err != nil || records[0].Clients[0].Keys[0] != publicPEM(t, &second.PublicKey) {
		t.Errorf("a changed key file was not taken: %v", err)
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
	records, _, err := New(path).Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, agency := range records {
		ids = append(ids, agency.ID)
		if !strings.Contains(agency.NameVI, "hư cấu") || !strings.Contains(agency.NameEN, "fictional") || !agency.Fictional {
			t.Errorf("%s does not say that it is fictional: %+v", agency.ID, agency)
		}
		key, err := certs.ReadPrivateKey(DemoKeyFile(dir, agency.ID))
		if err != nil {
			t.Fatal(err)
		}
		if registered, err := keyset.Parse([]byte(agency.Clients[0].Keys[0])); err != nil || !registered.Public.(*ecdsa.PublicKey).Equal(key.Public()) {
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

func FuzzFile(f *testing.F) {
	key := newP256(f)
	f.Add(fmt.Sprintf(oneAgency, inlineJWK(f, &key.PublicKey)))
	f.Add("agencies:\n  - &a {id: H26}\n  - <<: *a\n    clients: [{keys: [|\n x\n]}]\n")
	f.Add("agencies: [{id: 000.00.12.H26, name: {vi: a, en: b}}]")
	f.Add("agencies:\n- ? a\n  : b\n- !!map {a: b}\n")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "file") {
			t.Skip("key files are not part of the text")
		}
		records, err := (&reader{strictYAML: strictYAML{file: "agencies.yaml"}, places: make(map[string]ast.Node)}).parse([]byte(text))
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if line == "" {
					t.Errorf("an empty fault in %q", err)
				}
			}
			return
		}
		if faults := auth.Check(records); len(records) == 0 || len(faults) > 0 {
			t.Errorf("accepted %+v with %v", records, faults)
		}
	})
}

// BenchmarkUnchanged is what every poll costs, BenchmarkLoad what a change
// costs, both for 1,000 agencies with ten clients each.
func BenchmarkUnchanged(b *testing.B) {
	file := New(manyAgencies(b))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := file.Version(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	path := manyAgencies(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := New(path).Load(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

func manyAgencies(b *testing.B) string {
	key := inlineJWK(b, &newP256(b).PublicKey)
	var text strings.Builder
	text.WriteString("agencies:\n")
	for n := range 1000 {
		fmt.Fprintf(&text, "  - id: H26.%d\n    name: {vi: Hư cấu, en: Fictional}\n    clients:\n", n)
		for c := range 10 {
			fmt.Fprintf(&text, "      - {id: c%d-%d, name: n, scopes: [\"*:*\"], keys: [%s]}\n", n, c, key)
		}
	}
	return agenciesFile(b, text.String())
}
