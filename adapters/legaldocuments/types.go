package legaldocuments

import (
	"regexp"

	"github.com/lgsp-vn/lgsp/adapters"
)

const (
	defaultLimit = 20
	maxDepth     = 16     // six levels are documented, and sections within sections occur
	maxNodes     = 20_000 // the longest codes have about a third of it
)

// DocumentID is the database's own key: a number, or for newer documents a UUID. It
// stands in addresses, where neither can mean anything else.
type DocumentID string

var idForm = regexp.MustCompile(DocumentID("").Form().Pattern)

// Form of DocumentID.
func (DocumentID) Form() adapters.Form {
	return adapters.Form{Name: "legal-document-id", Max: 36, Example: "90000001",
		Pattern: `^([0-9]{1,12}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$`,
		Rule:    adapters.Text{VI: "phải là số hoặc UUID do thao tác tìm kiếm trả về", EN: "must be a number or a UUID as the search gave it"}}
}

type searchQuestion struct {
	Keyword     string       `json:"keyword,omitempty" lgsp:"max=200" vi:"Các từ phải có trong tên văn bản" en:"Words that the title must hold"`
	CentralOnly bool         `json:"centralOnly,omitempty" vi:"Chỉ văn bản của cơ quan trung ương" en:"Documents of central agencies only"`
	AgencyIDs   []string     `json:"agencyIds,omitempty" lgsp:"max=20" vi:"Mã cơ quan ban hành trong cơ sở dữ liệu" en:"The database's ids of the issuing agencies"`
	From        adapters.Day `json:"from,omitempty" lgsp:"assumed" vi:"Ban hành từ ngày" en:"Issued from day"`
	To          adapters.Day `json:"to,omitempty" lgsp:"assumed" vi:"Ban hành đến ngày" en:"Issued to day, inclusive"`
	Page        int          `json:"page,omitempty" lgsp:"min=1,max=10000" vi:"Trang, từ 1" en:"Page, from 1"`
	Limit       int          `json:"limit,omitempty" lgsp:"min=1,max=100" vi:"Số dòng mỗi trang, mặc định 20" en:"Rows a page, 20 if not given"`
}

// Check refuses days in the wrong order.
func (q searchQuestion) Check() []adapters.Fault {
	if q.From != "" && q.To != "" && q.To < q.From {
		return []adapters.Fault{{Field: "to", Message: adapters.Text{VI: "không được trước from", EN: "must not be before from"}}}
	}
	return nil
}

type question struct {
	ID DocumentID `json:"legalDocumentId" lgsp:"required" vi:"Mã văn bản" en:"Id of the document"`
}

type provisionsQuestion struct {
	ID      DocumentID `json:"legalDocumentId" lgsp:"required" vi:"Mã văn bản" en:"Id of the document"`
	Outline bool       `json:"outline,omitempty" vi:"Chỉ lấy tên các mục, không lấy nội dung" en:"Headings only, without their text"`
}

// Page is a page of documents; Count is that of all pages.
type Page struct {
	Count     int        `json:"count"`
	Documents []Document `json:"documents" lgsp:"required" vi:"Văn bản" en:"Documents"`
}

// Document is what the database says about one. Who signed it is published with it.
type Document struct {
	ID             DocumentID      `json:"legalDocumentId" lgsp:"required" vi:"Mã văn bản" en:"Id of the document"`
	Number         string          `json:"documentNumber,omitempty" vi:"Số, ký hiệu" en:"Number and sign"`
	Title          string          `json:"title,omitempty" vi:"Tên văn bản" en:"Title"`
	Abstract       string          `json:"abstract,omitempty" vi:"Trích yếu" en:"Abstract"`
	Type           adapters.Code   `json:"documentType,omitzero" vi:"Loại văn bản" en:"Kind of document"`
	Status         adapters.Code   `json:"status,omitzero" vi:"Tình trạng hiệu lực" en:"State of its force"`
	IssuedOn       adapters.Date   `json:"issuedOn,omitempty" vi:"Ngày ban hành" en:"Date of issue"`
	PublishedOn    adapters.Date   `json:"publishedOn,omitempty" vi:"Ngày công bố" en:"Date of publication"`
	EffectiveFrom  adapters.Date   `json:"effectiveFrom,omitempty" vi:"Ngày có hiệu lực" en:"In force from"`
	EffectiveTo    adapters.Date   `json:"effectiveTo,omitempty" vi:"Ngày hết hiệu lực" en:"In force until"`
	AgencyName     string          `json:"agencyName,omitempty" vi:"Cơ quan ban hành" en:"Issuing agency"`
	SignerNames    []string        `json:"signerNames,omitempty" lgsp:"public" vi:"Người ký" en:"Who signed it"`
	Fields         []adapters.Code `json:"legalFields,omitempty" vi:"Lĩnh vực" en:"Fields of law"`
	Sectors        []adapters.Code `json:"sectors,omitempty" vi:"Ngành" en:"Sectors"`
	IsConsolidated *bool           `json:"consolidated,omitempty" vi:"Là văn bản hợp nhất" en:"Whether it consolidates others"`
	HasContent     *bool           `json:"hasContent,omitempty" vi:"Nguồn cho biết có toàn văn" en:"Whether the source claims to hold its text"`
	Files          []File          `json:"files,omitempty" lgsp:"assumed" vi:"Tệp kèm theo" en:"Files that belong to it"`
}

