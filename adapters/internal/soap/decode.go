package soap

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
)

// Bounds of a message; its size in bytes is bounded by whoever read it.
const (
	maxDepth    = 64
	maxElements = 50_000
)

// Read decodes the answer of a SOAP service into v. The body is asked before the
// status, because SOAP 1.1 sends faults with status 500; a status of failure
// still outweighs a body that claims success. Every error is an *adapters.Error
// that says whose fault it is.
func Read(a *adapters.Answer, v any) error {
	byStatus := a.Fault()
	if a.Status == http.StatusTooManyRequests {
		return byStatus
	}
	err := utf8Only(a.Header.Get("Content-Type"))
	if err == nil {
		err = Decode(a.Body, v)
	}
	if fault, ok := errors.AsType[*Fault](err); ok {
		verdict := fault.verdict()
		if status, ok := errors.AsType[*adapters.Error](byStatus); ok {
			verdict.RetryAfter = status.RetryAfter
		}
		return verdict
	}
	if byStatus != nil {
		return byStatus
	}
	return err
}

// utf8Only refuses a character set in the header; one in the document itself is
// refused by encoding/xml.
func utf8Only(contentType string) error {
	_, params, _ := mime.ParseMediaType(contentType)
	if set := params["charset"]; set != "" && !strings.EqualFold(set, "utf-8") {
		return adapters.Malformed("character set other than UTF-8")
	}
	return nil
}

// Decode decodes the one element in the Body of an envelope into v. A fault is
// returned as *Fault; anything that is not one whole, plain SOAP 1.1 message of
// v's shape is adapters.ErrMalformed. Neither quotes the document. After an error
// v is in no known state.
func Decode(document []byte, v any) error {
	document = bytes.TrimPrefix(document, []byte("\ufeff"))
	d := xml.NewTokenDecoder(&guard{dec: xml.NewDecoder(bytes.NewReader(document))})
	err := decode(d, v)
	if err == nil {
		return nil
	}
	if fault, ok := errors.AsType[*Fault](err); ok {
		return fault
	}
	if known, ok := errors.AsType[*adapters.Error](err); ok {
		return known
	}
	if _, ok := errors.AsType[*xml.SyntaxError](err); ok || errors.Is(err, io.EOF) {
		return adapters.Malformed("not well-formed XML")
	}
	return adapters.Malformed("element in the Body has another shape than documented")
}

func decode(d *xml.Decoder, v any) error {
	for _, name := range []string{"Envelope", "Body"} {
		if err := enter(d, name); err != nil {
			return err
		}
	}
	start, err := next(d)
	if err != nil {
		return err
	}
	var fault *Fault
	if start.Name == (xml.Name{Space: Namespace, Local: "Fault"}) {
		fault = &Fault{}
		v = fault
	}
	if err := d.DecodeElement(v, &start); err != nil {
		return err
	}
	// The rest of the document counts too: only then was it whole.
	for {
		switch token, err := d.Token(); token := token.(type) {
		case xml.StartElement:
			return adapters.Malformed("more than one element in the Body")
		case xml.CharData:
			if !blank(token) {
				return adapters.Malformed("text beside the elements of the envelope")
			}
		case nil:
			if errors.Is(err, io.EOF) && fault != nil {
				return fault
			}
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

// enter goes into the envelope's element of that name, past a Header.
func enter(d *xml.Decoder, name string) error {
	for {
		start, err := next(d)
		if err != nil {
			return err
		}
		switch start.Name {
		case xml.Name{Space: Namespace, Local: name}:
			return nil
		case xml.Name{Space: Namespace, Local: "Header"}:
			if err := d.Skip(); err != nil {
				return err
			}
		default:
			return adapters.Malformed("not a SOAP 1.1 envelope")
		}
	}
}

// next finds the next element within the present one.
func next(d *xml.Decoder) (xml.StartElement, error) {
	for {
		token, err := d.Token()
		if err != nil {
			return xml.StartElement{}, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			return token, nil
		case xml.EndElement:
			return xml.StartElement{}, adapters.Malformed("envelope without content")
		case xml.CharData:
			if !blank(token) {
				return xml.StartElement{}, adapters.Malformed("text beside the elements of the envelope")
			}
		}
	}
}

// guard passes the tokens of a document on and refuses what encoding/xml lets
// through: deep nesting, floods of elements, a document type, processing
// instructions.
type guard struct {
	dec                     *xml.Decoder
	depth, elements, tokens int
}

// Token returns raw tokens; the decoder above resolves prefixes and pairs tags.
func (g *guard) Token() (xml.Token, error) {
	token, err := g.dec.RawToken()
	g.tokens++
	switch token := token.(type) {
	case xml.StartElement:
		g.depth++
		g.elements++
		if g.depth > maxDepth {
			return nil, adapters.Malformed("elements nested more than %d deep", maxDepth)
		}
		if g.elements > maxElements {
			return nil, adapters.Malformed("more than %d elements", maxElements)
		}
	case xml.EndElement:
		g.depth--
	case xml.Directive:
		return nil, adapters.Malformed("document type in a SOAP message")
	case xml.ProcInst:
		if token.Target != "xml" || g.tokens > 1 {
			return nil, adapters.Malformed("processing instruction in a SOAP message")
		}
	}
	return token, err
}

func blank(text []byte) bool { return len(bytes.TrimSpace(text)) == 0 }
