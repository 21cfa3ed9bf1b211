package conformance

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

type question struct {
	CitizenID adapters.CitizenID  `json:"citizenId" lgsp:"required,subject"`
	FullName  adapters.PersonName `json:"fullName,omitempty"`
	Limit     int                 `json:"limit,omitempty" lgsp:"min=1,max=10"`
}

type record struct {
	CitizenID   adapters.CitizenID  `json:"citizenId"`
	FullName    adapters.PersonName `json:"fullName,omitempty"`
	DateOfBirth adapters.Date       `json:"dateOfBirth,omitempty"`
	Status      adapters.Code       `json:"status"`
	Files       []adapters.File     `json:"files,omitempty" vi:"Các tệp" en:"Files"`
	Row         map[string]string   `json:"row,omitempty" vi:"Dòng" en:"Row"`
}

const (
	known   = "001099000001"
	unknown = "001099000002"
	other   = "001099000003" // known under another name
)

type ask[Out any] func(ctx context.Context, c *adapters.Conn, call adapters.Call, in question) (Out, error)

// goodAsk is an adapter as it should be.
func goodAsk(ctx context.Context, c *adapters.Conn, call adapters.Call, in question) (out record, err error) {
	answer, err := c.Do(ctx, call, adapters.Request{Path: "/ask", Header: http.Header{"X-Key": {c.Secret("key")}}, Body: []byte(in.CitizenID)})
	if err != nil {
		return out, err
	}
	if err := answer.Fault(); err != nil {
		return out, err
	}
	var national struct {
		Error string
		record
	}
	if err := answer.JSON(&national); err != nil {
		return out, err
	}
	switch {
	case national.Error == "absent":
		return out, adapters.Fail(adapters.ErrNotFound, national.Error, "")
	case national.Error == "differs":
		return out, adapters.Fail(adapters.ErrNoMatch, national.Error, "")
	case national.CitizenID != in.CitizenID:
		return out, adapters.Malformed("record is another's")
	}
	return national.record, nil
}

// system is a stub with one operation.
func system[Out any](fn ask[Out]) adapters.System {
	text := adapters.Text{VI: "Thử", EN: "Stub"}
	return adapters.System{ID: "stub", Names: text, Owner: text, Secrets: []string{"key"}, Operations: []adapters.Operation{
		adapters.Lookup(adapters.Operation{ID: "ask", Personal: true, Summary: text}, fn)}}
}

func entry(s adapters.System, behindNDXP bool) []catalog.Entry {
	return []catalog.Entry{{System: s, Simulate: func(*synthetic.World, func() time.Time) simulator.Simulator {
		return simulator.Simulator{Handler: http.HandlerFunc(simulate), NDXP: behindNDXP, Samples: map[string]simulator.Samples{"ask": {
			OK: question{CitizenID: known, FullName: "Nguyễn Văn Thử"}, NotFound: question{CitizenID: unknown}, NoMatch: question{CitizenID: other}}}}
	}}}
}

func simulate(w http.ResponseWriter, r *http.Request) {
	simulator.Received(r, "ask")
	if subtle.ConstantTimeCompare([]byte(r.Header.Get("X-Key")), []byte(simulator.Secret("stub", "key"))) == 0 {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	id := make([]byte, 12)
	_, _ = r.Body.Read(id)
	switch string(id) {
	case known:
		simulator.JSON(w, record{CitizenID: known, FullName: "Nguyễn Văn Thử", DateOfBirth: "1990-05-17", Status: adapters.Code{Code: "1", Name: "Còn hiệu lực"},
			Files: []adapters.File{{Name: "scan", MediaType: "image/png", Size: 3}}, Row: map[string]string{"CỘT": "Giá trị"}})
	case unknown:
		simulator.JSON(w, map[string]string{"error": "absent"})
	default:
		simulator.JSON(w, map[string]string{"error": "differs"})
	}
}

// The bad adapters: each breaks one promise.

// leaky names the citizen in its error.
func leaky(ctx context.Context, c *adapters.Conn, call adapters.Call, in question) (record, error) {
	out, err := goodAsk(ctx, c, call, in)
	if err != nil {
		return out, adapters.Fail(adapters.ErrMalformed, "", "asked for "+string(in.CitizenID))
	}
	return out, nil
}

// chatty logs the record.
func chatty(ctx context.Context, c *adapters.Conn, call adapters.Call, in question) (record, error) {
	out, err := goodAsk(ctx, c, call, in)
	slog.Info("answered", "name", out.FullName)
	return out, err
}

// deaf does not stop when its context ends.
func deaf(ctx context.Context, c *adapters.Conn, call adapters.Call, in question) (record, error) {
	return goodAsk(context.WithoutCancel(ctx), c, call, in)
}

// deafer does not even hand on what its context carries.
func deafer(_ context.Context, c *adapters.Conn, call adapters.Call, in question) (record, error) {
	return goodAsk(context.Background(), c, call, in)
}

// blunt has one error for everything.
func blunt(ctx context.Context, c *adapters.Conn, call adapters.Call, in question) (record, error) {
	out, err := goodAsk(ctx, c, call, in)
	if err != nil {
		return out, adapters.Fail(adapters.ErrUnavailable, "", "failed")
	}
	return out, nil
}

// trusting answers a record whatever came back.
func trusting(ctx context.Context, c *adapters.Conn, call adapters.Call, in question) (record, error) {
	answer, err := c.Do(ctx, call, adapters.Request{Path: "/ask", Body: []byte(in.CitizenID)})
	if err != nil {
		return record{}, err
	}
	out := record{CitizenID: in.CitizenID}
	_ = json.Unmarshal(answer.Body, &out)
	return out, nil
}

// raw hands on errors that are none of the contract.
func raw(ctx context.Context, c *adapters.Conn, call adapters.Call, in question) (record, error) {
	out, err := goodAsk(ctx, c, call, in)
	if err != nil {
		return out, context.DeadlineExceeded
	}
	return out, nil
}

// shaped answers any text as its record, under the schema of record.
type shaped record

func (shaped) MarshalJSON() ([]byte, error) {
	return []byte(`{"citizenId":null,"fullName":7,"dateOfBirth":"17/5/1990","files":{"a":1},"row":{"free":"x"},"undeclared":true}`), nil
}
