package auth

import (
	"encoding/json"
	"net/http"

	"github.com/lgsp-vn/lgsp/gateway/auth/keyset"
)

// ServeMetadata answers with the authorization server metadata (RFC 8414).
func (i *Issuer) ServeMetadata(w http.ResponseWriter, r *http.Request) {
	serveDocument(w, r, map[string]any{
		"issuer":                   i.issuer,
		"token_endpoint":           i.issuer + TokenPath,
		"jwks_uri":                 i.issuer + KeysPath,
		"grant_types_supported":    []string{"client_credentials"},
		"response_types_supported": []string{},
		"revocation_endpoint":      i.issuer + RevokePath,
		"tls_client_certificate_bound_access_tokens":            true, // RFC 8705
		"token_endpoint_auth_methods_supported":                 clientMethods(),
		"token_endpoint_auth_signing_alg_values_supported":      keyset.Algorithms(),
		"revocation_endpoint_auth_methods_supported":            clientMethods(),
		"revocation_endpoint_auth_signing_alg_values_supported": keyset.Algorithms(),
	})
}

// ServeKeys answers with the public keys that tokens may be signed with.
func (i *Issuer) ServeKeys(w http.ResponseWriter, r *http.Request) {
	published := []keyset.JWK{}
	for _, key := range i.keys.Signing().All() {
		entry, err := keyset.Publish(key.Kid, key.Public)
		if err != nil {
			http.Error(w, "internal error", http.StatusInternalServerError)
			return
		}
		published = append(published, entry)
	}
	serveDocument(w, r, map[string]any{"keys": published})
}

func serveDocument(w http.ResponseWriter, r *http.Request, document any) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=60") // bounds how long a key must be announced
	writeJSON(w, http.StatusOK, document)
}

func writeJSON(w http.ResponseWriter, status int, document any) {
	body, err := json.Marshal(document)
	if err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	w.Write(append(body, '\n')) // a caller that left is nothing to report
}
