package civilstatus

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// envelope stands around every answer. Errors belongs to the other form in which
// the two-level system refuses values.
type envelope struct {
	Status            wire.Text       `json:"status"`
	StatusDescription wire.Text       `json:"statusDescription"`
	Value             json.RawMessage `json:"value"`
	ErrorCode         wire.Text       `json:"errorCode"`
	ErrorDescription  wire.Text       `json:"errorDescription"`
	Errors            wire.Text       `json:"errors"`
}

const dataIncorrect = "500"

// failures say what the error codes mean. An entry that is not complete yet is
// one that the caller cannot have yet.
var failures = map[wire.Text]struct {
	kind   error
	detail string
}{
	"100":         {adapters.ErrRejected, "AUTHEN_ERROR"},
	"101":         {adapters.ErrRejected, "IP_DISALLOWED"},
	"106":         {adapters.ErrRefusedInput, "AGENCY_ID_INCORRECT"},
	"108":         {adapters.ErrRejected, "PROVINCE_ID_INCORRECT"},
	"200":         {adapters.ErrNotFound, "RECORD_UNCOMPLETE"},
	"201":         {adapters.ErrNotFound, "RECORD_NOT_FOUND"},
	"302":         {adapters.ErrRejected, "DATA_TYPE_INVALID"}, // callers choose from our list
	dataIncorrect: {adapters.ErrRefusedInput, "DATA_INCORRECT"},
}

// open reads the envelope of an answer, or says how it failed. Refused values are
// looked for before the HTTP status, which may be the 500 that the body says.
func open(answer *adapters.Answer) (envelope, error) {
	var e envelope
	decoded := answer.JSON(&e)
	if decoded == nil && e.Status == dataIncorrect && e.Errors != "" {
		return e, adapters.Fail(adapters.ErrRefusedInput, dataIncorrect, "validation of the two-level system")
	}
	if err := answer.Fault(); err != nil {
		return e, err
	}
	if decoded != nil {
		return e, decoded
	}
	switch {
	case e.Status == "0":
		return e, e.failure()
	case len(e.Status) != 1 || !wire.Digits(string(e.Status)):
		return e, adapters.Malformed("answer without a status of one digit")
	}
	return e, nil
}

// opened is open for the operations whose status says no more than that it worked.
func opened(answer *adapters.Answer) (envelope, error) {
	e, err := open(answer)
	if err == nil && e.Status != "1" {
		err = adapters.Malformed("status is neither 0 nor 1")
	}
	return e, err
}

// failure classifies by the code; one that is not in the table is the bus's to
// look into.
func (e envelope) failure() error {
	code := e.ErrorCode
	if code == "" {
		code = e.Status
	}
	known, ok := failures[code]
	if !ok {
		return adapters.Fail(adapters.ErrRejected, string(code), "error code that is not documented")
	}
	return adapters.Fail(known.kind, string(code), known.detail)
}

// value decodes what was asked for, which may be JSON in a text of its own.
func (e envelope) value(v any) error {
	raw := []byte(e.Value)
	var inner string
	if json.Unmarshal(raw, &inner) == nil {
		raw = []byte(inner)
	}
	if len(raw) == 0 {
		return adapters.Malformed("success without a value")
	}
	return adapters.DecodeJSON(raw, v)
}

var received = regexp.MustCompile(`da (duoc )?tiep nhan|already received`)

// readReceipt reads the answer to a registration. That a dossier was received
// before is told by words alone, assumed here; a code that says what else is
// wrong goes before them.
func readReceipt(answer *adapters.Answer, sent Registration) (Receipt, error) {
	e, err := opened(answer)
	out := Receipt{Office: sent.Office, DossierCode: sent.DossierCode}
	if err == nil {
		return out, nil
	}
	if _, known := failures[e.ErrorCode]; e.Status == "0" && (!known || e.ErrorCode == dataIncorrect) {
		if received.MatchString(wire.Unaccented(string(e.ErrorDescription + " " + e.StatusDescription))) {
			out.AlreadyReceived = true
			return out, nil
		}
	}
	return Receipt{}, err
}

