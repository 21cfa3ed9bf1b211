package policies

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Fields is a set of fields of one operation's answer. It never changes, and
// two rules of a [Set] that grant the same fields of an operation share one.
type Fields struct {
	leaves []bool
	names  []string
	all    bool
	person bool
	key    string
	has    map[string]struct{} // granted paths, topmost only
	under  map[string]struct{} // every path above a granted one
}

// Names are the granted paths in order, a parent standing for all below it.
// Callers must not change them.
func (f *Fields) Names() []string { return f.names }

// All says that the whole answer is granted, so that nothing need be cut.
func (f *Fields) All() bool { return f.all }

// Personal says that one of the fields is about a person.
func (f *Fields) Personal() bool { return f.person }

// Key identifies the set in every process that knows the same fields.
func (f *Fields) Key() string { return f.key }

// Has says whether the field at path is granted, by itself or by a parent.
func (f *Fields) Has(path string) bool { return f.all || f.inside(path) }

// Under says whether something strictly below path is granted while path as a
// whole is not, so that a reader must descend into it.
func (f *Fields) Under(path string) bool {
	_, ok := f.under[path]
	return ok
}

// fieldTree is the shape of one operation's answer. A set of fields is a set
// of its leaves, which gives every set exactly one form.
type fieldTree struct {
	paths    []string       // all, parents before children
	leaf     map[string]int // paths without children
	personal []string       // paths about a person, with all below them
	interned map[string]*Fields
}

func newFieldTree(paths, personal []string) *fieldTree {
	known := make(map[string]bool) // path → has children
	for _, p := range paths {
		if !known[p] {
			known[p] = false // known, and a leaf until a child comes
		}
		for up, ok := above(p); ok; up, ok = above(up) {
			known[up] = true
		}
	}
	t := &fieldTree{leaf: make(map[string]int), personal: personal, interned: make(map[string]*Fields)}
	for p := range known {
		t.paths = append(t.paths, p)
	}
	slices.Sort(t.paths)
	for _, p := range t.paths {
		if !known[p] {
			t.leaf[p] = len(t.leaf)
		}
	}
	return t
}

// mark adds every leaf at or below path; it returns false for an unknown path.
func (t *fieldTree) mark(leaves []bool, path string) bool {
	if _, found := slices.BinarySearch(t.paths, path); !found {
		return false
	}
	for p, i := range t.leaf {
		if contains(path, p) {
			leaves[i] = true
		}
	}
	return true
}

func (t *fieldTree) none() []bool { return make([]bool, len(t.leaf)) }

func (t *fieldTree) everything() *Fields {
	leaves := t.none()
	for i := range leaves {
		leaves[i] = true
	}
	return t.intern(leaves)
}

// intern returns the one Fields of these leaves. Only loading may call it.
func (t *fieldTree) intern(leaves []bool) *Fields {
	id := leafKey(leaves)
	f, ok := t.interned[id]
	if !ok {
		f = t.build(leaves)
		t.interned[id] = f
	}
	return f
}

// find is intern for a set that is in use: it adds nothing to the tree.
func (t *fieldTree) find(leaves []bool) *Fields {
	if f, ok := t.interned[leafKey(leaves)]; ok {
		return f
	}
	return t.build(leaves)
}

func leafKey(leaves []bool) string {
	id := make([]byte, len(leaves))
	for i, in := range leaves {
		if in {
			id[i] = 1
		}
	}
	return string(id)
}

func (t *fieldTree) build(leaves []bool) *Fields {
	f := &Fields{leaves: leaves, has: make(map[string]struct{}), under: make(map[string]struct{})}
	f.all = !slices.Contains(leaves, false)
	for _, p := range t.paths {
		if up, ok := above(p); ok && f.inside(up) || !t.covers(leaves, p) {
			continue
		}
		f.has[p] = struct{}{}
		f.names = append(f.names, p)
		for up, ok := above(p); ok; up, ok = above(up) {
			f.under[up] = struct{}{}
		}
	}
	for p, i := range t.leaf {
		if leaves[i] && slices.ContainsFunc(t.personal, func(above string) bool { return contains(above, p) }) {
			f.person = true
		}
	}
	sum := sha256.Sum256([]byte(strings.Join(f.names, "\n")))
	f.key = hex.EncodeToString(sum[:8])
	return f
}

func (f *Fields) inside(path string) bool {
	for ok := true; ok; path, ok = above(path) {
		if _, granted := f.has[path]; granted {
			return true
		}
	}
	return false
}

// covers says whether all leaves at or below path are in the set.
func (t *fieldTree) covers(leaves []bool, path string) bool {
	for p, i := range t.leaf {
		if contains(path, p) && !leaves[i] {
			return false
		}
	}
	return true
}

// addTo marks the leaves of f, which must belong to the same tree.
func (f *Fields) addTo(leaves []bool) {
	for i, in := range f.leaves {
		leaves[i] = leaves[i] || in
	}
}
