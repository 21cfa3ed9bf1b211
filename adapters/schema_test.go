package adapters

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// described holds one of everything a shape can say.
type described struct {
	CitizenID CitizenID          `json:"citizenId,omitempty" lgsp:"subject,one=who"`
	OldID     OldCitizenID       `json:"oldCitizenId,omitempty" lgsp:"one=who"`
	FullName  PersonName         `json:"fullName" lgsp:"required,max=20"`
	Status    Code               `json:"status"`
	Ethnicity *Code              `json:"ethnicity,omitempty"`
	Colour    string             `json:"colour,omitempty" lgsp:"enum=red|green,personal,assumed" vi:"Màu" en:"Colour"`
	Limit     int                `json:"limit,omitempty" lgsp:"min=-1,max=10"`
	Share     float64            `json:"share,omitempty" vi:"Tỷ lệ" en:"Share"`
	Exact     bool               `json:"exact,omitempty" vi:"Chính xác" en:"Exact"`
	Addresses []Address          `json:"addresses,omitempty" lgsp:"max=3,sensitive" vi:"Địa chỉ" en:"Addresses"`
	Content   []byte             `json:"content,omitempty"`
	Row       map[string]*string `json:"row,omitempty" vi:"Dòng" en:"Row"`
	Names     map[string]string  `json:"names,omitempty" vi:"Tên gọi" en:"Names"`
}

func field(t *testing.T, s *Schema, name string) *Field {
	t.Helper()
	f, ok := s.Field(name)
	if !ok {
		t.Fatalf("no member %s", name)
	}
	return f
}

