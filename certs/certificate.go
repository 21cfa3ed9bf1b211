package certs

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
)

// maxCertificateFile bounds a certificate chain in PEM.
const maxCertificateFile = 1 << 20

// Thumbprint is the certificate's SHA-256 as tokens carry it (x5t#S256, RFC 8705).
func Thumbprint(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.Raw)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// ServerCertificate is a TLS certificate with its key that follows its files.
// It is safe for concurrent use; connections keep what they were made with.
type ServerCertificate struct {
	certFile, keyFile string
	reload            sync.Mutex
	current           atomic.Pointer[loadedCertificate]
}

type loadedCertificate struct {
	tls       tls.Certificate
	cert, key []byte // file contents, to tell a change
}

// OpenServerCertificate reads a PEM chain, leaf first, and its private key.
// The key must be closed to the world; unlike key sets it may be open to its
// group, as distributions and Kubernetes hand TLS keys out that way.
func OpenServerCertificate(certFile, keyFile string) (*ServerCertificate, error) {
	s := &ServerCertificate{certFile: certFile, keyFile: keyFile}
	if err := s.Reload(); err != nil {
		return nil, err
	}
	return s, nil
}

// Reload reads both files and swaps the pair in if it changed. On any fault
// the old pair stays: while a renewal has replaced only one of the files, they
// do not fit each other, and the next call will find them whole.
func (s *ServerCertificate) Reload() error {
	s.reload.Lock()
	defer s.reload.Unlock()
	cert, certErr := readCertificateFile(s.certFile)
	key, keyErr := readPrivate(s.keyFile, 0o007)
	if err := errors.Join(certErr, keyErr); err != nil {
		return fmt.Errorf("read server certificate: %w", err)
	}
	if old := s.current.Load(); old != nil && bytes.Equal(old.cert, cert) && bytes.Equal(old.key, key) {
		return nil
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return fmt.Errorf("read server certificate: %s with %s: %w", s.certFile, s.keyFile, err)
	}
	s.current.Store(&loadedCertificate{tls: pair, cert: cert, key: key})
	return nil
}

// GetCertificate serves tls.Config.GetCertificate.
func (s *ServerCertificate) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	return &s.current.Load().tls, nil
}

// Leaf is the certificate shown now, for reports of what expires when.
func (s *ServerCertificate) Leaf() *x509.Certificate { return s.current.Load().tls.Leaf }

func readCertificateFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxCertificateFile+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if len(data) > maxCertificateFile {
		return nil, fmt.Errorf("%s: larger than %d bytes", path, maxCertificateFile)
	}
	return data, nil
}
