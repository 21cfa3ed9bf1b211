package certs

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func openKeys(t *testing.T) (*Keys, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "keys")
	keys, err := OpenKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	return keys, dir
}

func write(t *testing.T, path string, data []byte, mode fs.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, data, mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func newSigningPEM(t *testing.T) []byte {
	t.Helper()
	data, err := generateSigningKey()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestFirstStartCreatesPrivateFiles(t *testing.T) {
	_, dir := openKeys(t)
	got := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		got[name] = info.Mode().String()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		".": "drwx------", "signing": "drwx------", "cache": "drwx------", "subject": "drwx------",
		"signing/0001.pem": "-rw-------", "cache/0001.key": "-rw-------", "subject/0001.key": "-rw-------",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSecondStartKeepsTheKeys(t *testing.T) {
	first, dir := openKeys(t)
	second, err := OpenKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	assertSameKeys(t, first, second)
}

func TestProcessesStartingTogetherShareOneKey(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	opened := make([]*Keys, 8)
	var group sync.WaitGroup
	for i := range opened {
		group.Go(func() {
			keys, err := OpenKeys(dir)
			if err != nil {
				t.Errorf("open keys: %v", err)
				return
			}
			opened[i] = keys
		})
	}
	group.Wait()
	if t.Failed() {
		return
	}
	for _, keys := range opened[1:] {
		assertSameKeys(t, opened[0], keys)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*", ".new-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("unfinished files left: %v, %v", left, err)
	}
}

func assertSameKeys(t *testing.T, a, b *Keys) {
	t.Helper()
	kidA, keyA := a.Signing().Active()
	kidB, keyB := b.Signing().Active()
	if kidA != kidB || !keyA.Equal(keyB) {
		t.Errorf("signing keys differ: %s, %s", kidA, kidB)
	}
	for _, name := range []string{SetCache, SetSubject} {
		idA, secretA := mustSecret(t, a, name).Active()
		idB, secretB := mustSecret(t, b, name).Active()
		if idA != idB || secretA != secretB {
			t.Errorf("%s secrets differ", name)
		}
	}
}

func mustSecret(t *testing.T, keys *Keys, name string) *SecretSet {
	t.Helper()
	set, err := keys.Secret(name)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestUnknownSetIsNamed(t *testing.T) {
	keys, _ := openKeys(t)
	if _, err := keys.Secret("cookies"); !errors.Is(err, ErrUnknownSet) || !strings.Contains(err.Error(), `"cookies"`) {
		t.Errorf("got %v", err)
	}
	if _, err := keys.Announce("../x"); !errors.Is(err, ErrUnknownSet) {
		t.Errorf("got %v", err)
	}
}

func TestWriteNewNeverOverwrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := WriteNew(path, []byte("first"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := WriteNew(path, []byte("second"), 0o600); !errors.Is(err, fs.ErrExist) {
		t.Errorf("second write: %v", err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "first" {
		t.Errorf("file holds %q, %v", data, err)
	}
}

func TestFaultyFolderIsNamedAndKeepsTheOldKeys(t *testing.T) {
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(p384)
	if err != nil {
		t.Fatal(err)
	}
	wrongCurve := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	tests := []struct {
		name  string
		spoil func(t *testing.T, dir string)
		want  string
	}{
		{"group can read a key", func(t *testing.T, dir string) { chmod(t, dir+"/signing/0001.pem", 0o640) }, "signing/0001.pem: mode 0640"},
		{"world can read a secret", func(t *testing.T, dir string) { chmod(t, dir+"/cache/0001.key", 0o604) }, "cache/0001.key: mode 0604"},
		{"set folder is open", func(t *testing.T, dir string) { chmod(t, dir+"/subject", 0o750) }, "subject: mode 0750"},
		{"top folder is writable by others", func(t *testing.T, dir string) { chmod(t, dir, 0o777) }, "mode 0777"},
		{"key is not PEM", func(t *testing.T, dir string) { write(t, dir+"/signing/0002.pem", []byte("x"), 0o600) }, "signing/0002.pem: no PEM block"},
		{"key is of another curve", func(t *testing.T, dir string) { write(t, dir+"/signing/0002.pem", wrongCurve, 0o600) }, "signing/0002.pem: want an ECDSA key"},
		{"key comes twice in a file", func(t *testing.T, dir string) {
			write(t, dir+"/signing/0002.pem", append(newSigningPEM(t), newSigningPEM(t)...), 0o600)
		}, "0002.pem: more than one PEM block"},
		{"key file is huge", func(t *testing.T, dir string) {
			write(t, dir+"/signing/0002.pem", bytes.Repeat([]byte("x"), maxKeyFile+1), 0o600)
		}, "0002.pem: larger than"},
		{"key is a folder", func(t *testing.T, dir string) { mkdir(t, dir+"/signing/0002.pem") }, "0002.pem: not a regular file"},
		{"same key under two versions", func(t *testing.T, dir string) {
			data, err := os.ReadFile(dir + "/signing/0001.pem")
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir+"/signing/0002.pem", data, 0o600)
		}, "0001.pem: holds the same key as a newer version"},
		{"version exists twice", func(t *testing.T, dir string) {
			write(t, dir+"/signing/0001.next.pem", newSigningPEM(t), 0o600)
		}, "version 1 exists twice"},
		{"stranger in the folder", func(t *testing.T, dir string) {
			write(t, dir+"/signing/0001.pem.bak", nil, 0o600)
		}, "0001.pem.bak: not a key file name"},
		{"version zero", func(t *testing.T, dir string) {
			write(t, dir+"/signing/0000.pem", newSigningPEM(t), 0o600)
		}, "versions start at 0001"},
		{"secret is short", func(t *testing.T, dir string) { write(t, dir+"/cache/0002.key", []byte("abcd"), 0o600) }, "cache/0002.key: want 32 random bytes"},
		{"secret is all zero", func(t *testing.T, dir string) {
			write(t, dir+"/cache/0002.key", bytes.Repeat([]byte("0"), 64), 0o600)
		}, "cache/0002.key: the secret is all zero"},
		{"no key is active", func(t *testing.T, dir string) {
			if err := os.Rename(dir+"/signing/0001.pem", dir+"/signing/0001.next.pem"); err != nil {
				t.Fatal(err)
			}
		}, "holds no active key"},
		{"set is gone", func(t *testing.T, dir string) {
			if err := os.RemoveAll(dir + "/subject"); err != nil {
				t.Fatal(err)
			}
		}, "subject: no such file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			keys, dir := openKeys(t)
			set, number := keys.Signing(), keys.Generation()
			tt.spoil(t, dir)
			err := keys.Reload()
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("reload: %v, want %q in it", err, tt.want)
			}
			if strings.Contains(tt.want, "mode") && !errors.Is(err, ErrExposed) {
				t.Errorf("%v is not ErrExposed", err)
			}
			if keys.Signing() != set || keys.Generation() != number {
				t.Error("a faulty folder replaced the keys")
			}
		})
	}
}

func chmod(t *testing.T, path string, mode fs.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func mkdir(t *testing.T, path string) {
	t.Helper()
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
}

func TestEveryFaultIsReportedAtOnce(t *testing.T) {
	keys, dir := openKeys(t)
	chmod(t, dir+"/signing/0001.pem", 0o644)
	write(t, dir+"/cache/0002.key", []byte("no"), 0o600)
	err := keys.Reload()
	for _, want := range []string{"signing/0001.pem", "cache/0002.key"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in %v", want, err)
		}
	}
}

func TestErrorsNeverQuoteASecret(t *testing.T) {
	keys, dir := openKeys(t)
	secret := "bm90LXNlY3JldC1lbm91Z2g"
	write(t, dir+"/cache/0002.key", []byte(secret), 0o600)
	write(t, dir+"/signing/0002.pem", []byte("-----BEGIN PRIVATE KEY-----\n"+secret+"==\n-----END PRIVATE KEY-----\n"), 0o600)
	err := keys.Reload()
	if err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("got %v", err)
	}
}

func TestReloadWithoutChangeKeepsTheGeneration(t *testing.T) {
	keys, dir := openKeys(t)
	set, number := keys.Signing(), keys.Generation()
	write(t, dir+"/signing/.draft", []byte("x"), 0o600)
	if err := keys.Reload(); err != nil {
		t.Fatal(err)
	}
	if keys.Signing() != set || keys.Generation() != number {
		t.Error("an unchanged folder made a new generation")
	}
}

func TestRotationAnnouncesBeforeItSigns(t *testing.T) {
	keys, dir := openKeys(t)
	oldKid, _ := keys.Signing().Active()
	version, err := keys.Announce(SetSigning)
	if err != nil || version != 2 {
		t.Fatalf("announce: version %d, %v", version, err)
	}
	announced := keys.Signing().All()
	if len(announced) != 2 || announced[0].Active || !announced[1].Active {
		t.Fatalf("after announcing: %+v", announced)
	}
	newKid := announced[0].Kid
	if kid, _ := keys.Signing().Active(); kid != oldKid {
		t.Error("an announced key signs")
	}
	if keys.Signing().Public(newKid) == nil {
		t.Error("an announced key does not verify")
	}
	if err := keys.Activate(SetSigning, 2); err != nil {
		t.Fatal(err)
	}
	if kid, _ := keys.Signing().Active(); kid != newKid {
		t.Error("an activated key does not sign")
	}
	if keys.Signing().Public(oldKid) == nil {
		t.Error("the old key no longer verifies")
	}
	if err := os.Remove(filepath.Join(dir, "signing", "0001.pem")); err != nil {
		t.Fatal(err)
	}
	if err := keys.Reload(); err != nil {
		t.Fatal(err)
	}
	if keys.Signing().Public(oldKid) != nil {
		t.Error("a removed key still verifies")
	}
	if got := keys.Generation(); got != 4 {
		t.Errorf("generation %d after three changes of the first", got)
	}
}

func TestActivatingNothingIsAnError(t *testing.T) {
	keys, _ := openKeys(t)
	if err := keys.Activate(SetCache, 7); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestOldSecretsStayReadable(t *testing.T) {
	keys, _ := openKeys(t)
	_, old := mustSecret(t, keys, SetCache).Active()
	version, err := keys.Announce(SetCache)
	if err != nil {
		t.Fatal(err)
	}
	if err := keys.Activate(SetCache, version); err != nil {
		t.Fatal(err)
	}
	set := mustSecret(t, keys, SetCache)
	id, current := set.Active()
	if id != 2 || current == old {
		t.Errorf("active secret is %d", id)
	}
	if got, ok := set.ByID(1); !ok || got != old {
		t.Error("the first secret is lost")
	}
	if id, got := set.Oldest(); id != 1 || got != old {
		t.Errorf("oldest secret is %d", id)
	}
	if _, ok := set.ByID(3); ok {
		t.Error("a secret that never was is found")
	}
}

func TestSecretsAreReadInEveryUsualEncoding(t *testing.T) {
	var secret [32]byte
	for i := range secret {
		secret[i] = byte(255 - i)
	}
	for name, text := range map[string]string{
		"hex":             hex.EncodeToString(secret[:]),
		"upper-case hex":  strings.ToUpper(hex.EncodeToString(secret[:])) + "\n",
		"base64":          base64.StdEncoding.EncodeToString(secret[:]) + "\n",
		"unpadded base64": base64.RawStdEncoding.EncodeToString(secret[:]),
		"address base64":  base64.RawURLEncoding.EncodeToString(secret[:]),
	} {
		if got, err := parseSecret([]byte(text)); err != nil || got != secret {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// The key and its thumbprint were computed apart from this code, by a few lines of Python.
func TestKeyIDIsTheBeginningOfTheThumbprint(t *testing.T) {
	point, err := hex.DecodeString("04" + "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296" +
		"4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
	if err != nil {
		t.Fatal(err)
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point) // the curve's base point
	if err != nil {
		t.Fatal(err)
	}
	got, err := KeyID(key)
	if err != nil {
		t.Fatal(err)
	}
	if want := "xx0BcA-wMohw8atY"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestPrivateKeyFileMustBeClosed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "client.pem")
	write(t, path, newSigningPEM(t), 0o600)
	key, err := ReadPrivateKey(path)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256(nil)
	if sig, err := key.Sign(rand.Reader, digest[:], nil); err != nil || len(sig) == 0 {
		t.Errorf("sign: %v", err)
	}
	chmod(t, path, 0o644)
	if _, err := ReadPrivateKey(path); !errors.Is(err, ErrExposed) {
		t.Errorf("open file: %v", err)
	}
}

func FuzzKeyFiles(f *testing.F) {
	good, err := generateSigningKey()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"))
	f.Add([]byte(strings.Repeat("ab", 32)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if key, err := parseSigningKey(data); err == nil {
			if _, err := KeyID(&key.PublicKey); err != nil {
				t.Errorf("an accepted key has no id: %v", err)
			}
		}
		if secret, err := parseSecret(data); err == nil && secret == [32]byte{} {
			t.Error("an all-zero secret was accepted")
		}
	})
}
