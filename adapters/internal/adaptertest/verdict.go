package adaptertest

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
)

// Verdict wants an error of this kind and national code, or none, with nothing private
// in it.
func Verdict(t testing.TB, name string, err, kind error, code string, private ...string) {
	t.Helper()
	if !errors.Is(err, kind) || (err == nil) != (kind == nil) {
		t.Errorf("%s: got %v, want %v", name, err, kind)
		return
	}
	if failed, ok := errors.AsType[*adapters.Error](err); ok && failed.Code != code {
		t.Errorf("%s: national code %q, want %q", name, failed.Code, code)
	}
	for _, value := range private {
		if err != nil && strings.Contains(err.Error(), value) {
			t.Errorf("%s: the error holds a value of question or answer: %v", name, err)
		}
	}
}

// Writable wants what was read to be written as JSON.
func Writable(t testing.TB, record any) {
	t.Helper()
	if _, err := json.Marshal(record); err != nil {
		t.Errorf("record cannot be written: %v", err)
	}
}
