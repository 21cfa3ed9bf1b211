package policies

import (
	"time"

	"github.com/lgsp-vn/lgsp/policies/internal/document"
)

// Names is a text in the two languages of the product.
type Names struct{ VI, EN string }

// DossierRule says what a purpose asks of the dossier code.
type DossierRule uint8

// A dossier must be named, may be named, or must not be. One that is named is
// checked in all cases, because the audit relies on it.
const (
	DossierOptional DossierRule = iota
	DossierNeeded
	DossierBarred
)

// String is the word that the language uses.
func (r DossierRule) String() string { return [...]string{"optional", "required", "forbidden"}[r] }

// Purpose is one entry of the purpose catalogue.
type Purpose struct {
	Code    string
	Names   Names
	Dossier DossierRule
}

// check compares the dossier of a question with what the purpose asks.
// It returns Granted where there is nothing to object to.
func (p *Purpose) check(agency AgencyID, dossier string) Reason {
	switch {
	case dossier == "" && p.Dossier == DossierNeeded:
		return DossierRequired
	case dossier == "":
		return Granted
	case p.Dossier == DossierBarred:
		return DossierForbidden
	}
	return checkDossier(agency, dossier)
}

// dossierTail is what follows the agency in a dossier code.
const dossierTail = len("-260131-0001")

// checkDossier reads <agency>-yymmdd-nnnn in the new or the older form of the
// agency. It does not allocate: it runs for most personal lookups.
func checkDossier(caller AgencyID, code string) Reason {
	cut := len(code) - dossierTail
	if cut < 0 || !validTail(code[cut:]) {
		return DossierInvalid
	}
	agency := code[:cut]
	if validAgency(agency) {
		return ownOrForeign(contains(string(caller), agency))
	}
	var buf [newFormLen]byte
	n, ok := mapOldForm(&buf, agency)
	if !ok {
		return DossierInvalid
	}
	return ownOrForeign(contains(string(caller), string(buf[:n])))
}

func ownOrForeign(own bool) Reason {
	if own {
		return Granted
	}
	return DossierForeign
}

// validTail wants -yymmdd-nnnn with a day of the calendar.
func validTail(s string) bool {
	for i := range len(s) {
		if dash := i == 0 || i == 7; dash != (s[i] == '-') || !dash && !isDigit(s[i]) {
			return false
		}
	}
	two := func(i int) int { return int(s[i]-'0')*10 + int(s[i+1]-'0') }
	year, month, day := 2000+two(1), two(3), two(5)
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return int(date.Month()) == month && date.Day() == day
}

// maxPurposes keeps the catalogue readable and a grant's purposes quick to go through.
const maxPurposes = 256

// readPurposes adds the purposes of one file to the catalogue.
func (l *loader) readPurposes(f *sourceFile) {
	for _, n := range f.top.Get("purposes").List("purposes", maxPurposes) {
		m, ok := n.Mapping("purpose", "code", "names", "dossier")
		if !ok {
			continue
		}
		p := &Purpose{Names: readNames(m, "names", "purpose names")}
		p.Code, ok = readID(m, "code", "purpose code")
		if !ok {
			continue
		}
		if rule, ok := m.Need("dossier"); ok {
			p.Dossier = readDossierRule(rule)
		}
		if first, dup := l.purposeAt[p.Code]; dup {
			m.Fault("purpose "+quote(p.Code)+" is defined twice", "first at "+first)
			continue
		}
		l.purposeAt[p.Code] = f.place(m.At)
		l.set.purposes[p.Code] = p
		l.set.catalogue = append(l.set.catalogue, p)
	}
	if n := len(l.set.catalogue); n > maxPurposes {
		f.top.Fault("the purpose catalogue is too long", "")
	}
}

func readDossierRule(n document.Node) DossierRule {
	words := []string{"optional", "required", "forbidden"}
	word, ok := n.Text("dossier", 20)
	if !ok {
		return DossierNeeded
	}
	for i, w := range words {
		if word == w {
			return DossierRule(i)
		}
	}
	n.Fault("dossier must be required, optional or forbidden", document.DidYouMean(word, words))
	return DossierNeeded
}
