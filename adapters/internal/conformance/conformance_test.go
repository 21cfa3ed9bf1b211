package conformance

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/adapters/sandbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestGoodSystemPasses(t *testing.T) {
	for name, behind := range map[string]bool{"direct": false, "behind the national gateway": true} {
		t.Run(name, func(t *testing.T) { Run(t, entry(system(goodAsk), behind)) })
	}
}

// failures runs the checks whose names contain one of the words, in the order of
// Run, and tells what each said.
func failures(t *testing.T, entries []catalog.Entry, names ...string) map[string]string {
	t.Helper()
	l := newLab(entries, 500*time.Millisecond)
	defer l.close()
	all := describing(entries)
	for _, b := range l.benches {
		all = slices.Concat(all, b.checks(), b.secrecy())
	}
	failed := map[string]string{}
	for _, c := range all {
		if !slices.ContainsFunc(names, func(name string) bool { return strings.Contains(c.name, name) }) {
			continue
		}
		failed[c.name] = ""
		if err := c.run(); err != nil {
			failed[c.name] = err.Error()
		}
	}
	if len(failed) < len(names) {
		t.Fatalf("of the checks %q only these exist: %v", names, failed)
	}
	return failed
}

func TestBadAdapterIsCaught(t *testing.T) {
	const record, secrecy, context = "ask: answers a record", "ask: names no value", "honours its context"
	for _, c := range []struct {
		name   string
		system adapters.System
		run    []string // checks; the last has to fail
		says   string
	}{
		{"leaks in an error", system(leaky), []string{record, "fault html", secrecy}, "an error names a value"},
		{"leaks in a log", system(chatty), []string{record, secrecy}, "the log names a value"},
		{"ignores cancellation", system(deaf), []string{context}, errIgnoresContext.Error()},
		{"ignores its deadline", system(deafer), []string{"fault hang"}, errIgnoresContext.Error()},
		{"drops its context", system(deafer), []string{context}, errIgnoresContext.Error()},
		{"answers what is not declared", system(shapedAsk), []string{record}, "record.undeclared is not in the schema"},
		{"answers the wrong type", system(shapedAsk), []string{record}, "record.fullName is a number instead of string"},
		{"answers null", system(shapedAsk), []string{record}, "record.citizenId is null"},
		{"answers an object for an array", system(shapedAsk), []string{record}, "record.files is an object instead of array"},
		{"leaves out what is always there", system(shapedAsk), []string{record}, "record.status is missing"},
		{"answers a national date", system(shapedAsk), []string{record}, "record.dateOfBirth is no date"},
		{"does not tell absence", system(blunt), []string{"tells not found"}, "notFound"},
		{"blames the wrong side", system(blunt), []string{"fault token-refused"}, "want \"rejected\""},
		{"does not tell that the caller left", system(blunt), []string{context}, errNotCanceled.Error()},
		{"believes anything", system(trusting), []string{"fault wrong-type"}, "answered a record"},
		{"sends no secret", system(trusting), []string{"wrong secrets"}, "answered a record"},
		{"has errors of its own", system(raw), []string{"fault hang"}, "none of the contract"},
	} {
		t.Run(c.name, func(t *testing.T) {
			failed := failures(t, entry(c.system, false), c.run...)
			last := c.run[len(c.run)-1]
			for name, said := range failed {
				if strings.Contains(name, last) && !strings.Contains(said, c.says) {
					t.Errorf("%q said %q, want %q", name, said, c.says)
				}
			}
		})
	}
}

func shapedAsk(ctx context.Context, c *adapters.Conn, call adapters.Call, in question) (shaped, error) {
	out, err := goodAsk(ctx, c, call, in)
	return shaped(out), err
}

