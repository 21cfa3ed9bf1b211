package adapters

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// content is n bytes that differ from place to place.
func content(n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(i*7 + i>>8)
	}
	return out
}

func TestSpoolGivesBackWhatWasWrittenToEveryReader(t *testing.T) {
	for _, n := range []int{0, 1, spoolHead - 1, spoolHead, spoolHead + 1, 3*spoolHead + 17} {
		s, want := NewSpool(), content(n)
		for rest := want; len(rest) > 0; {
			part := rest[:min(len(rest), 100_001)]
			if _, err := s.Write(part); err != nil {
				t.Fatal(err)
			}
			rest = rest[len(part):]
		}
		first, second := s.Open(), s.Open()
		one := make([]byte, n/2)
		if _, err := io.ReadFull(first, one); err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(second)
		rest, err2 := io.ReadAll(first)
		if !bytes.Equal(got, want) || !bytes.Equal(append(one, rest...), want) || errors.Join(err, err2) != nil || s.Size() != int64(n) {
			t.Errorf("%d bytes come back otherwise: %v %v", n, err, err2)
		}
	}
}

func TestSpoolLeavesNothingReadableOnDisk(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	s := NewSpool()
	secret := bytes.Repeat([]byte("của một người "), spoolHead/8)
	if _, err := s.Write(secret); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("named files are left: %v %v", left, err)
	}
	raw, err := io.ReadAll(io.NewSectionReader(s.rest, 0, int64(len(secret))))
	if err != nil || len(raw) != len(secret)-spoolHead || bytes.Contains(raw, []byte("người")) {
		t.Errorf("%d bytes on disk, %v", len(raw), err)
	}
}

func TestRecordIsWrittenWithItsFiles(t *testing.T) {
	one, two := NewSpool(), NewSpool()
	_, _ = one.Write([]byte("%PDF-1"))
	_, _ = two.Write(content(spoolHead + 5))
	record, err := json.Marshal(struct {
		Second LargeFile `json:"second"`
		First  LargeFile `json:"first"`
	}{LargeFile{Name: "b", Size: two.Size(), Content: two}, LargeFile{Name: "a", Size: 6, Content: one}})
	if err != nil {
		t.Fatal(err)
	}
	files := []*Spool{one, two}
	var out bytes.Buffer
	if err := WriteRecord(&out, record, files); err != nil || int64(out.Len()) != RecordSize(record, files) {
		t.Fatalf("%v, %d bytes, %d announced", err, out.Len(), RecordSize(record, files))
	}
	var got struct{ First, Second struct{ Content []byte } }
	if err := json.Unmarshal(out.Bytes(), &got); err != nil || string(got.First.Content) != "%PDF-1" || !bytes.Equal(got.Second.Content, content(spoolHead+5)) {
		t.Errorf("%v", err)
	}
	if failing := WriteRecord(iotest.TruncateWriter(io.Discard, 0), record, files); failing != nil {
		t.Error(failing)
	}
	// What the policies withheld is not put in again.
	out.Reset()
	if err := WriteRecord(&out, []byte(`{"first":{"name":"a"}}`), files); err != nil || out.String() != `{"first":{"name":"a"}}` || RecordSize(out.Bytes(), files) != int64(out.Len()) {
		t.Errorf("%v %s", err, &out)
	}
}

