package auth

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/lgsp-vn/lgsp/gateway/auth/keyset"
	"github.com/lgsp-vn/lgsp/gateway/auth/secret"
	"github.com/lgsp-vn/lgsp/policies"
)

const maxPerClient = 8 // keys, and certificates: bounds what one proof can cost

var (
	oldAgencyID = regexp.MustCompile(`^[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}$`)
	clientID    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
)

// roster is one immutable reading of all records.
type roster struct {
	agencies []*Agency
	byID     map[string]*Agency // by present and by old identifier
	clients  map[string]*Client

	keys    map[string]keyset.Key     // by their text: a change of one client must not cost the keys of all
	remotes map[string]*keyset.Remote // by address
}

// Fault is what is wrong with one field of the records. Where is written as in
// agencies[0].clients[1].scopes[2], with the names that an agencies file has.
type Fault struct{ Where, What string }

// Error names the place and the fault.
func (f *Fault) Error() string { return f.Where + ": " + f.What }

// Check finds every fault of the records, as a Registry would.
func Check(records []AgencyRecord) []*Fault {
	_, faults := newRoster(records, nil, func(string) *keyset.Remote { return nil })
	return faults
}

// newRoster reads records. It is good only without faults. What was parsed or
// fetched for the roster before is taken over.
func newRoster(records []AgencyRecord, before *roster, remote func(string) *keyset.Remote) (*roster, []*Fault) {
	b := &rosterBuilder{before: before, remote: remote, roster: &roster{byID: make(map[string]*Agency), clients: make(map[string]*Client),
		keys: make(map[string]keyset.Key), remotes: make(map[string]*keyset.Remote)}}
	if b.before == nil {
		b.before = &roster{}
	}
	for i := range records {
		b.agency(fmt.Sprintf("agencies[%d]", i), &records[i])
	}
	if len(records) == 0 {
		// An emptied list is an accident more often than a wish.
		b.fault("agencies", "no agency is listed")
	}
	return b.roster, b.faults
}

type rosterBuilder struct {
	roster, before *roster
	remote         func(address string) *keyset.Remote
	faults         []*Fault
}

func (b *rosterBuilder) fault(where, format string, args ...any) {
	b.faults = append(b.faults, &Fault{where, fmt.Sprintf(format, args...)})
}

func (b *rosterBuilder) agency(where string, from *AgencyRecord) {
	agency := &Agency{OldID: from.OldID, Suspended: from.Suspended, Fictional: from.Fictional,
		Name: Name{VI: b.label(where+".name.vi", from.NameVI), EN: b.label(where+".name.en", from.NameEN)}}
	id, err := policies.ParseAgencyID(from.ID)
	if err != nil {
		b.fault(where+".id", "%v, want a form like H26.12", err)
	}
	if agency.ID = string(id); err == nil && agency.ID != from.ID {
		agency.OldID = from.ID
	}
	b.claim(where+".id", agency.ID, agency)
	if from.OldID != "" {
		if !oldAgencyID.MatchString(from.OldID) {
			b.fault(where+".oldId", "want a form like 000.00.12.H26")
		}
		b.claim(where+".oldId", from.OldID, agency)
	}
	for i := range from.Clients {
		b.client(fmt.Sprintf("%s.clients[%d]", where, i), &from.Clients[i], agency)
	}
	b.roster.agencies = append(b.roster.agencies, agency)
}

// claim reserves an identifier for an agency.
func (b *rosterBuilder) claim(where, id string, agency *Agency) {
	if id == "" {
		return
	}
	if other, taken := b.roster.byID[id]; taken && other != agency {
		b.fault(where, "%s is already an agency", id)
		return
	}
	b.roster.byID[id] = agency
}

