package config

import (
	"errors"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// ExternalIssuer is an entry of the file that the setting issuers names. What its
// values must be is known to the package that verifies tokens.
type ExternalIssuer struct {
	Issuer      string   `yaml:"issuer"`
	JWKSURL     string   `yaml:"jwksUrl"`
	Algorithms  []string `yaml:"algorithms"`
	Audience    string   `yaml:"audience"`
	ClientClaim string   `yaml:"clientClaim"`
	Agencies    []string `yaml:"agencies"`
	Place       string   `yaml:"-"` // file, line and column
}

// ReadIssuers reads a list of issuers as strictly as the configuration file. The
// error names every fault of its form.
func ReadIssuers(file string) ([]ExternalIssuer, error) {
	body, faults := document(file)
	if body == nil {
		return nil, errors.Join(faults...)
	}
	list, ok := body.(*ast.SequenceNode)
	if !ok {
		return nil, errors.Join(append(faults, faultAt(file, body.GetToken(), "must be a list of issuers"))...)
	}
	var all []ExternalIssuer
	for _, entry := range list.Values {
		issuer := ExternalIssuer{Place: placeOf(file, firstToken(entry))}
		faults = append(faults, apply(file, entry, fieldsOf(&issuer))...)
		all = append(all, issuer)
	}
	return all, errors.Join(faults...)
}

// firstToken is where an entry begins; the token of a map is its first colon.
func firstToken(entry ast.Node) *token.Token {
	if keys, ok := entry.(ast.MapNode); ok {
		if pair := keys.MapRange(); pair.Next() {
			return pair.Key().GetToken()
		}
	}
	return entry.GetToken()
}
