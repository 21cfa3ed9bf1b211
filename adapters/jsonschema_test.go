package adapters

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// compiled reads a rendered schema with the reader of another project.
func compiled(t *testing.T, rendered map[string]any) *openapi3.Schema {
	t.Helper()
	text, err := json.Marshal(rendered)
	if err != nil {
		t.Fatal(err)
	}
	var schema openapi3.Schema
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	return &schema
}

func TestJSONSchemaAcceptsWhatParseAccepts(t *testing.T) {
	op := operation[described]()
	schema := compiled(t, op.Input.JSONSchema(true))
	tests := []struct {
		name, body string
		fits       bool
	}{
		{"whole", `{"citizenId":"001099000001","fullName":"Trần Thử","status":{"code":"1"},"colour":"red","limit":10,"share":0.5,"exact":true,"addresses":[{"detail":"1"}]}`, true},
		{"least", `{"oldCitizenId":"019900001","fullName":"Trần Thử","status":{"code":"1","name":"x"}}`, true},
		{"both of a group", `{"citizenId":"001099000001","oldCitizenId":"019900001","fullName":"Trần Thử","status":{"code":"1"}}`, false},
		{"none of a group", `{"fullName":"Trần Thử","status":{"code":"1"}}`, false},
		{"required is absent", `{"oldCitizenId":"019900001","status":{"code":"1"}}`, false},
		{"unknown member", `{"oldCitizenId":"019900001","fullName":"Trần Thử","status":{"code":"1"},"more":1}`, false},
		{"unknown member inside", `{"oldCitizenId":"019900001","fullName":"Trần Thử","status":{"code":"1","more":1}}`, false},
		{"pattern", `{"oldCitizenId":"01990000x","fullName":"Trần Thử","status":{"code":"1"}}`, false},
		{"length", `{"oldCitizenId":"019900001","fullName":"Trần Thử Trần Thử Trần Thử","status":{"code":"1"}}`, false},
		{"empty text", `{"oldCitizenId":"019900001","fullName":"Trần Thử","status":{"code":""}}`, false},
		{"enum", `{"oldCitizenId":"019900001","fullName":"Trần Thử","status":{"code":"1"},"colour":"blue"}`, false},
		{"maximum", `{"oldCitizenId":"019900001","fullName":"Trần Thử","status":{"code":"1"},"limit":11}`, false},
		{"minimum", `{"oldCitizenId":"019900001","fullName":"Trần Thử","status":{"code":"1"},"limit":-2}`, false},
		{"items", `{"oldCitizenId":"019900001","fullName":"Trần Thử","status":{"code":"1"},"addresses":[{},{},{},{}]}`, false},
		{"type", `{"oldCitizenId":19900001,"fullName":"Trần Thử","status":{"code":"1"}}`, false},
		{"null", `{"oldCitizenId":"019900001","fullName":"Trần Thử","status":null}`, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var value any
			if err := json.Unmarshal([]byte(test.body), &value); err != nil {
				t.Fatal(err)
			}
			if err := schema.VisitJSON(value); (err == nil) != test.fits {
				t.Errorf("schema says %v", err)
			}
			if _, faults := op.Parse([]byte(test.body)); (len(faults) == 0) != test.fits {
				t.Errorf("parser says %v", faults)
			}
		})
	}
}

func TestOutputSchemaPromisesNoMember(t *testing.T) {
	rendered := SchemaOf[described]().JSONSchema(false)
	for _, keyword := range []string{"required", "allOf"} {
		if _, stated := rendered[keyword]; stated {
			t.Errorf("%s is stated of an answer, of which a policy may withhold any member", keyword)
		}
	}
	if err := compiled(t, rendered).VisitJSON(map[string]any{"row": map[string]any{"a": "b", "c": nil}}); err != nil {
		t.Errorf("answer is refused: %v", err)
	}
}

// TestJSONSchemaSaysOnlyWhatTheDialectKnows walks the whole rendering, because
// readers pass over keywords they do not know.
func TestJSONSchemaSaysOnlyWhatTheDialectKnows(t *testing.T) {
	known := regexp.MustCompile(`^(type|format|minLength|maxLength|pattern|enum|examples|minimum|maximum|items|maxItems|properties|additionalProperties|required|allOf|oneOf|title|description|x-[a-z]+)$`)
	var walk func(path string, schema map[string]any)
	walk = func(path string, schema map[string]any) {
		for keyword, value := range schema {
			if !known.MatchString(keyword) {
				t.Errorf("%s: unknown keyword %q", path, keyword)
			}
			switch inner := value.(type) {
			case map[string]any:
				if keyword != "properties" {
					walk(path+"/"+keyword, inner)
					continue
				}
				for name, sub := range inner {
					walk(path+"/"+name, sub.(map[string]any))
				}
			case []any:
				if keyword != "allOf" && keyword != "oneOf" {
					continue // of plain texts
				}
				for _, sub := range inner {
					walk(path+"/"+keyword, sub.(map[string]any))
				}
			case string:
				if keyword == "pattern" {
					if _, err := regexp.Compile(inner); err != nil {
						t.Errorf("%s: %v", path, err)
					}
				}
			}
		}
	}
	for _, input := range []bool{true, false} {
		text, err := json.Marshal(SchemaOf[described]().JSONSchema(input))
		if err != nil {
			t.Fatal(err)
		}
		var rendered map[string]any
		if err := json.Unmarshal(text, &rendered); err != nil {
			t.Fatal(err)
		}
		walk("", rendered)
	}
}

func TestOpenObjectHoldsTextsAndNulls(t *testing.T) {
	schema := compiled(t, field(t, SchemaOf[described](), "row").Schema.JSONSchema(false))
	if err := schema.VisitJSON(map[string]any{"a": "b"}); err != nil {
		t.Errorf("a text is refused: %v", err)
	}
	if err := schema.VisitJSON(map[string]any{"a": 1.0}); err == nil {
		t.Error("a number passes")
	}
}
