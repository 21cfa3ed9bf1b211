package cache

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// Bounds of the queue to Redis. Records in it are mostly held in process as well, so bytes are a bound for the worst case.
const (
	queueLength = 1024
	queueBytes  = 16 << 20
	writeAtOnce = 64
	writeFor    = time.Second
)

// errMiss says that Redis answered and has nothing that opens.
var errMiss = errors.New("no such record")

// remote is the tier in Redis.
type remote struct {
	client redis.UniversalClient
	vault  vault
	link   *link
	now    func() time.Time
	log    *slog.Logger

	queue  chan queued
	queued atomic.Int64 // bytes
	stop   context.CancelFunc
	done   sync.WaitGroup

	unreadable, dropped atomic.Uint64
}

type queued struct {
	key Key
	rec *Record
}

func startRemote(o Options, now func() time.Time, log *slog.Logger) *remote {
	ctx, stop := context.WithCancel(context.Background())
	r := &remote{
		client: o.Redis,
		vault:  vault{secrets: o.Secrets},
		link:   newLink(o.Redis, cmp.Or(o.Retry, DefaultRetry), o.OnStatus, log),
		now:    now,
		log:    log,
		queue:  make(chan queued, queueLength),
		stop:   stop,
	}
	r.link.try(ctx)
	r.done.Go(func() { r.link.watch(ctx) })
	r.done.Go(func() { r.write(ctx) })
	return r
}

func (r *remote) close() {
	r.stop()
	r.done.Wait()
}

// usable is false without Redis and while it is away.
func (r *remote) usable() bool { return r != nil && r.link.up() }

// get returns errMiss if Redis answered without a record, and another error if it did not answer.
func (r *remote) get(ctx context.Context, key Key) (*Record, error) {
	name := key.redisName()
	value, err := r.client.Get(ctx, name).Bytes()
	switch {
	case errors.Is(err, redis.Nil):
		return nil, errMiss
	case err != nil:
		if ctx.Err() == nil { // a caller who left says nothing about Redis
			r.link.fail(err)
		}
		return nil, err
	}
	rec, err := r.vault.open(name, value)
	if err != nil {
		r.unreadable.Add(1)
		return nil, errMiss
	}
	return rec, nil
}

// put queues a record, or drops it when the queue is full or Redis is away.
func (r *remote) put(key Key, rec *Record) {
	if !r.usable() {
		r.dropped.Add(1)
		return
	}
	size := int64(len(rec.Body))
	if r.queued.Add(size) <= queueBytes {
		select {
		case r.queue <- queued{key, rec}:
			return
		default:
		}
	}
	r.queued.Add(-size)
	r.dropped.Add(1)
}

// write empties the queue until the cache closes, and then what is left in it.
func (r *remote) write(ctx context.Context) {
	for {
		select {
		case q := <-r.queue:
			r.writeSome(context.WithoutCancel(ctx), q)
		case <-ctx.Done():
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeFor)
			defer cancel()
			for ctx.Err() == nil {
				select {
				case q := <-r.queue:
					r.writeSome(ctx, q)
				default:
					return
				}
			}
			return
		}
	}
}

// writeSome sends one record and what queued behind it in one round trip.
func (r *remote) writeSome(ctx context.Context, q queued) {
	ctx, cancel := context.WithTimeout(ctx, writeFor)
	defer cancel()
	pipe := r.client.Pipeline()
	r.add(ctx, pipe, q)
	for more := true; more && pipe.Len() < writeAtOnce; {
		select {
		case q := <-r.queue:
			r.add(ctx, pipe, q)
		default:
			more = false
		}
	}
	if pipe.Len() == 0 {
		return
	}
	sent := pipe.Len()
	commands, err := pipe.Exec(ctx)
	if err == nil {
		return
	}
	refused := 0
	for _, c := range commands {
		if c.Err() != nil {
			refused++
		}
	}
	r.dropped.Add(uint64(cmp.Or(refused, sent)))
	// A server that answers, if only to refuse a write, can still be read from.
	if reply := redis.Error(nil); !errors.As(err, &reply) {
		r.link.fail(err)
	}
	r.log.LogAttrs(ctx, slog.LevelWarn, "records not written to redis", slog.Int("records", refused), slog.String("error", err.Error()))
}

// add seals a record into the pipeline, unless its life or the connection ended in the queue.
func (r *remote) add(ctx context.Context, pipe redis.Pipeliner, q queued) {
	r.queued.Add(-int64(len(q.rec.Body)))
	life := q.rec.until().Sub(r.now())
	if life < time.Millisecond {
		return
	}
	name := q.key.redisName()
	value, err := r.vault.seal(name, q.rec)
	if err != nil || !r.usable() {
		r.dropped.Add(1)
		return
	}
	pipe.Set(ctx, name, value, life)
}
