package problem

import (
	"context"
	"errors"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/limits"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
	"github.com/lgsp-vn/lgsp/policies"
)

// sentinels is the one table from domain errors to problems, with what each always
// says. Order matters where an error wraps several: who left early is looked for first.
var sentinels = []struct {
	err    error
	kind   *Kind
	detail adapters.Text
}{
	{err: context.Canceled, kind: CallerLeft},
	{err: auth.ErrNoToken, kind: Unauthenticated},
	{err: auth.ErrInvalidToken, kind: Unauthenticated},
	{err: lookup.ErrUnknownOperation, kind: UnknownOperation},
	{lookup.ErrScope, NotPermitted, adapters.Text{VI: "Phạm vi (scope) của mã truy cập không gồm thao tác này.",
		EN: "The scope of the access token does not cover this operation."}},
	{err: lookup.ErrAudit, kind: Overloaded},
	{lookup.ErrNotAsked, Overloaded, adapters.Text{VI: "Yêu cầu đã hết thời gian trước khi câu hỏi này được hỏi. Hãy gửi lại câu hỏi.",
		EN: "The request's time was up before this question was asked. Send the question again."}},
	{lookup.ErrUncounted, Overloaded, adapters.Text{VI: "Hạn mức trong ngày tạm thời chưa đếm được. Hãy gửi lại câu hỏi.",
		EN: "The quota of the day cannot be counted for the moment. Send the question again."}},
	{err: catalog.ErrBusy, kind: Overloaded},
	{err: adapters.ErrNotFound, kind: RecordNotFound},
	{err: adapters.ErrNoMatch, kind: NoMatch},
	{adapters.ErrRefusedInput, InvalidRequest, adapters.Text{VI: "Hệ thống quốc gia không chấp nhận dữ liệu đầu vào.",
		EN: "The national system does not accept the input."}},
	{err: adapters.ErrRejected, kind: UpstreamRejected},
	{err: adapters.ErrMalformed, kind: UpstreamMalformed},
	{err: adapters.ErrUnavailable, kind: UpstreamUnavailable},
	{err: adapters.ErrTimeout, kind: UpstreamTimeout},
	{err: context.DeadlineExceeded, kind: UpstreamTimeout}, // the request's own time was up first
}

// Of turns an error into the problem its caller is told. system is the one
// concerned, "" for none.
func Of(err error, system string) *Problem {
	p := of(err)
	if p.Code == DependencyFailed.Code {
		return p // the system at fault is another's step
	}
	if p.Kind.Owner == National || p.Kind == UpstreamRejected || p.Kind == RecordNotFound || p.Kind == NoMatch {
		p.System = system
	}
	if national, ok := errors.AsType[*adapters.Error](err); ok {
		p.NationalCode, p.RetryAfter = national.Code, max(p.RetryAfter, national.RetryAfter)
	}
	return p
}

func of(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		copied := *p
		return &copied
	}
	if invalid, ok := errors.AsType[*lookup.Invalid](err); ok {
		p := InvalidRequest.With("Hãy sửa các trường được nêu trong errors.", "Correct the members named in errors.")
		for _, f := range invalid.Faults {
			p.Errors = append(p.Errors, FieldError(f))
		}
		return p
	}
	if dependency, ok := errors.AsType[*lookup.DependencyError](err); ok {
		return dependent(dependency)
	}
	if refusal, ok := errors.AsType[*lookup.Refusal](err); ok {
		return refused(refusal.Reason)
	}
	if limited, ok := errors.AsType[*lookup.Limited](err); ok {
		return &Problem{Kind: RateLimited, RetryAfter: limited.RetryAfter}
	}
	if exhausted, ok := errors.AsType[*lookup.Exhausted](err); ok {
		return &Problem{Kind: QuotaExhausted, Detail: exhaustions[exhausted.Bound], RetryAfter: exhausted.RetryAfter}
	}
	if closed, ok := errors.AsType[*catalog.MaintenanceError](err); ok {
		return &Problem{Kind: Maintenance, Until: closed.Until, Detail: closed.Notice, RetryAfter: untilOpen(closed.Until)}
	}
	for _, row := range sentinels {
		if errors.Is(err, row.err) {
			return &Problem{Kind: row.kind, Detail: row.detail}
		}
	}
	return &Problem{Kind: Internal}
}

