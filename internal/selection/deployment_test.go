package selection_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/open-policy-agent/opa/v1/ast"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
)

// The index is derived where the deployment is not known and used where it is. Rules
// that ask for it in every way must be selected whenever they fire.
func TestDeploymentNeverNarrowsTheSelection(t *testing.T) {
	bodies := map[string]string{
		"equal":    "match if input.requestParameters.functionName == data.deployment.table",
		"swapped":  "match if data.deployment.table == input.requestParameters.functionName",
		"member":   "match if input.requestParameters.functionName in data.deployment.rules",
		"walked":   "match if {\n\tsome name in data.deployment.rules\n\tinput.requestParameters.functionName == name\n}",
		"prefixed": "match if startswith(input.requestParameters.functionName, sprintf(\"%s-\", [data.deployment.stack]))",
		"other":    "match if input.requestParameters.functionName != data.deployment.trail",
		"negated":  "match if {\n\tinput.eventName\n\tnot _ours\n}\n_ours if input.requestParameters.functionName == data.deployment.trail",
		"named":    "match if input.eventName == data.deployment.trail",
		"sourced":  "match if input.eventSource == sprintf(\"%s.amazonaws.com\", [data.deployment.partition])",
		"present":  "match if {\n\tdata.deployment.table != \"\"\n\tinput.eventName == \"X\"\n}",
		"helped":   "match if _ours(input.requestParameters.functionName)\n_ours(name) if {\n\tdata.deployment.stack != \"\"\n\tstartswith(name, data.deployment.stack)\n}",
	}
	files := fstest.MapFS{}
	for name, body := range bodies {
		text := "# METADATA\n# title: T\n# description: D.\n# custom:\n#   severity: low\npackage rules.d." + name + "\n\n" + body + "\n"
		files[name+".rego"] = &fstest.MapFile{Data: []byte(text)}
	}
	built := loadSet(t, ruleset.Source{Name: "d", FS: files})
	index, err := selection.New(selection.Derive(t.Context(), built))
	if err != nil {
		t.Fatal(err)
	}
	merged, err := selection.NewMerged(t.Context(), built.WithDeployment(ours))
	if err != nil {
		t.Fatal(err)
	}
	rec, err := cloudtrail.New(map[string]any{
		"eventSource": "lambda.amazonaws.com", "eventName": "X", "requestParameters": map[string]any{"functionName": "bell-detector"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for chooser, chosen := range map[string][]detection.RuleID{"index": index.Select(rec), "merged": merged.Select(rec)} {
		for name := range bodies {
			if !slices.Contains(chosen, detection.RuleID("d."+name)) {
				t.Errorf("%s: d.%s is not selected, though it fires", chooser, name)
			}
		}
	}
	// That they fire is what OPA says, so that the test can't pass for nothing.
	o := newOracleOf(t, built.WithDeployment(ours))
	input, err := ast.InterfaceToValue(rec.Fields())
	if err != nil {
		t.Fatal(err)
	}
	if concerned := o.concerned(input); len(concerned) != len(bodies) {
		t.Errorf("only %v fire", concerned)
	}
}

var ours = ruleset.Deployment{
	Account: "123456789012", Region: "eu-central-1", Stack: "bell", Table: "bell-detector",
	Partition: "lambda", Trail: "X", Rules: []string{"bell-detector"},
}

// The shipped rules about trailbell itself, on the samples of their being tampered with.
func TestTamperedSamplesAreSelected(t *testing.T) {
	built := loadSet(t, shippedSource())
	index, err := selection.New(selection.Derive(t.Context(), built))
	if err != nil {
		t.Fatal(err)
	}
	o := newOracleOf(t, built.WithDeployment(ruleset.Deployment{Account: "123456789012", Region: "eu-central-1", Stack: "trailbell"}))
	name := filepath.Join("..", "..", "events", "trailbell-tampered.jsonl")
	if _, err := os.Stat(name); err != nil {
		t.Fatal(err)
	}
	fired := map[detection.RuleID]bool{}
	for _, rec := range samples(t, name) {
		input, err := ast.InterfaceToValue(rec.Fields())
		if err != nil {
			t.Fatal(err)
		}
		selected := index.Select(rec)
		for _, id := range o.concerned(input) {
			if fired[id] = true; !slices.Contains(selected, id) {
				t.Errorf("%s is not selected for %s", id, rec.EventName())
			}
		}
	}
	for _, rule := range built.Rules {
		if strings.HasPrefix(string(rule.ID), "trailbell.") && !fired[rule.ID] {
			t.Errorf("%s never fires", rule.ID)
		}
	}
}
