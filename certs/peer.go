package certs

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Peer is how the bus meets one other party over TLS: the authorities that it trusts
// for it alone, and the certificate that it shows. Both follow their files; new
// connections use what is there now. It is safe for concurrent use.
type Peer struct {
	rootsFile string
	own       *ServerCertificate // nil where none is shown

	reload sync.Mutex
	roots  atomic.Pointer[peerRoots]
}

type peerRoots struct {
	pool *x509.CertPool
	text []byte
}

// OpenPeer reads the files that are there: authorities in PEM, and a certificate
// with its key. It is nil where there are neither, and a fault where only one of
// certificate and key is there.
func OpenPeer(rootsFile, certFile, keyFile string) (*Peer, error) {
	p := &Peer{}
	var faults []error
	if there(rootsFile) {
		p.rootsFile = rootsFile
		faults = append(faults, p.reloadRoots())
	}
	if there(certFile) || there(keyFile) {
		own, err := OpenServerCertificate(certFile, keyFile)
		p.own = own
		faults = append(faults, err)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	if p.rootsFile == "" && p.own == nil {
		return nil, nil
	}
	return p, nil
}

func there(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// Reload looks at the files again; a faulty one leaves what was in force.
func (p *Peer) Reload() error {
	var faults []error
	if p.rootsFile != "" {
		faults = append(faults, p.reloadRoots())
	}
	if p.own != nil {
		faults = append(faults, p.own.Reload())
	}
	return errors.Join(faults...)
}

func (p *Peer) reloadRoots() error {
	p.reload.Lock()
	defer p.reload.Unlock()
	text, err := readCertificateFile(p.rootsFile)
	if err != nil {
		return fmt.Errorf("read authorities: %w", err)
	}
	if old := p.roots.Load(); old != nil && bytes.Equal(old.text, text) {
		return nil
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return fmt.Errorf("read authorities: %s holds no certificate", p.rootsFile)
	}
	p.roots.Store(&peerRoots{pool, text})
	return nil
}

// handshakeTimeout bounds a handshake beside the deadline of the call it is for.
const handshakeTimeout = 5 * time.Second

// DialTLS opens a connection with dial and meets the other party on it: by the
// authorities and the certificate of now, which is why it is not a fixed tls.Config.
func (p *Peer) DialTLS(dial func(ctx context.Context, network, address string) (net.Conn, error)) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		plain, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		ctx, cancel := context.WithTimeout(ctx, handshakeTimeout)
		defer cancel()
		secure := tls.Client(plain, p.config(host))
		if err := secure.HandshakeContext(ctx); err != nil {
			plain.Close()
			return nil, err
		}
		return secure, nil
	}
}

func (p *Peer) config(host string) *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host}
	if p.rootsFile != "" {
		c.RootCAs = p.roots.Load().pool
	}
	if p.own != nil {
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return p.own.GetCertificate(nil) }
	}
	return c
}

// Leaf is the certificate that is shown, nil for none; for reports of what expires when.
func (p *Peer) Leaf() *x509.Certificate {
	if p.own == nil {
		return nil
	}
	return p.own.Leaf()
}
