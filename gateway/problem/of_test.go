package problem

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/limits"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
	"github.com/lgsp-vn/lgsp/policies"
)

func TestEverySentinelHasItsRow(t *testing.T) {
	for _, c := range []struct {
		err  error
		want *Kind
	}{
		{context.Canceled, CallerLeft},
		{context.DeadlineExceeded, UpstreamTimeout},
		{auth.ErrNoToken, Unauthenticated},
		{auth.ErrInvalidToken, Unauthenticated},
		{lookup.ErrUnknownOperation, UnknownOperation},
		{lookup.ErrScope, NotPermitted},
		{lookup.ErrAudit, Overloaded},
		{lookup.ErrNotAsked, Overloaded},
		{&lookup.Refusal{Reason: policies.NoGrant}, NotPermitted},
		{&lookup.Invalid{}, InvalidRequest},
		{&lookup.Limited{}, RateLimited},
		{&lookup.Exhausted{}, QuotaExhausted},
		{lookup.ErrUncounted, Overloaded},
		{catalog.ErrBusy, Overloaded},
		{&catalog.MaintenanceError{}, Maintenance},
		{adapters.ErrNotFound, RecordNotFound},
		{adapters.ErrNoMatch, NoMatch},
		{adapters.ErrRefusedInput, InvalidRequest},
		{adapters.ErrRejected, UpstreamRejected},
		{adapters.ErrMalformed, UpstreamMalformed},
		{adapters.ErrUnavailable, UpstreamUnavailable},
		{adapters.ErrTimeout, UpstreamTimeout},
		{&Problem{Kind: NotFound}, NotFound},
	} {
		for _, err := range []error{c.err, fmt.Errorf("ask: %w", c.err), errors.Join(errors.New("other"), c.err)} {
			if got := Of(err, "population"); got.Kind != c.want {
				t.Errorf("%v: %s, want %s", err, got.Code, c.want.Code)
			}
		}
	}
}

func TestDependentStepNamesWhoMustActElsewhere(t *testing.T) {
	down := adapters.Fail(adapters.ErrUnavailable, "x-1", "")
	for _, c := range []struct {
		err    error
		owner  Owner
		detail string
	}{
		{&lookup.DependencyError{Step: "father", Err: down}, National, "Step father has no answer: upstream-unavailable."},
		{&lookup.DependencyError{Step: "father", Err: adapters.ErrNotFound}, Caller, "Step father has no answer: record-not-found."},
		{&lookup.DependencyError{Step: "father", Err: &lookup.DependencyError{Step: "mother", Err: down}}, National, "Step father has no answer: dependency-failed."},
		{&lookup.DependencyError{Step: "father", Path: "spouse.citizenId"}, Caller, "The answer of step father holds no usable spouse.citizenId."},
	} {
		got := Of(c.err, "population")
		if got.Code != "dependency-failed" || got.Status != 424 || got.Owner != c.owner || got.Detail.EN != c.detail || got.System != "" || got.NationalCode != "" {
			t.Errorf("%v: %+v", c.err, got)
		}
	}
	if DependencyFailed.Owner != Caller {
		t.Error("an occurrence changed the table")
	}
}

func TestAdapterErrorKeepsItsKindWhateverCausedIt(t *testing.T) {
	for kind, want := range map[error]*Kind{adapters.ErrUnavailable: UpstreamUnavailable, adapters.ErrTimeout: UpstreamTimeout,
		adapters.ErrMalformed: UpstreamMalformed, adapters.ErrRejected: UpstreamRejected} {
		err := &adapters.Error{Kind: kind, Err: context.DeadlineExceeded}
		if got := Of(err, "land"); got.Kind != want {
			t.Errorf("%v: %s, want %s", err, got.Code, want.Code)
		}
	}
}

