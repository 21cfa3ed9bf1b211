package agencyfile

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/goccy/go-yaml/ast"

	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/auth/keyset"
)

const (
	maxFile    = 8 << 20 // some 10,000 clients
	maxKeyFile = 64 << 10
)

// File is an agencies file, with the key files it names. It implements
// auth.Source; its version is a digest of all that is read.
type File struct {
	path string

	mu     sync.Mutex
	read   []content // what the last Load read
	faults error     // of the last Load
}

// content is a file that was read; the digest is zero if it could not be.
type content struct {
	path   string
	digest [sha256.Size]byte
}

// New names an agencies file and reads nothing yet.
func New(path string) *File { return &File{path: path, read: []content{{path: path}}} }

// Version implements auth.Source: it reads every file again.
func (f *File) Version(context.Context) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return version(f.again()), nil
}

// again reads the files of the last Load as they are now.
func (f *File) again() []content {
	now := make([]content, 0, len(f.read))
	for _, c := range f.read {
		next := content{path: c.path}
		if data, err := readBounded(c.path, maxFile); err == nil {
			next.digest = sha256.Sum256(data)
		}
		now = append(now, next)
	}
	return now
}

func version(files []content) int64 {
	hash := sha256.New()
	for _, c := range files {
		fmt.Fprintf(hash, "%d %s %x", len(c.path), c.path, c.digest)
	}
	return int64(binary.BigEndian.Uint64(hash.Sum(nil)))
}

// Load implements auth.Source. The error joins every fault, each with its file,
// line and column; a file with faults is not parsed again until it has changed.
func (f *File) Load(context.Context) ([]auth.AgencyRecord, int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if last := version(f.read); f.faults != nil && last == version(f.again()) {
		return nil, last, f.faults
	}
	r := &reader{strictYAML: strictYAML{file: f.path}, places: make(map[string]ast.Node)}
	records, err := r.load()
	f.read, f.faults = r.files, err
	if err != nil {
		return nil, version(f.read), err
	}
	return records, version(f.read), nil
}

// reader turns the text of a file into records, and remembers where each field
// stood in it.
type reader struct {
	strictYAML
	files  []content
	places map[string]ast.Node // by auth.Fault.Where
}

func (r *reader) load() ([]auth.AgencyRecord, error) {
	data, err := r.readFile(r.file, maxFile)
	if err != nil {
		return nil, err
	}
	return r.parse(data)
}

// readFile reads a file and notes that the records depend on it.
func (r *reader) readFile(path string, limit int64) ([]byte, error) {
	data, err := readBounded(path, limit)
	c := content{path: path}
	if err == nil {
		c.digest = sha256.Sum256(data)
	}
	r.files = append(r.files, c)
	return data, err
}

// parse reads the text of an agencies file; key files are relative to it.
func (r *reader) parse(data []byte) ([]auth.AgencyRecord, error) {
	var records []auth.AgencyRecord
	body, ok := r.document(data)
	if !ok {
		return nil, r.err()
	}
	top := r.object(body, "agencies file", "agencies")
	if list, ok := r.required(top, "agencies"); ok {
		r.places["agencies"] = list
		for i, node := range r.list(list, "agencies") {
			records = append(records, r.agency(fmt.Sprintf("agencies[%d]", i), node))
		}
		for _, fault := range auth.Check(records) {
			r.judged(fault)
		}
	}
	return records, r.err()
}

// judged puts a fault of the records where it stands in the file, or, for what
// is not there, at the nearest thing around it. What the file says wrongly has
// been told already.
func (r *reader) judged(fault *auth.Fault) {
	where := fault.Where
	for r.places[where] == nil {
		where = where[:max(strings.LastIndexAny(where, ".["), 0)]
	}
	if !r.blamed(r.places[where]) {
		name := fault.Where[strings.LastIndexByte(fault.Where, '.')+1:]
		name, _, item := strings.Cut(name, "[")
		if item {
			name = strings.TrimSuffix(name, "s")
		}
		r.fault(r.places[where], "%s: %s", name, fault.What)
	}
}

