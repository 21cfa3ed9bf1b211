// Package legaldocuments speaks to the national database of legal documents: the
// public gateway of the Ministry of Justice, REST with JSON answers, reached
// directly. The bus calls it through adapters/catalog.
//
// The gateway wraps its answers in {success, data}; only a tree of provisions may
// come bare. It passes over filters that it does not know, and how large a page may
// be is not announced, so rows are counted and their dates compared with what was
// asked; whether keyword, agencies and level were heeded cannot be told from the
// rows. Their order is fixed to the newest first, words are sought in the title
// (optionDoc, matchMode) and editions of one document are not grouped (groupVbpl).
//
// From what public clients of the gateway do: HTTP 400 with the messageCode
// invalid.document.entity.not.found says that there is no such document;
// documentNamesBySource of a diagram lists who acts on this document; the relation
// types 4, 5, 9 and 11 have their names. About type 8 sources differ: it is named as
// the documentation has it, an abrogation like type 1, while another source
// takes it for a guide; the code stands beside the name. Assumed are the window of issue dates,
// and that documentRelatedList names the files of a document.
//
// Left out: the files themselves and their list (minio/…), because its addresses
// let whoever holds them in for a day and may not pass through a cache; the lists of
// filters (combobox, agency, area), which only a form for searching needs (the id of
// an agency is read at the database's portal); and the ministry's older SOAP service (GetListVanBanByListSKH, GetVanBanById), whose ids
// are others and which tells nothing more.
package legaldocuments

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"

	"github.com/lgsp-vn/lgsp/adapters"
)

// System describes the database and its operations.
func System() adapters.System {
	return adapters.System{
		ID:      "legal-documents",
		Names:   adapters.Text{VI: "CSDL quốc gia về văn bản pháp luật", EN: "National database of legal documents"},
		Owner:   adapters.Text{VI: "Bộ Tư pháp", EN: "Ministry of Justice"},
		Secrets: []string{"apiKey"},
		Operations: []adapters.Operation{
			adapters.Lookup(adapters.Operation{ID: "search",
				Summary: adapters.Text{VI: "Tìm văn bản theo từ khóa trong tên, cơ quan và ngày ban hành, mới nhất trước", EN: "Documents by words of the title, agency and date of issue, the newest first"},
			}, search),
			adapters.Lookup(adapters.Operation{ID: "document",
				Summary: adapters.Text{VI: "Một văn bản: thuộc tính, hiệu lực và toàn văn", EN: "One document: its attributes, its force and its text"},
			}, document),
			adapters.Lookup(adapters.Operation{ID: "provisions",
				Summary: adapters.Text{VI: "Phần, chương, mục, điều, khoản, điểm của một văn bản", EN: "Parts, chapters, sections, articles, clauses and points of a document"},
			}, provisions),
			adapters.Lookup(adapters.Operation{ID: "relations",
				Summary: adapters.Text{VI: "Văn bản mà văn bản này tác động đến và văn bản tác động đến nó", EN: "What a document does to others, and others to it"},
			}, relations),
		},
	}
}

func search(ctx context.Context, c *adapters.Conn, call adapters.Call, in searchQuestion) (Page, error) {
	in.Page, in.Limit = cmp.Or(in.Page, 1), cmp.Or(in.Limit, defaultLimit)
	body, err := json.Marshal(in.national())
	if err != nil {
		return Page{}, err
	}
	data, err := ask(ctx, c, call, adapters.Request{Path: "all", Body: body, Type: "application/json"})
	if err != nil {
		return Page{}, err
	}
	return readPage(data, in)
}

func document(ctx context.Context, c *adapters.Conn, call adapters.Call, in question) (DocumentRecord, error) {
	data, err := ask(ctx, c, call, adapters.Request{Path: string(in.ID)})
	if err != nil {
		return DocumentRecord{}, err
	}
	return readDocument(data, in.ID)
}

func provisions(ctx context.Context, c *adapters.Conn, call adapters.Call, in provisionsQuestion) (Provisions, error) {
	path := "provision/tree/"
	if in.Outline {
		path = "provision/tree-only/"
	}
	data, err := ask(ctx, c, call, adapters.Request{Path: path + string(in.ID)})
	if err != nil {
		return Provisions{}, err
	}
	return readProvisions(data, in.ID)
}

// relations asks for the document too: its references know numbers that the
// diagram lacks, and a diagram does not say whose it is.
func relations(ctx context.Context, c *adapters.Conn, call adapters.Call, in question) (Relations, error) {
	data, err := ask(ctx, c, call, adapters.Request{Path: string(in.ID)})
	if err != nil {
		return Relations{}, err
	}
	diagram, err := ask(ctx, c, call, adapters.Request{Path: string(in.ID) + "/diagram"})
	if err != nil {
		return Relations{}, err
	}
	return readRelations(data, diagram, in.ID)
}

// root is where the gateway's public questions begin.
const root = "/api/qtdc/public/doc/"

// ask returns the data of an answer.
func ask(ctx context.Context, c *adapters.Conn, call adapters.Call, r adapters.Request) (json.RawMessage, error) {
	r.Path, r.Header = root+r.Path, http.Header{"X-API-KEY": {c.Secret("apiKey")}}
	answer, err := c.Do(ctx, call, r)
	if err != nil {
		return nil, err
	}
	return open(answer)
}
