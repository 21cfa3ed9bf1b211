package policies

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func gatheringVocabulary() Vocabulary {
	return Vocabulary{{ID: "people", Operations: []OperationTerms{
		{ID: "person", Personal: true, Fields: []string{"citizenId", "fullName", "spouse", "spouse.citizenId", "children", "children.citizenId", "count"},
			Shapes: map[string]string{"citizenId": "string (citizen-id)", "fullName": "string (person-name)", "spouse": "object", "spouse.citizenId": "string (citizen-id)",
				"children": "array of object", "children.citizenId": "string (citizen-id)", "count": "integer"},
			Inputs: []InputTerms{{Name: "citizenId", Shape: "string (citizen-id)", Required: true}, {Name: "note", Shape: "string"}, {Name: "home", Shape: "object"},
				{Name: "page", Shape: "integer", Takes: func(text string) bool { return false }}}},
		{ID: "move", Submission: true},
	}}}
}

func loadProcedures(text string) (*Set, Faults) {
	return Load([]File{{"access.yaml", []byte("kind: access\n")}, {"purposes.yaml", []byte(testPurposes)}, {"procedures.yaml", []byte("kind: procedures\nprocedures:\n" + text)},
		{"route.yaml", []byte("kind: route\nsystems: {people: {endpoints: [{name: a, url: \"https://people.example\"}]}}\n")}}, gatheringVocabulary())
}

func TestProcedureIsReadWithItsReferences(t *testing.T) {
	set, faults := loadProcedures(`  - code: marriage
    names: {vi: Kết hôn, en: Marriage}
    national: "1.000894"
    input:
      groom: {vi: Chồng, en: Groom}
      remark: {vi: Ghi chú, en: Remark, optional: true}
    steps:
      - {id: man, ask: people/person, with: {citizenId: $groom, note: $remark?}}
      - {id: firstChild, ask: people/person, with: {citizenId: $man.children.0.citizenId, note: $man.fullName}, absence: fine}
      - {id: constant, ask: people/person, with: {citizenId: "001099000001"}}
`)
	if set == nil {
		t.Fatal(faults)
	}
	want := &Procedure{Code: "marriage", Names: Names{"Kết hôn", "Marriage"}, National: []string{"1.000894"},
		Inputs: []Input{{Name: "groom", Names: Names{"Chồng", "Groom"}}, {Name: "remark", Names: Names{"Ghi chú", "Remark"}, Optional: true}},
		Steps: []*Step{
			{ID: "man", System: "people", Operation: "person", With: []Binding{{Member: "citizenId", Ref: "groom", Path: []string{}}, {Member: "note", Ref: "remark", Path: []string{}, Optional: true}}},
			{ID: "firstChild", System: "people", Operation: "person", AbsenceFine: true,
				With: []Binding{{Member: "citizenId", Ref: "man", Path: []string{"children", "0", "citizenId"}}, {Member: "note", Ref: "man", Path: []string{"fullName"}}}},
			{ID: "constant", System: "people", Operation: "person", With: []Binding{{Member: "citizenId", Text: "001099000001"}}},
		}}
	got, ok := set.Procedure("marriage")
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Error(diff)
	}
	if _, ok := set.Procedure("divorce"); ok || len(set.Procedures()) != 1 {
		t.Error("a procedure that nobody defined is there")
	}
}

func TestFaultyProcedureIsRefusedAndNamed(t *testing.T) {
	const names, step = "    names: {vi: a, en: b}\n", "{id: man, ask: people/person, with: {citizenId: $groom}}"
	one := func(input, steps string) string {
		return "  - code: p\n" + names + "    input: {" + input + "}\n    steps: [" + steps + "]\n"
	}
	const groom = "groom: {vi: a, en: b}"
	for text, want := range map[string]string{
		one(groom, step) + one(groom, step):        `procedure "p" is defined twice`,
		one(groom+", bride: {vi: a, en: b}", step): `input "bride" is used by no step`,
		one("", step):                      `$groom is no input of this procedure`,
		one("Groom: {vi: a, en: b}", step): `input "Groom" may hold only letters`,
		one(groom, "{id: groom, ask: people/person, with: {citizenId: $groom}}"):                             `step id "groom" must be a name`,
		one(groom, "{id: man, ask: people/persom, with: {citizenId: $groom}}"):                               `ask must name a lookup`,
		one(groom, "{id: man, ask: people/move, with: {citizenId: $groom}}"):                                 `ask must name a lookup`,
		one(groom, "{id: man, ask: people/person, with: {note: $groom}}"):                                    `does not always give the input citizenId`,
		one(groom, "{id: man, ask: people/person, with: {citizenId: $groom?}}"):                              `does not always give the input citizenId`,
		one("", `{id: man, ask: people/person, with: {citizenId: "001099000001", page: two}}`):               `page does not take "two"`,
		one(groom, "{id: man, ask: people/person, with: {citizenId: $groom, home: $groom}}"):                 `home is an object, which no reference can give`,
		one(groom, step+", {id: child, ask: people/person, with: {citizenId: $man.children.citizenId}}"):     `$man.children.citizenId must say which of the list`,
		one(groom, step+", {id: wife, ask: people/person, with: {citizenId: $man.spouse.0.citizenId}}"):      `people/person answers no "spouse.0.citizenId"`,
		one(groom, step+", {id: child, ask: people/person, with: {citizenId: $man.children.0.0.citizenId}}"): `people/person answers no "children.0.0.citizenId"`,
		one(groom, "{id: man, ask: people/person, with: {citizenID: $groom}}"):                               `has no input "citizenID"`,
		one(groom, "{id: man, ask: people/person, with: {citizenId: $groom, note: $groom}}"):                 `input "groom" is used as string (citizen-id) and as string`,
		one(groom, step+", {id: wife, ask: people/person, with: {citizenId: $woman.citizenId}}"):             `$woman is no earlier step`,
		one(groom, step+", {id: wife, ask: people/person, with: {citizenId: $man.wife.citizenId}}"):          `people/person answers no "wife.citizenId"`,
		one(groom, step+", {id: wife, ask: people/person, with: {citizenId: $man.count}}"):                   `$man.count is integer, but citizenId takes string (citizen-id)`,
		one(groom, "{id: man, ask: people/person, with: {citizenId: $groom}, absence: never}"):               `absence can only be fine`,
		one(groom, "{id: first, ask: people/person, with: {citizenId: $man.citizenId}}, "+step):              `$man is no earlier step`,
	} {
		if set, faults := loadProcedures(text); set != nil || !strings.Contains(faults.Error(), want) {
			t.Errorf("%s\ngot  %v\nwant %s", text, faults, want)
		}
	}
}
