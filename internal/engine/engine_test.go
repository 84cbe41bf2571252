package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/ruleset"
)

const metadata = `# METADATA
# title: Title
# description: Description.
# custom:
#   severity: medium
#   runbook: [Look.]
`

// newEngine makes an engine of rules given by name and body.
func newEngine(t testing.TB, limit time.Duration, bodies map[string]string) (*engine.Engine, []detection.RuleID) {
	t.Helper()
	files := fstest.MapFS{}
	for name, body := range bodies {
		files[name+".rego"] = &fstest.MapFile{Data: []byte(metadata + "package rules.t." + name + "\n" + body)}
	}
	set, err := ruleset.Load(context.Background(), ruleset.Options{Sources: []ruleset.Source{{Name: "t", FS: files}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := set.Err(); err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(t.Context(), set, limit)
	if err != nil {
		t.Fatal(err)
	}
	var ids []detection.RuleID
	for _, rule := range set.Rules {
		ids = append(ids, rule.ID)
	}
	return e, ids
}

func record(t testing.TB, text string) cloudtrail.Record {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	rec, err := cloudtrail.New(value)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// big is a record on which three nested loops over its list never end in time.
func big(t testing.TB) cloudtrail.Record {
	list := "0" + strings.Repeat(",0", 2000)
	return record(t, `{"eventSource":"s","eventName":"n","x":"text","list":[`+list+`]}`)
}

func TestEachRuleHasItsOwnOutcome(t *testing.T) {
	bodies := map[string]string{
		"fires":     `match if input.eventName == "n"`,
		"quiet":     `match if input.eventName == "other"`,
		"undefined": `match if input.nothing.at.all`,
		"no":        "default match := false\nmatch if input.nothing",
		"shape":     `match := input.x`,
		"conflict":  "match := true if input.x\nmatch := false if input.eventName",
		"slow":      "match if {\n\tsome a in input.list\n\tsome b in input.list\n\tsome c in input.list\n\ta + b + c > 0\n}",
		"zero":      `match if to_number(input.x) > 0`,
	}
	e, ids := newEngine(t, 50*time.Millisecond, bodies)
	got := map[string]string{}
	for _, outcome := range e.Evaluate(t.Context(), big(t), ids) {
		name := strings.TrimPrefix(string(outcome.Rule.ID), "t.")
		got[name] = string(outcome.Verdict)
		for _, f := range outcome.Failures {
			got[name] += ": " + f.Part + " " + string(f.Cause)
			if f.Err == nil {
				t.Errorf("%s: a failure without an error", name)
			}
		}
	}
	want := map[string]string{
		"fires": "fired", "quiet": "quiet", "undefined": "quiet", "no": "quiet", "zero": "quiet",
		"shape": "undecided: match wrong shape", "conflict": "undecided: match conflict", "slow": "undecided: match timeout",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestFailedBuiltInIsSeenAndHidesNoOtherBody(t *testing.T) {
	bodies := map[string]string{
		"quiet": `match if to_number(input.x) > 0`,
		"fires": "match if to_number(input.x) > 0\nmatch if input.eventName == \"n\"",
		"title": "match if input.x\ntitle := \"no\" if to_number(input.x) > 0",
		"loop":  "match if {\n\tsome item in input.list\n\tto_number(sprintf(\"x%v\", [item])) > 0\n}",
	}
	e, ids := newEngine(t, time.Second, bodies)
	type seen struct {
		verdict    detection.Verdict
		complaints int
	}
	got := map[string]seen{}
	for _, outcome := range e.Evaluate(t.Context(), big(t), ids) {
		got[strings.TrimPrefix(string(outcome.Rule.ID), "t.")] = seen{outcome.Verdict, len(outcome.Complaints)}
		for _, c := range outcome.Complaints {
			if c.Cause != detection.CauseBuiltin || c.Err == nil {
				t.Errorf("%s: %+v", outcome.Rule.ID, c)
			}
		}
	}
	want := map[string]seen{"quiet": {"quiet", 1}, "fires": {"fired", 1}, "title": {"fired", 1}, "loop": {"quiet", 4}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(seen{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestEngineNeedsTime(t *testing.T) {
	if _, err := engine.New(t.Context(), &ruleset.Set{}, 0); err == nil {
		t.Error("no rule could ever decide")
	}
}

func TestOutputs(t *testing.T) {
	const slow = "some a in input.list\n\tsome b in input.list\n\tsome c in input.list\n\ta + b + c > 0"
	tests := []struct {
		name     string
		body     string
		title    string
		severity detection.Severity
		details  map[string]any
		failures []string
	}{
		{name: "without outputs METADATA counts", body: ``},
		{name: "a title takes METADATA's place", body: `title := sprintf("Call of %s", [input.eventName])`, title: "Call of n"},
		{name: "an undefined title leaves METADATA's", body: `title := input.nothing`},
		{name: "an empty title leaves METADATA's", body: `title := trim(input.x, "text")`, failures: []string{"title wrong shape"}},
		{name: "a title of the wrong shape leaves METADATA's", body: `title := input.list`, failures: []string{"title wrong shape"}},
		{name: "two titles leave METADATA's", body: "title := \"a\" if input.x\ntitle := \"b\" if input.x", failures: []string{"title conflict"}},
		{name: "the highest severity counts", body: "severities contains \"low\" if input.x\nseverities contains \"high\" if input.x", severity: detection.High},
		{name: "a severity may be lower than METADATA's", body: `severities contains "info" if input.x`, severity: detection.Info},
		{name: "no severity leaves METADATA's", body: `severities contains "critical" if input.nothing`},
		{name: "an unknown severity leaves the others", body: "severities contains input.x\nseverities contains \"high\" if input.x", severity: detection.High, failures: []string{"severities wrong shape"}},
		{name: "severities that never end leave METADATA's", body: "severities contains \"critical\" if {\n\t" + slow + "\n}", failures: []string{"severities timeout"}},
		{name: "details are scalars", body: `details := {"name": input.x, "n": 3}`, details: map[string]any{"name": "text", "n": json.Number("3")}},
		{name: "a detail that is no scalar is left out", body: `details := {"name": input.x, "list": input.list}`, details: map[string]any{"name": "text"}, failures: []string{"details.list wrong shape"}},
		{name: "details of the wrong shape are left out", body: `details := input.x`, failures: []string{"details wrong shape"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, ids := newEngine(t, 50*time.Millisecond, map[string]string{"r": "match if input.x\n" + tt.body})
			outcome := e.Evaluate(t.Context(), big(t), ids)[0]
			if outcome.Verdict != detection.Fired {
				t.Fatalf("the alert must go out whatever an output does, got %s: %v", outcome.Verdict, outcome.Failures)
			}
			want := detection.Finding{Rule: outcome.Rule, Title: "Title", Severity: detection.Medium, Details: tt.details}
			if tt.title != "" {
				want.Title = tt.title
			}
			if tt.severity != 0 {
				want.Severity = tt.severity
			}
			if diff := cmp.Diff(want, outcome.Finding); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			var failures []string
			for _, f := range outcome.Failures {
				failures = append(failures, f.Part+" "+string(f.Cause))
			}
			if diff := cmp.Diff(tt.failures, failures); diff != "" {
				t.Errorf("failures, -want +got:\n%s", diff)
			}
		})
	}
}

func TestUnknownRuleIsUndecided(t *testing.T) {
	e, _ := newEngine(t, time.Second, map[string]string{"r": "match if input.x"})
	outcomes := e.Evaluate(t.Context(), big(t), []detection.RuleID{"no.such"})
	if len(outcomes) != 1 || outcomes[0].Verdict != detection.Undecided || outcomes[0].Rule.ID != "no.such" {
		t.Errorf("got %+v", outcomes)
	}
}

func TestNumbersAreExact(t *testing.T) {
	e, ids := newEngine(t, time.Second, map[string]string{"r": "match if input.n == 12345678901234567890"})
	for text, want := range map[string]detection.Verdict{
		"12345678901234567890": detection.Fired, "12345678901234567891": detection.Quiet, "1e999999999": detection.Quiet,
	} {
		rec := record(t, `{"eventSource":"s","eventName":"n","n":`+text+`}`)
		if got := e.Evaluate(t.Context(), rec, ids)[0]; got.Verdict != want {
			t.Errorf("%s: %s, want %s (%v)", text, got.Verdict, want, got.Failures)
		}
	}
}

func TestManyGoroutinesShareAnEngine(t *testing.T) {
	e, ids := newEngine(t, time.Second, map[string]string{"a": `match if input.eventName == "A"`, "b": `match if input.eventName == "B"`})
	records := map[string]cloudtrail.Record{}
	for _, name := range []string{"A", "B"} {
		records[name] = record(t, `{"eventSource":"s","eventName":"`+name+`"}`)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				for name, rec := range records {
					for _, outcome := range e.Evaluate(context.Background(), rec, ids) {
						wants := strings.EqualFold("t."+name, string(outcome.Rule.ID))
						if fired := outcome.Verdict == detection.Fired; fired != wants {
							t.Errorf("record %s, rule %s: %s", name, outcome.Rule.ID, outcome.Verdict)
						}
					}
				}
			}
		})
	}
	wg.Wait()
}

func ExampleEngine_Evaluate() {
	files := fstest.MapFS{"stopped.rego": &fstest.MapFile{Data: []byte(metadata + "package rules.stopped\nmatch if input.eventName == \"StopLogging\"\n")}}
	set, err := ruleset.Load(context.Background(), ruleset.Options{Sources: []ruleset.Source{{FS: files}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := engine.New(context.Background(), set, engine.DefaultLimit)
	if err != nil {
		fmt.Println(err)
		return
	}
	rec, _ := cloudtrail.New(map[string]any{"eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging"})
	for _, outcome := range e.Evaluate(context.Background(), rec, []detection.RuleID{"stopped"}) {
		fmt.Println(outcome.Rule.ID, outcome.Verdict, outcome.Finding.Severity)
	}
	// Output: stopped fired medium
}
