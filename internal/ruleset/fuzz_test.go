package ruleset_test

import (
	"testing"

	"trailbell/internal/ruleset"
)

// FuzzLoad gives the loader any text for a rule and for settings. Whatever stands in
// them, the rule beside them is loaded, or the error says that the settings are wrong.
func FuzzLoad(f *testing.F) {
	for _, seed := range []struct{ rule, settings string }{
		{goodRule, "people: {known: []}"},
		{"# METADATA\n# title: [\npackage rules.a.bad\n\nmatch := true", ""},
		{"# METADATA\n# custom:\n#   threshold: {count: 1e9, window: -3d}\npackage rules.a.bad\nmatch := 1", "a: &a [*a]"},
		{"#\n# METADATA\n#title: x\npackage rules[\"a\"].b\nmatch[x] := y if { x := input; y := data.settings[x] }", "\"\": {\"\": 1}"},
		{"package lib.x\n\nf(record) := record.userIdentity.x.y if input[record]", "012: x"},
		{"package rules.a_test\nimport data.rules.a.good\ntest_x if good.match with input as {}", "---\n---"},
	} {
		f.Add(seed.rule, seed.settings)
	}
	f.Fuzz(func(t *testing.T, rule, settings string) {
		set, err := ruleset.Load(t.Context(), ruleset.Options{
			Sources:  []ruleset.Source{folder(map[string]string{"a/good.rego": goodRule, "b/any.rego": rule, "settings.yaml": settings})},
			Thorough: true, Tests: true,
		})
		if err != nil {
			return // the settings
		}
		for _, r := range set.Refused {
			if r.File == "" || r.Why == "" {
				t.Errorf("a refusal without a place or a reason: %+v", r)
			}
		}
		for _, r := range set.Rules {
			if r.ID == "a.good" {
				return
			}
		}
		if set.Err() == nil {
			t.Errorf("the good rule is gone and nobody is told: %v", ids(set))
		}
	})
}
