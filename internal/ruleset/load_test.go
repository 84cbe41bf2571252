package ruleset_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

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
	return ruleset.Load(context.Background(), ruleset.Options{Sources: sources})
}

func ids(set *ruleset.Set) []string {
	var out []string
	for _, rule := range set.Rules {
		out = append(out, string(rule.ID))
	}
	return out
}

func ExampleLoad() {
	set, err := ruleset.Load(context.Background(), ruleset.Options{Sources: []ruleset.Source{folder(map[string]string{"a/good.rego": goodRule})}})
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
		{"a secret outside the request", strings.Replace(with("match := true"), "severity: high", "severity: high\n#   redact: [userIdentity.arn]", 1), `METADATA: custom.redact: "userIdentity.arn" is not a path below requestParameters, responseElements`},
		{"a whole request as a secret", strings.Replace(with("match := true"), "severity: high", "severity: high\n#   redact: [requestParameters]", 1), `METADATA: custom.redact: "requestParameters" is not a path below`},
		{"no severity", strings.Replace(with("match := true"), "#   severity: high\n", "", 1), `METADATA: custom.severity ""`},
		{"no runbook from medium up", strings.Replace(with("match := true"), "#   runbook: [Start it again.]\n", "", 1), "custom.runbook is missing"},
		{"an unknown key", strings.Replace(with("match := true"), "runbook:", "runbok:", 1), `dir/a/bad.rego:6: METADATA: unknown key "runbok"; known here: severity, runbook,`},
		{"a key at the wrong place", strings.Replace(with("match := true"), "# title:", "# severity: high\n# title:", 1), `dir/a/bad.rego:2: METADATA: key "severity" is misplaced: it belongs to custom`},
		{"a value of the wrong type", strings.Replace(with("match := true"), "[Start it again.]", "Start it again.", 1), "dir/a/bad.rego:6: METADATA: `Start i...` has the wrong type: a list is wanted here"},
		{"METADATA that is not YAML", strings.Replace(with("match := true"), "high", "[high", 1), "METADATA: "},
		{"something that is no technique", strings.Replace(with("match := true"), "severity:", "attack: [TA0005]\n#   severity:", 1), `"TA0005" is not a technique of ATT&CK Enterprise v17.0`},
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

func TestContractWithSchemaAndSettings(t *testing.T) {
	with := func(body string) string { return goodMetadata + "package rules.a.bad\n" + body }
	meta := func(custom string) string {
		return strings.Replace(with("match if input.eventName"), "severity:", custom+"\n#   severity:", 1)
	}
	tests := []struct {
		name, rego, want string
	}{
		{"a misspelt field of the record", with(`match if input.requestParamters.name == "x"`), "dir/a/bad.rego:8: input.requestParamters.name: there is no requestParamters, did you mean requestParameters?"},
		{"a misspelt field of the identity", with(`match if input.userIdentity.usrName == "x"`), "there is no usrName, did you mean userName?"},
		{"a misspelt field in a negation", with(`match if not input.userIdentity.sessionContext.attributes.mfaAuthentcated == "true"`), "did you mean mfaAuthenticated?"},
		{"a field below a text", with(`match if input.eventName.x`), "input.eventName.x: input.eventName has no fields"},
		{"a setting that does not exist", with(`match if input.eventName in data.settings.people.knwon`), "dir/a/bad.rego:8: data.settings.people.knwon: there is no knwon, did you mean known? Every setting a rule reads stands in settings.yaml"},
		{"a setting that does not exist, in a negation", with(`match if not input.eventName in data.settings.people.nobody`), "there is no nobody"},
		{"a list compared with text", with(`match if input.eventName == data.settings.people.filled`), "dir/a/bad.rego:8: "},
		{"a part of the settings", with(`match if input.requestParameters.name in data.settings.people`), "dir/a/bad.rego:8: data.settings.people is a part of the settings, not a setting: name one of filled, known"},
		{"the settings handed to a function", with(`match if input.eventName in object.get(data.settings, ["people", "known"], [])`), "data.settings is a part of the settings"},
		{"a setting named by the record", with(`match if input.eventName in data.settings.people[input.eventSource]`), "is read with a key that is not constant"},
		{"an exemption that is no list", meta("exempt: [people.nobody]"), "custom.exempt names people.nobody, and there is no such list"},
		{"an exemption that is a map", meta("exempt: [people]"), "custom.exempt names people,"},
		{"a rule that can never match", with("match if 1 == 2"), "dir/a/bad.rego:7: match can never be true"},
		{"a rule that reads data that does not exist", with("match if input.eventName in data.elsewhere.names"), "match can never be true"},
		{"a threshold and first_seen", meta("threshold: {count: 2, window: 5m}\n#   first_seen: {window: 90d}\n#   group_by: [eventName]"), "a threshold or first_seen, not both"},
		{"a threshold without a group", meta("threshold: {count: 2, window: 5m}"), "custom.group_by is missing"},
		{"a threshold of one", meta("threshold: {count: 1, window: 5m}\n#   group_by: [eventName]"), "custom.threshold.count is 1: a threshold counts to 2 at least"},
		{"a threshold whose lower count is higher", meta("threshold: {count: 3, window: 5m, lower: 4}\n#   group_by: [eventName]"), "custom.threshold.lower is 4: it must be smaller than count"},
		{"a weight of nothing", meta("threshold: {count: 3, window: 5m, weights: {X: 0}}\n#   group_by: [eventName]"), "the weight of X is 0"},
		{"a path that is none", meta("threshold: {count: 3, window: 5m, distinct: 'a b'}\n#   group_by: [eventName]"), `custom.threshold.distinct: "a b" is not a path`},
		{"an unknown key of a threshold", meta("threshold: {count: 3, windw: 5m}\n#   group_by: [eventName]"), `unknown key "windw"; known here: count, window, distinct, weights, lower`},
		{"a window without a unit", meta("first_seen: {window: 90}\n#   group_by: [eventName]"), `custom.first_seen.window is "90": write a number and s, m, h or d`},
		{"a window of ten years", meta("first_seen: {window: 3650d}\n#   group_by: [eventName]"), "custom.first_seen.window"},
		{"a status that is none", meta("status: experimental"), `custom.status is "experimental": it must be stable, test, off`},
		{"a lane that is none", meta("lane: eventbridge"), `custom.lane is "eventbridge": it must be logfiles`},
		{"at_once in a rule that does not wait", with("match if input.eventName\nat_once if input.errorCode"), "dir/a/bad.rego:9: at_once means something only in a rule with a threshold or first_seen"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := loadThoroughly(t, map[string]string{"a/bad.rego": tt.rego})
			if diff := cmp.Diff([]string{"a.good"}, ids(set)); diff != "" {
				t.Errorf("the bad file must hide no other (-want +got):\n%s", diff)
			}
			if err := set.Err(); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("refused with %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestMisspeltFieldInAHelperIsRefused(t *testing.T) {
	set := loadThoroughly(t, map[string]string{
		"lib/who.rego":      "package lib.who\n\nis_user(record) if record.userIdentity.typ == \"IAMUser\"\n",
		"lib/who_test.rego": "package lib.who_test\n",
		"lib/fine.rego":     "package lib.fine\n\nname(record) := upper(record.userIdentity.userName) if _user(record)\n\n_user(record) if record.userIdentity.type == \"IAMUser\"\n",
	})
	const want = "dir/lib/who.rego:3: input.userIdentity.typ: there is no typ, did you mean type?"
	if err := set.Err(); err == nil || err.Error() != want {
		t.Errorf("refused with %v, want %q", err, want)
	}
}

// loadThoroughly loads files with the shipped schema, two lists of settings and a rule
// that is good.
func loadThoroughly(t *testing.T, files map[string]string) *ruleset.Set {
	t.Helper()
	all := map[string]string{"a/good.rego": goodRule, "settings.yaml": "people: {known: [], filled: [a]}\nnames: {}\n"}
	schema, err := rules.FS.ReadFile("schemas/record.json")
	if err != nil {
		t.Fatal(err)
	}
	all["schemas/record.json"] = string(schema)
	maps.Copy(all, files)
	set, err := ruleset.Load(t.Context(), ruleset.Options{Sources: []ruleset.Source{folder(all)}, Thorough: true})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestInactiveRules(t *testing.T) {
	tests := []struct{ name, custom, body, want string }{
		{"a rule without settings is active", "", `match if input.eventName == "x"`, ""},
		{"a rule waits for a list", "", `match if input.eventName in data.settings.people.known`, "needs a value in people.known"},
		{"a rule waits for a list it walks through", "", "match if {\n\tsome name in data.settings.people.known\n\tinput.eventName == name\n}", "needs a value in people.known"},
		{"a rule waits for a map", "", "match if data.settings.names[input.eventName]", "needs a value in names"},
		{"a list that is filled is enough", "", `match if input.eventName in data.settings.people.filled`, ""},
		{"an empty list of exceptions waits for nothing", "", `match if not input.eventName in data.settings.people.known`, ""},
		{"one of two ways is open", "", "match if input.eventName in data.settings.people.known\nmatch if input.eventName == \"x\"", ""},
		{"a threshold", "threshold: {count: 5, window: 10m}\n#   group_by: [eventName]", "match if input.eventName\nlower if input.errorCode", ""},
		{"first seen", "first_seen: {window: 90d}\n#   group_by: [eventName]", "match if input.eventName\nat_once if input.errorCode", ""},
		{"a rule that is off", "status: off", "match if input.eventName", "status is off"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := goodMetadata + "package rules.a.x\n" + tt.body
			if tt.custom != "" {
				text = strings.Replace(text, "severity:", tt.custom+"\n#   severity:", 1)
			}
			set := loadThoroughly(t, map[string]string{"a/x.rego": text})
			if set.Err() != nil || len(set.Rules) != 2 {
				t.Fatalf("refused: %v", set.Err())
			}
			if got := set.Rules[1].Inactive; got != tt.want {
				t.Errorf("inactive: %q, want %q", got, tt.want)
			}
		})
	}
}

func TestStatefulRuleHasWhatItsFileSays(t *testing.T) {
	set := loadThoroughly(t, map[string]string{"a/x.rego": strings.Replace(goodMetadata, "severity:",
		"threshold: {count: 25, window: 10m, distinct: eventName, weights: {BatchGet: 5}, lower: 6}\n#   group_by: [userIdentity.arn]\n#   severity:", 1) +
		"package rules.a.x\nmatch if input.eventName"})
	want := &detection.Threshold{Count: 25, Window: 10 * time.Minute, Distinct: "eventName", Weights: map[string]int{"BatchGet": 5}, Lower: 6}
	if diff := cmp.Diff(want, set.Rules[1].Threshold); diff != "" {
		t.Error(diff)
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
	tests := []struct {
		name     string
		settings map[string]string
		want     string // part of the error
		accounts map[string]detection.Account
	}{
		{"account names", map[string]string{"settings.yaml": "accounts: {names: {\"012345678901\": prod}}"}, "", map[string]detection.Account{"012345678901": {ID: "012345678901", Name: "prod"}}},
		{"local settings stand over the folder's", map[string]string{
			"settings.yaml":       "accounts: {names: {\"012345678901\": prod, \"123456789012\": dev}}",
			"local/settings.yaml": "accounts: {names: {\"012345678901\": mine}}",
		}, "", map[string]detection.Account{"012345678901": {ID: "012345678901", Name: "mine"}, "123456789012": {ID: "123456789012", Name: "dev"}}},
		{"owners and environments, also of accounts without a name", map[string]string{
			"settings.yaml": `accounts: {names: {"012345678901": prod}, owners: {"012345678901": payments team}, environments: {"123456789012": dev}}`,
		}, "", map[string]detection.Account{"012345678901": {ID: "012345678901", Name: "prod", Owner: "payments team"}, "123456789012": {ID: "123456789012", Environment: "dev"}}},
		{"an account id without quotes", map[string]string{"settings.yaml": "accounts:\n  names:\n    012345678901: prod"}, "dir/settings.yaml:3: put the key 012345678901 in quotes", nil},
		{"a list that becomes text", map[string]string{"settings.yaml": "regions: {approved: []}", "local/settings.yaml": "regions: {approved: eu-central-1}"}, "settings dir/local/settings.yaml: regions.approved must be a list, it is text", nil},
		{"not YAML", map[string]string{"settings.yaml": "a: ["}, "settings dir/settings.yaml", nil},
		{"a list", map[string]string{"settings.yaml": "[a]"}, "a map of keys is wanted", nil},
		{"names that are a list", map[string]string{"settings.yaml": "accounts: {names: [a]}"}, "accounts.names must be a map", nil},
		{"an owner that is a number", map[string]string{"settings.yaml": `accounts: {owners: {"012345678901": 7}}`}, "the owner of account 012345678901 must be text", nil},
		{"environments that are text", map[string]string{"settings.yaml": "accounts: {environments: prod}"}, "accounts.environments must be a map", nil},
		{"a portal that is not encrypted", map[string]string{"settings.yaml": "links: {identity_center_start_url: 'http://d-1234567890.awsapps.com/start'}"}, "links.identity_center_start_url is http://d-1234567890.awsapps.com/start, it must be the https address", nil},
		{"a portal with a question", map[string]string{"settings.yaml": "links: {identity_center_start_url: 'https://d-1234567890.awsapps.com/start?x=1'}"}, "links.identity_center_start_url", nil},
		{"a role with a space", map[string]string{"settings.yaml": "links: {identity_center_role: Read Only}"}, "links.identity_center_role", nil},
		{"a runbook base without an end", map[string]string{"settings.yaml": "links: {runbook_base: 'https://wiki.example.com'}"}, "links.runbook_base", nil},
		{"a runbook base that is a script", map[string]string{"settings.yaml": "links: {runbook_base: 'javascript:alert(1)/'}"}, "links.runbook_base", nil},
		{"a table that is more than a name", map[string]string{"settings.yaml": "links: {athena_table: 'x; DROP TABLE y'}"}, "links.athena_table", nil},
		{"a link that is a list", map[string]string{"settings.yaml": "links: {athena_table: [x]}"}, "links.athena_table is [x], it must be the name of a table", nil},
		{"links that are a list", map[string]string{"settings.yaml": "links: [x]"}, "links must be a map", nil},
		{"a name that is a list", map[string]string{"settings.yaml": "accounts: {names: {a: [b]}}"}, "the name of account a must be text", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"a.rego": goodRule}
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
			if diff := cmp.Diff(tt.accounts, set.Accounts); diff != "" {
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
	set, err := ruleset.Load(context.Background(), ruleset.Options{Sources: sources, SettingsFile: name})
	if err != nil || set.Accounts["123456789012"].Name != "mine" {
		t.Errorf("got %v, %v", set, err)
	}
	if _, err := ruleset.Load(context.Background(), ruleset.Options{Sources: sources, SettingsFile: name + "x"}); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a missing file gives %v", err)
	}
}

func TestRuleHasWhatItsFileSays(t *testing.T) {
	set, err := load(folder(map[string]string{
		"settings.yaml": "principals: {x: []}\nlists: {names: [a]}",
		"lib/who.rego":  "package lib.who\nis_user(record) if record.userIdentity.type == \"IAMUser\"\nnamed(identity) if identity.userName in data.settings.lists.names\n",
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
#   status: test
#   lane: logfiles
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
	if err != nil {
		t.Fatal(err)
	}
	if set.Err() != nil {
		t.Fatal(set.Err())
	}
	want := detection.Rule{
		ID: "a.full", File: "dir/a/full.rego", Title: "Title", Description: "Two lines.", Severity: detection.Low,
		References: []string{"https://docs.aws.amazon.com/x"}, Attack: []detection.Technique{"T1562.008"}, CIS: []string{"v5.0/3.1"},
		Status: detection.StatusTest, Shadow: true, LogFilesOnly: true, Settings: []string{"lists.names"},
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