func TestBadDescriptionIsCaught(t *testing.T) {
	changed := func(change func(*adapters.System)) adapters.System {
		s := system(goodAsk)
		change(&s)
		return s
	}
	type nameless struct {
		Colour string `json:"colour" vi:"Màu"`
	}
	type otherwise struct {
		CitizenID   int    `json:"citizenId" lgsp:"subject"`
		DateOfBirth string `json:"Date_of_birth" vi:"Ngày" en:"Day"`
	}
	lookup := func(id string, op adapters.Operation) adapters.Operation {
		op.ID, op.Summary = id, adapters.Text{VI: "Thử", EN: "Stub"}
		return op
	}
	for _, c := range []struct {
		name    string
		entries []catalog.Entry
		check   string
		says    string
	}{
		{"reserved id", entry(changed(func(s *adapters.System) { s.ID = "batch" }), false), "ids", "batch: id is reserved"},
		{"id of the gateway", entry(changed(func(s *adapters.System) { s.ID = sandbox.NDXP }), false), "ids", "ndxp: id is reserved"},
		{"upper case", entry(changed(func(s *adapters.System) { s.Operations[0].ID = "Ask" }), false), "ids", "stub/Ask: id is not lower case"},
		{"trailing dash", entry(changed(func(s *adapters.System) { s.ID = "stub-" }), false), "ids", "not lower case"},
		{"two of one id", slices.Concat(entry(system(goodAsk), false), entry(system(goodAsk), false)), "ids", "stub: id is taken"},
		{"one language", entry(changed(func(s *adapters.System) { s.Names.EN = "" }), false), "languages", "stub: names"},
		{"untitled member", entry(changed(func(s *adapters.System) {
			s.Operations = append(s.Operations, lookup("colours", adapters.Lookup[question, nameless](adapters.Operation{Personal: true}, nil)))
		}), false), "languages", "stub/colours: colour"},
		{"no subject", entry(changed(func(s *adapters.System) {
			s.Operations = []adapters.Operation{lookup("ask", adapters.Lookup[record, record](adapters.Operation{Personal: true}, nil))}
		}), false), "subject", "stub/ask: personal"},
		{"one name, two types", entry(changed(func(s *adapters.System) {
			s.Operations = append(s.Operations, lookup("again", adapters.Lookup[question, otherwise](adapters.Operation{Personal: true}, nil)))
		}), false), "one thing", "citizenId is written in several ways"},
		{"name of another style", entry(changed(func(s *adapters.System) {
			s.Operations = append(s.Operations, lookup("again", adapters.Lookup[question, otherwise](adapters.Operation{Personal: true}, nil)))
		}), false), "one thing", "Date_of_birth: name is not in camel case"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, check := range describing(c.entries) {
				if !strings.Contains(check.name, c.check) {
					continue
				}
				if err := check.run(); err == nil || !strings.Contains(err.Error(), c.says) {
					t.Errorf("%q said %v, want %q", check.name, err, c.says)
				}
			}
		})
	}
}

// quoting faults its input by quoting it.
type quoting struct {
	CitizenID adapters.CitizenID `json:"citizenId" lgsp:"required,subject"`
}

// Check refuses everybody.
func (q quoting) Check() []adapters.Fault {
	return []adapters.Fault{{Field: "citizenId", Message: adapters.Text{VI: "sai: " + string(q.CitizenID), EN: "wrong"}}}
}

func TestFaultThatQuotesTheValueIsCaught(t *testing.T) {
	op := adapters.Lookup[quoting, record](adapters.Operation{Personal: true}, nil)
	tr := &trial{op: &op}
	if _, err := tr.parse([]byte(`{"citizenId":"` + known + `"}`)); err == nil || !strings.Contains(err.Error(), "quotes the value") {
		t.Errorf("got %v", err)
	}
}

// lax takes any text; monolingual faults it in one language only; brittle panics.
type lax struct {
	CitizenID string `json:"citizenId" lgsp:"required,subject"`
}

type monolingual lax

// Check faults in one language.
func (monolingual) Check() []adapters.Fault {
	return []adapters.Fault{{Field: "citizenId", Message: adapters.Text{VI: "sai"}}}
}

type brittle lax

// Check panics.
func (brittle) Check() []adapters.Fault { panic("brittle") }

func TestBadRefusalIsCaught(t *testing.T) {
	for says, op := range map[string]adapters.Operation{
		"is not refused":        adapters.Lookup[lax, record](adapters.Operation{Personal: true}, nil),
		"not in both languages": adapters.Lookup[monolingual, record](adapters.Operation{Personal: true}, nil),
		"panics":                adapters.Lookup[brittle, record](adapters.Operation{Personal: true}, nil),
	} {
		tr := &trial{op: &op}
		if _, err := tr.parse([]byte(`{"citizenId":"#invalid#"}`)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %q", err, says)
		}
	}
}

func TestValueIsFoundHoweverItIsWritten(t *testing.T) {
	for _, c := range []struct {
		text, value string
		want        bool
	}{
		{"asked for 001099000001", "001099000001", true},
		{"asked for NGUYỄN VĂN THỬ", "Nguyễn Văn Thử", true},
		{"born 19900517", "1990-05-17", true},
		{"malformed answer: not JSON", "1990-05-17", false},
		{"malformed answer (http-1990)", "1990-", false},
	} {
		if got := quotes(c.text, c.value); got != c.want {
			t.Errorf("quotes(%q, %q) = %v", c.text, c.value, got)
		}
	}
}

func TestEveryModeHasAVerdict(t *testing.T) {
	for _, mode := range sandbox.Modes() {
		if judged := slices.ContainsFunc(verdicts(), func(v verdict) bool { return v.mode == mode }); judged == (mode == sandbox.None) {
			t.Errorf("%s: judged %v", mode, judged)
		}
	}
}
