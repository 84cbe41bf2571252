package ruleset_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
	"trailbell/rules"
)

const goodMetadata = `# METADATA
# title: Trail stopped
# description: Somebody stopped a trail.
# custom:
#   severity: high
#   runbook: [Start it again.]
`

const goodRule = goodMetadata + `package rules.a.good

match if input.eventName == "StopLogging"
`

// folder is a source of files, by name and text.
func folder(files map[string]string) ruleset.Source {
	fs := fstest.MapFS{}
	for name, text := range files {
		fs[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return ruleset.Source{Name: "dir", FS: fs}
}

func load(sources ...ruleset.Source) (*ruleset.Set, error) {
	return ruleset.Load(ruleset.Options{Sources: sources})
}

func ids(set *ruleset.Set) []string {
	var out []string
	for _, rule := range set.Rules {
		out = append(out, string(rule.ID))
	}
	return out
}

func ExampleLoad() {
	set, err := ruleset.Load(ruleset.Options{Sources: []ruleset.Source{folder(map[string]string{"a/good.rego": goodRule})}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, rule := range set.Rules {
		fmt.Println(rule.ID, rule.Severity, rule.Title, rule.Evidence)
	}
	// Output: a.good high Trail stopped [eventName]
}

func TestShippedRulesAreAllLoaded(t *testing.T) {
	set, err := load(ruleset.Source{Name: "rules", FS: rules.FS})
	if err != nil {
		t.Fatal(err)
	}
	if err := set.Err(); err != nil {
		t.Error(err)
	}
	files := 0
	_ = filepath.WalkDir(filepath.Join("..", "..", "rules"), func(path string, _ os.DirEntry, _ error) error {
		if strings.HasSuffix(path, ".rego") && !strings.HasSuffix(path, "_test.rego") && !strings.Contains(filepath.ToSlash(path), "rules/lib/") {
			files++
		}
		return nil
	})
	if files == 0 || len(set.Rules) != files {
		t.Errorf("%d rules from %d files", len(set.Rules), files)
	}
}

func TestRefusals(t *testing.T) {
	with := func(body string) string { return goodMetadata + "package rules.a.bad\n" + body }
	tests := []struct {
		name string
		rego string
		want string // part of the refusal; the line is part of it
	}{
		{"a file that is not Rego", "package rules.a.bad\nmatch if {", "dir/a/bad.rego:2: "},
		{"no METADATA", "package rules.a.bad\nmatch := true", "dir/a/bad.rego:1: no METADATA comment"},
		{"METADATA without a title", strings.Replace(with("match := true"), "# title: Trail stopped\n", "", 1), "dir/a/bad.rego:1: METADATA: title is missing"},
		{"METADATA without a description", strings.Replace(with("match := true"), "# description: Somebody stopped a trail.\n", "", 1), "METADATA: description is missing"},
		{"a severity that is none", strings.Replace(with("match := true"), "high", "urgent", 1), `METADATA: custom.severity "urgent" is none of info, low, medium, high, critical`},
		{"no severity", strings.Replace(with("match := true"), "#   severity: high\n", "", 1), `METADATA: custom.severity ""`},
		{"no runbook from medium up", strings.Replace(with("match := true"), "#   runbook: [Start it again.]\n", "", 1), "custom.runbook is missing"},
		{"an unknown key", strings.Replace(with("match := true"), "runbook:", "runbok:", 1), `dir/a/bad.rego:6: METADATA: unknown key "runbok"; known here: severity, runbook,`},
		{"a key at the wrong place", strings.Replace(with("match := true"), "# title:", "# severity: high\n# title:", 1), `dir/a/bad.rego:2: METADATA: key "severity" is misplaced: it belongs to custom`},
		{"a value of the wrong type", strings.Replace(with("match := true"), "[Start it again.]", "Start it again.", 1), "dir/a/bad.rego:6: METADATA: `Start i...` has the wrong type: a list is wanted here"},
		{"METADATA that is not YAML", strings.Replace(with("match := true"), "high", "[high", 1), "METADATA: "},
		{"something that is no technique", strings.Replace(with("match := true"), "severity:", "attack: [TA0005]\n#   severity:", 1), `"TA0005" is not the id of a technique`},
		{"something that is no path", strings.Replace(with("match := true"), "severity:", "group_by: [\"input[x]\"]\n#   severity:", 1), `"input[x]" is not a path of the record`},
		{"a reference that is not https", strings.Replace(with("match := true"), "# custom:", "# related_resources: [{ref: \"http://example.com\"}]\n# custom:", 1), "is not an https address"},
		{"no match", with("title := \"x\""), "dir/a/bad.rego:7: the rule has no match"},
		{"a misspelt answer", with("match := true\nseverites contains \"low\""), "dir/a/bad.rego:9: severites is none of the answers of a rule"},
		{"a match that is not a boolean", with("match := \"yes\""), "dir/a/bad.rego:8: match must be a boolean, it is string"},
		{"a title that is not a string", with("match := true\ntitle := 5"), "title must be a string, it is number"},
		{"severities that are no set", with("match := true\nseverities := \"high\""), "severities must be a set of strings"},
		{"severities of numbers", with("match := true\nseverities := {4}"), "severities must be a set of strings"},
		{"details that are no object", with("match := true\ndetails := [1]"), "details must be an object"},
		{"a rule outside rules", strings.Replace(with("match := true"), "package rules.a.bad", "package other.bad", 1), "package other.bad: a rule's package begins with rules."},
		{"an id that is not made of words", strings.Replace(with("match := true"), "package rules.a.bad", "package rules.a[\"b d\"]", 1), "a rule's id is made of its package"},
		{"a call to the network", with("match if http.send({\"method\": \"get\", \"url\": \"http://192.0.2.1\"}).status_code == 200"), "dir/a/bad.rego:8: the function http.send is unknown or not allowed"},
		{"the environment", with("match if opa.runtime().env.X == \"y\""), "the function opa.runtime is unknown or not allowed"},
		{"the clock", with("match if time.now_ns() > 0"), "the function time.now_ns is unknown or not allowed"},
		{"a shift that eats the memory", with("match if bits.lsh(1, 10000000000) > 0"), "the function bits.lsh is unknown or not allowed"},
		{"a function that does not exist", with("match if no_such(input)"), "the function no_such is unknown or not allowed"},
		{"a forbidden function in a replacement", with("match if count(input.a) > 0 with count as http.send"), "dir/a/bad.rego:8: "},
		{"a helper that does not exist", with("import data.lib.nothing\nmatch if nothing.at_all(input)"), "there is no such helper"},
		{"an import that is not used", with("import data.lib.call\nmatch := true"), "unused"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set, err := load(folder(map[string]string{"a/good.rego": goodRule, "a/bad.rego": tt.rego}))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"a.good"}, ids(set)); diff != "" {
				t.Errorf("the bad file must hide no other (-want +got):\n%s", diff)
			}
			if err := set.Err(); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("refused with %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestSecondFileOfOnePackageIsRefused(t *testing.T) {
	set, err := load(folder(map[string]string{"a/good.rego": goodRule, "b/squat.rego": goodMetadata + "package rules.a.good\ndefault match := false\n"}))
	if err != nil {
		t.Fatal(err)
	}
	want := "dir/b/squat.rego:7: package rules.a.good is already in dir/a/good.rego: one file a package"
	if set.Err() == nil || set.Err().Error() != want {
		t.Errorf("refused with %v, want %q", set.Err(), want)
	}
	if diff := cmp.Diff([]string{"a.good"}, ids(set)); diff != "" {
		t.Error(diff)
	}
}

func TestLaterSourceTakesThePlaceOfAnEarlierOne(t *testing.T) {
	mine := folder(map[string]string{"x.rego": strings.Replace(goodRule, "Trail stopped", "Mine", 1)})
	mine.Name = "mine"
	set, err := load(folder(map[string]string{"a/good.rego": goodRule}), mine)
	if err != nil {
		t.Fatal(err)
	}
	if set.Err() != nil || len(set.Rules) != 1 || set.Rules[0].Title != "Mine" {
		t.Errorf("got %v, refused %v", set.Rules, set.Err())
	}
	if diff := cmp.Diff([]string{"mine/x.rego takes the place of dir/a/good.rego"}, set.Notices); diff != "" {
		t.Error(diff)
	}
}

func TestLocalRulesStandOverTheirFolder(t *testing.T) {
	set, err := load(folder(map[string]string{"a/good.rego": goodRule, "local/good.rego": strings.Replace(goodRule, "Trail stopped", "Mine", 1)}))
	if err != nil {
		t.Fatal(err)
	}
	if set.Err() != nil || len(set.Rules) != 1 || set.Rules[0].Title != "Mine" {
		t.Errorf("got %v, refused %v", set.Rules, set.Err())
	}
}

func TestLibraryOnlyLeavesTheRules(t *testing.T) {
	shipped := ruleset.Source{Name: "rules", FS: rules.FS, LibraryOnly: true}
	set, err := load(shipped, folder(map[string]string{"x.rego": goodMetadata + "package rules.a.x\nimport data.lib.call\nmatch if call.failed(input)"}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a.x"}, ids(set)); diff != "" || set.Err() != nil {
		t.Errorf("%s, refused %v", diff, set.Err())
	}
}

func TestNothingLoadedIsAnError(t *testing.T) {
	for name, source := range map[string]ruleset.Source{
		"an empty folder":        folder(nil),
		"only a test":            folder(map[string]string{"a_test.rego": "package rules.a_test\ntest_x if true"}),
		"only a rule that fails": folder(map[string]string{"a.rego": "package rules.a"}),
		"a folder that is gone":  {Name: "gone", FS: os.DirFS(filepath.Join(t.TempDir(), "gone"))},
	} {
		t.Run(name, func(t *testing.T) {
			if set, err := load(source); err == nil {
				t.Errorf("loaded %v", ids(set))
			}
		})
	}
}

func TestSettings(t *testing.T) {
	rule := goodMetadata + "package rules.a.good\nmatch if input.x in data.settings.people.known\n"
	tests := []struct {
		name     string
		settings map[string]string
		want     string // part of the error
		names    map[string]string
	}{
		{"account names", map[string]string{"settings.yaml": "accounts: {names: {\"012345678901\": prod}}"}, "", map[string]string{"012345678901": "prod"}},
		{"local settings stand over the folder's", map[string]string{
			"settings.yaml":       "accounts: {names: {\"012345678901\": prod, \"123456789012\": dev}}",
			"local/settings.yaml": "accounts: {names: {\"012345678901\": mine}}",
		}, "", map[string]string{"012345678901": "mine", "123456789012": "dev"}},
		{"an account id without quotes", map[string]string{"settings.yaml": "accounts:\n  names:\n    012345678901: prod"}, "dir/settings.yaml:3: put the key 012345678901 in quotes", nil},
		{"not YAML", map[string]string{"settings.yaml": "a: ["}, "settings dir/settings.yaml", nil},
		{"a list", map[string]string{"settings.yaml": "[a]"}, "a map of keys is wanted", nil},
		{"names that are a list", map[string]string{"settings.yaml": "accounts: {names: [a]}"}, "accounts.names must be a map", nil},
		{"a name that is a list", map[string]string{"settings.yaml": "accounts: {names: {a: [b]}}"}, "the name of account a must be text", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"a.rego": rule}
			maps.Copy(files, tt.settings)
			set, err := load(folder(files))
			if tt.want != "" {
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("error %v, want %q in it", err, tt.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.names, set.AccountNames); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSettingsFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(name, []byte(`accounts: {names: {"123456789012": mine}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	sources := []ruleset.Source{folder(map[string]string{"a.rego": goodRule, "settings.yaml": `accounts: {names: {"123456789012": ours}}`})}
	set, err := ruleset.Load(ruleset.Options{Sources: sources, SettingsFile: name})
	if err != nil || set.AccountNames["123456789012"] != "mine" {
		t.Errorf("got %v, %v", set, err)
	}
	if _, err := ruleset.Load(ruleset.Options{Sources: sources, SettingsFile: name + "x"}); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a missing file gives %v", err)
	}
}

func TestRuleHasWhatItsFileSays(t *testing.T) {
	set, err := load(folder(map[string]string{
		"lib/who.rego": "package lib.who\nis_user(record) if record.userIdentity.type == \"IAMUser\"\nnamed(identity) if identity.userName == \"alice\"\n",
		"a/full.rego": `# METADATA
# title: Title
# description: >-
#   Two
#   lines.
# related_resources:
#   - ref: https://docs.aws.amazon.com/x
# custom:
#   severity: low
#   attack: [T1562.008]
#   cis: [v5.0/3.1]
#   false_positives: [none]
#   exempt: [principals.x]
#   runbook: [Look.]
#   group_by: [recipientAccountId, "requestParameters.a|requestParameters.b", sourceIPAddress/16, agent_family(userAgent)]
package rules.a.full

import data.lib.who

match if {
	who.is_user(input)
	who.named(input.userIdentity)
	params := input.requestParameters
	params.depth.of.path > 1
	_private
}

_private if input.eventName == "X"

severities contains "high" if input.errorCode
details := {"name": input.requestParameters.name}
`,
	}))
	if err != nil || set.Err() != nil {
		t.Fatal(err, set.Err())
	}
	want := detection.Rule{
		ID: "a.full", File: "dir/a/full.rego", Title: "Title", Description: "Two lines.", Severity: detection.Low,
		References: []string{"https://docs.aws.amazon.com/x"}, Attack: []detection.Technique{"T1562.008"}, CIS: []string{"v5.0/3.1"},
		Runbook: []string{"Look."}, FalsePositives: []string{"none"}, Exempt: []string{"principals.x"},
		GroupBy: []string{"recipientAccountId", "requestParameters.a|requestParameters.b", "sourceIPAddress/16", "agent_family(userAgent)"},
		Outputs: []detection.Output{detection.OutputSeverities, detection.OutputDetails},
		Evidence: []string{
			"errorCode", "eventName", "requestParameters", "requestParameters.depth.of.path", "requestParameters.name",
			"userIdentity", "userIdentity.type", "userIdentity.userName",
		},
	}
	if diff := cmp.Diff(want, set.Rules[0]); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestCapabilitiesHoldNothingDangerous(t *testing.T) {
	var names []string
	for _, b := range ruleset.Capabilities().Builtins {
		names = append(names, b.Name)
		if b.IsNondeterministic() {
			t.Errorf("%s is not deterministic", b.Name)
		}
	}
	if len(names) < 100 {
		t.Errorf("only %d built-ins are allowed: a name in the list is no longer OPA's", len(names))
	}
	for _, name := range []string{
		"http.send", "net.lookup_ip_addr", "net.cidr_expand", "opa.runtime", "rand.intn", "uuid.rfc4122", "time.now_ns",
		"json.match_schema", "json.verify_schema", "bits.lsh", "graph.reachable", "graph.reachable_paths", "concat",
		"rego.parse_module", "providers.aws.sign_req", "io.jwt.decode_verify", "yaml.unmarshal", "numbers.range", "trace",
		"crypto.x509.parse_certificates", "graphql.parse",
	} {
		if slices.Contains(names, name) {
			t.Errorf("%s is allowed", name)
		}
	}
	if hosts := ruleset.Capabilities().AllowNet; hosts == nil || len(hosts) > 0 {
		t.Errorf("hosts allowed: %v (nil means all)", hosts)
	}
}
