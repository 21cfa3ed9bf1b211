package policies

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lgsp-vn/lgsp/policies/internal/document"
)

// Fault is one thing that is wrong, or a warning about one that is doubtful.
// Line and Column start at 1; both are 0 where a fault belongs to no line.
type Fault struct {
	File         string
	Line, Column int
	Warning      bool
	Message      string
	Hint         string
}

// String gives file:line:column: message (hint), the form that editors link to.
func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", f.Line, f.Column)
	}
	b.WriteString(": ")
	if f.Warning {
		b.WriteString("warning: ")
	}
	b.WriteString(f.Message)
	if f.Hint != "" {
		fmt.Fprintf(&b, " (%s)", f.Hint)
	}
	return b.String()
}

// Faults is everything that was found, in the order of files and lines.
type Faults []Fault

// HasErrors says whether any of them is more than a warning.
func (fs Faults) HasErrors() bool {
	return slices.ContainsFunc(fs, func(f Fault) bool { return !f.Warning })
}

// Error lists one fault a line, so that Faults can travel as an error.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// Err is the faults as an error, or nil if there are only warnings.
func (fs Faults) Err() error {
	if fs.HasErrors() {
		return fs
	}
	return nil
}

// maxFaults bounds what one hopeless file can produce.
const maxFaults = 1000

func (fs *Faults) add(f Fault) {
	if len(*fs) < maxFaults {
		*fs = append(*fs, f)
	}
}

// report returns the document reader's way to add errors of one file.
func (fs *Faults) report(file string) document.Report {
	return func(at document.Position, message, hint string) {
		fs.add(Fault{File: file, Line: at.Line, Column: at.Column, Message: message, Hint: hint})
	}
}

func (fs Faults) sort() {
	slices.SortStableFunc(fs, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
