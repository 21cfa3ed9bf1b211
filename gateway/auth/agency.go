package auth

import (
	"crypto/sha256"

	"github.com/lgsp-vn/lgsp/gateway/auth/keyset"
	"github.com/lgsp-vn/lgsp/gateway/auth/secret"
)

// Name is what an agency is called.
type Name struct{ VI, EN string }

// Agency is an organisation on the bus. Values are shared and never changed.
type Agency struct {
	ID        string // as QĐ 20/2020 writes it: H26.12
	OldID     string // as QCVN 102 wrote it, 000.00.12.H26; may be empty
	Name      Name
	Suspended bool
	Fictional bool // made up for the sandbox; to be shown so wherever it is listed
	Clients   []*Client
}

// Client is a system of an agency. Values are shared and never changed.
type Client struct {
	ID         string
	Name       string
	Agency     *Agency
	Scopes     Scopes // the most that a token of this client can hold
	Suspended  bool
	DailyQuota int64 // calls a day over all systems, 0 for none

	keys         *keyset.Set
	published    *keyset.Remote // where it publishes its keys, instead of keys; nil for none
	certificates [][sha256.Size]byte
	secret       *secret.Hash // nil for none
}

func (c *Client) suspended() bool { return c.Suspended || c.Agency.Suspended }

// AgencyRecord is an agency as it is kept, with its clients.
type AgencyRecord struct {
	ID, OldID      string
	NameVI, NameEN string
	Suspended      bool
	Fictional      bool
	Clients        []ClientRecord
}

// ClientRecord is a client as it is kept. It may have any of the means to
// authenticate, or none yet.
type ClientRecord struct {
	ID, Agency, Name string // Agency is that of the record around it
	Scopes           []string
	Suspended        bool
	Keys             []string // public keys: PEM, or JWK as JSON
	JWKSURL          string   // where the client publishes its keys, instead of Keys
	Certificates     []string // SHA-256 thumbprints (base64url) for tls_client_auth
	SecretHash       string   // argon2id in PHC form, "" where none
	DailyQuota       int64    // calls a day over all systems, 0 for none
}
