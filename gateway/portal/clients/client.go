// Client asks the bus one question; the standard library is enough.
//
//	LGSP_URL=http://127.0.0.1:8080 LGSP_CLIENT=H26.11-demo LGSP_KEY=H26.11.key.pem go run client.go '{"citizenId":"…","fullName":"…"}'
package main

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

var bus, client = os.Getenv("LGSP_URL"), os.Getenv("LGSP_CLIENT")

func main() {
	if len(os.Args) != 2 {
		log.Fatal("give the question as JSON")
	}
	record, err := verify(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(record))
}

func verify(question string) ([]byte, error) {
	signed, err := assertion()
	if err != nil {
		return nil, err
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_assertion": {signed},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}
	answer, err := post("/oauth2/token", form.Encode(), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
	if err != nil {
		return nil, err
	}
	// Keep the token for its 15 minutes; ask for another when it ends.
	var token struct {
		Text string `json:"access_token"`
	}
	if err := json.Unmarshal(answer, &token); err != nil {
		return nil, err
	}
	return post("/v1/population/citizen-verify", question, http.Header{"Authorization": {"Bearer " + token.Text}, "Content-Type": {"application/json"},
		"LGSP-Purpose": {"one-stop"}, "LGSP-Official": {"clerk-7"}})
}

// assertion is signed with the client's own key (RFC 7523), valid for a minute, used once.
func assertion() (string, error) {
	text, err := os.ReadFile(os.Getenv("LGSP_KEY"))
	if err != nil {
		return "", err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return "", errors.New("the key is not PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return "", err
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok {
		return "", errors.New("the key is not of an elliptic curve")
	}
	now := time.Now().Unix()
	claims, err := json.Marshal(map[string]any{"iss": client, "sub": client, "aud": bus + "/oauth2/token", "jti": rand.Text(), "iat": now, "exp": now + 60})
	if err != nil {
		return "", err
	}
	b64 := base64.RawURLEncoding.EncodeToString
	signing := b64([]byte(`{"alg":"ES256","typ":"JWT"}`)) + "." + b64(claims)
	digest := sha256.Sum256([]byte(signing))
	r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
	if err != nil {
		return "", err
	}
	var signature [64]byte // r and s side by side (RFC 7518, 3.4)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return signing + "." + b64(signature[:]), nil
}

func post(path, body string, header http.Header) ([]byte, error) {
	req, err := http.NewRequest(http.MethodPost, bus+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = header
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = errors.New(string(text)) // RFC 9457: code, detail, owner, errors
	}
	return text, err
}
