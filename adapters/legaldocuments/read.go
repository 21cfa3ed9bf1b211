package legaldocuments

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// layouts are how the gateway writes days: with a time and without a zone.
var layouts = []string{"2006-01-02T15:04:05", "2006-01-02"}

// refusals classify the messageCode of an answer without success; one that nobody
// documented is taken as a refusal of ours.
var refusals = map[wire.Text]error{"invalid.document.entity.not.found": adapters.ErrNotFound}

// open takes the data out of an answer. The gateway says with HTTP 400 that it has
// no such document; any other error status speaks for itself, as does 401, by which
// it asks for a key or a captcha. A bare array is data.
func open(a *adapters.Answer) (json.RawMessage, error) {
	fault := a.Fault()
	if fault != nil && a.Status != http.StatusBadRequest {
		return nil, fault
	}
	if fault == nil && bytes.HasPrefix(bytes.TrimSpace(a.Body), []byte("[")) {
		return a.Body, nil
	}
	var e envelope
	if err := adapters.DecodeJSON(a.Body, &e); err != nil {
		return nil, cmp.Or(fault, err)
	}
	if kind, known := refusals[e.MessageCode]; known {
		return nil, adapters.Fail(kind, string(e.MessageCode), "")
	}
	switch {
	case fault != nil && e.MessageCode == "":
		return nil, fault
	case fault == nil && e.Success == nil:
		return nil, adapters.Malformed("neither success nor refusal")
	case fault != nil || !bool(*e.Success):
		return nil, adapters.Fail(adapters.ErrRejected, string(e.MessageCode), "refused with a code we do not know")
	}
	return e.Data, nil
}

// readPage reads a page and makes sure that it is the one asked for.
func readPage(data json.RawMessage, asked searchQuestion) (Page, error) {
	var n nationalPage
	if err := adapters.DecodeJSON(data, &n); err != nil {
		return Page{}, err
	}
	v := wire.Values{Layouts: layouts}
	total := v.Count("total", wire.Text(v.Require("total", n.Total)))
	if v.Err != nil {
		return Page{}, v.Err
	}
	if rows := *total - (asked.Page-1)*asked.Limit; len(n.Items) != min(max(rows, 0), asked.Limit) {
		return Page{}, adapters.Malformed("page is not as long as asked for")
	}
	out := Page{Count: *total, Documents: make([]Document, 0, len(n.Items))}
	for i := range n.Items {
		d := n.Items[i].document(&v)
		if on := adapters.Day(d.IssuedOn); asked.From != "" && on < asked.From || asked.To != "" && (on == "" || on > asked.To) {
			v.Fail("issueDate", "within the days asked for")
		}
		out.Documents = append(out.Documents, d)
	}
	if v.Err != nil {
		return Page{}, v.Err
	}
	return out, nil
}

// readOne reads the document asked for, in the national shape and in ours.
func readOne(data json.RawMessage, asked DocumentID) (n nationalDocument, d Document, err error) {
	if string(bytes.TrimSpace(data)) == "null" {
		return n, d, adapters.Fail(adapters.ErrNotFound, "", "")
	}
	if err := adapters.DecodeJSON(data, &n); err != nil {
		return n, d, err
	}
	if !strings.EqualFold(string(n.ID), string(asked)) {
		return n, d, adapters.Malformed("another document than asked for, or without its key")
	}
	v := wire.Values{Layouts: layouts}
	d = n.document(&v)
	return n, d, v.Err
}

func readDocument(data json.RawMessage, asked DocumentID) (DocumentRecord, error) {
	n, d, err := readOne(data, asked)
	if err != nil {
		return DocumentRecord{}, err
	}
	out := DocumentRecord{Document: d}
	if html := string(n.DocumentContent.Content); plain(html) != "" {
		out.ContentHTML = html
	}
	return out, nil
}

