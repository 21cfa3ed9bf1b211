package cache

import (
	"bytes"
	"sync/atomic"
	"time"
)

// Record is one answer of a national system. Once it was given to Put or came from this package it is shared between
// requests and must not be changed; only projections may still be added.
type Record struct {
	Body       []byte
	AsOf       time.Time // when the national system answered
	FreshUntil time.Time // up to here it may be answered as it is
	StaleUntil time.Time // up to here it may stand in for a system that is down; not after FreshUntil means never
	// Attached goes with the body to those who share one call. A record with anything
	// attached is never kept: its maker leaves it stale from the start.
	Attached any

	projections atomic.Pointer[[]projection]
}

// projection is the part of a record that one set of fields leaves.
type projection struct {
	key  any
	body []byte
}

// maxProjections keeps the search in Projection short; few rules ever look at the same record.
const maxProjections = 8

// Projection returns what Keep stored under the key. It takes no lock.
func (r *Record) Projection(key any) ([]byte, bool) {
	held := r.projections.Load()
	if held == nil {
		return nil, false
	}
	for i := range *held {
		if (*held)[i].key == key {
			return (*held)[i].body, true
		}
	}
	return nil, false
}

// Keep stores what the caller derived from the record, under a comparable key such as the digest of a field set. Room is
// bounded by the record's own size: the oldest projections give way, and one that is too large alone is not kept.
// Projections live as long as the record does in this process and never reach Redis.
func (r *Record) Keep(key any, body []byte) {
	room := r.projectionRoom()
	if len(body) > room {
		return
	}
	for {
		old := r.projections.Load()
		next := make([]projection, 0, maxProjections)
		next = append(next, projection{key, body})
		room := room - len(body)
		if old != nil {
			for _, p := range *old { // newest first
				if len(next) == maxProjections || p.key == key || len(p.body) > room {
					continue
				}
				room -= len(p.body)
				next = append(next, p)
			}
		}
		if r.projections.CompareAndSwap(old, &next) {
			return
		}
	}
}

// projectionRoom is reserved for projections when the record is weighed, since its weight is fixed from then on.
func (r *Record) projectionRoom() int { return 2 * len(r.Body) }

// recordOverhead stands for the structures around a record: itself, its entry, its key and its projections' heads.
const recordOverhead = 768

func (r *Record) weight() uint32 { return uint32(len(r.Body) + r.projectionRoom() + recordOverhead) }

// until is the end of the record's life here.
func (r *Record) until() time.Time {
	if r.StaleUntil.After(r.FreshUntil) {
		return r.StaleUntil
	}
	return r.FreshUntil
}

// same says that two records are one answer, apart from what Redis rounds.
func (r *Record) same(other *Record) bool {
	return r.AsOf.UnixMilli() == other.AsOf.UnixMilli() &&
		r.FreshUntil.UnixMilli() == other.FreshUntil.UnixMilli() &&
		r.until().UnixMilli() == other.until().UnixMilli() &&
		bytes.Equal(r.Body, other.Body)
}
