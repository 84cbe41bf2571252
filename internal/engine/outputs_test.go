package engine_test

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/ruleset"
)

func TestOutputsThatSuppressingReads(t *testing.T) {
	tests := []struct {
		name, body    string
		group         []string
		atOnce, lower bool
		failures      []string
	}{
		{name: "a rule without them groups as METADATA says and waits"},
		{name: "a group of texts takes METADATA's place", body: `group := [input.eventName, input.x]`, group: []string{"n", "text"}},
		{name: "a group with a missing part is undefined and leaves METADATA's", body: `group := [input.eventName, input.nothing]`},
		{name: "a group with a list in it leaves METADATA's", body: `group := [input.eventName, input.list]`, failures: []string{"group wrong shape"}},
		{name: "a group with a number in it leaves METADATA's", body: `group := [input.eventName, count(input.list)]`, failures: []string{"group wrong shape"}},
		{name: "a group that is empty would make all alike and leaves METADATA's", body: `group := [x | some x in [input.nothing]]`, failures: []string{"group wrong shape"}},
		{name: "a group that is a text leaves METADATA's", body: `group := input.x`, failures: []string{"group wrong shape"}},
		{name: "at_once holds", body: `at_once if input.x == "text"`, atOnce: true},
		{name: "at_once that says false waits", body: `at_once := input.x == "other"`},
		{name: "at_once that is no boolean waits", body: `at_once := input.x`, failures: []string{"at_once wrong shape"}},
		{name: "lower holds", body: `lower if input.x == "text"`, lower: true},
		{name: "lower that fails leaves the count", body: "lower := true if input.x\nlower := false if input.eventName", failures: []string{"lower conflict"}},
		{name: "lower that is no boolean leaves the count", body: `lower := input.list`, failures: []string{"lower wrong shape"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			outcome := waiting(t, tt.body, nil)
			if outcome.Verdict != detection.Fired {
				t.Fatalf("got %s: %v", outcome.Verdict, outcome.Failures)
			}
			want := detection.Finding{
				Rule: outcome.Rule, Title: "Title", Severity: detection.Medium,
				Group: tt.group, AtOnce: tt.atOnce, Lower: tt.lower,
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

func TestSettingsHaveTheLastWordOnSeverity(t *testing.T) {
	for _, tt := range []struct {
		name, body  string
		fixed, want detection.Severity
	}{
		{"without settings the rule's severity counts", `severities contains "critical"`, 0, detection.Critical},
		{"a fixed severity is below the rule's", `severities contains "critical"`, detection.Low, detection.Low},
		{"a fixed severity is above METADATA's", ``, detection.Critical, detection.Critical},
		{"a fixed severity stands when severities fail", `severities := {input.x}`, detection.Info, detection.Info},
	} {
		t.Run(tt.name, func(t *testing.T) {
			outcome := waiting(t, tt.body, func(rule *detection.Rule) { rule.Fixed = tt.fixed })
			if outcome.Finding.Severity != tt.want {
				t.Errorf("severity %s, want %s", outcome.Finding.Severity, tt.want)
			}
		})
	}
}

// waiting asks a rule with a threshold about a record with a text, a name and a list.
func waiting(t *testing.T, body string, change func(*detection.Rule)) detection.Outcome {
	t.Helper()
	text := metadata + "#   group_by: [eventSource]\n#   threshold: {count: 5, window: 10m, lower: 2}\npackage rules.t.r\nmatch if input.x\n" + body
	files := fstest.MapFS{"r.rego": &fstest.MapFile{Data: []byte(text)}}
	set, err := ruleset.Load(t.Context(), ruleset.Options{Sources: []ruleset.Source{{Name: "t", FS: files}}})
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&set.Rules[0])
	}
	e, err := engine.New(t.Context(), set, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	rec := record(t, `{"eventSource":"s","eventName":"n","x":"text","list":[0,1]}`)
	return e.Evaluate(t.Context(), rec, []detection.RuleID{"t.r"})[0]
}