func (b *rosterBuilder) client(where string, from *ClientRecord, agency *Agency) {
	client := &Client{ID: from.ID, Agency: agency, Suspended: from.Suspended, DailyQuota: from.DailyQuota,
		Name: b.label(where+".name", from.Name), Scopes: b.scopes(where+".scopes", from.Scopes)}
	switch _, taken := b.roster.clients[client.ID]; {
	case !clientID.MatchString(client.ID):
		b.fault(where+".id", "want 1 to 64 of letters, digits, dot, dash and underscore")
	case taken:
		b.fault(where+".id", "client %s is listed twice", client.ID)
	}
	if from.DailyQuota < 0 {
		b.fault(where+".dailyQuota", "want 0 or more")
	}
	b.credentials(where, client, from)
	b.roster.clients[client.ID] = client
	agency.Clients = append(agency.Clients, client)
}

func (b *rosterBuilder) credentials(where string, client *Client, from *ClientRecord) {
	client.keys = b.keys(where+".keys", from.Keys)
	client.certificates = b.certificates(where+".certificates", from.Certificates)
	if address := from.JWKSURL; address != "" {
		if err := keyset.CheckAddress(address); err != nil {
			b.fault(where+".jwksUrl", "%v", err)
		}
		if len(from.Keys) > 0 {
			b.fault(where+".jwksUrl", "either keys or the address of a key set")
		}
		client.published = b.published(address)
	}
	if from.SecretHash != "" {
		hash, err := secret.Parse(from.SecretHash)
		if err != nil {
			b.fault(where+".secretHash", "%v", err)
		}
		client.secret = &hash
	}
}

func (b *rosterBuilder) label(where, text string) string {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > 400 {
		b.fault(where, "want 1 to 400 bytes")
	}
	return text
}

func (b *rosterBuilder) scopes(where string, texts []string) Scopes {
	var scopes Scopes
	for i, text := range texts {
		scope, err := parseScope(text)
		if err != nil {
			b.fault(fmt.Sprintf("%s[%d]", where, i), "%v", err)
		}
		scopes = append(scopes, scope)
	}
	if len(scopes) > maxScopes || len(scopes.String()) > maxScopeText {
		b.fault(where, "more than %d, or together longer than %d bytes; use wildcards", maxScopes, maxScopeText)
	}
	return scopes
}

func (b *rosterBuilder) keys(where string, texts []string) *keyset.Set {
	if len(texts) > maxPerClient {
		b.fault(where, "more than %d", maxPerClient)
		texts = nil
	}
	keys := make([]keyset.Key, 0, len(texts))
	for i, text := range texts {
		key, known := b.before.keys[text]
		if !known {
			var err error
			if key, err = keyset.Parse([]byte(text)); err != nil {
				b.fault(fmt.Sprintf("%s[%d]", where, i), "%v", err)
			}
		}
		b.roster.keys[text] = key
		keys = append(keys, key)
	}
	return keyset.NewSet(keys...)
}

// published is the one place where the keys of an address are held, whoever
// names it and since when.
func (b *rosterBuilder) published(address string) *keyset.Remote {
	if held, ok := b.roster.remotes[address]; ok {
		return held
	}
	held, ok := b.before.remotes[address]
	if !ok {
		held = b.remote(address)
	}
	b.roster.remotes[address] = held
	return held
}

func (b *rosterBuilder) certificates(where string, texts []string) [][sha256.Size]byte {
	if len(texts) > maxPerClient {
		b.fault(where, "more than %d", maxPerClient)
		return nil
	}
	var all [][sha256.Size]byte
	for i, text := range texts {
		thumbprint, err := parseThumbprint(text)
		if err != nil {
			b.fault(fmt.Sprintf("%s[%d]", where, i), "%v", err)
		}
		all = append(all, thumbprint)
	}
	return all
}

// parseThumbprint reads a thumbprint as certs.Thumbprint writes it.
func parseThumbprint(text string) (thumbprint [sha256.Size]byte, err error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != sha256.Size {
		return thumbprint, errors.New("want the SHA-256 thumbprint of a certificate, in base64url")
	}
	return [sha256.Size]byte(raw), nil
}
