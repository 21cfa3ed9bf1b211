package auth

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/lgsp-vn/lgsp/policies"
)

const (
	maxRegistryFile  = 8 << 20 // some 10,000 clients
	maxKeyFile       = 64 << 10
	maxKeysPerClient = 8 // bounds what one assertion can cost
)

// roster is one immutable reading of the registry file.
type roster struct {
	agencies []*Agency
	byID     map[string]*Agency // by present and by old identifier
	clients  map[string]*Client
	sources  []source
}

// source is a file that a roster was read from; the digest is zero if it could
// not be read.
type source struct {
	path   string
	digest [sha256.Size]byte
}

// readSource reads a file and notes that the roster depends on it.
func (r *roster) readSource(path string, limit int64) ([]byte, error) {
	data, err := readBounded(path, limit)
	s := source{path: path}
	if err == nil {
		s.digest = sha256.Sum256(data)
	}
	r.sources = append(r.sources, s)
	return data, err
}

// unchanged says whether reading every file again would give the same.
func (r *roster) unchanged() bool {
	for _, s := range r.sources {
		var digest [sha256.Size]byte
		if data, err := readBounded(s.path, maxRegistryFile); err == nil {
			digest = sha256.Sum256(data)
		}
		if digest != s.digest {
			return false
		}
	}
	return true
}

// readRoster reads an agencies file. The roster is never nil, so that a faulty
// one can tell whether its files changed since, but is good only without error.
func readRoster(path string) (*roster, error) {
	read := &roster{byID: make(map[string]*Agency), clients: make(map[string]*Client)}
	data, err := read.readSource(path, maxRegistryFile)
	if err != nil {
		return read, err
	}
	return read, parseRoster(read, path, data)
}

// parseRoster fills a roster from the text of an agencies file; path names it
// in errors and is what key files are relative to. The error joins every fault.
func parseRoster(into *roster, path string, data []byte) error {
	r := &rosterReader{strictYAML: strictYAML{file: path}, roster: into}
	if body, ok := r.document(data); ok {
		top := r.object(body, "agencies file", "agencies")
		if list, ok := r.required(top, "agencies"); ok {
			for _, node := range r.list(list, "agencies") {
				r.agency(node)
			}
			if len(r.roster.agencies) == 0 && len(r.faults) == 0 {
				// An emptied file is an accident more often than a wish.
				r.fault(list, "agencies: no agency is listed")
			}
		}
	}
	return errors.Join(r.faults...)
}

type rosterReader struct {
	strictYAML
	roster *roster
}

func (r *rosterReader) agency(node ast.Node) {
	from := r.object(node, "agency", "id", "oldId", "name", "suspended", "clients")
	agency := &Agency{Suspended: r.flag(from, "suspended")}
	if node, ok := r.required(from, "id"); ok {
		text := r.text(node, "id")
		id, err := policies.ParseAgencyID(text)
		if err != nil {
			r.fault(node, "id: %v, want a form like H26.12", err)
		}
		if agency.ID = string(id); agency.ID != text {
			agency.OldID = text
		}
		r.claim(node, agency.ID, agency)
	}
	if node, ok := from.values["oldId"]; ok {
		agency.OldID = r.text(node, "oldId")
		if !oldAgencyID.MatchString(agency.OldID) {
			r.fault(node, "oldId: want a form like 000.00.12.H26")
		}
		r.claim(node, agency.OldID, agency)
	}
	if node, ok := r.required(from, "name"); ok {
		name := r.object(node, "name", "vi", "en")
		agency.Name = Name{VI: r.label(name, "vi"), EN: r.label(name, "en")}
	}
	if node, ok := from.values["clients"]; ok {
		for _, node := range r.list(node, "clients") {
			r.client(node, agency)
		}
	}
	r.roster.agencies = append(r.roster.agencies, agency)
}

// claim reserves an identifier for an agency.
func (r *rosterReader) claim(node ast.Node, id string, agency *Agency) {
	if id == "" {
		return
	}
	if other, taken := r.roster.byID[id]; taken && other != agency {
		r.fault(node, "%s is already an agency", id)
		return
	}
	r.roster.byID[id] = agency
}

func (r *rosterReader) client(node ast.Node, agency *Agency) {
	from := r.object(node, "client", "id", "name", "scopes", "suspended", "keys")
	client := &Client{Agency: agency, Suspended: r.flag(from, "suspended"), Name: r.label(from, "name")}
	if node, ok := r.required(from, "id"); ok {
		client.ID = r.text(node, "id")
		switch _, taken := r.roster.clients[client.ID]; {
		case !clientID.MatchString(client.ID):
			r.fault(node, "client id: want 1 to 64 of letters, digits, dot, dash and underscore")
		case taken:
			r.fault(node, "client %s is listed twice", client.ID)
		}
		r.roster.clients[client.ID] = client
	}
	if node, ok := r.required(from, "scopes"); ok {
		client.Scopes = r.scopes(node)
	}
	if node, ok := r.required(from, "keys"); ok {
		nodes := r.list(node, "keys")
		if len(nodes) > maxKeysPerClient {
			r.fault(node, "keys: more than %d", maxKeysPerClient)
			nodes = nil
		}
		for _, node := range nodes {
			key, err := r.key(node)
			if err != nil {
				r.fault(node, "key: %v", err)
			}
			client.keys = append(client.keys, key)
		}
	}
	agency.Clients = append(agency.Clients, client)
}

func (r *rosterReader) label(from fields, key string) string {
	node, ok := r.required(from, key)
	if !ok {
		return ""
	}
	text := strings.TrimSpace(r.text(node, key))
	if text == "" || len(text) > 400 {
		r.fault(node, "%s: want 1 to 400 bytes", key)
	}
	return text
}

func (r *rosterReader) scopes(node ast.Node) Scopes {
	var scopes Scopes
	for _, node := range r.list(node, "scopes") {
		scope, err := parseScope(r.text(node, "scope"))
		if err != nil {
			r.fault(node, "scope: %v", err)
		}
		scopes = append(scopes, scope)
	}
	if len(scopes) > maxScopes || len(scopes.String()) > maxScopeText {
		r.fault(node, "scopes: more than %d, or together longer than %d bytes; use wildcards", maxScopes, maxScopeText)
	}
	return scopes
}

// key reads a PEM text, a JWK as a map, or {file: path} holding either.
func (r *rosterReader) key(node ast.Node) (clientKey, error) {
	if _, isMap := node.(ast.MapNode); !isMap {
		return parseClientKey([]byte(r.text(node, "key")))
	}
	from := r.object(node, "key", "file", "kty", "crv", "x", "y", "n", "e", "kid", "use", "alg")
	part := func(name string) string {
		if node, ok := from.values[name]; ok {
			return r.text(node, name)
		}
		return ""
	}
	file, isFile := from.values["file"]
	if !isFile {
		return jwk{part("kty"), part("crv"), part("x"), part("y"), part("n"), part("e"),
			part("kid"), part("use"), part("alg")}.parse()
	}
	if len(from.values) > 1 {
		return clientKey{}, errors.New("a file stands alone")
	}
	path := r.text(file, "file")
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(r.file), path)
	}
	data, err := r.roster.readSource(path, maxKeyFile)
	if err != nil {
		return clientKey{}, err
	}
	return parseClientKey(data)
}

func readBounded(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", path)
	}
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%s: larger than %d bytes", path, limit)
	}
	return data, nil
}
