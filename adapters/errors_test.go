package adapters

import (
	"context"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNationalCodeIsKeptOnlyIfItIsOne(t *testing.T) {
	tests := []struct{ given, want string }{
		{"201", "201"}, {"900901", "900901"}, {"soapenv:Client", "soapenv:Client"}, {"AUTHEN_ERROR", "AUTHEN_ERROR"}, {"http-503", "http-503"}, {"E.1", "E.1"},
		{"12345678", "12345678"}, {"", ""},
		{"123456789", ""}, {"E-001099000001", ""}, {"12345-6789-012345678", ""},
		{"Nguyễn", ""}, {"NGUYEN VAN THU", ""}, {"a b", ""}, {"a\nb", ""}, {"\xff", ""}, {"a<b>", ""},
		{strings.Repeat("A", 40), strings.Repeat("A", 40)}, {strings.Repeat("A", 41), ""},
	}
	for _, test := range tests {
		if got := Fail(ErrRejected, test.given, "").Code; got != test.want {
			t.Errorf("%q is kept as %q, want %q", test.given, got, test.want)
		}
	}
}

func TestNoCodeHoldsAnIdentifier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.StringMatching(`[0-9]{9,12}`).Draw(t, "id")
		around := rapid.StringMatching(`[A-Za-z:._-]{0,5}`)
		if code := safeCode(around.Draw(t, "before") + id + around.Draw(t, "after")); code != "" {
			t.Fatalf("%q is kept", code)
		}
	})
}

func TestErrorIsItsKindAndItsCause(t *testing.T) {
	err := error(&Error{Kind: ErrTimeout, Code: "7", Detail: "late", Err: context.DeadlineExceeded})
	if !errors.Is(err, ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrUnavailable) {
		t.Error("kind and cause are not what the error is")
	}
	if got := err.Error(); got != "timeout (7): late" {
		t.Errorf("text %q", got)
	}
	if err := error(Malformed("%d rows", 2)); !errors.Is(err, ErrMalformed) || err.Error() != "malformed answer: 2 rows" {
		t.Errorf("text %q", err)
	}
}