func readCatalogue(answer *adapters.Answer, asked string) (Catalogue, error) {
	e, err := opened(answer)
	if err != nil {
		return Catalogue{}, err
	}
	var rows []map[string]*wire.Text // each catalogue has members of its own
	if err := e.value(&rows); err != nil {
		return Catalogue{}, err
	}
	if len(rows) == 0 {
		return Catalogue{}, adapters.Malformed("catalogue without rows")
	}
	out := Catalogue{Catalogue: asked, Count: len(rows)}
	for _, row := range rows {
		if len(row) == 0 {
			return Catalogue{}, adapters.Malformed("empty row of a catalogue")
		}
		entry := make(map[string]*string, len(row))
		for name, value := range row {
			entry[name] = (*string)(value)
		}
		out.Entries = append(out.Entries, entry)
	}
	return out, nil
}

// readDossierStatus reads the one answer whose status is what was asked for.
func readDossierStatus(answer *adapters.Answer, asked dossierQuestion) (DossierStatus, error) {
	e, err := open(answer)
	if err != nil {
		return DossierStatus{}, err
	}
	return DossierStatus{Office: asked.Office, DossierCode: asked.DossierCode,
		Status: *wire.Code(e.Status, dossierStates), Note: string(e.StatusDescription)}, nil
}

// readEntries reads a list. That there is nothing in it is an answer too.
func readEntries(answer *adapters.Answer) (Entries, error) {
	out := Entries{Entries: []EntryReference{}}
	e, err := opened(answer)
	switch {
	case errors.Is(err, adapters.ErrNotFound):
		return out, nil
	case err != nil:
		return Entries{}, err
	}
	var rows []struct {
		ID      wire.Text `json:"id"`
		MaDonVi wire.Text `json:"maDonVi"`
	}
	if err := e.value(&rows); err != nil {
		return Entries{}, err
	}
	for _, row := range rows {
		if row.ID == "" {
			return Entries{}, adapters.Malformed("entry without its id")
		}
		out.Entries = append(out.Entries, EntryReference{EntryID(row.ID), Office(padded(row.MaDonVi, 5))})
	}
	return out, nil
}

// readEntry takes the entry that was asked for, and no other.
func readEntry(answer *adapters.Answer, asked entryQuestion) (Entry, error) {
	s, err := readOnly(answer)
	if err != nil {
		return Entry{}, err
	}
	if s.get("id").text() != wire.Text(asked.EntryID) {
		return Entry{}, adapters.Malformed("another entry than asked for, or without its id")
	}
	r, err := s.record()
	return Entry{EntryID: asked.EntryID, Record: r}, err
}

// readResult takes what was registered on the dossier that was asked for. Of the
// two that name a dossier only its office is documented to be in the answer.
func readResult(answer *adapters.Answer, asked dossierQuestion) (RegistrationResult, error) {
	s, err := readOnly(answer)
	if err != nil {
		return RegistrationResult{}, err
	}
	dossier := s.get("maHoSo").text()
	if padded(s.get("noiDangKy").text(), 5) != string(asked.Office) || dossier != "" && dossier != wire.Text(asked.DossierCode) {
		return RegistrationResult{}, adapters.Malformed("record of another dossier, or without its office")
	}
	r, err := s.record()
	return RegistrationResult{DossierCode: asked.DossierCode, Record: r}, err
}

// readOnly takes the one record there should be.
func readOnly(answer *adapters.Answer) (*sheet, error) {
	e, err := opened(answer)
	if err != nil {
		return nil, err
	}
	var rows wire.List[map[string]json.RawMessage]
	if err := e.value(&rows); err != nil {
		return nil, err
	}
	switch {
	case len(rows) == 0:
		return nil, adapters.Fail(adapters.ErrNotFound, "", "success without a record")
	case len(rows) > 1:
		return nil, adapters.Malformed("several records")
	}
	return &sheet{from: rows[0], values: wire.Values{Layouts: layouts}}, nil
}

// padded restores the zeros that a code of so many digits loses as a number.
func padded(t wire.Text, digits int) string {
	if t == "" || len(t) >= digits || !wire.Digits(string(t)) {
		return string(t)
	}
	return strings.Repeat("0", digits-len(t)) + string(t)
}
