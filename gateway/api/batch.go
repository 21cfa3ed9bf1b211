package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
	"github.com/lgsp-vn/lgsp/gateway/problem"
)

const maxBatch = 2 << 20 // of a batch's body

// Batch is the body of POST /v1/batch. Inputs are checked when their items are
// asked: what is wrong with one is no concern of the others.
type Batch struct {
	Items []BatchItem `json:"items" lgsp:"required,max=100" vi:"Các câu hỏi" en:"The questions"`
}

// BatchItem is one question of a batch.
type BatchItem struct {
	ID        string          `json:"id" lgsp:"required,max=64" vi:"Tên câu hỏi trong lô, không lặp lại" en:"Name of the question in this batch, each another"`
	System    string          `json:"system" lgsp:"required,max=60" vi:"Hệ thống" en:"System"`
	Operation string          `json:"operation" lgsp:"required,max=60" vi:"Thao tác" en:"Operation"`
	Input     json.RawMessage `json:"input" lgsp:"required" vi:"Dữ liệu đầu vào của thao tác" en:"Input of the operation"`
}

// BatchSchema is the schema of Batch, for the description and for reading.
var BatchSchema = adapters.SchemaOf[Batch]()

// Batch answers POST /v1/batch: a line for each item, as its answer comes. The
// headers of the request hold for every item.
func (a *API) Batch(c *gin.Context, x *Exchange) error {
	reader := questionReader{r: c.Request, w: c.Writer}
	common := reader.question(x)
	var batch Batch
	if err := reader.readWhole(maxBatch, BatchSchema, &batch); err != nil {
		return err
	}
	if err := batch.check(); err != nil {
		return err
	}
	questions := make([]*lookup.Question, len(batch.Items))
	for i, item := range batch.Items {
		q := a.within(x, c.Request, common)
		q.System, q.Operation, q.Read = item.System, item.Operation, item.read
		questions[i] = q
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), patience)
	defer cancel()
	h := c.Writer.Header()
	h["Content-Type"] = []string{"application/x-ndjson"}
	h["Cache-Control"] = cacheNone
	c.Writer.WriteHeader(http.StatusOK)
	language := c.GetHeader("Accept-Language")
	a.Lookup.Batch(ctx, questions, func(i int, answer lookup.Answer, err error) {
		line := struct {
			ID string `json:"id"` // names the item, so that the part need not
			part
		}{batch.Items[i].ID, a.part(x, language, questions[i], &answer, err)}
		if x.Err == nil {
			x.Err = write(c.Writer, line, line.files)
			c.Writer.Flush()
		}
		if x.Err != nil {
			cancel() // nobody reads: what has not begun need not be asked
		}
	})
	if c.Request.Context().Err() != nil {
		x.Outcome = problem.CallerLeft.Code
	}
	return nil
}

// check finds what no schema says: no item at all, and ids that are given twice.
func (b *Batch) check() error {
	var faults []adapters.Fault
	if len(b.Items) == 0 {
		faults = append(faults, adapters.Fault{Field: "items", Message: adapters.Text{VI: "phải có ít nhất một câu hỏi", EN: "must have at least one item"}})
	}
	seen := map[string]bool{}
	for i, item := range b.Items {
		if seen[item.ID] {
			faults = append(faults, adapters.Fault{Field: fmt.Sprintf("items[%d].id", i), Message: adapters.Text{VI: "đã được dùng", EN: "is used already"}})
		}
		seen[item.ID] = true
	}
	if len(faults) > 0 {
		return &lookup.Invalid{Faults: faults}
	}
	return nil
}

// read parses the item's input once the policies have let it through.
func (i BatchItem) read(op *adapters.Operation, _ bool) (adapters.Input, error) {
	if len(i.Input) > maxQuestion {
		return adapters.Input{}, &problem.Problem{Kind: problem.PayloadTooLarge}
	}
	in, faults := op.Parse(i.Input)
	if len(faults) > 0 {
		return in, &lookup.Invalid{Faults: faults}
	}
	return in, nil
}
