package ndxp

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
)

// accessTokenHeader is what a province's own gateway in front of the national one
// wants besides the bearer token; it is sent in lower case, as its clients do.
const accessTokenHeader = "lgspaccesstoken"

// accessToken names the consumer to that gateway.
type accessToken struct {
	AccessKey      string
	SecretKey      string
	AppName        string
	PartnerCode    string
	PartnerCodeCus string
}

// CheckAccessToken says what is wrong with the JSON of an access token: an object
// of the texts AccessKey, SecretKey, AppName, PartnerCode and PartnerCodeCus, of
// which the keys must not be empty. The fault quotes nothing of it.
func CheckAccessToken(text string) error {
	var t accessToken
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.DisallowUnknownFields()
	switch {
	case d.Decode(&t) != nil || d.Decode(new(any)) != io.EOF:
		return errors.New("is not a JSON object of AccessKey, SecretKey, AppName, PartnerCode and PartnerCodeCus")
	case t.AccessKey == "" || t.SecretKey == "":
		return errors.New("lacks AccessKey or SecretKey")
	}
	return nil
}

// encodeAccessToken is the header's value: the JSON in base64, without the space
// that a file may have between its members.
func encodeAccessToken(text string) string {
	if text == "" {
		return ""
	}
	var compact bytes.Buffer
	if json.Compact(&compact, []byte(text)) == nil {
		text = compact.String()
	}
	return base64.StdEncoding.EncodeToString([]byte(text))
}
