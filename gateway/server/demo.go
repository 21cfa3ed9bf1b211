package server

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"time"

	"github.com/lgsp-vn/lgsp/certs"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/auth/agencyfile"
	"github.com/lgsp-vn/lgsp/gateway/config"
)

// DemoToken gets a token for an agency's demonstration client through the real
// token endpoint of the gateway that runs at these addresses with this
// configuration.
func DemoToken(ctx context.Context, c config.Config, at Addresses, agency, scope string) (string, error) {
	key, err := certs.ReadPrivateKey(agencyfile.DemoKeyFile(c.DemoDir(), agency))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("get token: no demonstration key of agency %s lies in %s", agency, c.DemoDir())
	}
	if err != nil {
		return "", fmt.Errorf("get token: %w", err)
	}
	client, err := localClient(c.TLSCert)
	if err != nil {
		return "", fmt.Errorf("get token: %w", err)
	}
	defer client.CloseIdleConnections()
	token, err := auth.FetchToken(ctx, client, auth.TokenRequest{TokenURL: at.API + auth.TokenPath, Audience: cmp.Or(at.Public, at.API),
		ClientID: agencyfile.DemoClientID(agency), Key: key, Scope: scope}, time.Now())
	return token.AccessToken, err
}

// localClient calls the gateway of this machine. Its certificate is rarely made
// out to a loopback address, so the name in it is expected instead, and the file
// itself is trusted besides what the machine trusts.
func localClient(tlsCert string) (*http.Client, error) {
	own := &http.Transport{}
	client := &http.Client{Transport: own, Timeout: 10 * time.Second}
	if tlsCert == "" {
		return client, nil
	}
	chain, err := os.ReadFile(tlsCert)
	if err != nil {
		return nil, fmt.Errorf("trust the server certificate: %w", err)
	}
	block, _ := pem.Decode(chain)
	if block == nil {
		return nil, fmt.Errorf("trust the server certificate: %s is not PEM", tlsCert)
	}
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("trust the server certificate: %s: %w", tlsCert, err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool() // the file is enough
	}
	roots.AppendCertsFromPEM(chain)
	own.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}
	if len(leaf.DNSNames) > 0 {
		own.TLSClientConfig.ServerName = leaf.DNSNames[0]
	}
	return client, nil
}
