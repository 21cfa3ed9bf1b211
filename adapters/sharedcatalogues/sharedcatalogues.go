// Package sharedcatalogues speaks to the national store of shared electronic
// catalogues (DMDC): REST with JSON arrays, behind the shared national gateway.
//
// AllCategory lists the catalogues, Metadata/{code} the properties of one and
// Category/{code} its rows, always whole. Rows pass as they are: their members
// are the catalogue's own property codes and their dates are dd/MM/yyyy.
//
// The members of AllCategory and what the store answers about a catalogue it
// does not have are not documented. Taken here: CategoryCode and CategoryName,
// and an empty array. Its other known form, an object with MSG and Count inside
// HTTP 200, reports refused values.
package sharedcatalogues

import (
	"context"
	"net/url"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
)

// System describes the store and its operations.
func System() adapters.System {
	return adapters.System{
		ID:    "shared-catalogues",
		Names: adapters.Text{VI: "Danh mục điện tử dùng chung (DMDC)", EN: "Shared electronic catalogues"},
		Owner: adapters.Text{VI: "Bộ Khoa học và Công nghệ", EN: "Ministry of Science and Technology"},
		Operations: []adapters.Operation{
			adapters.Lookup(adapters.Operation{ID: "catalogues",
				Summary: adapters.Text{VI: "Các danh mục dùng chung hiện có", EN: "The shared catalogues there are"},
			}, catalogues),
			adapters.Lookup(adapters.Operation{ID: "structure",
				Summary: adapters.Text{VI: "Các thuộc tính của một danh mục", EN: "The properties of a catalogue"},
			}, structure),
			adapters.Lookup(adapters.Operation{ID: "entries",
				Summary: adapters.Text{VI: "Toàn bộ các dòng của một danh mục", EN: "All rows of a catalogue"},
			}, entries),
		},
	}
}

// nothing is the input of a question without parameters.
type nothing struct{}

// question names a catalogue.
type question struct {
	Code string `json:"code" lgsp:"required,max=64" vi:"Mã danh mục, ví dụ madantoc" en:"Code of the catalogue, such as madantoc"`
}

// Check refuses what cannot be a catalogue's code. It becomes a part of the
// address, so it must not be able to mean anything there.
func (q question) Check() []adapters.Fault {
	if strings.Trim(q.Code, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == "" {
		return nil
	}
	return []adapters.Fault{{Field: "code", Message: adapters.Text{
		VI: "chỉ gồm chữ cái không dấu, chữ số, gạch ngang và gạch dưới", EN: "must consist of plain letters, digits, dashes and underscores"}}}
}

// Catalogues is the list of what there is.
type Catalogues struct {
	Catalogues []Catalogue `json:"catalogues" lgsp:"required" vi:"Danh mục" en:"Catalogues"`
}

// Catalogue is an entry of that list.
type Catalogue struct {
	Code string `json:"code" lgsp:"assumed"`
	Name string `json:"name,omitempty" lgsp:"assumed"`
}

// Structure is what the rows of a catalogue hold.
type Structure struct {
	Code       string     `json:"code" lgsp:"required"`
	Properties []Property `json:"properties" lgsp:"required" vi:"Thuộc tính" en:"Properties"`
}

// Property is a member that every row of the catalogue has.
type Property struct {
	Code      string `json:"code"`
	Name      string `json:"name,omitempty"`
	ValueType string `json:"valueType" lgsp:"enum=String|DateTime" vi:"Kiểu giá trị; DateTime viết dd/MM/yyyy" en:"Type of the values; DateTime is written dd/MM/yyyy"`
}

// Entries is a whole catalogue. The store cannot give a part of it, and one
// answer for all serves every caller from the cache.
type Entries struct {
	Code    string               `json:"code" lgsp:"required"`
	Count   int                  `json:"count"`
	Entries []map[string]*string `json:"entries" lgsp:"required" vi:"Các dòng, theo mã thuộc tính" en:"Rows, by property code"`
}

func catalogues(ctx context.Context, c *adapters.Conn, call adapters.Call, _ nothing) (Catalogues, error) {
	body, err := ask(ctx, c, call, "/AllCategory")
	if err != nil {
		return Catalogues{}, err
	}
	return readCatalogues(body)
}

func structure(ctx context.Context, c *adapters.Conn, call adapters.Call, in question) (Structure, error) {
	body, err := ask(ctx, c, call, "/Metadata/"+url.PathEscape(in.Code))
	if err != nil {
		return Structure{}, err
	}
	return readStructure(body, in.Code)
}

func entries(ctx context.Context, c *adapters.Conn, call adapters.Call, in question) (Entries, error) {
	body, err := ask(ctx, c, call, "/Category/"+url.PathEscape(in.Code))
	if err != nil {
		return Entries{}, err
	}
	return readEntries(body, in.Code)
}

func ask(ctx context.Context, c *adapters.Conn, call adapters.Call, path string) ([]byte, error) {
	answer, err := c.Do(ctx, call, adapters.Request{Path: path})
	if err != nil {
		return nil, err
	}
	return answer.Body, answer.Fault()
}
