package auth

import (
	"regexp"
)

var (
	oldAgencyID = regexp.MustCompile(`^[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}$`)
	clientID    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
)

// Name is what an agency is called.
type Name struct{ VI, EN string }

// Agency is an organisation on the bus. Values are shared and never changed.
type Agency struct {
	ID        string // as QĐ 20/2020 writes it: H26.12
	OldID     string // as QCVN 102 wrote it, 000.00.12.H26; may be empty
	Name      Name
	Suspended bool
	Clients   []*Client
}

// Client is a system of an agency. Values are shared and never changed.
type Client struct {
	ID        string
	Name      string
	Agency    *Agency
	Scopes    Scopes // the most that a token of this client can hold
	Suspended bool

	keys []clientKey
}
