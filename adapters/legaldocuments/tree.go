package legaldocuments

import (
	"cmp"
	"encoding/json"
	"html"
	"regexp"
	"slices"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// levels name the documented levels.
var levels = map[wire.Text]string{"part": "Phần", "chapter": "Chương", "section": "Mục", "article": "Điều", "clause": "Khoản", "point": "Điểm"}

// flattener makes a list of a tree.
type flattener struct {
	list []Provision
	v    wire.Values
}

// readProvisions reads a tree. Many documents have none.
func readProvisions(data json.RawMessage, asked DocumentID) (Provisions, error) {
	var roots []nationalProvision
	if len(data) > 0 { // a missing tree is an empty one
		if err := adapters.DecodeJSON(data, &roots); err != nil {
			return Provisions{}, err
		}
	}
	f := flattener{list: []Provision{}}
	for i := range roots {
		f.add(&roots[i], "", 1)
	}
	if f.v.Err != nil {
		return Provisions{}, f.v.Err
	}
	return Provisions{ID: asked, Provisions: f.list}, nil
}

// add enters a node and what is below it, and returns the node's whole text.
func (f *flattener) add(n *nationalProvision, parent string, depth int) string {
	if depth > maxDepth || len(f.list) >= maxNodes {
		f.v.Fail("tree", "of a size that a document has")
	}
	id := f.v.Require("id", n.ID)
	if f.v.Err != nil {
		return ""
	}
	level := wire.Text(strings.ToLower(string(n.Level)))
	p := Provision{ID: id, ParentID: parent, Key: string(n.Key), Type: string(n.PType), Position: f.v.Count("orderIndex", n.OrderIndex),
		Title: string(cmp.Or(n.Title, n.Content.Title)), Level: adapters.Code{Code: string(level), Name: levels[level]}}
	at := len(f.list)
	f.list = append(f.list, p)
	below := make([]string, len(n.Children))
	for i := range n.Children {
		below[i] = f.add(&n.Children[i], id, depth+1)
	}
	whole := plain(string(n.Content.Content))
	if f.v.Err == nil {
		f.list[at].Text, f.list[at].Whole = own(whole, plain(p.Title), below)
	}
	return whole
}

// own is the text of a node without its title and its children's. What follows the
// last child, or a child that is worded otherwise, cannot be told apart.
func own(whole, title string, below []string) (text string, includes bool) {
	if whole == "" {
		return "", false
	}
	text = whole
	for _, child := range slices.Backward(below) {
		rest, found := strings.CutSuffix(text, child)
		bare := strings.TrimSpace(rest)
		if !found || child == "" || bare != "" && bare == rest { // not there, or the end of a word
			return withoutTitle(whole, title), true
		}
		text = bare
	}
	return withoutTitle(text, title), false
}

// withoutTitle cuts a title that stands at the beginning for itself.
func withoutTitle(text, title string) string {
	rest, found := strings.CutPrefix(text, title)
	bare := strings.TrimSpace(rest)
	if !found || bare != "" && bare == rest {
		return text
	}
	return bare
}

var (
	lineEnd = regexp.MustCompile(`(?i)<br\b[^>]*>|</(p|div|li|tr|table|h[1-6])\s*>`)
	tag     = regexp.MustCompile(`(?is)<(style|script)\b.*?</(style|script)\s*>|<!--.*?-->|<[a-z/!?][^>]*>`)
)

// plain is the text of a piece of HTML, a line for each of its blocks. A < that
// begins no tag is text, as in "5 m < 10 m".
func plain(markup string) string {
	text := html.UnescapeString(tag.ReplaceAllString(lineEnd.ReplaceAllString(markup, "\n"), ""))
	var lines []string
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 0 {
			lines = append(lines, strings.Join(words, " "))
		}
	}
	return strings.Join(lines, "\n")
}