// dependent says which step is missing, and that who must act there must act here.
func dependent(d *lookup.DependencyError) *Problem {
	if d.Err == nil {
		return DependencyFailed.With("Câu trả lời của bước "+d.Step+" không có "+d.Path+" dùng được.", "The answer of step "+d.Step+" holds no usable "+d.Path+".")
	}
	cause, kind := of(d.Err), *DependencyFailed
	kind.Owner = cause.Owner
	return kind.With("Bước "+d.Step+" không có câu trả lời: "+cause.Code+".", "Step "+d.Step+" has no answer: "+cause.Code+".")
}

// untilOpen is how long to wait for an announced end. It is bounded, because
// operators also end a maintenance early.
func untilOpen(end time.Time) time.Duration {
	return min(max(time.Until(end), 0), time.Hour)
}

// exhaustions say whose bound was met.
var exhaustions = map[limits.Bound]adapters.Text{
	limits.CallsOfAgency: {VI: "Cơ quan đã dùng hết số lượt gọi trong ngày tới hệ thống này.",
		EN: "The agency has used up its calls of the day to this system."},
	limits.CallsOfClient: {VI: "Hệ thống gọi đã dùng hết số lượt gọi trong ngày của mình tới tất cả các hệ thống.",
		EN: "The client has used up its calls of the day to all systems together."},
	limits.PeopleOfOfficial: {VI: "Cán bộ trong LGSP-Official đã tra cứu đủ số người khác nhau được phép trong ngày. Vẫn có thể tra cứu lại những người đã tra cứu hôm nay.",
		EN: "The official in LGSP-Official has asked about as many different people as one may in a day. Asking again about those of today is still possible."},
	limits.PeopleOfClient: {VI: "Hệ thống gọi đã tra cứu đủ số người khác nhau được phép trong ngày. Vẫn có thể tra cứu lại những người đã tra cứu hôm nay.",
		EN: "The client has asked about as many different people as it may in a day. Asking again about those of today is still possible."},
}

// refusals say what the caller could change. The rules themselves are not named:
// they are no business of a stranger.
var refusals = map[policies.Reason]adapters.Text{
	policies.UnknownPurpose: {VI: "Header LGSP-Purpose phải nêu một mã trong danh mục mục đích.",
		EN: "The header LGSP-Purpose must name a code of the purpose catalogue."},
	policies.NoGrant: {VI: "Không có quy tắc nào cho phép.", EN: "No policy grants this."},
	policies.DossierRequired: {VI: "Mục đích này cần mã hồ sơ trong header LGSP-Dossier.",
		EN: "This purpose needs a dossier code in the header LGSP-Dossier."},
	policies.DossierForbidden: {VI: "Mục đích này không nhận LGSP-Dossier.",
		EN: "This purpose takes no LGSP-Dossier."},
	policies.DossierInvalid: {VI: "LGSP-Dossier phải có dạng H26.12-yymmdd-nnnn.",
		EN: "LGSP-Dossier must read like H26.12-yymmdd-nnnn."},
	policies.DossierForeign: {VI: "Hồ sơ trong LGSP-Dossier không thuộc cơ quan gọi hoặc cơ quan cấp dưới.",
		EN: "The dossier in LGSP-Dossier belongs neither to the calling agency nor to one below it."},
	policies.ConditionFailed: {VI: "Điều kiện của quy tắc không thỏa.", EN: "A condition of the policy does not hold."},
	policies.DeniedByRule:    {VI: "Một quy tắc cấm thao tác này.", EN: "A policy forbids this."},
}

// headerOf names the header behind a refusal, so that programs find it too.
var headerOf = map[policies.Reason]string{
	policies.UnknownPurpose:   "LGSP-Purpose",
	policies.DossierRequired:  "LGSP-Dossier",
	policies.DossierForbidden: "LGSP-Dossier",
	policies.DossierInvalid:   "LGSP-Dossier",
	policies.DossierForeign:   "LGSP-Dossier",
}

func refused(reason policies.Reason) *Problem {
	p := &Problem{Kind: NotPermitted, Detail: refusals[reason]}
	if header := headerOf[reason]; header != "" {
		p.Errors = []FieldError{{Field: header, Message: p.Detail}}
	}
	return p
}
