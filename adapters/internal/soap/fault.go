package soap

import (
	"bytes"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
)

// The two fault codes that say who must act.
const (
	CodeClient = "soapenv:Client"
	CodeServer = "soapenv:Server"
)

// A Fault is a service's refusal in SOAP's own form.
type Fault struct {
	Code   string `xml:"faultcode"`
	String string `xml:"faultstring"` // may name a person: for simulators and tests, never for an error or a log
}

// Error tells only whose fault it is.
func (f *Fault) Error() string { return "soap fault of class " + f.class() }

// class is the first part of the code: "Client" of "ns0:Client.Authentication".
// A code of another vocabulary has none.
func (f *Fault) class() string {
	code := strings.TrimSpace(f.Code)
	code = code[strings.LastIndexByte(code, ':')+1:]
	code, _, _ = strings.Cut(code, ".")
	switch code {
	case "Client", "Server", "MustUnderstand", "VersionMismatch":
		return code
	}
	return "unknown"
}

// verdict says who must act. The caller's input was checked before it was sent,
// so a message that is refused is ours to correct.
func (f *Fault) verdict() *adapters.Error {
	code := strings.TrimSpace(f.Code)
	switch f.class() {
	case "Client":
		return adapters.Fail(adapters.ErrRejected, code, "credentials or message refused by a fault")
	case "MustUnderstand", "VersionMismatch":
		return adapters.Fail(adapters.ErrRejected, code, "message refused by a fault")
	case "Server":
		return adapters.Fail(adapters.ErrUnavailable, code, "fault of the service")
	}
	return adapters.Fail(adapters.ErrMalformed, code, "fault without a known code")
}

// envelope writes the fault as a message; its members belong to no namespace.
func (f *Fault) envelope() []byte {
	var out bytes.Buffer
	out.WriteString(declaration + `<soapenv:Envelope xmlns:soapenv="` + Namespace + `"><soapenv:Body><soapenv:Fault><faultcode>`)
	escape(&out, f.Code)
	out.WriteString(`</faultcode><faultstring>`)
	escape(&out, f.String)
	out.WriteString(`</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>`)
	return out.Bytes()
}
