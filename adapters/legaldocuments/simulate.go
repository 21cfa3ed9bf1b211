package legaldocuments

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// database is the simulated gateway over the documents of a world.
type database struct {
	world     *synthetic.World
	documents []synthetic.LegalDocument
	byID      map[string]int
	agencies  []string                          // an agency's id is its place here, from 1
	acting    map[int][]synthetic.LegalRelation // by target; their Target is who acts
}

// Simulate makes the database of a world. What it answers about a document that it
// does not have is documented for the document itself and assumed for the rest.
func Simulate(w *synthetic.World, _ func() time.Time) simulator.Simulator {
	db := database{world: w, documents: w.LegalDocuments(), byID: map[string]int{}, acting: map[int][]synthetic.LegalRelation{}}
	for i, d := range db.documents {
		db.byID[d.ID] = i
		if !slices.Contains(db.agencies, d.Agency) {
			db.agencies = append(db.agencies, d.Agency)
		}
		for _, r := range d.Relations {
			db.acting[r.Target] = append(db.acting[r.Target], synthetic.LegalRelation{Act: r.Act, Target: i})
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+root+"all", keyed("search", db.search))
	mux.HandleFunc("GET "+root+"{id}", keyed("document", db.about(func(d synthetic.LegalDocument) any { return succeeded{true, db.showWhole(d)} })))
	mux.HandleFunc("GET "+root+"{id}/diagram", keyed("relations", db.about(db.diagram)))
	mux.HandleFunc("GET "+root+"provision/tree/{id}", keyed("provisions", db.about(db.tree(true))))
	mux.HandleFunc("GET "+root+"provision/tree-only/{id}", keyed("provisions", db.about(db.tree(false))))
	return simulator.Simulator{Handler: mux, Samples: db.samples()}
}

type succeeded struct {
	Success bool `json:"success"`
	Data    any  `json:"data"`
}

type refused struct {
	Success     bool   `json:"success"`
	StatusCode  int    `json:"statusCode"`
	MessageCode string `json:"messageCode,omitempty"`
	Message     string `json:"message"`
}

// keyed counts the call and wants the key.
func keyed(operation string, answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		simulator.Received(r, operation)
		key := r.Header.Get("X-API-KEY")
		switch {
		case key == "":
			simulator.Status(w, http.StatusUnauthorized, refused{StatusCode: 401, Message: "Missing Authorization header or X-API-KEY"})
		case !simulator.IsSecret(key, "legal-documents", "apiKey"):
			simulator.Status(w, http.StatusUnauthorized, refused{StatusCode: 401, Message: "Vui lòng nhập captcha"})
		default:
			answer(w, r)
		}
	}
}

// about answers about the document that the address names.
func (db *database) about(answer func(synthetic.LegalDocument) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		i, ok := db.byID[strings.ToLower(r.PathValue("id"))]
		if !ok {
			simulator.Status(w, http.StatusBadRequest, refused{StatusCode: 400, MessageCode: "invalid.document.entity.not.found", Message: "Không tìm thấy văn bản"})
			return
		}
		simulator.JSON(w, answer(db.documents[i]))
	}
}

// search passes over members that it does not know, as the real one does.
func (db *database) search(w http.ResponseWriter, r *http.Request) {
	var q nationalSearch
	if !simulator.ReadJSON(w, r, &q) || q.PageNumber < 1 || q.PageNumber > 1e6 || q.PageSize < 1 || q.PageSize > 1000 {
		simulator.Status(w, http.StatusBadRequest, refused{StatusCode: 400, MessageCode: "invalid.request", Message: "Yêu cầu không hợp lệ"})
		return
	}
	words := strings.Fields(strings.ToLower(q.Keyword))
	found := []synthetic.LegalDocument{}
	for _, d := range slices.Backward(db.documents) {
		title, on := strings.ToLower(d.Title()), adapters.Day(d.Issued.String())
		lacks := func(word string) bool { return !strings.Contains(title, word) }
		if slices.ContainsFunc(words, lacks) || q.AgencyLevel == "TRUNG_UONG" && !d.Central ||
			len(q.AgencyIDs) > 0 && !slices.Contains(q.AgencyIDs, strconv.Itoa(1+slices.Index(db.agencies, d.Agency))) ||
			q.IssueDateFrom != "" && on < q.IssueDateFrom || q.IssueDateTo != "" && on > q.IssueDateTo {
			continue
		}
		found = append(found, d)
	}
	if q.SortDirection == "asc" {
		slices.Reverse(found)
	}
	page := struct {
		Total int             `json:"total"`
		Items []shownDocument `json:"items"`
	}{len(found), []shownDocument{}}
	first := min((q.PageNumber-1)*q.PageSize, len(found))
	for _, d := range found[first:min(first+q.PageSize, len(found))] {
		page.Items = append(page.Items, show(d))
	}
	simulator.JSON(w, succeeded{true, page})
}

// samples prefer documents with everything in them.
func (db *database) samples() map[string]simulator.Samples {
	rich := simulator.First(slices.Values(db.documents), func(d synthetic.LegalDocument) bool {
		return !d.Expires.IsZero() && d.Index%3 > 0 && len(d.Relations) > 2 && len(db.acting[d.Index]) > 1 && len(db.world.Provisions(d)) > 0
	})
	law := simulator.First(slices.Values(db.documents), func(d synthetic.LegalDocument) bool {
		return d.Type.Code == "LU" && len(d.ID) > 12 && len(db.world.Provisions(d)) > 2
	})
	known, unknown := question{ID: DocumentID(rich.ID)}, question{ID: "99999999"}
	return map[string]simulator.Samples{
		"search":     {OK: searchQuestion{Keyword: "quy định", CentralOnly: true, From: "2020-01-01", To: adapters.Day(synthetic.Today.String()), Limit: 10}},
		"document":   {OK: known, NotFound: unknown},
		"relations":  {OK: known, NotFound: unknown},
		"provisions": {OK: provisionsQuestion{ID: DocumentID(law.ID)}, NotFound: provisionsQuestion{ID: unknown.ID}},
	}
}
