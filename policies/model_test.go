package policies

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// modelRule is a rule as the naive model sees it: it scans all of them for
// every question and compares ranks, and shares no code with the engine.
type modelRule struct {
	id                             string
	deny                           bool
	agencies, operations, purposes []string
	hour                           int // the condition request.hour >= hour; -1 without
	from, until                    int // days of November 2026; 0 and 99 without
}

func (r modelRule) yaml() string {
	var b strings.Builder
	list := func(words []string) string { return `["` + strings.Join(words, `", "`) + `"]` }
	fmt.Fprintf(&b, "  - {id: %s, basis: test, agencies: %s, operations: %s, purposes: %s", r.id, list(r.agencies), list(r.operations), list(r.purposes))
	if r.deny {
		b.WriteString(", effect: deny")
	} else {
		fmt.Fprintf(&b, `, fields: "*"`)
	}
	if r.hour >= 0 {
		fmt.Fprintf(&b, ", when: request.hour >= %d", r.hour)
	}
	if r.from > 0 {
		fmt.Fprintf(&b, ", from: 2026-11-%02d", r.from)
	}
	if r.until < 99 {
		fmt.Fprintf(&b, ", until: 2026-11-%02d", r.until)
	}
	b.WriteString("}\n")
	return b.String()
}

var modelGroups = map[string][]string{"@a": {"H26", "H26.1", "H26.12"}, "@b": {"H26.12", "H26.12.3"}, "@c": {"H27"}}

// rank is how specifically a rule covers a question; ok is false if it does not.
func (r modelRule) rank(agency, operation, purpose string) (rank int, ok bool) {
	best := math.MaxInt
	for _, a := range r.agencies {
		for _, o := range r.operations {
			for _, p := range r.purposes {
				ra, okA := modelAgency(a, agency)
				ro, okO := modelName(o, operation)
				rp, okP := modelName(p, purpose)
				if okA && okO && okP {
					best = min(best, ra*4+ro*2+rp)
				}
			}
		}
	}
	return best, best < math.MaxInt
}

func modelAgency(pattern, agency string) (int, bool) {
	prefix, below := strings.CutSuffix(pattern, "*")
	switch {
	case pattern == agency:
		return 0, true
	case pattern == "*":
		return 1000, true
	case below:
		return 100 - len(prefix), strings.HasPrefix(agency, prefix)
	}
	return 500, slices.Contains(modelGroups[pattern], agency)
}

func modelName(pattern, name string) (int, bool) {
	system, _, _ := strings.Cut(name, "/")
	switch {
	case pattern == name:
		return 0, true
	case pattern == "*" || pattern == system+"/*":
		return 1, true
	}
	return 0, false
}

func (r modelRule) inForce(day, hour int) bool {
	return r.from <= day && day < r.until && hour >= r.hour
}

func modelDecide(rules []modelRule, agency, operation, purpose string, day, hour int) string {
	outcome, best := "no-grant", math.MaxInt
	for _, r := range rules {
		rank, covers := r.rank(agency, operation, purpose)
		if !covers || !r.inForce(day, hour) {
			continue
		}
		if r.deny {
			return "denied"
		}
		if rank < best {
			outcome, best = "granted "+r.id, rank
		}
	}
	return outcome
}

// modelClashes says whether two grants are equal for some question.
func modelClashes(rules []modelRule) bool {
	for i, a := range rules {
		for _, b := range rules[:i] {
			if a.deny || b.deny || a.from >= b.until || b.from >= a.until {
				continue
			}
			if modelEqual(a, b) {
				return true
			}
		}
	}
	return false
}

func modelEqual(a, b modelRule) bool {
	for _, x := range a.agencies {
		for _, y := range b.agencies {
			shared := x == y || slices.ContainsFunc(modelGroups[x], func(m string) bool { return slices.Contains(modelGroups[y], m) })
			if !shared {
				continue
			}
			if intersect(a.operations, b.operations) && intersect(a.purposes, b.purposes) {
				return true
			}
		}
	}
	return false
}

func intersect(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
}

