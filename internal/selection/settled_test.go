package selection_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
)

func TestSettingsSilenceRules(t *testing.T) {
	const about = "\tinput.eventName == \"X\"\n"
	tests := []struct {
		name, match     string
		silenced, fires bool
	}{
		{"a list that must be filled is empty", "match if {\n\tcount(data.settings.lists.empty) > 0\n" + about + "}", true, false},
		{"the expressions about settings stand last", "match if {\n" + about + "\tn := count(data.settings.lists.empty)\n\tn > 0\n}", true, false},
		{"every way needs it", "match if {\n\tcount(data.settings.lists.empty) > 0\n" + about + "}\n\nmatch if {\n\tdata.settings.lists.one == \"b\"\n" + about + "}", true, false},
		{"a value of the record stands between them", "match if {\n\tparts := split(input.eventName, \"-\")\n\tparts[0] == \"X\"\n\tsome part in parts\n\tpart != \"\"\n\tcount(data.settings.lists.empty) > 0\n}", true, false},
		{"one way does not need it", "match if {\n\tcount(data.settings.lists.empty) > 0\n" + about + "}\n\nmatch if {\n" + about + "}", false, true},
		{"the list is filled", "match if {\n\tcount(data.settings.lists.filled) > 0\n" + about + "}", false, true},
		{"it must not be filled", "match if {\n\tnot data.settings.lists.empty[0]\n" + about + "}", false, true},
		{"a negation silences it, which is not relied on", "match if {\n\tnot data.settings.lists.filled[0]\n" + about + "}", false, false},
		{"so does a negation beside what must be filled", "match if {\n\tnot data.settings.lists.filled[0]\n\tcount(data.settings.lists.filled) > 0\n" + about + "}", false, false},
		{"the deployment decides", "match if {\n\tdata.deployment.stack in data.settings.lists.filled\n" + about + "}", false, true},
	}
	rec, err := cloudtrail.New(map[string]any{"eventSource": "s3.amazonaws.com", "eventName": "X"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := loadSet(t, ruleset.Source{Name: "s", FS: fstest.MapFS{
				"settings.yaml": {Data: []byte("lists: {filled: [a], empty: [], one: a}\n")},
				"r.rego":        {Data: []byte(metadata + "package rules.s.r\n\n" + tt.match + "\n")},
			}}).WithDeployment(ruleset.Deployment{Stack: "a"})
			o := newOracleOf(t, set)
			chosen := o.index.Select(rec)
			if selected := slices.Contains(chosen, "s.r"); selected == tt.silenced {
				t.Errorf("selected: %t", selected)
			}
			seen := newTally()
			if err := o.judge(seen, rec, false); err != nil || len(seen.missed) > 0 || seen.concerned > 0 != tt.fires {
				t.Errorf("OPA says that it concerns %d rules, missed are %v (%v)", seen.concerned, seen.missed, err)
			}
		})
	}
}

// What a deployment is sent must not depend on settings, which change without it.
func TestSilencedRulesKeepTheirPatterns(t *testing.T) {
	set := loadSet(t, shippedSource())
	conditions := selection.Derive(t.Context(), set)
	index, err := selection.New(conditions)
	if err != nil {
		t.Fatal(err)
	}
	rec, err := cloudtrail.New(map[string]any{
		"eventSource": "ec2.amazonaws.com", "eventName": "RunInstances", "awsRegion": "af-south-1", "readOnly": false,
		"userIdentity": map[string]any{"type": "IAMUser"},
	})
	if err != nil {
		t.Fatal(err)
	}
	const silenced detection.RuleID = "recon.unapproved_region"
	if slices.Contains(index.Select(rec), silenced) {
		t.Errorf("%s is asked, though no region is listed", silenced)
	}
	ways, err := selection.Explain(conditions, silenced, rec)
	if err != nil || len(ways) == 0 {
		t.Errorf("nothing is known of %s: %v", silenced, err)
	}
}