// File names a file; it is fetched at the portal of the database.
type File struct {
	Name        string        `json:"name"`
	Title       string        `json:"title,omitempty" vi:"Tên hiển thị" en:"Title"`
	RelatedType adapters.Code `json:"relatedType,omitzero" vi:"Loại tệp, như nguồn" en:"Kind of file, as the source has it"`
}

// DocumentRecord is one document with its text, which is left out where the source
// holds none or an empty page.
type DocumentRecord struct {
	Document    Document `json:"document" vi:"Văn bản" en:"Document"`
	ContentHTML string   `json:"contentHtml,omitempty" vi:"Toàn văn, HTML như nguồn" en:"Text, HTML as the source wrote it"`
}

// Provisions is a document's tree as a list, each provision after the one it
// belongs to. Without any the source has not divided the document.
type Provisions struct {
	ID         DocumentID  `json:"legalDocumentId" lgsp:"required" vi:"Mã văn bản" en:"Id of the document"`
	Provisions []Provision `json:"provisions" lgsp:"required" vi:"Các mục" en:"Provisions"`
}

// Provision is a piece of a document.
type Provision struct {
	ID       string        `json:"provisionId" lgsp:"required" vi:"Mã của mục" en:"Id of the provision"`
	ParentID string        `json:"parentId,omitempty" vi:"Mã của mục chứa nó" en:"Id of the provision it belongs to"`
	Key      string        `json:"provisionKey,omitempty" vi:"Khóa của mục, như nguồn" en:"Key of the provision, as the source has it"`
	Level    adapters.Code `json:"provisionLevel,omitzero" vi:"Cấp: phần, chương, mục, điều, khoản, điểm" en:"Level: part, chapter, section, article, clause, point"`
	Type     string        `json:"provisionType,omitempty" vi:"Loại của mục, như nguồn" en:"Type of the provision, as the source has it"`
	Position *int          `json:"position,omitempty" vi:"Thứ tự, như nguồn" en:"Position, as the source has it"`
	Title    string        `json:"title,omitempty" vi:"Tên" en:"Title"`
	Text     string        `json:"text,omitempty" vi:"Nội dung riêng, không kể tên và các mục con" en:"Its own text, without its title and what belongs to it"`
	Whole    bool          `json:"textIncludesChildren,omitempty" vi:"Nội dung gồm cả các mục con, vì không tách được" en:"The text holds that of what belongs to it: the source cannot be told apart"`
}

// Relations is how a document stands to others.
type Relations struct {
	ID        DocumentID `json:"legalDocumentId" lgsp:"required" vi:"Mã văn bản" en:"Id of the document"`
	Relations []Relation `json:"relations" lgsp:"required" vi:"Quan hệ" en:"Relations"`
}

// Relation is one of them. The other document may be known by its title only.
type Relation struct {
	Type     adapters.Code `json:"relationType" vi:"Quan hệ: văn bản tác động làm gì với văn bản kia" en:"Relation: what the acting document does to the other"`
	Incoming bool          `json:"incoming" vi:"Văn bản kia tác động đến văn bản này" en:"The other document acts on this one"`
	ID       DocumentID    `json:"legalDocumentId,omitempty" vi:"Mã văn bản kia" en:"Id of the other document"`
	Number   string        `json:"documentNumber,omitempty" vi:"Số, ký hiệu văn bản kia" en:"Number and sign of the other document"`
	Title    string        `json:"title,omitempty" vi:"Tên văn bản kia" en:"Title of the other document"`
}
