package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
	"github.com/lgsp-vn/lgsp/gateway/problem"
	"github.com/lgsp-vn/lgsp/policies"
)

// procedureView is one procedure as GET /v1/procedures shows it.
type procedureView struct {
	Code     string         `json:"code"`
	Names    adapters.Text  `json:"names"`
	National []string       `json:"national"`
	Input    map[string]any `json:"input"`
	Steps    []stepView     `json:"steps"`
}

type stepView struct {
	ID        string `json:"id"`
	System    string `json:"system"`
	Operation string `json:"operation"`
}

// gathered is the answer of a procedure.
type gathered struct {
	Procedure string          `json:"procedure"`
	Complete  bool            `json:"complete"`
	Results   map[string]part `json:"results"`
	NotAsked  []notAsked      `json:"notAsked,omitempty"`
}

// notAsked is a step, and an input for it that the caller did not give.
type notAsked struct {
	Step  string `json:"step"`
	Input string `json:"input"`
}

// Procedures answers GET /v1/procedures: those of which this caller may know every
// system.
func (a *API) Procedures(c *gin.Context, x *Exchange) error {
	set := a.Policies.Current()
	views := []procedureView{}
	for _, p := range set.Procedures() {
		if a.sees(set, p, x) {
			views = append(views, a.viewProcedure(p))
		}
	}
	c.Writer.Header()["Cache-Control"] = cachePrivate
	c.JSON(http.StatusOK, map[string]any{"procedures": views})
	return nil
}

// Procedure answers GET /v1/procedures/{code}.
func (a *API) Procedure(c *gin.Context, x *Exchange) error {
	p, err := a.procedure(c, x)
	if err != nil {
		return err
	}
	c.Writer.Header()["Cache-Control"] = cachePrivate
	c.JSON(http.StatusOK, a.viewProcedure(p))
	return nil
}

// procedure is the one that the address names, if this caller may know of it.
func (a *API) procedure(c *gin.Context, x *Exchange) (*policies.Procedure, error) {
	set := a.Policies.Current()
	p, ok := set.Procedure(c.Param("code"))
	if !ok || !a.sees(set, p, x) {
		return nil, &lookup.Refusal{Reason: policies.NoGrant}
	}
	return p, nil
}

func (a *API) viewProcedure(p *policies.Procedure) procedureView {
	v := procedureView{Code: p.Code, Names: adapters.Text(p.Names), National: append([]string{}, p.National...),
		Input: lookup.ProcedureInput(p, a.Catalog.System).JSONSchema(true)}
	for _, step := range p.Steps {
		v.Steps = append(v.Steps, stepView{step.ID, step.System, step.Operation})
	}
	return v
}

// sees tells whether a caller may know of a procedure: whoever must not know of a
// system must not learn of it here.
func (a *API) sees(set *policies.Set, p *policies.Procedure, x *Exchange) bool {
	for _, step := range p.Steps {
		if !set.Sees(policies.AgencyID(x.Caller.Agency.ID), step.System, x.Started) {
			return false
		}
	}
	return true
}

// Gather answers POST /v1/procedures/{code}: everything that a procedure needs, as
// far as it could be had.
func (a *API) Gather(c *gin.Context, x *Exchange) error {
	reader := questionReader{r: c.Request, w: c.Writer}
	common := reader.question(x)
	p, err := a.procedure(c, x)
	if err != nil {
		answer, err := a.Lookup.Refuse(c.Request.Context(), &common)
		describe(c.Writer.Header(), &common, &answer, err)
		return err
	}
	var body struct {
		Input json.RawMessage `json:"input"`
	}
	schema := adapters.ObjectOf([]adapters.Field{{Name: "input", Required: true, Schema: lookup.ProcedureInput(p, a.Catalog.System)}})
	if err := reader.readWhole(maxQuestion, schema, &body); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), patience)
	defer cancel()
	outcomes, err := a.Lookup.Gather(ctx, p, body.Input, func() *lookup.Question { return a.within(x, c.Request, common) })
	if err != nil {
		return err
	}
	out, files := a.assemble(x, c.GetHeader("Accept-Language"), p, outcomes)
	if err := c.Request.Context().Err(); err != nil {
		return err // the caller left
	}
	h := c.Writer.Header()
	h["Content-Type"], h["Cache-Control"] = contentJSON, cacheNone
	c.Writer.WriteHeader(http.StatusOK)
	x.Err = write(c.Writer, out, files)
	return nil
}

// assemble puts together what came of a procedure's steps.
func (a *API) assemble(x *Exchange, language string, p *policies.Procedure, outcomes []lookup.Outcome) (out gathered, files []*adapters.Spool) {
	out = gathered{Procedure: p.Code, Complete: true, Results: map[string]part{}}
	for i := range outcomes {
		o := &outcomes[i]
		for _, input := range o.Missing {
			out.NotAsked = append(out.NotAsked, notAsked{o.Step.ID, input})
		}
		if len(o.Missing) > 0 {
			continue
		}
		result := a.result(x, language, o)
		out.Results[o.Step.ID], files = result, append(files, result.files...)
		out.Complete = out.Complete && o.Fine()
	}
	return out, files
}

// result renders one step. What was not asked has no audit entry and is not counted.
func (a *API) result(x *Exchange, language string, o *lookup.Outcome) part {
	var out part
	if o.Question != nil {
		out = a.part(x, language, o.Question, &o.Answer, o.Err)
	} else {
		p := problem.Of(o.Err, o.Step.System)
		out = part{Status: p.Status, Headers: map[string]string{}, Body: a.Problems.Render(http.Header{}, p, language, x.ID)}
	}
	out.System, out.Operation = o.Step.System, o.Step.Operation
	return out
}
