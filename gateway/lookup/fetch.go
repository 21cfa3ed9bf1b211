package lookup

import (
	"context"
	"errors"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/cache"
	"github.com/lgsp-vn/lgsp/policies"
)

// Source says where an answer came from; its values are those of the Cache-Status
// header (RFC 9211).
type Source string

// The sources.
const (
	Hit     Source = "hit"
	Miss    Source = "fwd=miss"    // nothing was kept
	Expired Source = "fwd=stale"   // what was kept is too old
	Forced  Source = "fwd=request" // the caller asked for a fresh answer
	Bypass  Source = "fwd=bypass"  // answers of this operation are not kept
	Stale   Source = "hit; stale-if-error"
)

// Freshness is what the caller is told of an answer's age.
type Freshness struct {
	Source    Source
	TTL       time.Duration // of a hit: how long it stays fresh; negative when stale
	Stored    bool          // the forwarded answer was kept
	Collapsed bool          // one call served several equal questions
}

// fetch finds the record: kept and fresh, else asked for, else stale where
// policy and route allow it and the system is down.
func (s *Service) fetch(ctx context.Context, i *inquiry) (*cache.Record, Freshness, error) {
	route := i.set.Route(i.System, i.Operation)
	key := s.key(i)
	var kept *cache.Record
	if route.Cache.For > 0 {
		kept, _ = s.Cache.Get(ctx, key)
	}
	insists := i.Fresh && i.decision.Rule.Fresh
	source, ttl := Bypass, time.Duration(0)
	switch {
	case kept != nil:
		ttl = lifetime(kept, route, i.Received)
		if source = Expired; ttl > 0 {
			if !insists {
				return kept, Freshness{Source: Hit, TTL: ttl}, nil
			}
			source = Forced
		}
	case route.Cache.For > 0:
		source = Miss
	}
	if waiting := s.Waiting[i.System]; waiting != nil {
		if !waiting.Enter() {
			return nil, Freshness{Source: source}, catalog.ErrBusy
		}
		defer waiting.Leave()
	}
	var good func(*cache.Record) bool // none: the caller insists on a new answer
	if !insists {
		good = func(rec *cache.Record) bool { return lifetime(rec, route, i.Received) > 0 }
	}
	record, shared, err := s.Cache.Load(ctx, key, good, func(ctx context.Context) (*cache.Record, error) {
		return s.forward(ctx, i, route)
	})
	if err == nil {
		return record, Freshness{Source: source, Stored: record.FreshUntil.After(record.AsOf), Collapsed: shared}, nil
	}
	if kept != nil && down(err) && i.decision.Rule.Stale && route.Cache.StaleIfError > 0 && ttl+route.Cache.StaleIfError > 0 {
		return kept, Freshness{Source: Stale, TTL: ttl}, nil
	}
	return nil, Freshness{Source: source}, err
}

// lifetime is how long a kept record still counts as fresh, negative once it
// does not. The route of now decides as well as the one it was kept under: an
// operator who shortens a lifetime means what is kept already, too.
func lifetime(kept *cache.Record, route *policies.Route, now time.Time) time.Duration {
	until := kept.AsOf.Add(route.Cache.For)
	if kept.FreshUntil.Before(until) {
		until = kept.FreshUntil
	}
	return until.Sub(now)
}

// key names the record: everything that shapes it, so that an answer is found by
// exactly those questions it answers. What a person's records show depends on
// who asks the ministry, so personal answers are kept per agency. The grantable
// fields are part of it because only they are kept.
func (s *Service) key(i *inquiry) cache.Key {
	agency := ""
	if i.personal() {
		agency = i.Caller.Agency.ID
	}
	return s.Cache.Key(i.System, i.Operation, i.op.Version, agency, i.set.Grantable(i.System, i.Operation).Key(), string(i.input.Canonical))
}

// forward asks the national system; how long the answer is kept is written into
// the record, and an answer that must not be kept is never fresh.
// It may serve several callers at once, so it must not touch the inquiry.
func (s *Service) forward(ctx context.Context, i *inquiry, route *policies.Route) (*cache.Record, error) {
	call := adapters.Call{Request: i.Request, Traceparent: i.Traceparent, Agency: i.Caller.Agency.ID, Official: i.Official,
		Purpose: i.Purpose, Dossier: i.Dossier, Time: i.Received}
	answer, err := s.Catalog.Ask(ctx, i.System, i.op, call, i.input,
		catalog.Limits{Timeout: route.Timeout, Deadline: route.Deadline, Attempts: route.Attempts})
	if err != nil {
		return nil, err
	}
	record := &cache.Record{Body: answer.JSON, AsOf: answer.AsOf, FreshUntil: answer.AsOf}
	if len(answer.Files) > 0 {
		record.Attached = answer.Files
		return record, nil
	}
	if route.Cache.For <= 0 || answer.Negative && i.personal() {
		return record, nil
	}
	// Only what some rule can grant is kept.
	if record.Body, err = minimise(answer.JSON, i.set.Grantable(i.System, i.Operation)); err != nil {
		return nil, err
	}
	record.FreshUntil = answer.AsOf.Add(route.Cache.For)
	record.StaleUntil = record.FreshUntil.Add(route.Cache.StaleIfError)
	return record, nil
}

// down tells whether an error means that the system itself is out of order, the
// only time when a stale answer is better than none.
func down(err error) bool {
	_, closed := errors.AsType[*catalog.MaintenanceError](err)
	return closed || errors.Is(err, adapters.ErrUnavailable) || errors.Is(err, adapters.ErrTimeout) || errors.Is(err, adapters.ErrMalformed)
}
