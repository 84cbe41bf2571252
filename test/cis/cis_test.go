// Package cis compares the rules that bear numbers of the CIS AWS Foundations Benchmark's
// monitoring section with the metric filters that the section prescribes, over records in
// and near what they ask for. It knows the filters as a table of its own, and does not
// evaluate filter patterns in general.
package cis

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
	"trailbell/rules"
	"trailbell/test/page"
)

var update = flag.Bool("update", false, "write the page and the template anew")

// perControl is how many records each control is tried on.
const perControl = 100_000

// A product is the shipped rules with their index, as a deployment has them.
type product struct {
	set    *ruleset.Set
	opa    *engine.Engine
	choice *selection.Choice
}

var shipped = sync.OnceValues(func() (*product, error) {
	ctx := context.Background()
	set, err := ruleset.Load(ctx, ruleset.Options{Sources: []ruleset.Source{{Name: "rules", FS: rules.FS}}})
	if err != nil {
		return nil, err
	}
	choice := selection.Choose(ctx, set)
	for i, rule := range set.Rules {
		// match decides. Of the other answers only at_once says whether something is told,
		// and asking them all takes as long again.
		if rule.Threshold == nil && rule.FirstSeen == nil {
			set.Rules[i].Outputs = nil
		}
	}
	opa, err := engine.New(ctx, set, engine.PatientLimit)
	return &product{set, opa, choice}, err
})

// mapped are the rules that bear the control's number.
func (p *product) mapped(c control) map[detection.RuleID]detection.Rule {
	found := map[detection.RuleID]detection.Rule{}
	for _, rule := range p.set.Rules {
		if slices.Contains(rule.CIS, fmt.Sprintf("v5.0/4.%d", c.number)) {
			found[rule.ID] = rule
		}
	}
	return found
}

// An answer is what our rules say of a record.
type answer int

const (
	quiet answer = iota
	waits        // counted, and told when there are enough of them
	fires
)

// ask asks the control's rules, one after the other until one fires: those first that
// fired most so far, which saves half of the time.
func (p *product) ask(t *testing.T, r *result, rec cloudtrail.Record) answer {
	var asked []detection.RuleID
	for _, id := range p.choice.Select(rec) {
		if _, is := r.rules[id]; is {
			asked = append(asked, id)
		}
	}
	slices.SortStableFunc(asked, func(a, b detection.RuleID) int { return r.fired[b] - r.fired[a] })
	best := quiet
	for i := range asked {
		outcome := p.opa.Evaluate(t.Context(), rec, asked[i:i+1])[0]
		if outcome.Verdict == detection.Undecided {
			t.Errorf("%s could not decide on %s", outcome.Rule.ID, rec.Bytes())
		}
		if outcome.Verdict != detection.Fired {
			continue
		}
		if outcome.Rule.Threshold == nil && outcome.Rule.FirstSeen == nil || outcome.Finding.AtOnce {
			r.fired[outcome.Rule.ID]++
			return fires
		}
		best = waits
	}
	return best
}

// A result is what comparing a control came to.
type result struct {
	control
	rules                  map[detection.RuleID]detection.Rule
	fired                  map[detection.RuleID]int
	both, neither, waiting int
	because                map[string]int // by the name of a difference
	further                map[string]int // names of events that only ours see
}

