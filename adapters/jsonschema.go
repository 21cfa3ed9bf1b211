package adapters

// JSONSchema renders the schema in the dialect of OpenAPI 3.1 (JSON Schema
// 2020-12). Patterns, lengths and closed objects are stated for input only:
// what a national system holds is passed on as it is.
func (s *Schema) JSONSchema(input bool) map[string]any {
	if s.Type == "any" {
		return map[string]any{}
	}
	out := map[string]any{"type": s.Type}
	switch s.Type {
	case "string":
		if s.Form.Name != "" {
			out["format"] = s.Form.Name
		}
		if input {
			out["minLength"], out["maxLength"] = 1, s.MaxLength
			if s.Form.Pattern != "" {
				out["pattern"] = s.Form.Pattern
			}
		}
		if len(s.Enum) > 0 && input {
			out["enum"] = s.Enum
		}
		if s.Form.Example != "" {
			out["examples"] = []string{s.Form.Example}
		}
	case "integer":
		if s.Min != nil {
			out["minimum"] = *s.Min
		}
		if s.Max != nil {
			out["maximum"] = *s.Max
		}
	case "array":
		out["items"] = s.Items.JSONSchema(input)
		if input {
			out["maxItems"] = s.MaxItems
		}
	case "object":
		s.objectSchema(out, input)
	}
	return out
}

func (s *Schema) objectSchema(out map[string]any, input bool) {
	if s.fieldByName == nil {
		out["additionalProperties"] = map[string]any{"type": []string{"string", "null"}}
		return
	}
	properties := map[string]any{}
	required := []string{}
	for _, f := range s.Fields {
		p := f.Schema.JSONSchema(input)
		p["title"] = f.Title.VI
		p["description"] = f.Title.EN
		p["x-sensitivity"] = f.Sensitivity
		if f.Assumed {
			p["x-assumed"] = true
		}
		properties[f.Name] = p
		if f.Required && input { // a policy may withhold any member of an answer
			required = append(required, f.Name)
		}
	}
	out["properties"] = properties
	out["additionalProperties"] = false
	if len(required) > 0 {
		out["required"] = required
	}
	if len(s.ExactlyOne) > 0 && input {
		var all []any
		for _, group := range s.ExactlyOne {
			var one []any
			for _, name := range group {
				one = append(one, map[string]any{"required": []string{name}})
			}
			all = append(all, map[string]any{"oneOf": one})
		}
		out["allOf"] = all
	}
}
