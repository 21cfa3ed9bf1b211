package audit

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestStringsAreQuotedLikeEncodingJSON(t *testing.T) {
	check := func(t interface{ Fatalf(string, ...any) }, s string) {
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(s); err != nil {
			t.Fatalf("%v", err)
		}
		if got := string(appendString(nil, s)) + "\n"; got != want.String() {
			t.Fatalf("%q: got %s, want %s", s, got, want.String())
		}
	}
	for _, s := range []string{
		"", "Nguyễn Hư Cấu", "a\"b\\c", "\x00\x01\b\f\n\r\t\x1f\x7f", "<&>", "\u2028\u2029\ufffd", "\xff", "a\xc3", "\xed\xa0\x80b", "\xf0\x9f\x98",
	} {
		check(t, s)
	}
	rapid.Check(t, func(t *rapid.T) { check(t, string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))) })
	rapid.Check(t, func(t *rapid.T) { check(t, rapid.String().Draw(t, "text")) })
}

func TestEntryIsEncodedLikeEncodingJSON(t *testing.T) {
	for name, e := range map[string]*Entry{"full": sample(), "empty": {Time: noon}, "only a dossier": {Time: noon, Dossier: "d"}} {
		line := appendRest(appendIndex(nil, 7), e)
		var s stored
		if err := json.Unmarshal(line, &s); err != nil {
			t.Fatalf("%s: %v in %s", name, err, line)
		}
		want, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want)+"\n", string(line)); diff != "" {
			t.Errorf("%s: (-encoding/json +line)\n%s", name, diff)
		}
	}
}

func TestEntryReadsBackAsItWas(t *testing.T) {
	text := rapid.String()
	rapid.Check(t, func(t *rapid.T) {
		e := Entry{
			Time:    time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(t, "time")).UTC(),
			Request: text.Draw(t, "request"), Correlation: text.Draw(t, "correlation"), Agency: text.Draw(t, "agency"),
			Client: text.Draw(t, "client"), System: text.Draw(t, "system"), Operation: text.Draw(t, "operation"),
			Purpose: text.Draw(t, "purpose"), Rule: text.Draw(t, "rule"), Outcome: text.Draw(t, "outcome"),
			Status: rapid.IntRange(0, 599).Draw(t, "status"), Cache: text.Draw(t, "cache"),
			Fields: rapid.SliceOfN(text, 1, 3).Draw(t, "fields"), Subject: text.Draw(t, "subject"),
			Official: text.Draw(t, "official"), Dossier: text.Draw(t, "dossier"), Source: text.Draw(t, "source"),
			NationalCode: text.Draw(t, "code"), Endpoint: text.Draw(t, "endpoint"),
			Duration: time.Duration(rapid.Int64Range(0, 1e9).Draw(t, "duration")) * time.Microsecond,
		}
		got, err := decodeEntry(appendRest(appendIndex(nil, 1), &e))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(e, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestEntryIsOneLine(t *testing.T) {
	e := sample()
	e.Correlation, e.Fields = "a\nb\r\x00", []string{"c\n\x00"}
	line := appendRest(nil, e)
	if bytes.Count(line, []byte("\n")) != 1 || bytes.IndexByte(line, 0) >= 0 {
		t.Errorf("a value breaks out of its line: %q", line)
	}
}

func TestSubjectHash(t *testing.T) {
	key, other := [32]byte{1}, [32]byte{2}
	h := SubjectHash(key, "citizenId", "001099000001")
	if len(h) != 22 || strings.Contains(h, "001099") {
		t.Errorf("%q is not 128 bits of base64url", h)
	}
	if h != SubjectHash(key, "citizenId", "001099000001") {
		t.Error("the same person has two hashes")
	}
	for name, different := range map[string]string{
		"value":    SubjectHash(key, "citizenId", "001099000002"),
		"kind":     SubjectHash(key, "taxCode", "001099000001"),
		"key":      SubjectHash(other, "citizenId", "001099000001"),
		"boundary": SubjectHash(key, "citizenId0", "01099000001"),
	} {
		if h == different {
			t.Errorf("another %s gives the same hash", name)
		}
	}
}

func TestReceiptReadsBack(t *testing.T) {
	want := Receipt{Journal: "a1-b2", Index: 1<<64 - 1}
	got, err := ParseReceipt(want.String())
	if err != nil || got != want {
		t.Errorf("got %v, %v", got, err)
	}
	for _, bad := range []string{"", "a", "/1", "a/", "a/01", "a/-1", "a/+1", "A/1", "a/1/2", "../1", "a/18446744073709551616", strings.Repeat("a", 65) + "/1"} {
		if r, err := ParseReceipt(bad); err == nil {
			t.Errorf("%q was read as %v", bad, r)
		}
	}
}

func FuzzParseReceipt(f *testing.F) {
	f.Add("journal/42")
	f.Fuzz(func(t *testing.T, s string) {
		if r, err := ParseReceipt(s); err == nil && r.String() != s {
			t.Errorf("%q was read as %v", s, r)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	e, buf := sample(), make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		buf = appendRest(appendIndex(buf[:0], 12345), e)
	}
	b.SetBytes(int64(len(buf)))
}