func TestFileIsTakenOutOfAnAnswerWhileItArrives(t *testing.T) {
	pdf := base64.StdEncoding.EncodeToString([]byte("%PDF-1.4 mẫu"))
	for _, c := range []struct{ body, rest, file string }{
		{`{"a":1,"pdf":"` + pdf + `","b":"x"}`, `{"a":1,"pdf":"","b":"x"}`, "%PDF-1.4 mẫu"},
		{`{"v":[{ "pdf" : "` + pdf + `" }]}`, `{"v":[{ "pdf" : "" }]}`, "%PDF-1.4 mẫu"},
		{`{"pdf":"` + strings.ReplaceAll(strings.ReplaceAll(pdf, "=", `\u003d`), "J", `\u004a`) + `"}`, `{"pdf":""}`, "%PDF-1.4 mẫu"},
		{`{"pdf":"` + pdf[:8] + `\r\n` + pdf[8:] + `"}`, `{"pdf":""}`, "%PDF-1.4 mẫu"},
		{`{"pdf":""}`, `{"pdf":""}`, ""},
		{`{"pdf":null,"x":"pdf"}`, `{"pdf":null,"x":"pdf"}`, "none"},
		{`{"other":"` + pdf + `","p\"df":"pdf"}`, `{"other":"` + pdf + `","p\"df":"pdf"}`, "none"},
		{`<html>"pdf":no</html>`, `<html>"pdf":no</html>`, "none"},
		{`["pdf","` + pdf + `"]`, `["pdf","` + pdf + `"]`, "none"},
	} {
		rest, file, err := detach(strings.NewReader(c.body), "pdf")
		if err != nil || string(rest) != c.rest {
			t.Errorf("%s leaves %s, %v", c.body, rest, err)
		}
		got := "none"
		if file != nil {
			text, err := io.ReadAll(file.Open())
			if err != nil {
				t.Fatal(err)
			}
			got = string(text)
		}
		if got != c.file {
			t.Errorf("%s holds %q", c.body, got)
		}
	}
	for _, body := range []string{`{"pdf":"%%%"}`, `{"pdf":"QUJ"}`, `{"pdf":"QQ==QQ=="}`, `{"pdf":"\x"}`, `{"pdf":"\u00e9"}`, `{"pdf":"QUJD","pdf":"QUJD"}`} {
		if _, _, err := detach(strings.NewReader(body), "pdf"); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", body, err)
		}
	}
	for _, body := range []string{`{"pdf":"QUJD`, `{"pdf":"QUJ`, `{"pdf":"QUJD\`, `{"pdf":"QUJD\u00`} {
		if _, _, err := detach(io.MultiReader(strings.NewReader(body), iotest.ErrReader(io.ErrUnexpectedEOF)), "pdf"); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: %v", body, err)
		}
	}
	if _, _, err := detach(io.LimitReader(forever{}, maxAnswer+10), "pdf"); !errors.Is(err, ErrMalformed) {
		t.Errorf("an endless answer: %v", err)
	}
}

type forever struct{}

func (forever) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func FuzzDetach(f *testing.F) {
	f.Add(`{"a":1,"pdf":"QUJD","b":"x"}`)
	f.Add(`{"pdf":"QUI\u003d"}`)
	f.Add(`{"pdf":"QUI= ","pdf":1}`)
	f.Fuzz(func(t *testing.T, text string) {
		rest, file, err := detach(strings.NewReader(text), "pdf")
		if err != nil {
			return
		}
		var whole, left struct {
			PDF *string `json:"pdf"`
		}
		if !json.Valid([]byte(text)) || json.Unmarshal([]byte(text), &whole) != nil {
			return
		}
		if json.Unmarshal(rest, &left) != nil {
			t.Fatalf("%q leaves %q, which is not JSON", text, rest)
		}
		if file == nil && string(rest) != text {
			t.Fatalf("%q without a file becomes %q", text, rest)
		}
	})
}

func TestFullDiskIsNotBlamedOnTheSystem(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir()+"/missing")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"pdf":"`+base64.StdEncoding.EncodeToString(content(spoolHead+1))+`"}`)
	}))
	defer server.Close()
	conn := NewConn(ConnOptions{Base: server.URL, Transport: http.DefaultTransport, Now: time.Now})
	_, err := conn.Do(t.Context(), Call{}, Request{File: "pdf"})
	if _, national := errors.AsType[*Error](err); !errors.Is(err, errOwnDisk) || national {
		t.Errorf("got %v", err)
	}
}

// The memory that a large file takes of a process does not grow with the file.
func TestLargeFileIsNotHeldInMemory(t *testing.T) {
	const size = 48 << 20
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"status":1,"pdf":"`)
		encoder := base64.NewEncoder(base64.StdEncoding, w)
		_, _ = io.CopyN(encoder, forever{}, size)
		_ = encoder.Close()
		_, _ = io.WriteString(w, `"}`)
	}))
	defer server.Close()
	conn := NewConn(ConnOptions{Base: server.URL, Transport: http.DefaultTransport, Now: time.Now})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	answer, err := conn.Do(context.Background(), Call{}, Request{File: "pdf"})
	if err != nil || answer.File == nil || answer.File.Size() != size || string(answer.Body) != `{"status":1,"pdf":""}` {
		t.Fatalf("%v %+v", err, answer)
	}
	if err := WriteRecord(io.Discard, []byte(`"`+answer.File.marker+`"`), []*Spool{answer.File}); err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if held := int64(after.HeapInuse) - int64(before.HeapInuse); held > 8<<20 {
		t.Errorf("%d bytes are held for a file of %d", held, size)
	}
	if allocated := int64(after.TotalAlloc - before.TotalAlloc); allocated > size/2+64<<20 {
		t.Errorf("%d bytes were allocated for a file of %d", allocated, size)
	}
}
