package civilservants

import (
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// A member is one member of the national file and the place where we keep its
// value. A file is members all the way down, so each is named once for both ways.
type member struct {
	national string
	write    func() any                               // nil where it is to be left out
	read     func(v *wire.Values, at json.RawMessage) // at is nil where it is absent
	faults   func(path string) []adapters.Fault       // nil where the schema has said all
}

// scalar is a text there, whatever it is here. It is always written.
func scalar(national string, get func() string, set func(*wire.Values, wire.Text)) member {
	return member{national: national, write: func() any { return get() }, read: func(v *wire.Values, at json.RawMessage) {
		var t wire.Text
		if at != nil && json.Unmarshal(at, &t) != nil {
			v.Fail(national, "a text")
		}
		set(v, t)
	}}
}

func text[T ~string](national string, at *T) member {
	return scalar(national, func() string { return string(*at) }, func(_ *wire.Values, t wire.Text) { *at = T(t) })
}

// needed is a text without which a file is none.
func needed[T ~string](national string, at *T) member {
	return scalar(national, func() string { return string(*at) }, func(v *wire.Values, t wire.Text) { *at = T(v.Require(national, t)) })
}

// day is a date, read by the layouts of the file or else by those given.
func day(national string, at *adapters.Date, only ...string) member {
	return scalar(national, func() string { return at.Format(layouts[0], layouts[1], layouts[2]) },
		func(v *wire.Values, t wire.Text) { *at = v.Date(national, t, only...) })
}

// year is a date of which the file has room for the year alone.
func year(national, ours string, at *adapters.Date) member {
	m := day(national, at, layouts[2])
	m.faults = unless(ours, func() bool { return *at == "" || len(*at) == len("2006") }, "phải là năm, dạng yyyy", "must be a year, as yyyy")
	return m
}

// code is an entry of a catalogue.
func code(national, ours string, at **adapters.Code, in catalogue) member {
	m := scalar(national, func() string {
		if *at == nil {
			return ""
		}
		return (*at).Code
	}, func(_ *wire.Values, t wire.Text) { *at = wire.Code(t, in) })
	m.faults = unless(ours+".code", func() bool { return *at == nil || in[wire.Text((*at).Code)] != "" }, "không có trong danh mục", "is not in the catalogue")
	return m
}

var countryForm = regexp.MustCompile(`^[A-Z]{2}$`)

// country is a code that no table here holds. All have two letters (assumed), so two
// letters are never a part of another code.
func country(national, ours string, at **adapters.Code) member {
	m := code(national, ours, at, nil)
	m.faults = unless(ours+".code", func() bool { return *at == nil || countryForm.MatchString((*at).Code) },
		"phải là mã nước gồm hai chữ cái in hoa", "must be a country code of two capital letters")
	return m
}

// unless finds a fault in a member of ours that is not good.
func unless(ours string, good func() bool, vi, en string) func(path string) []adapters.Fault {
	return func(path string) []adapters.Fault {
		if good() {
			return nil
		}
		return []adapters.Fault{{Field: path + ours, Message: adapters.Text{VI: vi, EN: en}}}
	}
}

// flag is 0 or 1, or neither where it is not known.
func flag(national string, at **bool) member {
	return scalar(national, func() string {
		switch {
		case *at == nil:
			return ""
		case **at:
			return "1"
		}
		return "0"
	}, func(v *wire.Values, t wire.Text) {
		switch yes := t == "1"; {
		case yes, t == "0":
			*at = &yes
		case t != "":
			v.Fail(national, "0 or 1")
		}
	})
}

// block is an object there, left out where there is none.
func block[T any](national, ours string, at **T, members func(*T) []member) member {
	return member{national: national, write: func() any {
		if *at == nil {
			return nil
		}
		return write(members(*at))
	}, read: func(v *wire.Values, raw json.RawMessage) {
		var object map[string]json.RawMessage
		if raw != nil && json.Unmarshal(raw, &object) != nil {
			v.Fail(national, "an object")
		}
		if object != nil {
			*at = new(T)
			read(v, members(*at), object)
		}
	}, faults: func(path string) []adapters.Fault {
		if *at == nil {
			return nil
		}
		return faults(path+ours+".", members(*at))
	}}
}

// list is rows. No list is left out, an empty one is written: the one leaves the
// national list as it is, the other clears it.
func list[T any](national, ours string, at *[]T, members func(*T) []member) member {
	return member{national: national, write: func() any {
		if *at == nil {
			return nil
		}
		rows := make([]map[string]any, len(*at))
		for i := range *at {
			rows[i] = write(members(&(*at)[i]))
		}
		return rows
	}, read: func(v *wire.Values, raw json.RawMessage) {
		var rows wire.List[map[string]json.RawMessage]
		if raw != nil && json.Unmarshal(raw, &rows) != nil {
			v.Fail(national, "a list")
		}
		for _, row := range rows {
			if row == nil {
				v.Fail(national, "a list of rows")
			}
			*at = append(*at, *new(T))
			read(v, members(&(*at)[len(*at)-1]), row)
		}
	}, faults: func(path string) (all []adapters.Fault) {
		for i := range *at {
			all = append(all, faults(fmt.Sprintf("%s%s[%d].", path, ours, i), members(&(*at)[i]))...)
		}
		return all
	}}
}

func write(members []member) map[string]any {
	object := map[string]any{}
	for _, m := range members {
		if value := m.write(); value != nil {
			object[m.national] = value
		}
	}
	return object
}

func read(v *wire.Values, members []member, object map[string]json.RawMessage) {
	for _, m := range members {
		m.read(v, object[m.national])
	}
}

// faults finds what the database would refuse, or would take for something else.
func faults(path string, members []member) (all []adapters.Fault) {
	for _, m := range members {
		if m.faults != nil {
			all = append(all, m.faults(path)...)
		}
	}
	return all
}
