package legaldocuments

import (
	"encoding/json"
	"fmt"
	"html"

	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// The records as the gateway writes them: null for what it does not know, days with
// a time and without a zone.
type (
	shownCode struct {
		Code string `json:"code"`
		Name string `json:"name"`
	}
	shownSector struct {
		MajorType shownCode `json:"majorType"`
	}
	shownSigner struct {
		PersonName string `json:"personName"`
	}
	shownFile struct {
		FileName    string `json:"fileName"`
		FileTitle   string `json:"fileTitle"`
		RelatedType int    `json:"relatedType"`
	}
	shownDocument struct {
		ID                     any           `json:"id"`
		DocNum                 string        `json:"docNum"`
		Title                  string        `json:"title"`
		DocAbs                 string        `json:"docAbs"`
		IssueDate              string        `json:"issueDate"`
		EffFrom                string        `json:"effFrom"`
		EffTo                  *string       `json:"effTo"`
		PublicDate             string        `json:"publicDate"`
		DocType                shownCode     `json:"docType"`
		EffStatus              shownCode     `json:"effStatus"`
		AgencyName             string        `json:"agencyName"`
		DocumentIssues         []shownSigner `json:"documentIssues"`
		DocumentFields         []shownCode   `json:"documentFields"`
		DocumentMajors         []shownSector `json:"documentMajors"`
		DocumentRelatedList    []shownFile   `json:"documentRelatedList"`
		IsConsolidatedDocument *bool         `json:"isConsolidatedDocument"`
		HasContent             bool          `json:"hasContent"`
	}
	shownContent struct {
		Title   string `json:"title,omitempty"`
		Content string `json:"content"`
	}
	shownTarget struct {
		ID     any    `json:"id"`
		DocNum string `json:"docNum"`
		Title  string `json:"title"`
	}
	shownReference struct {
		ReferenceType  int         `json:"referenceType"`
		TargetDocument shownTarget `json:"targetDocument"`
	}
	shownWhole struct {
		shownDocument
		DocumentContent *shownContent    `json:"documentContent"`
		References      []shownReference `json:"references"`
	}
	shownName struct {
		ID   any    `json:"id"`
		Name string `json:"name"`
	}
	shownNode struct {
		ID         string        `json:"id"`
		Key        string        `json:"key"`
		Title      string        `json:"title"`
		PType      int           `json:"ptype"`
		Level      string        `json:"level"`
		OrderIndex int           `json:"orderIndex"`
		Content    *shownContent `json:"content,omitempty"`
		Children   []shownNode   `json:"children"`
	}
)

// referenceTypes are the gateway's numbers for the acts.
var referenceTypes = map[synthetic.LegalAct]int{synthetic.Replaces: 12, synthetic.Amends: 10, synthetic.Abrogates: 1,
	synthetic.Corrects: 6, synthetic.Suspends: 11, synthetic.Consolidates: 7, synthetic.RestsOn: 3}

// showID writes the older keys as a number or as text, as the gateway does.
func showID(d synthetic.LegalDocument) any {
	if len(d.ID) == 36 || d.Index%2 == 1 {
		return d.ID
	}
	return json.Number(d.ID)
}

func instant(d synthetic.Date) string { return d.String() + "T00:00:00" }

func show(d synthetic.LegalDocument) shownDocument {
	shown := shownDocument{ID: showID(d), DocNum: d.Number, Title: d.Title(), DocAbs: d.Subject,
		IssueDate: instant(d.Issued), EffFrom: instant(d.Effective), PublicDate: instant(d.Published),
		DocType: shownCode(d.Type), EffStatus: shownCode(d.Status), AgencyName: d.Agency,
		DocumentIssues: []shownSigner{{d.Signer}}, DocumentFields: []shownCode{shownCode(d.Field)},
		DocumentMajors: []shownSector{{shownCode(d.Sector)}}, HasContent: d.Type.Code != "CT",
		DocumentRelatedList: []shownFile{
			{fmt.Sprintf("VanBanGoc_%d.pdf", 9000+d.Index), "Văn bản gốc", 1},
			{fmt.Sprintf("%s_%d.docx", d.Type.Code, 9000+d.Index), "Văn bản", 2},
		}}
	if !d.Expires.IsZero() {
		ends := instant(d.Expires)
		shown.EffTo = &ends
	}
	if consolidated := d.Type.Code == "VBHN"; consolidated || d.Index%3 > 0 {
		shown.IsConsolidatedDocument = &consolidated
	}
	return shown
}

// showWhole is one document with its text. Consolidated ones claim to have a text
// and show an empty page; directives have none.
func (db *database) showWhole(d synthetic.LegalDocument) shownWhole {
	whole := shownWhole{shownDocument: show(d), References: []shownReference{}}
	switch d.Type.Code {
	case "CT":
	case "VBHN":
		whole.DocumentContent = &shownContent{Content: `<div class="content"><p>&nbsp;</p></div>`}
	default:
		body := paragraph("h1", d.Title())
		for _, n := range showNodes(db.world.Provisions(d), true) {
			body += n.Content.Content
		}
		whole.DocumentContent = &shownContent{Content: body}
	}
	for _, r := range d.Relations {
		t := db.documents[r.Target]
		whole.References = append(whole.References, shownReference{referenceTypes[r.Act], shownTarget{showID(t), t.Number, t.Title()}})
	}
	return whole
}

// diagram repeats the references, the first of them twice, and adds who acts on the
// document.
func (db *database) diagram(d synthetic.LegalDocument) any {
	group := func(relations []synthetic.LegalRelation) map[string][]shownName {
		names := map[string][]shownName{}
		for i, r := range relations {
			kind, other := fmt.Sprint(referenceTypes[r.Act]), db.documents[r.Target]
			name := shownName{showID(other), other.Title()}
			if names[kind] = append(names[kind], name); i == 0 {
				names[kind] = append(names[kind], name)
			}
		}
		return names
	}
	return succeeded{true, struct {
		ByType   map[string][]shownName `json:"documentNamesByType"`
		BySource map[string][]shownName `json:"documentNamesBySource"`
	}{group(d.Relations), group(db.acting[d.Index])}}
}

// tree is bare for every second document, and null for those without one.
func (db *database) tree(text bool) func(synthetic.LegalDocument) any {
	return func(d synthetic.LegalDocument) any {
		provisions := db.world.Provisions(d)
		switch {
		case provisions == nil:
			return succeeded{true, nil}
		case d.Index%2 == 1:
			return showNodes(provisions, text)
		}
		return succeeded{true, showNodes(provisions, text)}
	}
}

var ptypes = [...]int{1, 2, 3, 5, 6, 7}

var levelNames = [...]string{"part", "chapter", "section", "article", "clause", "point"}

// showNodes repeats in the text of a node its title and all that is below it. The
// titles of clauses and points are not in the text, which is numbered.
func showNodes(provisions []synthetic.Provision, text bool) []shownNode {
	nodes := []shownNode{}
	for i, p := range provisions {
		n := shownNode{ID: p.ID, Key: fmt.Sprintf("%s_%d", levelNames[p.Level], i+1), Title: p.Title, PType: ptypes[p.Level],
			Level: levelNames[p.Level], OrderIndex: i + 1, Children: showNodes(p.Children, text)}
		if text {
			body := ""
			if p.Level < synthetic.Clause {
				body = paragraph("h3", p.Title)
			}
			if p.Text != "" {
				body += paragraph("p", p.Text)
			}
			for _, child := range n.Children {
				body += child.Content.Content
			}
			n.Content = &shownContent{Title: p.Title, Content: body}
		}
		nodes = append(nodes, n)
	}
	return nodes
}

func paragraph(element, text string) string {
	return "<" + element + ">" + html.EscapeString(text) + "</" + element + ">"
}
