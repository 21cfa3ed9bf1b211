package soap

import (
	"encoding/xml"
	"io"
	"mime"
	"net/http"
)

// maxRequest bounds what a simulated service reads.
const maxRequest = 64 << 10

// A Request is what a service was asked: the element in the Body.
type Request struct {
	Namespace string
	Body      Element
}

// UnmarshalXML notes the namespace and reads the element.
func (r *Request) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	r.Namespace = start.Name.Space
	return r.Body.UnmarshalXML(d, start)
}

// ReadRequest reads a request as a strict SOAP 1.1 service does: POST, an XML
// content type, the SOAPAction header there (its value may be empty). The Fault
// is the answer to give where it is not so.
func ReadRequest(r *http.Request) (Request, *Fault) {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case r.Method != http.MethodPost:
		return Request{}, &Fault{CodeClient, "method not allowed"}
	case media != "text/xml" && media != "application/xml":
		return Request{}, &Fault{CodeClient, "content type not supported"}
	case len(r.Header.Values("SOAPAction")) == 0:
		return Request{}, &Fault{CodeClient, "no SOAPAction header"}
	}
	document, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
	if err != nil || len(document) > maxRequest {
		return Request{}, &Fault{CodeClient, "request too large or broken off"}
	}
	var request Request
	if err := Decode(document, &request); err != nil {
		return Request{}, &Fault{CodeClient, "not a valid SOAP request"}
	}
	return request, nil
}

// WriteAnswer answers with a message around body.
func WriteAnswer(w http.ResponseWriter, prefix, namespace string, body Element) {
	write(w, http.StatusOK, Envelope(prefix, namespace, body))
}

// WriteFault answers with a fault, which SOAP 1.1 gives status 500.
func WriteFault(w http.ResponseWriter, f *Fault) {
	write(w, http.StatusInternalServerError, f.envelope())
}

func write(w http.ResponseWriter, status int, message []byte) {
	w.Header().Set("Content-Type", ContentType)
	w.WriteHeader(status)
	_, _ = w.Write(message) // a client that left is the only way to fail
}
