package lookup

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
)

type paper struct {
	Code string             `json:"code"`
	File adapters.LargeFile `json:"file"`
}

func (p paper) Files() []*adapters.Spool { return []*adapters.Spool{p.File.Content} }

// withPaper is the fixture over a system that answers a file.
func withPaper(t *testing.T, access string) *fixture {
	f := newFixture(t, newClock().Now)
	text := adapters.Text{VI: "mẫu", EN: "sample"}
	system := adapters.System{ID: register, Names: text, Owner: text, Operations: []adapters.Operation{
		adapters.Lookup(adapters.Operation{ID: "shop", Summary: text}, func(context.Context, *adapters.Conn, adapters.Call, shopQuestion) (paper, error) {
			content := adapters.NewSpool()
			_, err := content.Write(bytes.Repeat([]byte("%PDF"), 1<<17))
			return paper{Code: "A1", File: adapters.LargeFile{Name: "a.pdf", MediaType: "application/pdf", Size: content.Size(), Content: content}}, err
		}),
		adapters.Lookup(adapters.Operation{ID: "person", Summary: text}, func(context.Context, *adapters.Conn, adapters.Call, shopQuestion) (paper, error) { return paper{}, nil }),
		adapters.Lookup(adapters.Operation{ID: "brief", Summary: text}, func(context.Context, *adapters.Conn, adapters.Call, shopQuestion) (paper, error) { return paper{}, nil }),
	}}
	f.set = policiesOf(t, system, access)
	f.Catalog = catalog.New(catalog.Options{Systems: []adapters.System{system}, Now: f.now})
	if err := f.Catalog.Configure(map[string]catalog.Settings{register: guarded()}); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFileInAnAnswerReachesWhoMayHaveItAndIsNeverKept(t *testing.T) {
	for fields, whole := range map[string]bool{`"*"`: true, "[code, file.name, file.size]": false} {
		f := withPaper(t, "kind: access\nrules:\n  - {id: all, basis: test, agencies: H26.1, operations: register/shop, purposes: one-stop, fields: "+fields+"}\n")
		for range 2 {
			answer := f.mustAsk(f.question("H26.1", "shop", "A1"))
			if answer.Freshness.Source != Miss || answer.Freshness.Stored {
				t.Errorf("%s: %+v", fields, answer.Freshness)
			}
			var out bytes.Buffer
			if err := adapters.WriteRecord(&out, answer.Body, answer.Files); err != nil || int64(out.Len()) != adapters.RecordSize(answer.Body, answer.Files) {
				t.Fatal(err)
			}
			var got struct {
				File struct {
					Name    string
					Content []byte
				}
			}
			if err := json.Unmarshal(out.Bytes(), &got); err != nil || got.File.Name != "a.pdf" || (len(got.File.Content) == 1<<19) != whole {
				t.Errorf("%s: %v, %d bytes of %+v", fields, err, len(got.File.Content), got.File.Name)
			}
		}
	}
}
