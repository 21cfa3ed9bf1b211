package conformance

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/lgsp-vn/lgsp/adapters"
)

// checks are all promises of one system, in the order in which they are tried.
// Faults befall the whole system, so they come one after another.
func (b *bench) checks() []check {
	var all []check
	for _, t := range b.trials {
		name := func(promise string) string { return t.name() + ": " + promise }
		all = append(all,
			check{name("answers a record of its schema"), t.answers},
			check{name("tells not found and no match"), t.tellsAbsence},
			check{name("refuses the invalid sample"), t.refusesInvalid},
			check{name("refuses hostile bodies"), t.refusesHostile},
			check{name("is rejected with wrong secrets"), t.rejectedWithWrongSecrets},
		)
	}
	for _, v := range verdicts() {
		all = append(all, check{"fault " + string(v.mode), func() error { return b.faulted(v) }})
	}
	return append(all,
		check{"honours its context", b.honoursContext},
		check{"every secret is needed somewhere", b.needsItsSecrets},
	)
}

func (t *trial) answers() error {
	before, _ := t.lab.sandbox.Calls(t.system.ID)
	record, err := t.askOK()
	if err != nil {
		return err
	}
	if after, _ := t.lab.sandbox.Calls(t.system.ID); after.Operations[t.op.ID] == before.Operations[t.op.ID] {
		return errors.New("the simulator has not told Received")
	}
	value, err := decode(record.JSON)
	if err != nil {
		return fmt.Errorf("record does not decode: %w", err)
	}
	t.keepPrivate(value)
	for _, sample := range t.samples {
		if input, err := decode(sample); err == nil {
			t.keepPrivate(input)
		}
	}
	return errors.Join(misfits("record", t.op.Output, value)...)
}

func (t *trial) tellsAbsence() error {
	var faults []error
	for name, want := range map[string]error{"notFound": adapters.ErrNotFound, "noMatch": adapters.ErrNoMatch} {
		sample := t.samples[name]
		if sample == nil {
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), enough)
		_, err := t.ask(ctx, t.conn, sample)
		cancel()
		if err := only(err, want); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", name, err))
		}
	}
	return errors.Join(faults...)
}

func (t *trial) rejectedWithWrongSecrets() error {
	if t.samples["ok"] == nil {
		return errors.New("there is no ok sample")
	}
	own, gateway := t.secrets()
	conns := map[string]*adapters.Conn{}
	for name := range own {
		conns[name] = t.connect(with(own, name, "wrong"), gateway)
	}
	for name := range gateway {
		conns["ndxp "+name] = t.connect(own, with(gateway, name, "wrong"))
	}
	var faults []error
	for name, conn := range conns {
		ctx, cancel := context.WithTimeout(context.Background(), enough)
		_, err := t.ask(ctx, conn, t.samples["ok"])
		cancel()
		if err == nil && t.protocol != "" {
			continue // may belong to another protocol; needsItsSecrets looks at all of them
		}
		if err := only(err, adapters.ErrRejected); err != nil {
			faults = append(faults, fmt.Errorf("wrong %s: %w", name, err))
		}
		t.verified = append(t.verified, name)
	}
	return errors.Join(faults...)
}

// needsItsSecrets wants each secret to be verified by some operation over some
// protocol; it runs after those have been tried.
func (b *bench) needsItsSecrets() error {
	var faults []error
	for _, name := range b.system.Secrets {
		if !slices.ContainsFunc(b.trials, func(t *trial) bool { return slices.Contains(t.verified, name) }) {
			faults = append(faults, fmt.Errorf("no operation is rejected with a wrong %s", name))
		}
	}
	return errors.Join(faults...)
}

// only wants the error to be of one kind and of no other.
func only(err, want error) error {
	if err == nil {
		return fmt.Errorf("answered a record, want %q", want)
	}
	if _, ours := errors.AsType[*adapters.Error](err); !ours {
		return fmt.Errorf("error is none of the contract, want %q: %w", want, err)
	}
	for _, kind := range []error{adapters.ErrNotFound, adapters.ErrNoMatch, adapters.ErrRefusedInput, adapters.ErrRejected,
		adapters.ErrMalformed, adapters.ErrUnavailable, adapters.ErrTimeout} {
		if errors.Is(err, kind) != errors.Is(want, kind) {
			return fmt.Errorf("want %q: %w", want, err)
		}
	}
	return nil
}
