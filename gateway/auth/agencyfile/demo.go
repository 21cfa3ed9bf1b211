package agencyfile

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/lgsp-vn/lgsp/certs"
)

// demoAgency is a fictional agency for trying the bus out.
type demoAgency struct {
	id, vi, en string
	scopes     []string
}

// demoAgencies differ so that every kind of answer can be seen. What they may
// ask is the policies' matter; scopes only leave room for it. H26.13 has no
// grant anywhere, so it gets none of the scopes that work without a policy.
func demoAgencies() []demoAgency {
	return []demoAgency{
		{"H26.11", "Trung tâm Phục vụ hành chính công (hư cấu)", "Public administrative service centre (fictional)",
			[]string{"*:*", "documents:send", "documents:receive", "usage:read"}},
		{"H26.12", "Ủy ban nhân dân phường Thử Nghiệm (hư cấu)", "People's committee of Thử Nghiệm ward (fictional)",
			[]string{"*:*", "documents:send", "documents:receive"}},
		{"H26.13", "Cơ quan chưa được cấp quyền (hư cấu)", "Agency without any grant (fictional)", []string{"*:*"}},
	}
}

// DemoClientID is the client of a demonstration agency.
func DemoClientID(agency string) string { return agency + "-demo" }

// DemoKeyFile is where EnsureDemo puts the private key of an agency's client.
func DemoKeyFile(dir, agency string) string { return filepath.Join(dir, agency+".key.pem") }

// EnsureDemo makes the demonstration agencies under dir, each with a fresh
// key, and returns their agencies file. What is there already stays.
func EnsureDemo(dir string) (agenciesFile string, err error) {
	agenciesFile = filepath.Join(dir, "agencies.yaml")
	if _, err := os.Stat(agenciesFile); err == nil {
		return agenciesFile, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("make demonstration agencies: %w", err)
	}
	var text strings.Builder
	text.WriteString("# Demonstration agencies: all of them are fictional (hư cấu).\nagencies:\n")
	for _, agency := range demoAgencies() {
		key, err := ensureDemoKey(DemoKeyFile(dir, agency.id))
		if err != nil {
			return "", fmt.Errorf("make demonstration agencies: %w", err)
		}
		if err := agency.write(&text, key); err != nil {
			return "", fmt.Errorf("make demonstration agencies: %w", err)
		}
	}
	err = certs.WriteNew(agenciesFile, []byte(text.String()), 0o600)
	if err != nil && !errors.Is(err, fs.ErrExist) { // another process was first, with the same keys
		return "", fmt.Errorf("make demonstration agencies: %w", err)
	}
	return agenciesFile, nil
}

func ensureDemoKey(path string) (crypto.Signer, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, err
		}
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			return nil, err
		}
		block := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
		if err := certs.WriteNew(path, block, 0o600); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
	return certs.ReadPrivateKey(path)
}

func (a demoAgency) write(text *strings.Builder, key crypto.Signer) error {
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return err
	}
	public := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	fmt.Fprintf(text, "  - id: %s\n    name:\n      vi: %q\n      en: %q\n    fictional: true\n", a.id, a.vi, a.en)
	fmt.Fprintf(text, "    clients:\n      - id: %s\n        name: %q\n        scopes:\n", DemoClientID(a.id), a.en)
	for _, scope := range a.scopes {
		fmt.Fprintf(text, "          - %q\n", scope)
	}
	text.WriteString("        keys:\n          - |\n")
	for line := range strings.Lines(public) {
		text.WriteString("            " + line)
	}
	return nil
}
