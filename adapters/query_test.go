package adapters

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestQueryIsTheSameQuestionAsABody(t *testing.T) {
	op := operation[question]()
	body, faults := op.Parse([]byte(`{"fullName":"Trần Thử","citizenId":"001099000001","limit":7,"tags":["a","1"]}`))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	query, err := url.ParseQuery("limit=7&citizenId=001099000001&fullName=+" + url.QueryEscape(norm.NFD.String("Trần Thử")) + `&tags=["a","1"]`)
	if err != nil {
		t.Fatal(err)
	}
	got, faults := op.ParseQuery(query)
	if len(faults) > 0 || string(got.Canonical) != string(body.Canonical) || got.Subject != body.Subject {
		t.Errorf("got %s (%v), want %s", got.Canonical, faults, body.Canonical)
	}
}

func TestQueryRefusesWhatDoesNotFit(t *testing.T) {
	tests := []struct {
		name  string
		query url.Values
		want  string
	}{
		{"repeated", url.Values{"fullName": {"A", "A"}}, "fullName: is given twice"},
		{"repeated, unknown", url.Values{"x": {"1", "2"}}, "x: is given twice,x: is not a member of this operation"},
		{"unknown", url.Values{"x": {"1"}}, "x: is not a member of this operation"},
		{"unknown in invalid UTF-8", url.Values{"limi\xff": {"1"}}, "limi\ufffd: is not a member of this operation"},
		{"invalid UTF-8", url.Values{"colour": {"\xff"}}, "colour: is not UTF-8 text,colour: must be one of: red, green"},
		{"list in invalid UTF-8", url.Values{"tags": {"\"\xff\""}}, "tags: is not UTF-8 text,tags: must be of type array"},
		{"no number", url.Values{"limit": {"seven"}}, "limit: must be of type integer"},
		{"quoted number", url.Values{"limit": {`"7"`}}, "limit: must be of type integer"},
		{"null", url.Values{"limit": {"null"}}, "limit: must be of type integer"},
		{"object for a number", url.Values{"limit": {`{"a":1}`}}, "limit: must be of type integer"},
		{"text that breaks out", url.Values{"colour": {`red","limit":"1`}}, "colour: must be one of: red, green"},
		{"empty", url.Values{"colour": {""}}, "colour: must not be empty"},
		{"number too large", url.Values{"limit": {"11"}}, "limit: must be at most 10"},
	}
	op := operation[question]()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.query.Set("citizenId", "001099000001")
			if !test.query.Has("fullName") {
				test.query.Set("fullName", "A")
			}
			in, faults := op.ParseQuery(test.query)
			if got := strings.Join(faulted(faults), ","); got != test.want || in.Canonical != nil {
				t.Errorf("faults %q, want %q", got, test.want)
			}
		})
	}
}

func TestParameterWithoutValuesIsAbsent(t *testing.T) {
	_, faults := operation[question]().ParseQuery(url.Values{"citizenId": {"001099000001"}, "fullName": nil})
	if got := strings.Join(faulted(faults), ","); got != "fullName: is required" {
		t.Errorf("faults %q", got)
	}
}

func TestManyRepeatedParametersAreReportedWithinBounds(t *testing.T) {
	query := url.Values{}
	for i := range 1000 {
		query[strconv.Itoa(i)] = []string{"1", "2"}
	}
	if _, faults := operation[question]().ParseQuery(query); len(faults) != maxFaults {
		t.Errorf("%d faults, want %d", len(faults), maxFaults)
	}
}