func TestWhatIsNotListedIsInternalAndSaysNothing(t *testing.T) {
	for _, err := range []error{errors.New("table citizens: 001099000001"), fmt.Errorf("open: %w", errors.New("secret")), nil} {
		got := Of(err, "population")
		if diff := cmp.Diff(&Problem{Kind: Internal}, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
}

func TestCallerThatLeftIsLookedForFirst(t *testing.T) {
	for _, kind := range []error{adapters.ErrTimeout, adapters.ErrRejected, adapters.ErrMalformed, catalog.ErrBusy} {
		if got := Of(&adapters.Error{Kind: kind, Err: context.Canceled}, "land"); got.Kind != CallerLeft || got.System != "" {
			t.Errorf("%v of a caller that left: %s", kind, got.Code)
		}
	}
}

func TestSystemIsNamedWhereOneIsConcerned(t *testing.T) {
	for err, want := range map[error]string{
		adapters.ErrUnavailable: "land", adapters.ErrTimeout: "land", adapters.ErrMalformed: "land", adapters.ErrRejected: "land",
		adapters.ErrNotFound: "land", adapters.ErrNoMatch: "land", error(&catalog.MaintenanceError{}): "land",
		lookup.ErrScope: "", lookup.ErrAudit: "", auth.ErrNoToken: "", error(&lookup.Refusal{}): "", error(&lookup.Limited{}): "",
	} {
		if got := Of(err, "land").System; got != want {
			t.Errorf("%v: system %q, want %q", err, got, want)
		}
	}
}

func TestNationalCodeAndWaitingTimeArePassedOn(t *testing.T) {
	err := adapters.Fail(adapters.ErrUnavailable, "BUSY-3", "detail for the log")
	err.RetryAfter = 90 * time.Second
	got := Of(fmt.Errorf("ask: %w", err), "land")
	if got.NationalCode != "BUSY-3" || got.RetryAfter != 90*time.Second || got.Detail.EN != "" {
		t.Errorf("got %+v", got)
	}
	if got := Of(&lookup.Limited{RetryAfter: time.Minute}, ""); got.RetryAfter != time.Minute {
		t.Errorf("limited: %v", got.RetryAfter)
	}
}

func TestExhaustedQuotaSaysWhoseAndUntilWhen(t *testing.T) {
	seen := map[string]bool{}
	for _, bound := range []limits.Bound{limits.CallsOfAgency, limits.CallsOfClient, limits.PeopleOfOfficial, limits.PeopleOfClient} {
		got := Of(fmt.Errorf("ask: %w", &lookup.Exhausted{Bound: bound, RetryAfter: time.Hour}), "land")
		if got.Owner != Caller || got.RetryAfter != time.Hour || got.Detail.VI == "" || got.Detail.EN == "" || seen[got.Detail.EN] || got.System != "" {
			t.Errorf("bound %d: %+v", bound, got)
		}
		seen[got.Detail.EN] = true
	}
}

func TestMaintenanceTellsItsNoticeAndEnd(t *testing.T) {
	until := time.Date(2026, 11, 22, 6, 0, 0, 0, adapters.Vietnam)
	notice := adapters.Text{VI: "Nâng cấp", EN: "Upgrade"}
	got := Of(&catalog.MaintenanceError{Maintenance: catalog.Maintenance{Until: until, Notice: notice}}, "land")
	if !got.Until.Equal(until) || got.Detail != notice {
		t.Errorf("got %+v", got)
	}
}

func TestMaintenanceSaysWhenToComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for end, want := range map[time.Duration]time.Duration{
			20 * time.Minute: 20 * time.Minute, time.Hour: time.Hour, 30 * time.Hour: time.Hour, -time.Minute: 0,
		} {
			closed := &catalog.MaintenanceError{Maintenance: catalog.Maintenance{Until: time.Now().Add(end)}}
			if got := Of(fmt.Errorf("ask: %w", closed), "land").RetryAfter; got != want {
				t.Errorf("open again in %v: wait %v, want %v", end, got, want)
			}
		}
	})
	if got := Of(&catalog.MaintenanceError{}, "land").RetryAfter; got != 0 {
		t.Errorf("no announced end: wait %v", got)
	}
}

func TestCallerThatLeftIsNobodysFaultAndNotPublished(t *testing.T) {
	if CallerLeft.Code != "caller-left" || CallerLeft.Status != 499 || CallerLeft.Owner != Caller {
		t.Errorf("got %+v", CallerLeft)
	}
	if slices.Contains(Kinds(), CallerLeft) {
		t.Error("a problem that nobody can read is published")
	}
}

func TestEveryFaultIsListed(t *testing.T) {
	faults := []adapters.Fault{{Field: "a", Message: adapters.Text{VI: "một", EN: "one"}}, {Field: "b.c", Message: adapters.Text{VI: "hai", EN: "two"}}}
	got := Of(&lookup.Invalid{Faults: faults}, "land")
	want := []FieldError{{"a", faults[0].Message}, {"b.c", faults[1].Message}}
	if diff := cmp.Diff(want, got.Errors); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

func TestEveryRefusalIsExplainedAndNamesItsHeader(t *testing.T) {
	for reason, header := range map[policies.Reason]string{
		policies.NoGrant: "", policies.DeniedByRule: "", policies.ConditionFailed: "", policies.UnknownPurpose: "LGSP-Purpose",
		policies.DossierRequired: "LGSP-Dossier", policies.DossierForbidden: "LGSP-Dossier", policies.DossierInvalid: "LGSP-Dossier",
		policies.DossierForeign: "LGSP-Dossier",
	} {
		got := Of(&lookup.Refusal{Reason: reason}, "land")
		named := ""
		if len(got.Errors) > 0 {
			named = got.Errors[0].Field
		}
		if got.Kind != NotPermitted || got.Detail.VI == "" || got.Detail.EN == "" || named != header {
			t.Errorf("%v: %+v naming %q, want header %q", reason, got, named, header)
		}
	}
}

func TestOccurrencesAreIndependent(t *testing.T) {
	shared := &Problem{Kind: UpstreamUnavailable}
	if Of(shared, "land"); shared.System != "" {
		t.Error("a problem that was given was changed")
	}
}
