package civilservants

import (
	"encoding/base64"
	"encoding/json"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// envelope is the body of a request. JSONContent is a content; JSON has bytes as base64.
type envelope struct {
	OrgCode     string `json:"org_Code"`
	JSONContent []byte `json:"jsonContent"`
}

// content is a message: who speaks, what to do, and a servant's file or parts of it.
type content[File any] struct {
	Data struct {
		Header struct {
			Sender string `json:"Sender_Code"`
			Action string `json:"Action_Type"`
		}
		Body struct {
			File File `json:"HOSO_CBCCVC"`
		}
	}
}

// answer is the body of every answer; only that of a look-up has content (assumed).
type answer struct {
	Message       wire.Text `json:"message"`
	ErrCode       wire.Text `json:"err_code"`
	TransactionID wire.Text `json:"transaction_id"`
	JSONContent   wire.Text `json:"jsonContent"`
}

// refusals classify the database's message, because its one code says only that it
// refuses. What they are about is documented, their wording is assumed.
var refusals = wire.Phrases{
	wire.Said(`loi he thong`, adapters.ErrUnavailable, "database reports a fault of its own"),
	wire.Said(`qua tai`, adapters.ErrUnavailable, "database reports that it is overloaded"),
	wire.Said(`khong (co quyen|duoc phep)`, adapters.ErrRejected, "account may not speak for the unit"),
	wire.Said(`json`, adapters.ErrRejected, "database refuses the structure of the message"),
	wire.Said(`action_type`, adapters.ErrRejected, "database refuses what the message wants to do"),
	wire.Said(`ma don vi`, adapters.ErrRejected, "unit that speaks is not in the catalogue"),
	wire.Said(`da ton tai`, adapters.ErrRefusedInput, "there is a file with this staff number"),
	wire.Said(`danh muc`, adapters.ErrRefusedInput, "a code is not in its catalogue"),
	wire.Said(`khong duoc de trong`, adapters.ErrRefusedInput, "a member that must be given is empty"),
	wire.Said(`khong (ton tai|tim thay)`, adapters.ErrNotFound, ""),
}

// open reads an answer that succeeded, or says why it did not.
func open(got *adapters.Answer) (answer, error) {
	if err := got.Fault(); err != nil {
		return answer{}, err
	}
	var a answer
	if err := got.JSON(&a); err != nil {
		return answer{}, err
	}
	switch a.ErrCode {
	case "0":
		return a, nil
	case "":
		return answer{}, adapters.Malformed("answer does not say whether it is a success")
	case "1":
		return answer{}, refusals.Failure(a.ErrCode, a.Message)
	}
	return answer{}, adapters.Fail(adapters.ErrRejected, string(a.ErrCode), "err_code that nobody documents")
}

// receipt is what a submission leaves in our hands.
func (a *answer) receipt() (Receipt, error) {
	if a.TransactionID == "" {
		return Receipt{}, adapters.Malformed("success without transaction_id")
	}
	return Receipt{TransactionID: string(a.TransactionID)}, nil
}

// profile reads the file asked for.
func (a *answer) profile(asked StaffNumber) (Profile, error) {
	message, err := base64.StdEncoding.DecodeString(string(a.JSONContent))
	if err != nil {
		return Profile{}, adapters.Malformed("jsonContent is not base64")
	}
	var c content[map[string]json.RawMessage]
	if err := adapters.DecodeJSON(message, &c); err != nil {
		return Profile{}, err
	}
	var p Profile
	v := wire.Values{Layouts: layouts}
	read(&v, p.members(), c.Data.Body.File)
	switch {
	case v.Err != nil:
		return Profile{}, v.Err
	case p.StaffNumber != asked || p.General == nil:
		return Profile{}, adapters.Malformed("file of another servant, or without general facts")
	}
	return p, nil
}
