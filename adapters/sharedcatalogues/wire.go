package sharedcatalogues

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"

	"github.com/lgsp-vn/lgsp/adapters"
)

// value is a value of a row. Documented are text and null; numbers and truth
// values are taken as they are written, anything deeper is no row.
type value struct{ text *string }

func (v *value) UnmarshalJSON(b []byte) error {
	if bytes.Equal(b, []byte("null")) {
		v.text = nil
		return nil
	}
	s := string(b)
	switch {
	case b[0] == '{' || b[0] == '[':
		return errors.New("not a plain value")
	case b[0] != '"':
	case utf8.Valid(b) && bytes.IndexByte(b, '\\') < 0: // nearly all of thousands of rows
		s = s[1 : len(s)-1]
	default:
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
	}
	v.text = &s
	return nil
}

// refusal is the store's way to report refused values.
type refusal struct {
	MSG   *string
	Count *int
}

type wireCatalogue struct {
	Code string `json:"CategoryCode"`
	Name string `json:"CategoryName"`
}

type wireProperty struct {
	Code string `json:"PropertyCode"`
	Name string `json:"PropertyName"`
	Type string `json:"PropertyType"`
}

// rows decodes an array, the form of every good answer. No rows is how the
// store is taken to say that it has no such catalogue.
func rows[T any](body []byte) ([]T, error) {
	if start := bytes.TrimSpace(body); bytes.HasPrefix(start, []byte("{")) {
		var r refusal
		if err := adapters.DecodeJSON(body, &r); err != nil {
			return nil, err
		}
		if r.MSG == nil || r.Count == nil || *r.Count != 0 {
			return nil, adapters.Malformed("object instead of an array")
		}
		return nil, adapters.Fail(adapters.ErrRefusedInput, "", "store refuses the catalogue code")
	}
	var list []T
	if err := adapters.DecodeJSON(body, &list); err != nil {
		return nil, err
	}
	if list == nil {
		return nil, adapters.Malformed("null instead of an array")
	}
	return list, nil
}

// readCatalogues reads the answer of AllCategory.
func readCatalogues(body []byte) (Catalogues, error) {
	list, err := rows[wireCatalogue](body)
	if err != nil {
		return Catalogues{}, err
	}
	out := Catalogues{Catalogues: make([]Catalogue, 0, len(list))}
	for _, c := range list {
		if c.Code == "" {
			return Catalogues{}, adapters.Malformed("catalogue without a code")
		}
		out.Catalogues = append(out.Catalogues, Catalogue(c))
	}
	if len(list) == 0 {
		return Catalogues{}, adapters.Malformed("no catalogues at all")
	}
	return out, nil
}

// readStructure reads the answer of Metadata about the catalogue asked for.
func readStructure(body []byte, code string) (Structure, error) {
	list, err := rows[wireProperty](body)
	if err != nil {
		return Structure{}, err
	}
	out := Structure{Code: code, Properties: make([]Property, 0, len(list))}
	for _, p := range list {
		if p.Code == "" || p.Type == "" {
			return Structure{}, adapters.Malformed("property without a code or a type")
		}
		out.Properties = append(out.Properties, Property{Code: p.Code, Name: p.Name, ValueType: p.Type})
	}
	if len(list) == 0 {
		return Structure{}, adapters.Fail(adapters.ErrNotFound, "", "")
	}
	return out, nil
}

// readEntries reads the answer of Category about the catalogue asked for.
func readEntries(body []byte, code string) (Entries, error) {
	list, err := rows[map[string]value](body)
	if err != nil {
		return Entries{}, err
	}
	out := Entries{Code: code, Count: len(list), Entries: make([]map[string]*string, 0, len(list))}
	for _, row := range list {
		if len(row) == 0 {
			return Entries{}, adapters.Malformed("row without properties")
		}
		entry := make(map[string]*string, len(row))
		for property, v := range row {
			entry[property] = v.text
		}
		out.Entries = append(out.Entries, entry)
	}
	if len(list) == 0 {
		return Entries{}, adapters.Fail(adapters.ErrNotFound, "", "")
	}
	return out, nil
}
