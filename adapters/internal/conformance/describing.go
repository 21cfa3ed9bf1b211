package conformance

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/adapters/sandbox"
)

// describing checks what the systems say of themselves, without a call.
func describing(entries []catalog.Entry) []check {
	return []check{
		{"ids can stand in an address", func() error { return checkIDs(entries) }},
		{"titles are in both languages", func() error { return checkTitles(entries) }},
		{"personal operations name their subject", func() error { return checkSubjects(entries) }},
		{"one name means one thing", func() error { return checkVocabulary(entries) }},
	}
}

// reserved are the addresses that can never be a system's.
func reserved() []string {
	return []string{"systems", "batch", "procedures", "submissions", "documents", "inbox", "receipts", "usages", sandbox.NDXP}
}

func checkIDs(entries []catalog.Entry) error {
	dashed := regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	var faults []error
	var seen []string
	claim := func(id, address string) {
		if !dashed.MatchString(id) {
			faults = append(faults, fmt.Errorf("%s: id is not lower case with dashes", address))
		}
		if slices.Contains(seen, address) {
			faults = append(faults, fmt.Errorf("%s: id is taken", address))
		}
		seen = append(seen, address)
	}
	for _, entry := range entries {
		system := entry.System
		claim(system.ID, system.ID)
		if slices.Contains(reserved(), system.ID) {
			faults = append(faults, fmt.Errorf("%s: id is reserved", system.ID))
		}
		for _, op := range system.Operations {
			claim(op.ID, system.ID+"/"+op.ID)
		}
	}
	return errors.Join(faults...)
}

func checkTitles(entries []catalog.Entry) error {
	var faults []error
	bilingual := func(where string, text adapters.Text) {
		if text.VI == "" || text.EN == "" {
			faults = append(faults, fmt.Errorf("%s: a language is missing", where))
		}
	}
	for _, entry := range entries {
		bilingual(entry.System.ID+": names", entry.System.Names)
		bilingual(entry.System.ID+": owner", entry.System.Owner)
		for _, op := range entry.System.Operations {
			where := entry.System.ID + "/" + op.ID
			bilingual(where+": summary", op.Summary)
			title := func(path string, f *adapters.Field) { bilingual(where+": "+path, f.Title) }
			op.Input.Walk(title)
			op.Output.Walk(title)
		}
	}
	return errors.Join(faults...)
}

func checkSubjects(entries []catalog.Entry) error {
	var faults []error
	for _, entry := range entries {
		for _, op := range entry.System.Operations {
			named := false
			op.Input.Walk(func(_ string, f *adapters.Field) { named = named || f.Subject })
			if op.Personal && !named {
				faults = append(faults, fmt.Errorf("%s/%s: personal, but no input identifies the person", entry.System.ID, op.ID))
			}
		}
	}
	return errors.Join(faults...)
}

// checkVocabulary compares how a name is written wherever it occurs. That the
// shared names have one title is so by construction: only tags tell another, and
// those are for what a single system knows.
func checkVocabulary(entries []catalog.Entry) error {
	camel := regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)
	shapes := map[string]map[string]string{} // by name, then by shape: where it was seen first
	for _, entry := range entries {
		for _, op := range entry.System.Operations {
			note := func(path string, f *adapters.Field) {
				if shapes[f.Name] == nil {
					shapes[f.Name] = map[string]string{}
				}
				if as := f.Schema.Shape(); shapes[f.Name][as] == "" {
					shapes[f.Name][as] = entry.System.ID + "/" + op.ID + ": " + path
				}
			}
			op.Input.Walk(note)
			op.Output.Walk(note)
		}
	}
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(shapes)) {
		if !camel.MatchString(name) {
			faults = append(faults, fmt.Errorf("%s: name is not in camel case", name))
		}
		if len(shapes[name]) > 1 {
			faults = append(faults, fmt.Errorf("%s is written in several ways: %v", name, shapes[name]))
		}
	}
	return errors.Join(faults...)
}
