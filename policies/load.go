package policies

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"sync"

	"github.com/lgsp-vn/lgsp/policies/internal/document"
)

// The kinds of policy file. Purposes and procedures belong to the access stream:
// all three are law.
const (
	kindAccess     = "access"
	kindPurposes   = "purposes"
	kindProcedures = "procedures"
	kindRoute      = "route"
)

// Load compiles files into a set. It reports everything that is wrong, not
// only the first; the set is nil if and only if there are errors.
func Load(files []File, v Vocabulary) (*Set, Faults) {
	l := newLoader(v)
	sources := parseAll(files)
	// Rules refer to groups and purposes, wherever these are written.
	eachOf(sources, kindPurposes, l.readPurposes)
	eachOf(sources, kindAccess, l.readGroups)
	eachOf(sources, kindAccess, l.readRules)
	l.index()
	l.unite()
	eachOf(sources, kindRoute, l.readDefaults)
	eachOf(sources, kindRoute, l.readRoutes)
	l.needRoutes(sources)
	eachOf(sources, kindProcedures, l.readProcedures)
	for _, f := range sources {
		for _, fault := range f.faults {
			l.faults.add(fault)
		}
	}
	if l.faults.HasErrors() {
		l.faults.sort()
		return nil, l.faults
	}
	l.finish(sources)
	l.warn()
	l.faults.sort()
	return l.set, l.faults
}

// loader holds what is known while files are read.
type loader struct {
	set        *Set
	faults     Faults // those that belong to no single place; files keep their own
	conditions conditions
	members    map[string][]AgencyID // group → its agencies
	sharing    map[string][]string   // group → other groups with an agency in common, all with their mark
	groupAt    map[string]string
	purposeAt  map[string]string
	ruleAt     map[string]string
	routeAt    map[string]string
	defaults   settings
	defaultsAt string
	endpoints  []Endpoint // of systems that name none: the sandbox
	clashes    map[[2]*Rule]bool
	entries    int
}

func newLoader(v Vocabulary) *loader {
	l := &loader{
		set:     &Set{purposes: make(map[string]*Purpose), groups: make(map[string][]string), systems: make(map[string]*system)},
		members: make(map[string][]AgencyID), sharing: make(map[string][]string), groupAt: make(map[string]string),
		purposeAt: make(map[string]string), ruleAt: make(map[string]string), routeAt: make(map[string]string),
		defaults: engineSettings(), clashes: make(map[[2]*Rule]bool),
	}
	for _, terms := range v {
		l.set.systems[terms.ID] = newSystem(terms)
	}
	return l
}

// sourceFile is one file after parsing.
type sourceFile struct {
	File
	kind   string
	top    document.Mapping
	faults Faults
	report document.Report
}

func (f *sourceFile) place(at document.Position) string {
	return fmt.Sprintf("%s:%d:%d", f.Name, at.Line, at.Column)
}

// parseAll parses files side by side, because parsing is most of the time of a
// reload, and returns them in the order of their names.
func parseAll(files []File) []*sourceFile {
	sources := make([]*sourceFile, len(files))
	for i, f := range files {
		sources[i] = &sourceFile{File: f}
	}
	slices.SortStableFunc(sources, func(a, b *sourceFile) int { return cmp.Compare(a.Name, b.Name) })
	var wg sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, f := range sources {
		slots <- struct{}{}
		wg.Go(func() {
			f.parse()
			<-slots
		})
	}
	wg.Wait()
	return sources
}

