package criminalrecord

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// sayings are what the system's answers mean by their code, "" for plain text, and by
// what they say. Codes 00, 01 and 03 and what the texts say are documented, their
// wording is assumed; what sounds like a failure comes before what sounds like a
// success.
var sayings = map[string]wire.Phrases{
	"00": {wire.Said(``, nil, "")},
	"01": {
		wire.Said(`khong (duoc|cho) phep (chuyen|thay doi) trang thai|(chuyen|thay doi) trang thai.*khong (duoc|cho) phep`, errReceived, ""),
		keyRefused,
		wire.Said(``, adapters.ErrRefusedInput, "system reports an error in the dossier"),
	},
	"03": {interrupted, wire.Said(``, adapters.ErrRejected, "system reports a failure for good")},
	"": {
		wire.Said(`da (duoc )?tiep nhan.*khong the cap nhat|khong the cap nhat.*da (duoc )?tiep nhan`, errReceived, ""),
		interrupted, keyRefused,
		wire.Said(`khong hop le|bat buoc`, adapters.ErrRefusedInput, "system refuses a member of the form"),
		wire.Said(`khong|chua|loi|that bai`, adapters.ErrRejected, "system refuses in words that we do not know"),
		wire.Said(`da gui|gui.*thanh cong`, nil, ""),
	},
	"0": {
		keyRefused,
		wire.Said(`khong (tim thay|ton tai)`, adapters.ErrNotFound, ""),
		wire.Said(`khong hop le`, adapters.ErrRefusedInput, "system refuses a member of the question"),
		interrupted,
	},
}

var (
	keyRefused  = wire.Said(`authkey`, adapters.ErrRejected, "system refuses our authKey")
	interrupted = wire.Said(`gian doan.*thu lai`, adapters.ErrUnavailable, "system says it was interrupted")
	// errReceived is a success that came of an earlier call.
	errReceived = errors.New("received before")
)

// judge tells what an answer means: a success, a success that came of an earlier
// call, or an error. What nobody documents is the bus's to look into.
func judge(code, text wire.Text) (repeated bool, err error) {
	switch said, known := sayings[string(code)].Find(text); {
	case known && said.Kind == nil:
		return false, nil
	case errors.Is(said.Kind, errReceived):
		return true, nil
	}
	return false, sayings[string(code)].Failure(code, text)
}

// refusal is the error in an answer that says 0 of itself, or something undocumented.
func refusal(code, text wire.Text) error {
	if code == "" {
		return adapters.Malformed("answer does not say whether it is a success")
	}
	_, err := judge(code, text)
	if err == nil { // 00 is no word of these answers
		return adapters.Malformed("success of another call")
	}
	return err
}

// readReceipt reads the answer of the submit call: plain text, or a verdict as
// other calls of v2 give it.
func readReceipt(body []byte) (repeated bool, err error) {
	text := strings.TrimSpace(string(body))
	if strings.HasPrefix(text, "{") {
		var v struct{ StatusCode, ErrorDetail wire.Text }
		if err := adapters.DecodeJSON(body, &v); err != nil {
			return false, err
		}
		if v.StatusCode == "" {
			return false, adapters.Malformed("verdict without statusCode")
		}
		return judge(v.StatusCode, v.ErrorDetail)
	}
	if first, _ := utf8.DecodeRuneInString(text); !utf8.ValidString(text) || !unicode.IsLetter(first) {
		return false, adapters.Malformed("neither words nor a verdict")
	}
	return judge("", wire.Text(text))
}
