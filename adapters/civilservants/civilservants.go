// Package civilservants speaks to the national database of cadres, civil servants
// and public employees: one address for each kind of message, and in the body the
// unit that speaks (org_Code) beside the message itself as base64 of JSON. A secret
// in the header Authorization opens it, so it is reached directly and not through
// the national gateway, which needs that header for itself.
//
// Documented are the six kinds of message, their blocks, which members the
// database checks, and how it answers: HTTP 200 with err_code 0 or 1, errors as a
// Vietnamese text. Each documented text must be there, "" where it is not known,
// because a missing one is a wrong structure; a list that is there replaces the one
// that was. The database takes any part of a code for the code, so codes are
// compared with the whole catalogue before they are sent.
//
// Assumed are the catalogues' values, none of which are published; the wording of
// the errors; the members of the file beyond those that the database checks, taken
// from the standard form of a curriculum vitae; that the unit that speaks is the
// province or ministry of the calling agency, because that is who gave out the
// staff number; that countries have codes of two letters; and that a deletion names no
// content. There is no published
// look-up: profile-lookup is our own in the style of the messages.
//
// Left out is M0001_1, a variant of M0001 whose difference nobody documents.
//
// A message is not Repeatable. The database does not know a repeat for what it is:
// a second ADD is refused as if the number were somebody else's, and a second EDIT
// would take back what has been sent in between.
package civilservants

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
)

const (
	id = "civil-servants"
	// messagePath goes before the message in lower case: …/servicem0001.
	messagePath = "/apisyncmsg/syncmsg/service"
	lookupPath  = "/apisyncmsg/syncmsg/tracuuhoso" // assumed
	lookupVerb  = "GET"                            // assumed
)

// System describes the database and what can be asked of it.
func System() adapters.System {
	return adapters.System{
		ID:      id,
		Names:   adapters.Text{VI: "CSDL quốc gia về cán bộ, công chức, viên chức", EN: "National database of cadres, civil servants and public employees"},
		Owner:   adapters.Text{VI: "Bộ Nội vụ", EN: "Ministry of Home Affairs"},
		Secrets: []string{"authorization"},
		Operations: []adapters.Operation{
			adapters.Lookup(adapters.Operation{ID: "profile-lookup", Personal: true, Assumed: true,
				Summary: adapters.Text{VI: "Hồ sơ của một cán bộ, công chức, viên chức theo số hiệu", EN: "File of a public servant by staff number"},
			}, profileLookup),
			adapters.Submission(adapters.Operation{ID: "profile-sync", Personal: true,
				Summary: adapters.Text{VI: "Thêm, sửa, xóa hồ sơ cán bộ, công chức, viên chức, từng khối thông tin", EN: "Add, change or delete a public servant's file, block by block"},
			}, profileSync),
		},
	}
}

func profileLookup(ctx context.Context, c *adapters.Conn, call adapters.Call, in Question) (Profile, error) {
	a, err := post(ctx, c, call, lookupPath, lookupVerb, &Profile{StaffNumber: in.StaffNumber})
	if err != nil {
		return Profile{}, err
	}
	return a.profile(in.StaffNumber)
}

func profileSync(ctx context.Context, c *adapters.Conn, call adapters.Call, in Message) (Receipt, error) {
	a, err := post(ctx, c, call, messagePath+strings.ToLower(in.Message), in.Action, in.file())
	if err != nil {
		return Receipt{}, err
	}
	return a.receipt()
}

// post sends one message and returns an answer that says of itself that it is a success.
func post(ctx context.Context, c *adapters.Conn, call adapters.Call, path, action string, p *Profile) (answer, error) {
	var message content[map[string]any]
	message.Data.Header.Sender, message.Data.Header.Action = call.Agency, action
	message.Data.Body.File = write(p.members())
	inner, _ := json.Marshal(message) // texts can always be written
	province, _, _ := strings.Cut(call.Agency, ".")
	got, err := c.Do(ctx, call, adapters.Request{Path: path, JSON: envelope{OrgCode: province, JSONContent: inner},
		Header: http.Header{"Authorization": {c.Secret("authorization")}}})
	if err != nil {
		return answer{}, err
	}
	return open(got)
}
