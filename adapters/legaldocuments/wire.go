package legaldocuments

import (
	"encoding/json"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// nationalSearch is the question to doc/all.
type nationalSearch struct {
	PageNumber    int          `json:"pageNumber"` // from 1
	PageSize      int          `json:"pageSize"`
	SortBy        string       `json:"sortBy"`
	SortDirection string       `json:"sortDirection"`
	Keyword       string       `json:"keyword,omitempty"`
	OptionDoc     string       `json:"optionDoc"`
	MatchMode     string       `json:"matchMode"`
	AgencyLevel   string       `json:"agencyLevel,omitempty"`
	AgencyIDs     []string     `json:"agencyIds,omitempty"`
	GroupVbpl     bool         `json:"groupVbpl"`
	IssueDateFrom adapters.Day `json:"issueDateFrom,omitempty"`
	IssueDateTo   adapters.Day `json:"issueDateTo,omitempty"`
}

func (q searchQuestion) national() nationalSearch {
	n := nationalSearch{PageNumber: q.Page, PageSize: q.Limit, SortBy: "issueDate", SortDirection: "desc", Keyword: q.Keyword,
		OptionDoc: "title", MatchMode: "all_words", AgencyIDs: q.AgencyIDs, IssueDateFrom: q.From, IssueDateTo: q.To}
	if q.CentralOnly {
		n.AgencyLevel = "TRUNG_UONG"
	}
	return n
}

// The answers. Members have the gateway's own names, but for the case of letters,
// which the decoder does not mind.
type (
	envelope struct {
		Success     *wire.Flag
		MessageCode wire.Text
		Data        json.RawMessage
	}
	nationalPage struct {
		Total wire.Text
		Items []nationalDocument
	}
	nationalDocument struct {
		ID, DocNum, Title, DocAbs             wire.Text
		IssueDate, EffFrom, EffTo, PublicDate wire.Text
		DocType, EffStatus                    nationalCode
		AgencyName                            wire.Text
		DocumentIssues                        []struct{ PersonName wire.Text }
		DocumentFields, DocumentMajors        []nationalSubject
		DocumentRelatedList                   []struct{ FileName, FileTitle, RelatedType wire.Text }
		IsConsolidatedDocument, HasContent    *wire.Flag
		DocumentContent                       struct{ Content wire.Text } // of one document only, as are its references
		References                            []struct {
			ReferenceType  wire.Text
			TargetDocument struct{ ID, DocNum, Title wire.Text }
		}
	}
	nationalCode struct{ Code, Name wire.Text }
	// nationalSubject is coded itself, or links the document to what is.
	nationalSubject struct {
		nationalCode
		MajorType, FieldType nationalCode
	}
	nationalDiagram struct {
		DocumentNamesByType, DocumentNamesBySource map[string][]struct{ ID, Name wire.Text }
	}
	nationalProvision struct {
		ID, Key, Title, PType, Level, OrderIndex wire.Text
		Content                                  struct{ Title, Content wire.Text }
		Children                                 []nationalProvision
	}
)

func (c nationalCode) code() adapters.Code {
	return adapters.Code{Code: string(c.Code), Name: string(c.Name)}
}