func drawRule(t *rapid.T, i int) modelRule {
	some := func(label string, maxLen int, words ...string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(words), 1, maxLen, rapid.ID[string]).Draw(t, label)
	}
	r := modelRule{
		id:         fmt.Sprintf("r%d", i),
		deny:       rapid.IntRange(0, 7).Draw(t, "deny") == 0,
		agencies:   some("agencies", 2, "H26", "H26.1", "H26.12", "H26.12.3", "H26.*", "H26.1.*", "H26.12.*", "@a", "@b", "@c", "*"),
		operations: some("operations", 2, "land/parcel-lookup", "land/certificate-lookup", "land/*", "population/citizen-verify", "population/*"),
		purposes:   some("purposes", 2, "one-stop", "staff-records"),
		hour:       rapid.SampledFrom([]int{-1, -1, 0, 8, 20}).Draw(t, "hour"),
		until:      99,
	}
	if rapid.IntRange(0, 3).Draw(t, "any purpose") == 0 {
		r.purposes = []string{"*"}
	}
	if rapid.IntRange(0, 3).Draw(t, "dated") == 0 {
		r.from = rapid.IntRange(1, 20).Draw(t, "from")
		r.until = r.from + rapid.IntRange(1, 9).Draw(t, "days")
	}
	return r
}

func TestEngineAgreesWithANaiveModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var kept []modelRule
		text := "kind: access\ngroups: {a: [H26, H26.1, H26.12], b: [H26.12, H26.12.3], c: [H27]}\nrules:\n"
		clash := false
		for i := range rapid.IntRange(1, 12).Draw(t, "rules") {
			r := drawRule(t, i)
			if modelClashes(append(slices.Clone(kept), r)) {
				if !rapid.Bool().Draw(t, "keep the clash") {
					continue
				}
				clash = true
			}
			kept = append(kept, r)
			text += r.yaml()
		}
		set, faults := Load(setOf(text), testVocabulary())
		if clash != (set == nil) {
			t.Fatalf("model finds a clash: %v, engine: %v\n%s", clash, faults, text)
		}
		if set != nil {
			compareWithModel(t, set, shadowedIn(faults), kept, text)
		}
	})
}

func compareWithModel(t *rapid.T, set *Set, shadowed map[string]bool, rules []modelRule, text string) {
	for _, agency := range []string{"H26", "H26.1", "H26.12", "H26.12.3", "H26.12.3.4", "H26.2", "H27"} {
		for _, operation := range []string{"land/parcel-lookup", "land/certificate-lookup", "population/citizen-verify"} {
			for _, purpose := range []string{"one-stop", "staff-records"} {
				day, hour := rapid.IntRange(1, 30).Draw(t, "day"), rapid.IntRange(0, 23).Draw(t, "hour")
				q := ask(agency, operation, purpose)
				q.Time = time.Date(2026, 11, day, hour, 59, 0, 0, time.FixedZone("", 7*3600))
				d := set.Decide(q)
				got := decidedBy(d)
				if d.Reason == DeniedByRule {
					got = "denied"
				}
				if want := modelDecide(rules, agency, operation, purpose, day, hour); got != want {
					t.Fatalf("%s %s %s day %d hour %d: %s, want %s\n%s", agency, operation, purpose, day, hour, got, want, text)
				}
				if d.Rule != nil && shadowed[d.Rule.ID] {
					t.Fatalf("rule %s was called shadowed and decides\n%s", d.Rule.ID, text)
				}
				if d.Allowed && !set.Sees(q.Agency, q.System, q.Time) {
					t.Fatalf("%s is granted %s and does not see the system\n%s", agency, operation, text)
				}
			}
		}
	}
}

// shadowedIn is the rules that the warnings say can never decide.
func shadowedIn(faults Faults) map[string]bool {
	shadowed := make(map[string]bool)
	for _, f := range faults {
		if id, ok := strings.CutSuffix(f.Message, " can never decide"); ok {
			shadowed[strings.Trim(strings.TrimPrefix(id, "rule "), `"`)] = true
		}
	}
	return shadowed
}
