package auth

import (
	"fmt"
	"regexp"
)

// maxAgencyID is the longest agency identifier that QĐ 20/2020 allows.
const maxAgencyID = 35

var (
	agencyID    = regexp.MustCompile(`^[A-Z][0-9]{2}(\.[A-Z0-9]{1,8}){0,3}$`)
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

// ParseAgencyID accepts an agency identifier in the present form and, where
// the old form has an obvious present one (000.00.12.H26 is H26.12,
// 000.00.00.H26 is H26), in the old. Other old forms need a registered oldId:
// how their upper parts were renumbered is not for us to guess.
func ParseAgencyID(text string) (string, error) {
	switch {
	case len(text) <= maxAgencyID && agencyID.MatchString(text):
		return text, nil
	case !oldAgencyID.MatchString(text):
		return "", fmt.Errorf("parse agency id: want a form like H26.12")
	case text[:7] != "000.00.":
		return "", fmt.Errorf("parse agency id: this old form has no known present one")
	}
	level1, level2 := text[10:], text[7:9]
	if level2 == "00" {
		return level1, nil
	}
	return level1 + "." + level2, nil
}
