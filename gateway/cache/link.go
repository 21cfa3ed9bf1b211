package cache

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// State is how Redis is.
type State string

// The states of Redis: not configured, answering, or left alone until it answers again.
const (
	Off  State = "off"
	Up   State = "up"
	Down State = "down"
)

// Status is a state with the reason for it, fit for operators.
type Status struct {
	State  State
	Detail string
}

// link remembers whether Redis answers. One failed command is enough to leave it alone, so that a Redis that hangs costs a
// few requests one timeout and not all of them one each; only the watch then speaks to it, until it answers.
type link struct {
	client   redis.UniversalClient
	retry    time.Duration
	onStatus func(Status)
	log      *slog.Logger

	fault atomic.Pointer[string] // nil while Redis answers

	telling sync.Mutex // keeps calls of onStatus in order
}

func newLink(client redis.UniversalClient, retry time.Duration, onStatus func(Status), log *slog.Logger) *link {
	if onStatus == nil {
		onStatus = func(Status) {}
	}
	return &link{client: client, retry: retry, onStatus: onStatus, log: log}
}

func (l *link) up() bool { return l.fault.Load() == nil }

func (l *link) status() Status {
	if fault := l.fault.Load(); fault != nil {
		return Status{State: Down, Detail: *fault}
	}
	return Status{State: Up}
}

// fail takes Redis out of use and wakes the watch.
func (l *link) fail(err error) {
	reason := err.Error()
	l.change(nil, &reason)
}

// change moves between in use and out of use; who comes second changes nothing.
func (l *link) change(from, to *string) {
	l.telling.Lock()
	defer l.telling.Unlock()
	if !l.fault.CompareAndSwap(from, to) {
		return
	}
	status := l.status()
	if to != nil {
		l.log.Warn("redis lost, going on without it", slog.String("error", status.Detail))
	} else {
		l.log.Info("redis answers again")
	}
	l.onStatus(status)
}

// try asks once. It is also the first contact, so that a start without Redis costs no request anything.
func (l *link) try(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, pingFor)
	defer cancel()
	before := l.fault.Load()
	err := l.client.Ping(ctx).Err()
	switch {
	case err == nil && before != nil:
		l.change(before, nil)
	case err != nil && before == nil:
		l.fail(err)
	}
}

// pingFor leaves room for making a connection first.
const pingFor = dialTimeout + 2*ioTimeout

// watch asks at every interval: while Redis is lost until it answers, and while it is in use so that a loss is seen even
// where every answer comes from this process.
func (l *link) watch(ctx context.Context) {
	tick := time.NewTicker(l.retry)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			l.try(ctx)
		}
	}
}
