package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptrace"
	"sync"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/sandbox"
)

// verdict is how a fault has to be told.
type verdict struct {
	mode  sandbox.Mode
	want  error
	waits bool // the answer never comes
}

func verdicts() []verdict {
	return []verdict{
		{sandbox.Hang, adapters.ErrTimeout, true},
		{sandbox.Drip, adapters.ErrTimeout, true},
		{sandbox.Reset, adapters.ErrUnavailable, false},
		{sandbox.Unavailable, adapters.ErrUnavailable, false},
		{sandbox.Throttle, adapters.ErrUnavailable, false},
		{sandbox.TokenRefused, adapters.ErrRejected, false},
		{sandbox.Truncate, adapters.ErrMalformed, false},
		{sandbox.HTML, adapters.ErrMalformed, false},
		{sandbox.WrongType, adapters.ErrMalformed, false},
		{sandbox.Malformed, adapters.ErrMalformed, false},
		{sandbox.Oversize, adapters.ErrMalformed, false},
	}
}

// faulted breaks the system in one way and asks all its operations, over the
// held connection and over a fresh one that has to log in first; then it heals
// the system and asks again.
func (b *bench) faulted(v verdict) error {
	deadline := enough
	if v.waits {
		deadline = short
	}
	return b.under(v.mode, func(t *trial) error {
		var faults []error
		for _, conn := range []*adapters.Conn{t.conn, t.connect(t.secrets())} {
			ctx, cancel := context.WithTimeout(context.Background(), deadline)
			_, err := t.ask(ctx, conn, t.samples["ok"])
			cancel()
			faults = append(faults, only(err, v.want))
		}
		return errors.Join(faults...)
	})
}

// under tries all operations while the system fails in this mode. They answer
// before, so that a token is held where one is needed, and after.
func (b *bench) under(mode sandbox.Mode, try func(*trial) error) error {
	warm := func(t *trial) error {
		_, err := t.askOK()
		return err
	}
	if err := b.each(warm); err != nil {
		return fmt.Errorf("before the fault: %w", err)
	}
	if err := b.lab.sandbox.SetFault(b.system.ID, sandbox.Fault{Mode: mode}); err != nil {
		return err
	}
	tried := b.each(try)
	if err := b.lab.sandbox.ClearFault(b.system.ID); err != nil {
		return err
	}
	if err := b.each(warm); err != nil {
		return errors.Join(tried, fmt.Errorf("after the fault: %w", err))
	}
	return tried
}

// each tries all operations at once.
func (b *bench) each(try func(*trial) error) error {
	faults := make([]error, len(b.trials))
	var all sync.WaitGroup
	for i, t := range b.trials {
		all.Go(func() {
			if err := try(t); err != nil {
				faults[i] = fmt.Errorf("%s: %w", t.name(), err)
			}
		})
	}
	all.Wait()
	return errors.Join(faults...)
}

// honoursContext cancels calls before they begin, while they wait for an answer
// and in the middle of one.
func (b *bench) honoursContext() error {
	before := b.each(func(t *trial) error {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		return t.cancelled(ctx)
	})
	waiting := b.under(sandbox.Hang, func(t *trial) error {
		ctx, cancel := context.WithTimeout(context.Background(), t.lab.patience)
		defer cancel()
		return t.cancelled(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
			WroteRequest: func(httptrace.WroteRequestInfo) { cancel() }}))
	})
	reading := b.under(sandbox.Drip, func(t *trial) error {
		ctx, cancel := context.WithTimeout(context.Background(), t.lab.patience)
		defer cancel()
		return t.cancelled(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotFirstResponseByte: cancel}))
	})
	return errors.Join(before, waiting, reading)
}

// cancelled wants the call to end with its context and to say that it was the
// caller who left.
func (t *trial) cancelled(ctx context.Context) error {
	_, err := t.ask(ctx, t.conn, t.samples["ok"])
	if !errors.Is(err, context.Canceled) {
		return fmt.Errorf("cancelled call does not say so: %w", errors.Join(err, errNotCanceled))
	}
	return nil
}

var errNotCanceled = errors.New("error is not context.Canceled")
