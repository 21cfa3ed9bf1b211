package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/lgsp-vn/lgsp/gateway/auth/keyset"
	"github.com/lgsp-vn/lgsp/policies"
)

// externalSkew is how far the clock of an external issuer may be off.
const externalSkew = 30 * time.Second

// ExternalIssuer is somebody else whose tokens are accepted beside ours, for
// clients that are registered here.
type ExternalIssuer struct {
	Issuer      string   // iss, to the letter
	JWKSURL     string   // where it publishes its keys
	Algorithms  []string // that it signs with
	Audience    string   // aud of the tokens that are for us
	ClientClaim string   // the claim that names our client; client_id where empty
	Agencies    []string // whose clients its tokens may be about; only these, not what is below them
	Place       string   // where this was configured, for faults; may be empty
}

// external is an issuer whose tokens are verified.
type external struct {
	issuer      string
	algorithms  []string
	clientClaim string
	agencies    []string
	keys        *keyset.Remote
	parser      *jwt.Parser
}

// externals are all of them, by iss.
type externals map[string]*external

// CheckIssuers says what is wrong with external issuers beside the issuer own,
// one fault a line, each with the place of its issuer and its key.
func CheckIssuers(own string, all []ExternalIssuer) error {
	var faults []error
	found := map[string]bool{}
	for n, config := range all {
		place := cmp.Or(config.Place, fmt.Sprint("external issuer ", n+1))
		config.check(func(format string, args ...any) {
			faults = append(faults, fmt.Errorf("%s: "+format, append([]any{place}, args...)...))
		}, own, found)
	}
	return errors.Join(faults...)
}

// check tells every fault of one issuer; found are those listed before it.
func (config ExternalIssuer) check(fault func(format string, args ...any), own string, found map[string]bool) {
	switch {
	case config.Issuer == "":
		fault("issuer is missing")
	case config.Issuer == own:
		fault("issuer: that is this bus")
	case found[config.Issuer]:
		fault("issuer: listed twice")
	}
	found[config.Issuer] = true
	if err := keyset.CheckAddress(config.JWKSURL); err != nil {
		fault("jwksUrl: %w", err)
	}
	if config.Audience == "" {
		fault("audience is missing")
	}
	if len(config.Algorithms) == 0 {
		fault("algorithms: want some of %s", strings.Join(keyset.Algorithms(), ", "))
	}
	for _, algorithm := range config.Algorithms {
		if !slices.Contains(keyset.Algorithms(), algorithm) {
			fault("algorithms: %q is not one of %s", algorithm, strings.Join(keyset.Algorithms(), ", "))
		}
	}
	if len(config.Agencies) == 0 {
		fault("agencies: name those that this issuer may speak for")
	}
	for _, text := range config.Agencies {
		if _, err := policies.ParseAgencyID(text); err != nil {
			fault("agencies: %w", err)
		}
	}
}

// newExternals checks the configuration; the error joins every fault.
func newExternals(own string, all []ExternalIssuer, transport http.RoundTripper, now func() time.Time) (externals, error) {
	if err := CheckIssuers(own, all); err != nil {
		return nil, err
	}
	fetcher, made := keyset.NewFetcher(transport), externals{}
	for _, config := range all {
		made[config.Issuer] = newExternal(config, fetcher, now)
	}
	return made, nil
}

// newExternal makes an issuer of a configuration without faults.
func newExternal(config ExternalIssuer, fetcher *keyset.Fetcher, now func() time.Time) *external {
	e := &external{issuer: config.Issuer, algorithms: slices.Clone(config.Algorithms), clientClaim: cmp.Or(config.ClientClaim, "client_id"),
		keys: keyset.NewRemote(config.JWKSURL, fetcher, now),
		parser: jwt.NewParser(jwt.WithValidMethods(config.Algorithms), jwt.WithStrictDecoding(), jwt.WithIssuer(config.Issuer),
			jwt.WithAudience(config.Audience), jwt.WithExpirationRequired(), jwt.WithTimeFunc(now), jwt.WithLeeway(externalSkew)), // of exp, none is left below
	}
	for _, text := range config.Agencies {
		id, _ := policies.ParseAgencyID(text) // it was checked
		e.agencies = append(e.agencies, string(id))
	}
	return e
}

