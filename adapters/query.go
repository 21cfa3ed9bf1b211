package adapters

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"unicode/utf8"
)

// ParseQuery reads a question from query parameters against the same schema.
func (o *Operation) ParseQuery(query url.Values) (Input, []Fault) {
	members := make(map[string]any, len(query))
	var faults []Fault
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if len(query[name]) == 0 {
			continue
		}
		if len(query[name]) > 1 {
			faults = append(faults, Fault{Field: printable(name), Message: msgTwice})
		}
		value := query[name][0]
		members[name] = value
		if !utf8.ValidString(value) { // in JSON it would become another value
			faults = append(faults, Fault{Field: printable(name), Message: msgNoText})
		} else if f, ok := o.Input.Field(name); ok && f.Schema.Type != "string" && json.Valid([]byte(value)) {
			members[name] = json.RawMessage(value)
		}
	}
	body, err := json.Marshal(members)
	if err != nil {
		return Input{}, append(faults, Fault{Message: typeMessage("object")})
	}
	in, more := o.Parse(body)
	if faults = append(faults, more...); len(faults) > 0 {
		return Input{}, faults[:min(len(faults), maxFaults)]
	}
	return in, nil
}
