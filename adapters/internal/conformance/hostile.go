package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
)

// marker is in every wrong value, to find it where it is quoted.
const marker = "Marker-9f27"

// mostFaults bounds what is said of one body, however much is wrong with it.
const mostFaults = 100

// refusesInvalid wants the published invalid sample to fail, and to say where.
func (t *trial) refusesInvalid() error {
	sample := t.samples["invalid"]
	if sample == nil {
		return errors.New("there is no invalid sample")
	}
	faults, err := t.parse(sample)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(faults, func(f adapters.Fault) bool { return f.Field != "" }) {
		return errors.New("no fault names a field")
	}
	return nil
}

// hostile is a body that must be refused; field is the one to be named, where
// one is at fault.
type hostile struct {
	name, body, field string
}

func (t *trial) refusesHostile() error {
	var failed []error
	for _, h := range slices.Concat(t.brokenBodies(), t.wrongMembers()) {
		faults, err := t.parse([]byte(h.body))
		named := slices.ContainsFunc(faults, func(f adapters.Fault) bool { return h.field == "" || f.Field == h.field })
		switch {
		case err != nil:
			failed = append(failed, fmt.Errorf("%s: %w", h.name, err))
		case !named:
			failed = append(failed, fmt.Errorf("%s: no fault names %q", h.name, h.field))
		}
	}
	return errors.Join(failed...)
}

// parse wants faults, in both languages, few, and without a value in them.
func (t *trial) parse(body []byte) (faults []adapters.Fault, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("panics")
		}
	}()
	_, faults = t.op.Parse(body)
	switch {
	case len(faults) == 0:
		return nil, errors.New("is not refused")
	case len(faults) > mostFaults:
		return nil, fmt.Errorf("has %d faults", len(faults))
	}
	for _, f := range faults {
		if f.Message.VI == "" || f.Message.EN == "" {
			return nil, fmt.Errorf("fault of %q is not in both languages", f.Field)
		}
		if strings.Contains(f.Message.VI+f.Message.EN, marker) || quotesBody(f, body) {
			return nil, fmt.Errorf("fault of %q quotes the value", f.Field)
		}
	}
	return faults, nil
}

// quotesBody tells whether a fault holds a text of the body.
func quotesBody(f adapters.Fault, body []byte) bool {
	if len(body) > 4<<10 {
		return false
	}
	var members map[string]any
	if json.Unmarshal(body, &members) != nil {
		return false
	}
	for _, value := range members {
		text, ok := value.(string)
		if ok && len([]rune(text)) >= telling && strings.Contains(f.Message.VI+"\n"+f.Message.EN, text) {
			return true
		}
	}
	return false
}

func (t *trial) brokenBodies() []hostile {
	const depth = 12_000 // deeper than any parser follows
	many := make([]string, 10_000)
	for i := range many {
		many[i] = fmt.Sprintf(`"u%d":1`, i)
	}
	bodies := []hostile{
		{"empty body", "", ""},
		{"null", "null", ""},
		{"list", "[]", ""},
		{"text", `"` + marker + `"`, ""},
		{"number", "1", ""},
		{"unclosed object", "{", ""},
		{"text after the end", "{} {}", ""},
		{"invalid UTF-8", "{\"\xff\":1}", ""},
		{"unknown member", `{"unknownMember":"` + marker + `"}`, "unknownMember"},
		{"deep nesting", strings.Repeat("[", depth), ""},
		{"deep nesting in a member", `{"unknownMember":` + strings.Repeat("[", depth), ""},
		{"deep objects", strings.Repeat(`{"a":`, depth), ""},
		{"huge unknown member", `{"unknownMember":"` + strings.Repeat(marker, 1<<16) + `"}`, "unknownMember"},
		{"many unknown members", "{" + strings.Join(many, ",") + "}", ""},
	}
	if len(t.op.Input.ExactlyOne) > 0 || slices.ContainsFunc(t.op.Input.Fields, func(f adapters.Field) bool { return f.Required }) {
		bodies = append(bodies, hostile{"empty object", "{}", ""})
	}
	return bodies
}

// wrongMembers spoils each member of the ok sample in turn.
func (t *trial) wrongMembers() []hostile {
	var bodies []hostile
	for _, field := range t.op.Input.Fields {
		members := map[string]json.RawMessage{}
		if json.Unmarshal(t.samples["ok"], &members) != nil {
			return []hostile{{name: "no ok sample to spoil", body: "{}", field: field.Name}}
		}
		if good, given := members[field.Name]; given {
			body := fmt.Sprintf("{%q:%s,%s", field.Name, good, object(members)[1:])
			bodies = append(bodies, hostile{field.Name + ": twice", body, field.Name})
		}
		for name, value := range wrongValues(field.Schema) {
			members[field.Name] = json.RawMessage(value)
			bodies = append(bodies, hostile{field.Name + ": " + name, object(members), field.Name})
		}
	}
	return bodies
}

func object(members map[string]json.RawMessage) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		parts = append(parts, fmt.Sprintf("%q:%s", name, members[name]))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// wrongValues are of every JSON type but the schema's, and what no text may hold.
func wrongValues(s *adapters.Schema) map[string]string {
	values := map[string]string{
		"object":  `{"a":"` + marker + `"}`,
		"array":   `["` + marker + `"]`,
		"string":  `"` + marker + `"`,
		"number":  "1.5",
		"boolean": "true",
	}
	delete(values, s.Type)
	values["null"] = "null"
	if s.Type == "string" && s.Form.Name != "byte" {
		values["blank"] = `"  "`
		values["control characters"] = `"` + marker + `\u0000` + marker + `"`
		values["huge"] = `"` + strings.Repeat(marker, 1<<12) + `"`
	}
	return values
}