func (r *reader) agency(where string, node ast.Node) auth.AgencyRecord {
	from := r.object(node, "agency", "id", "oldId", "name", "suspended", "fictional", "clients")
	r.places[where] = from.node
	a := auth.AgencyRecord{Suspended: r.flag(from, "suspended"), Fictional: r.flag(from, "fictional")}
	a.ID = r.field(where, from, "id", needed)
	a.OldID = r.field(where, from, "oldId", optional)
	if node, ok := r.required(from, "name"); ok {
		name := r.object(node, "name", "vi", "en")
		r.places[where+".name"] = name.node
		a.NameVI, a.NameEN = r.field(where+".name", name, "vi", needed), r.field(where+".name", name, "en", needed)
	}
	if node, ok := from.values["clients"]; ok {
		for i, node := range r.list(node, "clients") {
			c := r.client(fmt.Sprintf("%s.clients[%d]", where, i), node)
			c.Agency = a.ID
			a.Clients = append(a.Clients, c)
		}
	}
	return a
}

func (r *reader) client(where string, node ast.Node) auth.ClientRecord {
	from := r.object(node, "client", "id", "name", "scopes", "suspended", "dailyQuota", "keys", "jwksUrl", "certificates", "secretHash")
	r.places[where] = from.node
	c := auth.ClientRecord{Suspended: r.flag(from, "suspended"), DailyQuota: r.number(where, from, "dailyQuota")}
	c.ID, c.Name = r.field(where, from, "id", needed), r.field(where, from, "name", needed)
	r.required(from, "scopes")
	c.Scopes = r.each(where, from, "scopes", "scope", func(node ast.Node) string { return r.text(node, "scope") })
	c.Keys = r.each(where, from, "keys", "key", r.key)
	c.Certificates = r.each(where, from, "certificates", "certificate", func(node ast.Node) string { return r.text(node, "certificate") })
	c.JWKSURL, c.SecretHash = r.field(where, from, "jwksUrl", optional), r.field(where, from, "secretHash", optional)
	for _, means := range []string{"keys", "jwksUrl", "certificates", "secretHash"} {
		if from.values[means] != nil {
			return c
		}
	}
	r.fault(from.node, "keys, jwksUrl, certificates or secretHash is missing")
	return c
}

const (
	optional = false
	needed   = true
)

// field reads a text and notes its place.
func (r *reader) field(where string, from fields, key string, must bool) string {
	node, ok := from.values[key]
	if !ok {
		if must {
			r.required(from, key)
		}
		return ""
	}
	r.places[where+"."+key] = node
	return r.text(node, key)
}

// number reads a whole number, 0 when left out.
func (r *reader) number(where string, from fields, key string) int64 {
	node, ok := from.values[key]
	if !ok {
		return 0
	}
	r.places[where+"."+key] = node
	var n int64
	number, ok := node.(*ast.IntegerNode)
	if ok {
		_, err := fmt.Sscan(fmt.Sprint(number.Value), &n)
		ok = err == nil
	}
	if !ok {
		r.fault(node, "%s: want a whole number", key)
	}
	return n
}

// each reads the items of a list and notes their places.
func (r *reader) each(where string, from fields, key, what string, read func(ast.Node) string) []string {
	node, ok := from.values[key]
	if !ok {
		return nil
	}
	r.places[where+"."+key] = node
	var texts []string
	for i, node := range r.list(node, key) {
		r.places[fmt.Sprintf("%s.%s[%d]", where, key, i)] = node
		texts = append(texts, read(node))
	}
	return texts
}

// key reads a PEM text, a JWK as a map, or {file: path} holding either.
func (r *reader) key(node ast.Node) string {
	if _, isMap := node.(ast.MapNode); !isMap {
		return r.text(node, "key")
	}
	from := r.object(node, "key", "file", "kty", "crv", "x", "y", "n", "e", "kid", "use", "alg")
	file, isFile := from.values["file"]
	if isFile {
		return r.keyFile(node, from, r.text(file, "file"))
	}
	part := func(name string) string {
		if node, ok := from.values[name]; ok {
			return r.text(node, name)
		}
		return ""
	}
	text, err := json.Marshal(keyset.JWK{Kty: part("kty"), Crv: part("crv"), X: part("x"), Y: part("y"), N: part("n"), E: part("e"),
		Kid: part("kid"), Use: part("use"), Alg: part("alg")})
	if err != nil {
		r.fault(node, "key: %v", err)
	}
	return string(text)
}

func (r *reader) keyFile(node ast.Node, from fields, path string) string {
	if len(from.values) > 1 {
		r.fault(node, "key: a file stands alone")
		return ""
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(r.file), path)
	}
	data, err := r.readFile(path, maxKeyFile)
	if err != nil {
		r.fault(node, "key: %v", err)
	}
	return string(data)
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