func (r *result) compare(t *testing.T, p *product, text string) {
	rec, err := cloudtrail.Parse([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	fields := rec.Fields()
	theirs, ours := r.filter.holds(fields), p.ask(t, r, rec)
	switch {
	case theirs && ours == fires:
		r.both++
	case theirs && ours == waits:
		r.waiting++
	case !theirs && ours == quiet:
		r.neither++
	default:
		d, known := explain(r.control, fields, !theirs)
		if !known {
			t.Errorf("the filter says %t, ours say %t, and there is no reason for it:\n%s", theirs, ours != quiet, text)
			return
		}
		r.because[d.name]++
		if d.name == "further calls" {
			r.further[rec.EventName()]++
		}
	}
}

// TestRulesSeeWhatTheMetricFiltersSee tries each control on records of a seed of its own.
// Where there is no rule for a control, the page says so.
func TestRulesSeeWhatTheMetricFiltersSee(t *testing.T) {
	p, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	if p.choice.Means != selection.ByIndex {
		t.Fatalf("rules are selected by %s: %v", p.choice.Means, p.choice.Why)
	}
	// Nearly all that is made is thrown away at once, and this test has the machine's memory.
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	results := make([]*result, len(controls))
	t.Run("controls", func(t *testing.T) {
		for i, c := range controls {
			results[i] = &result{control: c, rules: p.mapped(c), fired: map[detection.RuleID]int{}, because: map[string]int{}, further: map[string]int{}}
			t.Run(fmt.Sprintf("4.%d %s", c.number, c.title), func(t *testing.T) {
				t.Parallel()
				results[i].run(t, p)
			})
		}
	})
	left := slices.ContainsFunc(results, func(r *result) bool { return len(r.rules) > 0 && r.neither == 0 })
	if t.Failed() || testing.Short() || left {
		return // the page is of all controls and all records
	}
	page.Section(t, page.Coverage, "cis", table(results), *update)
}

func (r *result) run(t *testing.T, p *product) {
	if len(r.rules) == 0 {
		t.Skip("no rule bears the number")
	}
	records, makes := perControl, newMaker(r.control)
	if testing.Short() {
		records = 2_000
	}
	for range records {
		if r.compare(t, p, makes.json()); t.Failed() {
			return
		}
	}
	if r.both+r.waiting < records/50 || r.neither < records/50 {
		t.Errorf("of %d records both see %d and neither %d: too few to tell anything", records, r.both+r.waiting, r.neither)
	}
}

// TestNumbersAreTheSameInEveryVersion holds METADATA to the section's numbers, which moved
// by one in version 6.
func TestNumbersAreTheSameInEveryVersion(t *testing.T) {
	p, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range p.set.Rules {
		for _, c := range controls {
			has := map[bool][]string{}
			for _, version := range []string{"v1.4/4", "v1.5/4", "v3.0/4", "v5.0/4", "v6.0/5"} {
				number := fmt.Sprintf("%s.%d", version, c.number)
				has[slices.Contains(rule.CIS, number)] = append(has[slices.Contains(rule.CIS, number)], number)
			}
			if len(has[true]) > 0 && len(has[false]) > 0 {
				t.Errorf("%s: cis has %v and not %v", rule.ID, has[true], has[false])
			}
		}
	}
}

// table is the section of the page.
func table(results []*result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| control (1.4 to 5.0) | rules | told by both | counted, told in numbers | seen by neither | only the filter | only ours |\n|---|---|---|---|---|---|---|\n")
	for _, r := range results {
		if len(r.rules) == 0 {
			fmt.Fprintf(&b, "| 4.%d %s | none yet: not compared | | | | | |\n", r.number, r.title)
			continue
		}
		fmt.Fprintf(&b, "| 4.%d %s | %d | %d | %d | %d | %s | %s |\n", r.number, r.title, len(r.rules), r.both, r.waiting, r.neither, r.reasons(false), r.reasons(true))
	}
	b.WriteString("\n| difference | which sees more | why |\n|---|---|---|\n")
	for _, d := range differences {
		if !slices.ContainsFunc(results, func(r *result) bool { return r.because[d.name] > 0 }) {
			continue
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", d.name, map[bool]string{false: "the filter", true: "ours"}[d.further], d.why)
	}
	b.WriteString("\nWhat waits for more than one record:\n\n")
	for _, line := range waitingRules(results) {
		fmt.Fprintf(&b, "- %s\n", line)
	}
	b.WriteString("\nFurther calls that were among the records:\n\n")
	for _, r := range results {
		if len(r.further) > 0 {
			fmt.Fprintf(&b, "- 4.%d: %s\n", r.number, strings.Join(slices.Sorted(maps.Keys(r.further)), ", "))
		}
	}
	return b.String()
}

// reasons are the differences of a control with their counts.
func (r *result) reasons(further bool) string {
	var texts []string
	for _, d := range differences {
		if n := r.because[d.name]; n > 0 && d.further == further {
			texts = append(texts, fmt.Sprintf("%d %s", n, d.name))
		}
	}
	return cmp.Or(strings.Join(texts, "; "), "none")
}

func waitingRules(results []*result) []string {
	var lines []string
	for _, r := range results {
		for _, id := range slices.Sorted(maps.Keys(r.rules)) {
			if limit := r.rules[id].Threshold; limit != nil {
				what := "records"
				if limit.Distinct != "" {
					what = "values of " + limit.Distinct
				}
				lines = append(lines, fmt.Sprintf("4.%d, `%s`: %d %s in %s", r.number, id, limit.Count, what, strings.TrimSuffix(limit.Window.String(), "0s")))
			}
		}
	}
	return lines
}
