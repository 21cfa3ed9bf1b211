package policies

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func pathsOfTree() []string {
	return []string{"a", "b.c", "b.d.e", "b.d.f", "bb", "g", "g.h"}
}

func TestGrantingAParentGrantsAllBelowIt(t *testing.T) {
	tree := newFieldTree(pathsOfTree(), nil)
	leaves := tree.none()
	if !tree.mark(leaves, "b.d") || !tree.mark(leaves, "a") || tree.mark(leaves, "b.x") || tree.mark(leaves, "") {
		t.Fatal("known and unknown paths are confused")
	}
	f := tree.intern(leaves)
	if diff := cmp.Diff([]string{"a", "b.d"}, f.Names()); diff != "" {
		t.Error(diff)
	}
	for path, want := range map[string][2]bool{ // has, under
		"a": {true, false}, "b": {false, true}, "b.c": {false, false}, "b.d": {true, false}, "b.d.e": {true, false},
		"bb": {false, false}, "b.": {false, false}, "": {false, false}, "other": {false, false},
	} {
		if got := [2]bool{f.Has(path), f.Under(path)}; got != want {
			t.Errorf("%q: %v, want %v", path, got, want)
		}
	}
}

func TestEqualSetsAreOne(t *testing.T) {
	set := mustLoad(t, setOf(rules("",
		`agencies: H26.12, operations: population/citizen-lookup, purposes: one-stop, fields: [address, fullName]`,
		`agencies: H26.13, operations: population/citizen-lookup, purposes: one-stop, fields: [fullName, address.detail, address.communeCode, address.communeName]`,
		`agencies: H26.14, operations: population/citizen-lookup, purposes: one-stop, fields: [fullName]`,
		`agencies: H26.15, operations: population/citizen-lookup, purposes: one-stop, fields: [fullName, citizenId, address]`,
		`agencies: H26.16, operations: population/citizen-lookup, purposes: one-stop, fields: "*"`)))
	fields := func(agency string) *Fields {
		return set.Decide(ask(agency, "population/citizen-lookup", "one-stop")).Fields
	}
	if fields("H26.12") != fields("H26.13") || fields("H26.15") != fields("H26.16") {
		t.Error("the same set is two values")
	}
	if fields("H26.12") == fields("H26.14") || fields("H26.12").Key() == fields("H26.14").Key() {
		t.Error("different sets are taken for one")
	}
	if fields("H26.12").All() || !fields("H26.16").All() {
		t.Error("All is wrong")
	}
}

func TestEverythingHoldsFieldsThatNobodyListed(t *testing.T) {
	if f := newFieldTree(nil, nil).everything(); !f.All() || !f.Has("anything") || len(f.Names()) != 0 {
		t.Errorf("%+v", f)
	}
}

func TestKeyIsTheSameInEveryProcess(t *testing.T) {
	tree := newFieldTree(pathsOfTree(), nil)
	leaves := tree.none()
	tree.mark(leaves, "a")
	if got, want := tree.build(leaves).Key(), "ca978112ca1bbdca"; got != want { // the start of SHA-256 of "a"
		t.Errorf("key %s, want %s", got, want)
	}
}

func TestFieldsAgreeWithANaiveModel(t *testing.T) {
	tree := newFieldTree(pathsOfTree(), nil)
	rapid.Check(t, func(t *rapid.T) {
		granted := rapid.SliceOfDistinct(rapid.SampledFrom(tree.paths), rapid.ID[string]).Draw(t, "granted")
		leaves := tree.none()
		for _, g := range granted {
			tree.mark(leaves, g)
		}
		f := tree.intern(leaves)
		for leaf := range tree.leaf {
			want := slices.ContainsFunc(granted, func(g string) bool { return leaf == g || strings.HasPrefix(leaf, g+".") })
			if f.Has(leaf) != want {
				t.Fatalf("%v: Has(%s) = %v", granted, leaf, !want)
			}
		}
		for _, p := range tree.paths {
			below := slices.ContainsFunc(f.Names(), func(n string) bool { return strings.HasPrefix(n, p+".") })
			if f.Under(p) != below {
				t.Fatalf("%v: Under(%s) = %v", granted, p, !below)
			}
		}
		if !slices.IsSorted(f.Names()) || tree.find(slices.Clone(leaves)) != f {
			t.Fatalf("%v: names %v", granted, f.Names())
		}
	})
}
