package lookup

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/lgsp-vn/lgsp/gateway/cache"
	"github.com/lgsp-vn/lgsp/policies"
)

// projection is the part of a record that a set of fields leaves. It is made
// once per record and set: the same few rules ask for it again and again.
func projection(record *cache.Record, fields *policies.Fields) ([]byte, error) {
	if fields.All() {
		return record.Body, nil
	}
	if body, ok := record.Projection(fields); ok {
		return body, nil
	}
	body, err := minimise(record.Body, fields)
	if err == nil {
		record.Keep(fields, body)
	}
	return body, err
}

// minimise copies a record, leaving out every member that is not granted.
// Members of list items are looked at through the list. What is not granted is
// skipped, never copied and blanked.
func minimise(record []byte, fields *policies.Fields) ([]byte, error) {
	if fields.All() {
		return record, nil
	}
	m := minimiser{dec: jsontext.NewDecoder(bytes.NewReader(record)), fields: fields}
	m.out.Grow(len(record))
	if err := m.value(""); err != nil {
		return nil, fmt.Errorf("minimise record: %w", err)
	}
	return m.out.Bytes(), nil
}

type minimiser struct {
	dec    *jsontext.Decoder
	out    bytes.Buffer
	fields *policies.Fields
}

// value copies the next value, of which only some members are granted.
func (m *minimiser) value(path string) error {
	switch m.dec.PeekKind() {
	case '{':
		return m.object(path)
	case '[':
		return m.array(path)
	default:
		// A plain value where the grant names members of it: nothing to show.
		m.out.WriteString("null")
		return m.dec.SkipValue()
	}
}

func (m *minimiser) object(path string) error {
	if _, err := m.dec.ReadToken(); err != nil {
		return err
	}
	m.out.WriteByte('{')
	first := true
	for m.dec.PeekKind() == '"' {
		token, err := m.dec.ReadToken()
		if err != nil {
			return err
		}
		name := token.String()
		at := name
		if path != "" {
			at = path + "." + name
		}
		whole := m.fields.Has(at)
		if !whole && !m.fields.Under(at) {
			if err := m.dec.SkipValue(); err != nil {
				return err
			}
			continue
		}
		if !first {
			m.out.WriteByte(',')
		}
		first = false
		quoted, err := jsontext.AppendQuote(m.out.AvailableBuffer(), name)
		if err != nil {
			return err
		}
		m.out.Write(quoted)
		m.out.WriteByte(':')
		if err := m.member(at, whole); err != nil {
			return err
		}
	}
	m.out.WriteByte('}')
	_, err := m.dec.ReadToken()
	return err
}

func (m *minimiser) member(path string, whole bool) error {
	if !whole {
		return m.value(path)
	}
	value, err := m.dec.ReadValue()
	m.out.Write(value)
	return err
}

func (m *minimiser) array(path string) error {
	if _, err := m.dec.ReadToken(); err != nil {
		return err
	}
	m.out.WriteByte('[')
	for n := 0; m.dec.PeekKind() != ']'; n++ {
		if n > 0 {
			m.out.WriteByte(',')
		}
		if err := m.value(path); err != nil {
			return err
		}
	}
	m.out.WriteByte(']')
	_, err := m.dec.ReadToken()
	return err
}
