// Package soap speaks SOAP 1.1 for the adapters of national systems that do,
// and for the simulators of those systems.
//
// It owns the envelope in both directions: requests written with prefixed names
// in a fixed order, answers read under bounds, faults recognised before the HTTP
// status is looked at. It does not own the content of a body, HTTP headers of a
// particular system, WS-Security or SOAP 1.2.
package soap

// Namespace is that of the SOAP 1.1 envelope.
const Namespace = "http://schemas.xmlsoap.org/soap/envelope/"

// ContentType is that of a SOAP 1.1 message as this package writes it.
const ContentType = "text/xml; charset=utf-8"
