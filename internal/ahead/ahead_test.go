package ahead_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/ahead"
	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
	"trailbell/rules"
)

// shipped is a copy of the shipped rules that a test can change.
func shipped(t testing.TB) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(rules.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(rules.FS, name)
		files[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func source(files fs.FS) []ruleset.Source { return []ruleset.Source{{Name: "rules", FS: files}} }

var signIns = []string{
	`{"eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","userIdentity":{"type":"Root"},"responseElements":{"ConsoleLogin":"Success"},"additionalEventData":{"MFAUsed":"No"}}`,
	`{"eventSource":"auditmanager.amazonaws.com","eventName":"DeleteControl"}`,
	`{"eventSource":"ram.amazonaws.com","eventName":"CreateResourceShare","requestParameters":{"resourceArns":["arn:aws:ec2:us-east-1:123456789012:verified-access-group/x"]}}`,
	`{"eventSource":"ec2.amazonaws.com","eventName":"ModifyVerifiedAccessGroupPolicy","requestParameters":{"ModifyVerifiedAccessGroupPolicyRequest":{"PolicyEnabled":false}}}`,
}

func record(t *testing.T, text string) cloudtrail.Record {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal([]byte(text), &fields); err != nil {
		t.Fatal(err)
	}
	rec, err := cloudtrail.New(fields)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func TestWhatWasBuiltAheadIsTheSame(t *testing.T) {
	sources := source(shipped(t))
	text, err := ahead.Build(t.Context(), sources)
	if err != nil {
		t.Fatal(err)
	}
	kept, keptIndex, err := ahead.Decode(text, sources)
	if err != nil {
		t.Fatal(err)
	}
	derived, derivedIndex, err := ahead.Derive(t.Context(), sources)
	if err != nil {
		t.Fatal(err)
	}
	// A start does not look why a rule can't fire; whoever lists rules does.
	silent := slices.Clone(kept.Rules)
	for i := range silent {
		silent[i].Inactive = ""
	}
	if diff := cmp.Diff(derived.Rules, silent); diff != "" {
		t.Errorf("rules, -derived +kept:\n%s", diff)
	}
	e, err := engine.New(t.Context(), kept, engine.PatientLimit)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range signIns {
		want := derivedIndex.Matcher().Select([]byte(text))
		got := keptIndex.Matcher().Select([]byte(text))
		if diff := cmp.Diff(want, got); diff != "" || len(got) == 0 {
			t.Errorf("%s: -derived +kept:\n%s", text, diff)
		}
		fired := 0
		for _, outcome := range e.Evaluate(t.Context(), record(t, text), got) {
			if outcome.Verdict == detection.Fired {
				fired++
			}
			for _, failure := range outcome.Failures {
				t.Errorf("%s: %s: %v", text, outcome.Rule.ID, failure.Err)
			}
		}
		if fired == 0 {
			t.Errorf("%s: nothing fired", text)
		}
	}
}

// Every shipped rule must compile with what it refers to and nothing else.
func TestEveryRuleCompilesOnItsOwn(t *testing.T) {
	sources := source(rules.FS)
	text, err := ahead.Build(t.Context(), sources)
	if err != nil {
		t.Fatal(err)
	}
	set, _, err := ahead.Decode(text, sources)
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range set.Rules {
		compiler, err := set.CompilerFor(rule.ID)
		if err != nil {
			t.Errorf("%s: %v", rule.ID, err)
		} else if n := len(compiler.Modules); n > 12 {
			t.Errorf("%s takes %d modules along", rule.ID, n)
		}
	}
}

func TestWhatIsStaleIsNotUsed(t *testing.T) {
	text, err := ahead.Build(t.Context(), source(shipped(t)))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		change func(files fstest.MapFS)
		text   []byte
	}{
		{name: "a rule changed", change: appendTo("auditmanager/control_deleted.rego")},
		{name: "a helper changed", change: appendTo("lib/call.rego")},
		{name: "the settings changed", change: appendTo("settings.yaml")},
		{name: "the user has settings", change: func(files fstest.MapFS) {
			files["local/settings.yaml"] = &fstest.MapFile{Data: []byte("accounts: {trusted: [\"111122223333\"]}\n")}
		}},
		{name: "a rule is gone", change: func(files fstest.MapFS) { delete(files, "auditmanager/control_deleted.rego") }},
		{name: "it is cut", text: text[:len(text)/2]},
		{name: "it is something else", text: []byte("PK")},
		{name: "it is empty", text: []byte{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := shipped(t)
			if tt.change != nil {
				tt.change(files)
			}
			if tt.text == nil {
				tt.text = text
			}
			if _, _, err := ahead.Decode(tt.text, source(files)); err == nil {
				t.Error("it was used")
			}
		})
	}
	files := shipped(t)
	appendTo("auditmanager/control_deleted_test.rego")(files)
	if _, _, err := ahead.Decode(text, source(files)); err != nil {
		t.Errorf("tests of rules change nothing, but: %v", err)
	}
}

func appendTo(name string) func(files fstest.MapFS) {
	return func(files fstest.MapFS) {
		files[name] = &fstest.MapFile{Data: append(bytes.Clone(files[name].Data), "\n# x\n"...)}
	}
}

func TestRefusedRuleIsNotBuiltAhead(t *testing.T) {
	files := shipped(t)
	files["broken.rego"] = &fstest.MapFile{Data: []byte("package rules.broken\nmatch if input.")}
	if _, err := ahead.Build(t.Context(), source(files)); err == nil {
		t.Error("a start must say that the rule is missing")
	}
}

func TestStartWithoutAnythingSaysWhy(t *testing.T) {
	files := shipped(t)
	appendTo("settings.yaml")(files) // whatever this build holds is not of these files
	var log strings.Builder
	set, choice, err := ahead.Load(t.Context(), source(files), slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil || len(set.Rules) < 70 || choice.Means != selection.ByIndex || choice.Why != nil {
		t.Fatal("it must start all the same", err)
	}
	if !strings.Contains(log.String(), "derived at the start") {
		t.Errorf("the log says %q", log.String())
	}
}

func TestStartWithASlowerSelectionSaysSo(t *testing.T) {
	files := shipped(t)
	appendTo("settings.yaml")(files)
	var log strings.Builder
	over, cancel := context.WithCancel(t.Context())
	cancel() // no time is left to derive anything
	set, choice, err := ahead.Load(over, source(files), slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if got := choice.Select(record(t, signIns[0])); len(got) != len(selection.All(set.Rules)) {
		t.Errorf("%d of %d rules selected", len(got), len(set.Rules))
	}
	if !strings.Contains(log.String(), "selected in a slower way, which finds the same") || !strings.Contains(log.String(), "context canceled") {
		t.Errorf("the log says %q", log.String())
	}
}

func ExampleDecode() {
	sources := source(rules.FS)
	text, err := ahead.Build(context.Background(), sources)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, index, err := ahead.Decode(text, sources)
	if err != nil {
		fmt.Println(err)
		return
	}
	rec, _ := cloudtrail.New(map[string]any{"eventSource": "auditmanager.amazonaws.com", "eventName": "DeleteControl"})
	fmt.Println(index.Select(rec))
	// Output: [auditmanager.control_deleted]
}

// What is built ahead knows no deployment; the function that starts with it does.
func TestDeploymentIsKnownAfterTheBuild(t *testing.T) {
	sources := source(shipped(t))
	text, err := ahead.Build(t.Context(), sources)
	if err != nil {
		t.Fatal(err)
	}
	set, index, err := ahead.Decode(text, sources)
	if err != nil {
		t.Fatal(err)
	}
	rec := record(t, `{"eventSource":"events.amazonaws.com","eventName":"DisableRule","awsRegion":"eu-central-1",
		"recipientAccountId":"123456789012","requestParameters":{"name":"trailbell-WritesRule-1A2B"}}`)
	ours := ruleset.Deployment{Account: "123456789012", Region: "eu-central-1", Stack: "trailbell"}
	for name, tt := range map[string]struct {
		set  *ruleset.Set
		want detection.Verdict
	}{"unknown": {set, detection.Quiet}, "known": {set.WithDeployment(ours), detection.Fired}} {
		e, err := engine.New(t.Context(), tt.set, engine.PatientLimit)
		if err != nil {
			t.Fatal(err)
		}
		seen := false
		for _, outcome := range e.Evaluate(t.Context(), rec, index.Select(rec)) {
			if outcome.Rule.ID == "trailbell.event_rule_changed" {
				seen = true
				if outcome.Verdict != tt.want {
					t.Errorf("%s: %s, want %s", name, outcome.Verdict, tt.want)
				}
			}
		}
		if !seen {
			t.Errorf("%s: the rule was not selected", name)
		}
	}
}