func (n *nationalDocument) document(v *wire.Values) Document {
	if !idForm.MatchString(string(n.ID)) {
		v.Fail("id", "the key of a document")
	}
	d := Document{
		ID: DocumentID(n.ID), Number: string(n.DocNum), Title: string(n.Title), Abstract: string(n.DocAbs),
		Type: n.DocType.code(), Status: n.EffStatus.code(), AgencyName: string(n.AgencyName),
		IssuedOn: v.Date("issueDate", n.IssueDate), PublishedOn: v.Date("publicDate", n.PublicDate),
		EffectiveFrom: v.Date("effFrom", n.EffFrom), EffectiveTo: v.Date("effTo", n.EffTo),
		IsConsolidated: (*bool)(n.IsConsolidatedDocument), HasContent: (*bool)(n.HasContent),
		Fields: codes(n.DocumentFields), Sectors: codes(n.DocumentMajors),
	}
	for _, issue := range n.DocumentIssues {
		if issue.PersonName != "" {
			d.SignerNames = append(d.SignerNames, string(issue.PersonName))
		}
	}
	for _, f := range n.DocumentRelatedList {
		if f.FileName != "" {
			d.Files = append(d.Files, File{Name: string(f.FileName), Title: string(f.FileTitle), RelatedType: adapters.Code{Code: string(f.RelatedType)}})
		}
	}
	return d
}

func codes(list []nationalSubject) (out []adapters.Code) {
	for _, s := range list {
		if code := cmp.Or(s.code(), s.MajorType.code(), s.FieldType.code()); code != (adapters.Code{}) {
			out = append(out, code)
		}
	}
	return out
}

// relationTypes name what the acting document does to the other; about 8 sources
// differ (see the package's comment).
var relationTypes = map[wire.Text]string{"1": "Bãi bỏ", "3": "Căn cứ vào", "4": "Dẫn chiếu", "5": "Đình chỉ thi hành", "6": "Đính chính",
	"7": "Hợp nhất", "8": "Bãi bỏ", "9": "Quy định chi tiết, hướng dẫn thi hành", "10": "Sửa đổi, bổ sung", "11": "Tạm ngưng hiệu lực", "12": "Thay thế"}

// relationList keeps the first of those that say the same.
type relationList struct {
	list []Relation
	seen map[[3]string]bool
	v    wire.Values
}

func (l *relationList) add(kind wire.Text, r Relation) {
	if _, err := strconv.ParseUint(string(kind), 10, 16); err != nil {
		l.v.Fail("referenceType", "a number")
		return
	}
	if r.ID != "" && !idForm.MatchString(string(r.ID)) {
		l.v.Fail("id", "the key of a document")
	}
	other := strings.ToLower(cmp.Or(string(r.ID), r.Number, r.Title))
	key := [...]string{string(kind), other, strconv.FormatBool(r.Incoming)}
	if other == "" || l.seen[key] { // a document that was removed leaves nothing of itself
		return
	}
	l.seen[key] = true
	r.Type = *wire.Code(kind, relationTypes)
	l.list = append(l.list, r)
}

// readRelations merges the references of a document with its diagram, which repeats
// them and adds those of others.
func readRelations(data, diagram json.RawMessage, asked DocumentID) (Relations, error) {
	n, d, err := readOne(data, asked)
	if err != nil {
		return Relations{}, err
	}
	var drawn nationalDiagram
	if err := adapters.DecodeJSON(diagram, &drawn); err != nil {
		return Relations{}, err
	}
	if drawn.DocumentNamesByType == nil {
		return Relations{}, adapters.Malformed("no diagram")
	}
	l := relationList{list: []Relation{}, seen: map[[3]string]bool{}}
	for _, r := range n.References {
		t := r.TargetDocument
		l.add(r.ReferenceType, Relation{ID: DocumentID(t.ID), Number: string(t.DocNum), Title: string(t.Title)})
	}
	for _, incoming := range []bool{false, true} {
		groups := drawn.DocumentNamesByType
		if incoming {
			groups = drawn.DocumentNamesBySource
		}
		for _, kind := range slices.Sorted(maps.Keys(groups)) {
			for _, other := range groups[kind] {
				l.add(wire.Text(kind), Relation{Incoming: incoming, ID: DocumentID(other.ID), Title: string(other.Name)})
			}
		}
	}
	if l.v.Err != nil {
		return Relations{}, l.v.Err
	}
	return Relations{ID: d.ID, Relations: l.list}, nil
}
