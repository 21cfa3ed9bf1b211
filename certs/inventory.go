package certs

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Listed is one certificate of a folder, for reports of what expires when.
type Listed struct {
	File       string    `json:"file"`
	Name       string    `json:"name"` // common name
	Purpose    Purpose   `json:"for"`
	Hosts      []string  `json:"hosts,omitempty"`
	Issuer     string    `json:"issuer"`
	NotAfter   time.Time `json:"notAfter"`
	Thumbprint string    `json:"thumbprint"` // as a registration and a bound token hold it
	Authority  bool      `json:"authority"`
}

// List reads the first certificate of every .pem, .crt and .cer file of a folder, in
// the order of their names; files without one, such as keys, are passed over.
func List(dir string) ([]Listed, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list certificates: %w", err)
	}
	var all []Listed
	for _, entry := range entries {
		name := entry.Name()
		switch filepath.Ext(name) {
		case ".pem", ".crt", ".cer":
		default:
			continue
		}
		if entry.IsDir() || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".key.pem") {
			continue
		}
		path := filepath.Join(dir, name)
		text, err := readCertificateFile(path)
		if err != nil {
			return nil, fmt.Errorf("list certificates: %w", err)
		}
		if cert, err := firstCertificate(text); err == nil {
			all = append(all, listed(path, cert))
		}
	}
	return all, nil
}

func listed(path string, cert *x509.Certificate) Listed {
	return Listed{File: path, Name: cert.Subject.CommonName, Purpose: purposeOf(cert), Hosts: hostsOf(cert), Issuer: cert.Issuer.CommonName,
		NotAfter: cert.NotAfter, Thumbprint: Thumbprint(cert), Authority: cert.IsCA}
}

func purposeOf(cert *x509.Certificate) Purpose {
	for _, usage := range cert.ExtKeyUsage {
		if usage == x509.ExtKeyUsageServerAuth {
			return ForServer
		}
	}
	return ForClient
}

func hostsOf(cert *x509.Certificate) []string {
	hosts := append([]string(nil), cert.DNSNames...)
	for _, ip := range cert.IPAddresses {
		hosts = append(hosts, ip.String())
	}
	return hosts
}

// firstCertificate is the leaf of a chain in PEM.
func firstCertificate(text []byte) (*x509.Certificate, error) {
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return nil, errors.New("no certificate")
		}
		if block.Type == "CERTIFICATE" {
			return x509.ParseCertificate(block.Bytes)
		}
	}
}
