package criminalrecord

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// sayings are what the system's answers mean: a code, "" for plain text, and words
// in it, without accents. The first row that fits counts. Codes 00, 01 and 03 and
// what the texts say are documented, their wording is assumed; what sounds like a
// failure comes before what sounds like a success.
var sayings = [...]struct {
	code   string
	words  *regexp.Regexp
	repeat bool // a success that came of an earlier call
	kind   error
	detail string
}{
	{code: "00", words: anything},
	{code: "01", words: said(`khong (duoc|cho) phep (chuyen|thay doi) trang thai|(chuyen|thay doi) trang thai.*khong (duoc|cho) phep`), repeat: true},
	{code: "01", words: said(`authkey`), kind: adapters.ErrRejected, detail: keyRefused},
	{code: "01", words: anything, kind: adapters.ErrRefusedInput, detail: "system reports an error in the dossier"},
	{code: "03", words: said(`gian doan.*thu lai`), kind: adapters.ErrUnavailable, detail: interrupted},
	{code: "03", words: anything, kind: adapters.ErrRejected, detail: "system reports a failure for good"},

	{code: "", words: said(`da (duoc )?tiep nhan.*khong the cap nhat|khong the cap nhat.*da (duoc )?tiep nhan`), repeat: true},
	{code: "", words: said(`gian doan.*thu lai`), kind: adapters.ErrUnavailable, detail: interrupted},
	{code: "", words: said(`authkey`), kind: adapters.ErrRejected, detail: keyRefused},
	{code: "", words: said(`khong hop le|bat buoc`), kind: adapters.ErrRefusedInput, detail: "system refuses a member of the form"},
	{code: "", words: said(`khong|chua|loi|that bai`), kind: adapters.ErrRejected, detail: unknownWords},
	{code: "", words: said(`da gui|gui.*thanh cong`)},

	{code: "0", words: said(`authkey`), kind: adapters.ErrRejected, detail: keyRefused},
	{code: "0", words: said(`khong (tim thay|ton tai)`), kind: adapters.ErrNotFound},
	{code: "0", words: said(`khong hop le`), kind: adapters.ErrRefusedInput, detail: "system refuses a member of the question"},
	{code: "0", words: said(`gian doan.*thu lai`), kind: adapters.ErrUnavailable, detail: interrupted},
}

var anything = said("")

func said(words string) *regexp.Regexp { return regexp.MustCompile("(?s)" + words) }

const (
	keyRefused   = "system refuses our authKey"
	interrupted  = "system says it was interrupted"
	unknownWords = "system answers in words or by a code we do not know"
)

// judge tells what an answer means: a success, a success that came of an earlier
// call, or an error. What is in no row is the bus's to look into.
func judge(code, text string) (repeated bool, err error) {
	text = wire.Unaccented(text)
	for _, s := range sayings {
		if s.code != code || !s.words.MatchString(text) {
			continue
		}
		if s.kind == nil {
			return s.repeat, nil
		}
		return false, adapters.Fail(s.kind, code, s.detail)
	}
	return false, adapters.Fail(adapters.ErrRejected, code, unknownWords)
}

// refusal is the error in an answer that says 0 of itself, or something undocumented.
func refusal(code, text wire.Text) error {
	if code == "" {
		return adapters.Malformed("answer does not say whether it is a success")
	}
	_, err := judge(string(code), string(text))
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
		return judge(string(v.StatusCode), string(v.ErrorDetail))
	}
	if first, _ := utf8.DecodeRuneInString(text); !utf8.ValidString(text) || !unicode.IsLetter(first) {
		return false, adapters.Malformed("neither words nor a verdict")
	}
	return judge("", text)
}
