package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
	"github.com/lgsp-vn/lgsp/policies"
)

// systemView is one system of GET /v1/systems.
type systemView struct {
	ID         string          `json:"id"`
	Names      adapters.Text   `json:"names"`
	Owner      adapters.Text   `json:"owner"`
	State      string          `json:"state"`
	Breaker    string          `json:"breaker"`
	LatencyMs  latencyView     `json:"latencyMs"`
	ErrorShare float64         `json:"errorShare"`
	Assumed    bool            `json:"assumed"`
	Notice     *adapters.Text  `json:"notice,omitempty"`
	Until      *time.Time      `json:"until,omitempty"`
	Operations []operationView `json:"operations"`
}

type latencyView struct {
	P50 int64 `json:"p50"`
	P95 int64 `json:"p95"`
}

type operationView struct {
	ID       string         `json:"id"`
	Kind     adapters.Kind  `json:"kind"`
	Personal bool           `json:"personal"`
	Version  string         `json:"version"`
	Assumed  bool           `json:"assumed"`
	Summary  adapters.Text  `json:"summary"`
	Fields   []string       `json:"fields"`
	Input    map[string]any `json:"input,omitempty"`
	Output   map[string]any `json:"output,omitempty"`
}

// Systems answers GET /v1/systems: the systems this caller has any grant on,
// how they do, and what of them it may use.
func (a *API) Systems(c *gin.Context, x *Exchange) error {
	set := a.Policies.Current()
	views := []systemView{}
	for _, s := range a.Catalog.Systems() {
		if set.Sees(policies.AgencyID(x.Caller.Agency.ID), s.ID, x.Started) {
			views = append(views, a.view(set, s, x, false))
		}
	}
	c.Writer.Header()["Cache-Control"] = cachePrivate
	c.JSON(http.StatusOK, map[string]any{"systems": views})
	return nil
}

// System answers GET /v1/systems/{system}, with input and output schemas.
func (a *API) System(c *gin.Context, x *Exchange) error {
	set := a.Policies.Current()
	s, ok := a.Catalog.System(c.Param("system"))
	if !ok || !set.Sees(policies.AgencyID(x.Caller.Agency.ID), s.ID, x.Started) {
		return &lookup.Refusal{Reason: policies.NoGrant}
	}
	c.Writer.Header()["Cache-Control"] = cachePrivate
	c.JSON(http.StatusOK, a.view(set, s, x, true))
	return nil
}

func (a *API) view(set *policies.Set, s *adapters.System, x *Exchange, schemas bool) systemView {
	state := a.Catalog.State(s.ID)
	v := systemView{ID: s.ID, Names: s.Names, Owner: s.Owner, State: state.State, Breaker: state.Breaker, Assumed: s.Assumed,
		LatencyMs:  latencyView{P50: state.P50.Milliseconds(), P95: state.P95.Milliseconds()},
		ErrorShare: state.ErrorShare, Operations: []operationView{}}
	if m := state.Maintenance; !m.From.IsZero() {
		v.Notice = &m.Notice
		if !m.Until.IsZero() {
			v.Until = &m.Until
		}
	}
	for op := range s.Lookups() {
		fields, ok := set.Granted(policies.AgencyID(x.Caller.Agency.ID), s.ID, op.ID, x.Started)
		if !ok || !x.Caller.MayUse(s.ID, op.ID) {
			continue
		}
		o := operationView{ID: op.ID, Kind: op.Kind, Personal: op.Personal || fields.Personal(), Version: op.Version, Assumed: op.Assumed,
			Summary: op.Summary, Fields: fields.Names()}
		if schemas {
			o.Input, o.Output = op.Input.JSONSchema(true), op.Output.JSONSchema(false)
		}
		v.Operations = append(v.Operations, o)
	}
	return v
}
