package ruleset_test

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/rego"

	"trailbell/internal/ruleset"
)

func TestParseDeployment(t *testing.T) {
	text := `{"account": "123456789012", "region": "eu-central-1", "partition": "aws",
		"stack": "arn:aws:cloudformation:eu-central-1:123456789012:stack/bell/0b5f7a9c",
		"functions": ["arn:aws:lambda:eu-central-1:123456789012:function:detector:live", "reader"],
		"roles": ["arn:aws:iam::123456789012:role/path/detector-role", "arn:aws:iam::123456789012:role/reader-role"],
		"table": "arn:aws:dynamodb:eu-central-1:123456789012:table/memory",
		"log_groups": ["arn:aws:logs:eu-central-1:123456789012:log-group:/detector/log:*"],
		"trail": "arn:aws:cloudtrail:eu-central-1:123456789012:trail/management",
		"topics": ["arn:aws:sns:eu-central-1:123456789012:alerts", "events"],
		"queues": ["https://sqs.eu-central-1.amazonaws.com/123456789012/retry", "arn:aws:sqs:eu-central-1:123456789012:dead"],
		"rules": ["arn:aws:events:eu-central-1:123456789012:rule/writes", "arn:aws:events:eu-central-1:123456789012:rule/bus/reads"],
		"alarms": ["arn:aws:cloudwatch:eu-central-1:123456789012:alarm:errors"]}`
	want := ruleset.Deployment{
		Account: "123456789012", Region: "eu-central-1", Partition: "aws", Stack: "bell", Table: "memory", Trail: "management",
		Functions: []string{"detector", "reader"}, Roles: []string{"detector-role", "reader-role"}, LogGroups: []string{"/detector/log"},
		Topics: []string{"alerts", "events"}, Queues: []string{"retry", "dead"}, Rules: []string{"writes", "reads"}, Alarms: []string{"errors"},
	}
	got, err := ruleset.ParseDeployment([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestBadDeployments(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"an unknown key", `{"account": "123456789012", "region": "r", "topic": "x"}`, `unknown field "topic"`},
		{"a list that is a text", `{"account": "123456789012", "region": "r", "topics": "x"}`, "topics"},
		{"no account", `{"region": "r"}`, "both must be there"},
		{"an account that is none", `{"account": "1234", "region": "r"}`, "as 12 digits"},
		{"no region", `{"account": "123456789012"}`, "both must be there"},
		{"no JSON", `account: x`, "deployment: invalid"},
		{"more than one", `{"account": "123456789012", "region": "r"} {}`, "something follows"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := ruleset.ParseDeployment([]byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestUsesOfTheDeployment(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"a key that there is", `match if input.requestParameters.roleName == data.deployment.table`, ""},
		{"a list", `match if input.requestParameters.name in data.deployment.rules`, ""},
		{"a list that is walked through", "match if {\n\tsome topic in data.deployment.topics\n\tinput.requestParameters.name == topic\n}", ""},
		{"a key that there is not", `match if input.requestParameters.functionName == data.deployment.functoins`, "dir/a/x.rego:8: data.deployment.functoins: there is no functoins, did you mean functions?"},
		{"a list compared with text", `match if input.eventName == data.deployment.rules`, "dir/a/x.rego:8: "},
		{"all of it", `match if input.requestParameters.name in data.deployment`, "data.deployment is read as a whole: name one of account, alarms"},
		{"a key that the record names", `match if input.eventName in data.deployment[input.eventSource]`, "data.deployment is read with a key that is not constant"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set := loadThoroughly(t, map[string]string{"a/x.rego": goodMetadata + "package rules.a.x\n" + tt.body})
			if err := set.Err(); (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("refused with %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestRuleAboutOurOwnWaitsForTheDeployment(t *testing.T) {
	const own = "match if {\n\tinput.eventName == \"X\"\n\t_ours\n}\n_ours if {\n\tdata.deployment.table != \"\"\n\tinput.requestParameters.tableName == data.deployment.table\n}\n"
	const list = "match if {\n\tsome topic in data.deployment.topics\n\tinput.requestParameters.name == topic\n}\n"
	const without = "match if {\n\tinput.eventName == \"X\"\n\tnot input.requestParameters.name in data.deployment.topics\n}\n"
	for name, tt := range map[string]struct{ body, want string }{
		"a rule about our table":   {own, "the deployment is not known"},
		"a rule about our topics":  {list, "the deployment is not known"},
		"a rule that excepts ours": {without, ""},
	} {
		t.Run(name, func(t *testing.T) {
			set := loadThoroughly(t, map[string]string{"a/x.rego": goodMetadata + "package rules.a.x\n" + tt.body})
			if set.Err() != nil {
				t.Fatal(set.Err())
			}
			if got := set.Rules[1].Inactive; got != tt.want {
				t.Errorf("inactive: %q, want %q", got, tt.want)
			}
			known := set.WithDeployment(ruleset.Deployment{Table: "memory", Topics: []string{"alerts"}})
			if got := known.Rules[1].Inactive; got != "" {
				t.Errorf("inactive with a deployment: %q", got)
			}
			if got := set.Rules[1].Inactive; got != tt.want {
				t.Errorf("the set itself was changed: %q", got)
			}
		})
	}
}

// Absent keys would make a condition and its negation undefined.
func TestEveryKeyOfTheDeploymentIsThere(t *testing.T) {
	set := loadThoroughly(t, nil)
	for name, s := range map[string]*ruleset.Set{"unknown": set, "known": set.WithDeployment(ruleset.Deployment{Account: "123456789012"})} {
		results, err := rego.New(rego.Query("data.deployment"), rego.Store(s.Data())).Eval(context.Background())
		if err != nil || len(results) == 0 {
			t.Fatal(name, err)
		}
		got := results[0].Expressions[0].Value.(map[string]any)
		for field := range reflect.TypeFor[ruleset.Deployment]().Fields() {
			if got[field.Tag.Get("json")] == nil {
				t.Errorf("%s: no %s", name, field.Tag.Get("json"))
			}
		}
	}
}

func TestDocumentationHasTheKeysOfTheDeployment(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "writing-rules.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## The deployment\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var documented, there []string
	for _, found := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|").FindAllStringSubmatch(section, -1) {
		documented = append(documented, found[1])
	}
	for field := range reflect.TypeFor[ruleset.Deployment]().Fields() {
		there = append(there, field.Tag.Get("json"))
	}
	slices.Sort(documented)
	slices.Sort(there)
	if diff := cmp.Diff(there, documented); diff != "" {
		t.Errorf("docs/writing-rules.md, The deployment (-there +documented):\n%s", diff)
	}
}
