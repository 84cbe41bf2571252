package ruleset_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
	"trailbell/rules"
)

// custom is the good rule under another name, with more lines in custom.
func custom(name, lines string) string {
	text := strings.Replace(goodRule, "rules.a.good", "rules.a."+name, 1)
	return strings.Replace(text, "#   severity:", lines+"\n#   severity:", 1)
}

func TestSettingsChangeRules(t *testing.T) {
	type seen struct {
		Status   detection.Status
		Fixed    detection.Severity
		Shadow   bool
		Inactive string
	}
	stable := seen{Status: detection.StatusStable}
	tests := []struct {
		name, rule, settings, local string
		want                        seen
	}{
		{"without settings a rule is as its METADATA says", "", "", "", stable},
		{"a status of test is a shadow", "#   status: test", "", "", seen{Status: detection.StatusTest, Shadow: true}},
		{"a rule is switched off", "", "rules:\n  a.x: {off: true}", "", seen{Status: detection.StatusOff, Inactive: "switched off in dir/settings.yaml:3"}},
		{"a rule that is off is switched on", "#   status: off", "rules: {a.x: {off: false}}", "", stable},
		{"a severity is fixed", "", "rules: {a.x: {severity: low}}", "", seen{Status: detection.StatusStable, Fixed: detection.Low}},
		{"a rule becomes a shadow", "", "rules: {a.x: {shadow: true}}", "", seen{Status: detection.StatusStable, Shadow: true}},
		{"a rule on trial is sent", "#   status: test", "rules: {a.x: {shadow: false}}", "", stable},
		{"the local file has the last word on what it names", "", "rules: {a.x: {severity: low, shadow: true}}", "rules: {a.x: {severity: info}}", seen{Status: detection.StatusStable, Fixed: detection.Info, Shadow: true}},
		{"a rule goes by its former id", "#   aliases: [b.former]", "rules: {b.former: {shadow: true}}", "", seen{Status: detection.StatusStable, Shadow: true}},
		{"another rule is left alone", "", "rules: {a.good: {off: true}}", "", stable},
		{"nothing said changes nothing", "", "rules:\n  a.x:", "", stable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lines := tt.rule
			if lines == "" {
				lines = "#   cis: [x]"
			}
			set := loadThoroughly(t, map[string]string{
				"a/x.rego":      custom("x", lines),
				"settings.yaml": "people: {known: []}\n" + tt.settings, "local/settings.yaml": tt.local,
			})
			if set.Err() != nil || len(set.Rules) != 2 {
				t.Fatalf("refused: %v", set.Err())
			}
			rule := set.Rules[1]
			if diff := cmp.Diff(tt.want, seen{rule.Status, rule.Fixed, rule.Shadow, rule.Inactive}); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestWhatSettingsSayOfRulesIsChecked(t *testing.T) {
	tests := []struct{ name, settings, want string }{
		{"a rule that there is not", "people: {}\nrules:\n  a.goood: {off: true}", "dir/settings.yaml:3: there is no rule a.goood, did you mean a.good?"},
		{"an unknown key", "rules:\n  a.good:\n    of: true", `dir/settings.yaml:3: rules: a.good: unknown key "of"; known here: off, severity, shadow`},
		{"a severity that is none", "rules:\n  a.good: {severity: urgent}", `dir/settings.yaml:2: rules: a.good: severity "urgent" is none of info`},
		{"off that is a text", "rules:\n  a.good: {off: never}", "dir/settings.yaml:2: rules: a.good: off must be true or false"},
		{"off that is empty", "rules:\n  a.good: {off: }", "off must be true or false"},
		{"a shadow that is a list", "rules:\n  a.good: {shadow: [true]}", "shadow must be true or false"},
		{"a rule that is a word", "rules:\n  a.good: off", "dir/settings.yaml:2: rules: what is said of a.good must be a map"},
		{"a list of rules", "rules:\n  - a.good", "dir/settings.yaml:2: rules must be a map of rule ids"},
		{"the same key twice", "rules:\n  a.good: {off: true, off: false}", "dir/settings.yaml:2: the key off is there twice"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set, err := load(folder(map[string]string{"a/good.rego": goodRule, "settings.yaml": tt.settings}))
			if err != nil {
				t.Fatal(err)
			}
			if err := set.Err(); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("refused with %v, want %q in it", err, tt.want)
			}
			if len(set.Rules) != 1 || set.Rules[0].Status != detection.StatusStable || set.Rules[0].Shadow || set.Rules[0].Fixed != 0 {
				t.Errorf("what can't be read must change nothing, got %+v", set.Rules)
			}
		})
	}
}

func TestNoRuleReadsWhatSettingsSayOfRules(t *testing.T) {
	set := loadThoroughly(t, map[string]string{
		"settings.yaml": "people: {known: []}\nrules: {a.good: {off: true}}",
		"a/x.rego":      goodMetadata + "package rules.a.x\nmatch if input.eventName in data.settings.rules",
	})
	if err := set.Err(); err == nil || !strings.Contains(err.Error(), "there is no rules") {
		t.Errorf("refused with %v", err)
	}
}

func TestRulesThatAreLeftOutMayBeNamed(t *testing.T) {
	set, err := load(ruleset.Source{Name: "rules", FS: rules.FS, LibraryOnly: true}, folder(map[string]string{
		"a/good.rego": goodRule, "settings.yaml": "rules: {auditmanager.control_deleted: {off: true}}",
	}))
	if err != nil || set.Err() != nil {
		t.Fatal(err, set.Err())
	}
	if diff := cmp.Diff([]string{"a.good"}, ids(set)); diff != "" {
		t.Error(diff)
	}
}

func TestFormerIdsBelongToOneRule(t *testing.T) {
	tests := []struct{ name, x, y, want string }{
		{"an alias that is another rule's id", "#   aliases: [a.y]", "#   cis: [x]", "dir/a/x.rego:8: METADATA: custom.aliases: a.y is an id of a.y"},
		{"an alias that is its own id", "#   aliases: [a.x]", "#   cis: [x]", "dir/a/x.rego:8: METADATA: custom.aliases: a.x is an id of a.x"},
		{"an alias of two rules", "#   aliases: [b.old]", "#   aliases: [b.old]", "dir/a/y.rego:8: METADATA: custom.aliases: b.old is an id of a.x"},
		{"an alias that is no id", "#   aliases: ['old id']", "#   cis: [x]", `custom.aliases: "old id" is not an id that the rule had`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set, err := load(folder(map[string]string{"a/x.rego": custom("x", tt.x), "a/y.rego": custom("y", tt.y)}))
			if err != nil {
				t.Fatal(err)
			}
			if err := set.Err(); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("refused with %v, want %q in it", err, tt.want)
			}
			if len(set.Rules) != 1 {
				t.Errorf("the other rule must stay, got %v", ids(set))
			}
		})
	}
}

func TestUserAgentsExemptNobody(t *testing.T) {
	for list, settings := range map[string]string{"user_agents.ours": "{ours: []}", "user_agents": "[]"} {
		set := loadThoroughly(t, map[string]string{
			"settings.yaml": "user_agents: " + settings + "\npeople: {known: []}",
			"a/x.rego":      custom("x", "#   exempt: ["+list+"]"),
		})
		if err := set.Err(); err == nil || !strings.Contains(err.Error(), "custom.exempt names "+list+": whoever calls chooses the user agent") {
			t.Errorf("%s: refused with %v", list, err)
		}
	}
}

func TestLists(t *testing.T) {
	set, err := load(folder(map[string]string{"a/good.rego": goodRule, "settings.yaml": `
accounts: {names: {"123456789012": prod}, trusted: ["123456789012", "210987654321"]}
principals: {iac: {deployers: [a]}, none: []}
limits: {numbers: [1, 2], one: 1}`}))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"accounts.trusted": {"123456789012", "210987654321"}, "principals.iac.deployers": {"a"}, "principals.none": {}}
	if diff := cmp.Diff(want, set.Lists()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
