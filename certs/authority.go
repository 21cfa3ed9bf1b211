package certs

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// Authority is a small certification authority in a folder, for development and
// for sites without one of their own: ca.pem, ca.key.pem, and for each certificate
// NAME.pem with its chain and NAME.key.pem. It keeps no list of revoked certificates:
// a bound token ends with its registration, and a server's lives short.
type Authority struct {
	dir  string
	cert *x509.Certificate
	pem  []byte
	key  crypto.Signer
	now  func() time.Time
}

const (
	authorityFile     = "ca.pem"
	authorityKeyFile  = "ca.key.pem"
	authorityLifetime = 10 * 365 * 24 * time.Hour
	// clockSlack lets a new certificate hold on machines whose clocks are behind.
	clockSlack = 5 * time.Minute
)

// Purpose is what a certificate is for.
type Purpose string

// The purposes.
const (
	ForServer Purpose = "server"
	ForClient Purpose = "client"
)

// certificateName becomes a file name and the common name.
var certificateName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// InitAuthority makes a new authority in a folder. One that is there is never
// replaced: the error is fs.ErrExist then.
func InitAuthority(dir, name string, now func() time.Time) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make authority: %w", err)
	}
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             now().Add(-clockSlack),
		NotAfter:              now().Add(authorityLifetime),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true, IsCA: true, MaxPathLenZero: true,
	}
	der, err := sign(template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make authority: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make authority: %w", err)
	}
	// The key first: a certificate without its key would look whole.
	if err := writeKey(filepath.Join(dir, authorityKeyFile), key); err != nil {
		return nil, fmt.Errorf("make authority: %w", err)
	}
	if err := WriteNew(filepath.Join(dir, authorityFile), pemOf(der), 0o644); err != nil {
		return nil, fmt.Errorf("make authority: %w", err)
	}
	return OpenAuthority(dir, now)
}

// OpenAuthority reads the authority of a folder.
func OpenAuthority(dir string, now func() time.Time) (*Authority, error) {
	text, err := readCertificateFile(filepath.Join(dir, authorityFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open authority: none lies in %s; make one with gateway certs init: %w", dir, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open authority: %w", err)
	}
	cert, err := firstCertificate(text)
	if err != nil || !cert.IsCA {
		return nil, fmt.Errorf("open authority: %s holds no certificate of an authority", filepath.Join(dir, authorityFile))
	}
	key, err := ReadPrivateKey(filepath.Join(dir, authorityKeyFile))
	if err != nil {
		return nil, fmt.Errorf("open authority: %w", err)
	}
	if public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool }); !ok || !public.Equal(cert.PublicKey) {
		return nil, fmt.Errorf("open authority: %s does not fit %s", authorityKeyFile, authorityFile)
	}
	return &Authority{dir: dir, cert: cert, pem: text, key: key, now: now}, nil
}

// Request says what a certificate is to say.
type Request struct {
	Name     string   // of its files, and the common name
	Hosts    []string // names and addresses of a server; none for a client
	Purpose  Purpose
	Lifetime time.Duration
}

// check names every fault of a request.
func (r Request) check() error {
	var faults []error
	if !certificateName.MatchString(r.Name) || r.Name == "ca" {
		faults = append(faults, errors.New("name: want 1 to 64 of letters, digits, dot, dash and underscore, and not ca"))
	}
	if r.Purpose != ForServer && r.Purpose != ForClient {
		faults = append(faults, errors.New("purpose: want server or client"))
	}
	if (r.Purpose == ForServer) != (len(r.Hosts) > 0) {
		faults = append(faults, errors.New("hosts: a server needs at least one, a client has none"))
	}
	if r.Lifetime <= 0 || r.Lifetime > 825*24*time.Hour {
		faults = append(faults, errors.New("lifetime: want one day to 825 days"))
	}
	return errors.Join(faults...)
}

// Issue makes a key and its certificate and writes both. It never replaces files:
// the error is fs.ErrExist where they are there (see Renew).
func (a *Authority) Issue(r Request) (*x509.Certificate, error) {
	cert, key, err := a.make(r)
	if err != nil {
		return nil, fmt.Errorf("issue certificate: %w", err)
	}
	if err := writeKey(a.path(r.Name, ".key.pem"), key); err != nil {
		return nil, fmt.Errorf("issue certificate: %w", err)
	}
	if err := WriteNew(a.path(r.Name, ".pem"), append(pemOf(cert.Raw), a.pem...), 0o644); err != nil {
		return nil, fmt.Errorf("issue certificate: %w", err)
	}
	return cert, nil
}

// Renew makes a new key and certificate that say the same as the one that is there,
// for as long again, and puts both in its place. Whoever reads the files between the
// two sees a pair that does not fit, and keeps what it has.
func (a *Authority) Renew(name string) (*x509.Certificate, error) {
	text, err := readCertificateFile(a.path(name, ".pem"))
	if err != nil {
		return nil, fmt.Errorf("renew certificate: %w", err)
	}
	old, err := firstCertificate(text)
	if err != nil {
		return nil, fmt.Errorf("renew certificate: %w", err)
	}
	r := Request{Name: name, Purpose: purposeOf(old), Hosts: hostsOf(old), Lifetime: old.NotAfter.Sub(old.NotBefore) - clockSlack}
	cert, key, err := a.make(r)
	if err != nil {
		return nil, fmt.Errorf("renew certificate: %w", err)
	}
	secret, err := privatePEM(key)
	if err != nil {
		return nil, fmt.Errorf("renew certificate: %w", err)
	}
	if err := replace(a.path(name, ".key.pem"), secret, 0o600); err != nil {
		return nil, fmt.Errorf("renew certificate: %w", err)
	}
	return cert, replace(a.path(name, ".pem"), append(pemOf(cert.Raw), a.pem...), 0o644)
}

func (a *Authority) make(r Request) (*x509.Certificate, crypto.Signer, error) {
	if err := r.check(); err != nil {
		return nil, nil, err
	}
	now := a.now()
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: r.Name}, NotBefore: now.Add(-clockSlack), NotAfter: now.Add(r.Lifetime),
		KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true,
	}
	if template.NotAfter.After(a.cert.NotAfter) {
		return nil, nil, fmt.Errorf("the authority itself ends on %s", a.cert.NotAfter.Format(time.DateOnly))
	}
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	if r.Purpose == ForServer {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	}
	for _, host := range r.Hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	der, err := sign(template, a.cert, key.Public(), a.key)
	if err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return cert, key, err
}

func (a *Authority) path(name, suffix string) string { return filepath.Join(a.dir, name+suffix) }

// Pool is the authority as the one root to trust.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// sign gives the template a random serial number of 127 bits (RFC 5280, 4.1.2.2).
func sign(template, parent *x509.Certificate, public crypto.PublicKey, key crypto.Signer) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	return x509.CreateCertificate(rand.Reader, template, parent, public, key)
}

func pemOf(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func privatePEM(key crypto.Signer) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

func writeKey(path string, key crypto.Signer) error {
	text, err := privatePEM(key)
	if err != nil {
		return err
	}
	return WriteNew(path, text, 0o600)
}
