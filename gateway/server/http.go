package server

import (
	"crypto/tls"
	"log"
	"net/http"
	"time"
)

// newHTTPServer bounds what a client may take of us: time to send its headers
// and body, their size, and how long an idle connection stays. The write bound
// lies above the longest deadline of any route.
func newHTTPServer(h http.Handler, errors *log.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      6 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          errors,
	}
}

// tlsConfig takes the certificate from the reloading holder at every handshake.
// A client certificate is asked for, so that a bound token can be shown to
// belong to this connection; who shows none uses an unbound token.
func (s *Server) tlsConfig() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: s.tls.GetCertificate, ClientAuth: tls.RequestClientCert}
}