// of finds whose token this is by what it says of itself; nil for nobody's
// whom we know. Nothing is fetched for it.
func (e externals) of(token string) *external {
	if len(e) == 0 {
		return nil
	}
	said := jwt.MapClaims{}
	if _, _, err := jwt.NewParser(jwt.WithStrictDecoding()).ParseUnverified(token, said); err != nil {
		return nil
	}
	issuer, _ := said["iss"].(string)
	return e[issuer]
}

// refresh fetches the keys of those whose keys are old.
func (e externals) refresh(ctx context.Context) error {
	var faults []error
	for _, issuer := range e {
		faults = append(faults, issuer.keys.Refresh(ctx))
	}
	slices.SortFunc(faults, func(a, b error) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return errors.Join(faults...)
}

// parse verifies a token of this issuer.
func (e *external) parse(ctx context.Context, token string, now time.Time) (*claims, *keyset.Set, error) {
	said := jwt.MapClaims{}
	var set *keyset.Set
	_, err := e.parser.ParseWithClaims(token, said, func(t *jwt.Token) (any, error) {
		var err error
		set, err = e.keysFor(ctx, t.Header)
		if err != nil {
			return nil, err
		}
		return candidates(set, t)
	})
	if err != nil {
		return nil, nil, refused(reasonOf(err))
	}
	c, err := e.readClaims(said, now)
	if err != nil {
		return nil, nil, err
	}
	return c, set, nil
}

// keysFor looks at the header before any key is fetched for it.
func (e *external) keysFor(ctx context.Context, header map[string]any) (*keyset.Set, error) {
	typ, _ := header["typ"].(string)
	if foreignMember(header) != "" || !isType(typ, accessTokenType) && !isType(typ, "jwt") {
		return nil, errors.New("header differs from that of an access token")
	}
	kid, _ := header["kid"].(string)
	if kid == "" {
		return nil, errors.New("no kid")
	}
	set := e.keys.Current()
	if !set.Has(kid) {
		set, _ = e.keys.Lookup(ctx, kid) // refresh reports what keeps it from being read
	}
	if !set.Has(kid) {
		return nil, errors.New("unknown kid")
	}
	return set, nil
}

func candidates(set *keyset.Set, t *jwt.Token) (any, error) {
	kid, _ := t.Header["kid"].(string)
	var keys jwt.VerificationKeySet
	for _, key := range trimmed(set.For(t.Method.Alg(), kid)) {
		keys.Keys = append(keys.Keys, key)
	}
	if len(keys.Keys) == 0 {
		return nil, errors.New("the key is of another algorithm")
	}
	return keys, nil
}

// readClaims asks for less than our own tokens say: whose client it is decides
// the registry. Words of the scope that mean nothing here are passed over.
func (e *external) readClaims(said jwt.MapClaims, now time.Time) (*claims, error) {
	text := func(name string) string { value, _ := said[name].(string); return value }
	c := &claims{external: e, clientID: text(e.clientClaim), id: text("jti")}
	if c.clientID == "" {
		return nil, refused("the claim that names the client is missing or wrong")
	}
	scope := text("scope")
	if len(scope) > maxScopeText {
		return nil, refused("scope is too long")
	}
	for word := range strings.FieldsSeq(scope) {
		if s, err := parseScope(word); err == nil && len(c.scopes) < maxScopes && !slices.Contains(c.scopes, s) {
			c.scopes = append(c.scopes, s)
		}
	}
	if err := c.readCommon(said, now, externalSkew); err != nil {
		return nil, err
	}
	return c, nil
}

// speaksFor says whether the issuer's tokens may be about an agency's clients.
func (e *external) speaksFor(agency *Agency) bool { return slices.Contains(e.agencies, agency.ID) }
