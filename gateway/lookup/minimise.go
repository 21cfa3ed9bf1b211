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
	m := minimiser{dec: jsontext.NewDecoder(bytes.NewBuffer(record)), fields: fields, out: make([]byte, 0, len(record))}
	if err := m.value(); err != nil {
		return nil, fmt.Errorf("minimise record: %w", err)
	}
	return m.out, nil
}

type minimiser struct {
	dec    *jsontext.Decoder
	fields *policies.Fields
	path   []byte // of the value that is read now, dotted
	out    []byte
}

// value copies the next value, of which only some members are granted.
func (m *minimiser) value() error {
	switch m.dec.PeekKind() {
	case '{':
		return m.object()
	case '[':
		return m.array()
	}
	// A plain value where the grant names members of it: nothing to show.
	m.out = append(m.out, "null"...)
	return m.dec.SkipValue()
}

func (m *minimiser) object() error {
	if err := m.bracket(); err != nil {
		return err
	}
	above := len(m.path)
	for empty := true; m.dec.PeekKind() == '"'; m.path = m.path[:above] {
		name, err := m.dec.ReadValue()
		if err != nil {
			return err
		}
		if above > 0 {
			m.path = append(m.path, '.')
		}
		if m.path, err = jsontext.AppendUnquote(m.path, name); err != nil {
			return err
		}
		whole := m.fields.Has(string(m.path))
		if !whole && !m.fields.Under(string(m.path)) {
			if err := m.dec.SkipValue(); err != nil {
				return err
			}
			continue
		}
		if !empty {
			m.out = append(m.out, ',')
		}
		empty = false
		m.out = append(append(m.out, name...), ':')
		if err := m.member(whole); err != nil {
			return err
		}
	}
	return m.bracket()
}

func (m *minimiser) member(whole bool) error {
	if !whole {
		return m.value()
	}
	value, err := m.dec.ReadValue()
	m.out = append(m.out, value...)
	return err
}

func (m *minimiser) array() error {
	if err := m.bracket(); err != nil {
		return err
	}
	for n := 0; m.dec.PeekKind() != ']'; n++ {
		if n > 0 {
			m.out = append(m.out, ',')
		}
		if err := m.value(); err != nil {
			return err
		}
	}
	return m.bracket()
}

// bracket copies the next token, which opens or closes an object or a list.
func (m *minimiser) bracket() error {
	token, err := m.dec.ReadToken()
	m.out = append(m.out, token.String()...)
	return err
}
