package soap

import (
	"bytes"
	"encoding/xml"
	"strings"
)

// An Element is one element of a message: text or children, in the order given.
// Schemas of national systems fix that order, and some old servers do not know
// default namespaces; so messages are written from Elements, not from structs.
type Element struct {
	Name       string // without prefix: all elements of one body share a namespace
	Attributes []Attribute
	Text       string
	Children   []Element
}

// An Attribute belongs to no namespace.
type Attribute struct{ Name, Value string }

// Leaf makes an element that holds text.
func Leaf(name, text string) Element { return Element{Name: name, Text: text} }

// Node makes an element that holds others.
func Node(name string, children ...Element) Element {
	return Element{Name: name, Children: children}
}

// Child is the first child of that name; absent children read as empty ones.
func (e Element) Child(name string) Element {
	for _, child := range e.Children {
		if child.Name == name {
			return child
		}
	}
	return Element{}
}

// UnmarshalXML reads any element, whatever its namespace. Space around text is
// dropped.
func (e *Element) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	*e = Element{Name: start.Name.Local}
	for _, a := range start.Attr {
		if a.Name.Space == "" && a.Name.Local != "xmlns" {
			e.Attributes = append(e.Attributes, Attribute{a.Name.Local, a.Value})
		}
	}
	var text strings.Builder
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			var child Element
			if err := child.UnmarshalXML(d, token); err != nil {
				return err
			}
			e.Children = append(e.Children, child)
		case xml.CharData:
			text.Write(token)
		case xml.EndElement:
			e.Text = strings.TrimSpace(text.String())
			return nil
		}
	}
}

const declaration = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

// Envelope writes a whole message around body. Prefix and namespace hold for
// body and everything in it.
func Envelope(prefix, namespace string, body Element) []byte {
	var out bytes.Buffer
	out.WriteString(declaration +
		`<soapenv:Envelope xmlns:soapenv="` + Namespace + `" xmlns:` + prefix + `="`)
	escape(&out, namespace)
	out.WriteString(`"><soapenv:Header/><soapenv:Body>`)
	body.write(&out, prefix+":")
	out.WriteString(`</soapenv:Body></soapenv:Envelope>`)
	return out.Bytes()
}

func (e Element) write(out *bytes.Buffer, prefix string) {
	out.WriteString("<" + prefix + e.Name)
	for _, a := range e.Attributes {
		out.WriteString(" " + a.Name + `="`)
		escape(out, a.Value)
		out.WriteByte('"')
	}
	if e.Text == "" && len(e.Children) == 0 {
		out.WriteString("/>")
		return
	}
	out.WriteByte('>')
	escape(out, e.Text)
	for _, child := range e.Children {
		child.write(out, prefix)
	}
	out.WriteString("</" + prefix + e.Name + ">")
}

// escape writes text; what XML cannot hold becomes U+FFFD.
func escape(out *bytes.Buffer, text string) {
	_ = xml.EscapeText(out, []byte(text)) // a Buffer takes everything
}