func TestEveryTagIsDescribed(t *testing.T) {
	s := SchemaOf[described]()
	type told struct {
		Type                       string
		Required, Subject, Assumed bool
		Sensitivity                Sensitivity
		EN                         string
	}
	got := map[string]told{}
	for _, f := range s.Fields {
		got[f.Name] = told{f.Schema.Type, f.Required, f.Subject, f.Assumed, f.Sensitivity, f.Title.EN}
	}
	want := map[string]told{
		"citizenId":    {Type: "string", Subject: true, Sensitivity: Personal, EN: "Citizen identifier"},
		"oldCitizenId": {Type: "string", Sensitivity: Personal, EN: "Number of the old identity card"},
		"fullName":     {Type: "string", Required: true, Sensitivity: Personal, EN: "Full name"},
		"status":       {Type: "object", Required: true, Sensitivity: Public, EN: "Status"},
		"ethnicity":    {Type: "object", Sensitivity: Sensitive, EN: "Ethnicity"},
		"colour":       {Type: "string", Assumed: true, Sensitivity: Personal, EN: "Colour"},
		"limit":        {Type: "integer", Sensitivity: Public, EN: "Rows at most"},
		"share":        {Type: "number", Sensitivity: Public, EN: "Share"},
		"exact":        {Type: "boolean", Sensitivity: Public, EN: "Exact"},
		"addresses":    {Type: "array", Sensitivity: Sensitive, EN: "Addresses"},
		"content":      {Type: "string", Sensitivity: Public, EN: "Content, base64"},
		"row":          {Type: "object", Sensitivity: Public, EN: "Row"},
		"names":        {Type: "object", Sensitivity: Public, EN: "Names"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
	if n := field(t, s, "limit").Schema; *n.Min != -1 || *n.Max != 10 {
		t.Errorf("limit is %d to %d, want -1 to 10", *n.Min, *n.Max)
	}
	if n := field(t, s, "addresses").Schema.MaxItems; n != 3 {
		t.Errorf("%d addresses allowed, want 3", n)
	}
	if n := field(t, s, "fullName").Schema.MaxLength; n != 20 {
		t.Errorf("name of %d characters allowed, want 20: the tag narrows the form", n)
	}
	if diff := cmp.Diff([]string{"red", "green"}, field(t, s, "colour").Schema.Enum); diff != "" {
		t.Errorf("enum (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][]string{{"citizenId", "oldCitizenId"}}, s.ExactlyOne); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
}

func TestUnboundedShapesGetTheDefaultBounds(t *testing.T) {
	s := SchemaOf[struct {
		Name  string   `json:"name"`
		Names []string `json:"names" vi:"Tên" en:"Names"`
	}]()
	if got := field(t, s, "name").Schema.MaxLength; got != defaultMaxLength {
		t.Errorf("text of %d characters, want %d", got, defaultMaxLength)
	}
	if got := field(t, s, "names").Schema.MaxItems; got != defaultMaxItems {
		t.Errorf("list of %d items, want %d", got, defaultMaxItems)
	}
}

func TestShapeThatCannotBeDescribedPanicsAtStart(t *testing.T) {
	tests := []struct {
		name   string
		derive func()
		says   string
	}{
		{"unknown option", func() {
			SchemaOf[struct {
				Name string `json:"name" lgsp:"reqired"`
			}]()
		}, `unknown option "reqired"`},
		{"bound that is no number", func() {
			SchemaOf[struct {
				Name string `json:"name" lgsp:"max=ten"`
			}]()
		}, "max needs a number"},
		{"name outside the vocabulary", func() {
			SchemaOf[struct {
				Shoe string `json:"shoeSize"`
			}]()
		}, `"shoeSize" is not in the vocabulary: add the tags`},
		{"no json name", func() {
			SchemaOf[struct{ Name string }]()
		}, "has no json name"},
		{"type without a shape", func() {
			SchemaOf[struct {
				Name chan int `json:"name"`
			}]()
		}, "has no description"},
		{"map by something else", func() {
			SchemaOf[struct {
				Name map[int]*int `json:"name"`
			}]()
		}, "has no description"},
		{"map to something else", func() {
			SchemaOf[struct {
				Name map[string]*int `json:"name"`
			}]()
		}, "has no description"},
		{"enum of a list", func() {
			SchemaOf[struct {
				Name []string `json:"name" lgsp:"enum=a|b"`
			}]()
		}, "enum of array"},
		{"min of a text", func() {
			SchemaOf[struct {
				Name string `json:"name" lgsp:"min=2"`
			}]()
		}, "min of string"},
		{"max of a truth", func() {
			SchemaOf[struct {
				Name bool `json:"name" lgsp:"max=2"`
			}]()
		}, "max of boolean"},
		{"fault deep inside", func() {
			SchemaOf[struct {
				Status []struct {
					Name string `json:"name" lgsp:"x"`
				} `json:"status"`
			}]()
		}, `unknown option "x"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			defer func() {
				if text, _ := recover().(string); !strings.Contains(text, test.says) {
					t.Errorf("panic %q, want one that says %q", text, test.says)
				}
			}()
			test.derive()
		})
	}
}

func TestTwoMembersOfOneNameAreRefused(t *testing.T) {
	text := reflect.TypeFor[string]()
	_, err := derive(reflect.StructOf([]reflect.StructField{
		{Name: "A", Type: text, Tag: `json:"name"`}, {Name: "B", Type: text, Tag: `json:"name,omitempty"`}}), tagOptions{})
	if err == nil || !strings.Contains(err.Error(), `another is called "name"`) {
		t.Errorf("got %v", err)
	}
}

func TestPathsNameEveryMemberParentsFirst(t *testing.T) {
	want := []string{"citizenId", "oldCitizenId", "fullName", "status", "status.code", "status.name", "ethnicity",
		"ethnicity.code", "ethnicity.name", "colour", "limit", "share", "exact", "addresses", "addresses.communeCode",
		"addresses.communeName", "addresses.provinceCode", "addresses.provinceName", "addresses.formerDistrictCode",
		"addresses.formerCommuneCode", "addresses.detail", "content", "row", "names"}
	if diff := cmp.Diff(want, SchemaOf[described]().Paths()); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
}

func TestVocabularySpeaksBothLanguages(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(vocabulary)) {
		if term := vocabulary[name]; term.Title.VI == "" || term.Title.EN == "" || term.Sensitivity == "" {
			t.Errorf("%s lacks a language or a class", name)
		}
	}
}