// parse reads the file as far as its kind.
func (f *sourceFile) parse() {
	f.report = f.faults.report(f.Name)
	if len(f.Data) > maxFileSize {
		f.report(document.Position{Line: 1, Column: 1}, fmt.Sprintf("the file is larger than %d bytes", maxFileSize), "")
		return
	}
	n, ok := document.Parse(f.Data, f.report)
	if !ok {
		return
	}
	if f.top, ok = n.Mapping("the file"); !ok {
		return
	}
	kind, ok := f.top.Need("kind")
	if !ok {
		return
	}
	keys := map[string][]string{
		kindAccess: {"kind", "groups", "rules"}, kindPurposes: {"kind", "purposes"}, kindProcedures: {"kind", "procedures"},
		kindRoute: {"kind", "defaults", "systems"},
	}
	if f.kind, ok = kind.Text("kind", 20); !ok {
		return
	}
	if keys[f.kind] == nil {
		kind.Fault("unknown kind "+quote(f.kind), cmp.Or(document.DidYouMean(f.kind, sortedKeys(keys)), "write access, purposes, procedures or route"))
		return
	}
	f.top.Only(keys[f.kind]...)
}

func eachOf(sources []*sourceFile, kind string, read func(*sourceFile)) {
	for _, f := range sources {
		if f.kind == kind {
			read(f)
		}
	}
}

// unite finds what any rule grants of each operation.
func (l *loader) unite() {
	for _, sys := range l.set.systems {
		for _, op := range sys.order {
			leaves := op.tree.none()
			for _, r := range l.set.rules {
				if f := r.fields[op]; f != nil {
					f.addTo(leaves)
				}
			}
			op.grantable = op.tree.intern(leaves)
		}
	}
}

// finish completes a set that has no errors.
func (l *loader) finish(sources []*sourceFile) {
	l.set.version = digest(sources, func(kind string) bool { return kind != kindRoute })
	l.set.routeVersion = digest(sources, func(kind string) bool { return kind == kindRoute })
	for _, r := range l.set.rules {
		r.Reference = r.ID + "@" + l.set.version
	}
}

// digest is a short name for the content of one stream.
func digest(sources []*sourceFile, in func(kind string) bool) string {
	h := sha256.New()
	for _, f := range sources {
		if in(f.kind) {
			fmt.Fprintf(h, "%d %s %d ", len(f.Name), f.Name, len(f.Data))
			h.Write(f.Data)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:4])
}

// word is one text of a list.
type word struct {
	document.Node
	text string
}

// readWords reads a list of texts; one text alone is a list of one.
func readWords(n document.Node, what string, limit int) []word {
	nodes := []document.Node{n}
	if n.IsList() || n.IsMapping() {
		nodes = n.List(what, limit)
	}
	words := make([]word, 0, len(nodes))
	seen := make(map[string]bool, len(nodes))
	for _, n := range nodes {
		text, ok := n.Text(what, 200)
		if !ok {
			continue
		}
		if seen[text] {
			n.Fault(quote(text)+" is listed twice", "")
			continue
		}
		seen[text] = true
		words = append(words, word{n, text})
	}
	return words
}

func needWords(m document.Mapping, key string, limit int) []word {
	n, ok := m.Need(key)
	if !ok {
		return nil
	}
	return readWords(n, key, limit)
}

// readID reads a name made by people for people and addresses: [a-z0-9-]{1,60}.
func readID(m document.Mapping, key, what string) (string, bool) {
	n, ok := m.Need(key)
	if !ok {
		return "", false
	}
	return asID(n, what)
}

func asID(n document.Node, what string) (string, bool) {
	id, ok := n.Text(what, 60)
	if ok && !validID(id) {
		n.Fault(what+" "+quote(id)+" may hold only a-z, 0-9 and -", "")
		return "", false
	}
	return id, ok
}

func validID(id string) bool {
	for i := range len(id) {
		if c := id[i]; !(isDigit(c) || 'a' <= c && c <= 'z' || c == '-') {
			return false
		}
	}
	return id != "" && len(id) <= 60
}

// readNames reads a text in both languages.
func readNames(m document.Mapping, key, what string) Names {
	var names Names
	n, ok := m.Need(key)
	if !ok {
		return names
	}
	if m, ok = n.Mapping(what, "vi", "en"); !ok {
		return names
	}
	if vi, ok := m.Need("vi"); ok {
		names.VI, _ = vi.Text(what, 500)
	}
	if en, ok := m.Need("en"); ok {
		names.EN, _ = en.Text(what, 500)
	}
	return names
}

func quote(s string) string { return strconv.Quote(s) }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
