package reference_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/reference"
)

// rules are made up: one of each kind.
func rules() []reference.Rule {
	return []reference.Rule{
		{
			Rule: detection.Rule{
				ID: "s3.bucket_deleted", File: "rules/s3/bucket_deleted.rego", Title: "Bucket | deleted", Description: "A *bucket* is gone.",
				Severity: detection.High, Attack: []detection.Technique{"T1485"}, CIS: []string{"v5.0/4.10", "v5.0/4.8", "v1.4/4.8"},
				Runbook: []string{"Ask."}, FalsePositives: []string{"Tests."}, References: []string{"https://example.com/a"},
				Settings: []string{"buckets.critical"}, Exempt: []string{"principals.iac_deployers"},
				GroupBy: []string{"recipientAccountId", "requestParameters.bucketName|userIdentity.arn", "sourceIPAddress/16"},
				Outputs: []detection.Output{detection.OutputSeverities}, Status: detection.StatusStable,
			},
			Source: "../../rules/s3/bucket_deleted.rego", Services: []string{"s3.amazonaws.com"}, Calls: []string{"DeleteBucket", "PutObject*"},
			Clauses: []reference.Clause{{Output: detection.OutputSeverities, Text: `severities contains "critical" if _critical`}},
			Sample:  &reference.Sample{File: "events/s3.json", Text: "HIGH: Bucket deleted\n\nWhy it matters\nA bucket is gone.\n\nRule: s3.bucket_deleted\n"},
		},
		{
			Rule: detection.Rule{
				ID: "signin.spray", Title: "Spray", Severity: detection.Low, Attack: []detection.Technique{"T1110.003", "T1078.004"},
				Threshold: &detection.Threshold{Count: 5, Window: 15 * time.Minute, Distinct: "userIdentity.userName"}, Status: detection.StatusStable,
			},
			ReadCalls: []string{"GetSigninToken", "StartLogging"}, Services: []string{"signin.amazonaws.com"},
		},
		{Rule: detection.Rule{ID: "trailbell.topic", Title: "Topic", Severity: detection.Info, Status: detection.StatusStable, FirstSeen: &detection.FirstSeen{Window: 90 * 24 * time.Hour}}},
		{Rule: detection.Rule{ID: "iam.outside", Title: "Outside", Severity: detection.Medium, Status: detection.StatusStable, Inactive: "needs a value in principals.iac_deployers", Settings: []string{"principals.iac_deployers"}}},
		{Rule: detection.Rule{ID: "iam.off", Title: "Off", Severity: detection.Medium, Status: detection.StatusOff, Inactive: "status is off", Attack: []detection.Technique{"T1098"}, CIS: []string{"v5.0/4.4"}}},
		{Rule: detection.Rule{ID: "sts.files", Title: "Files", Severity: detection.Low, Status: detection.StatusStable, LogFilesOnly: true}, Calls: []string{"AssumeRole"}, OtherReads: true},
	}
}

func page(t *testing.T, files []reference.File, name string) string {
	t.Helper()
	i := slices.IndexFunc(files, func(f reference.File) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("there is no %s", name)
	}
	return files[i].Text
}

// has fails for each text that is missing.
func has(t *testing.T, text string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

func TestAPageSaysAllThatIsKnownOfARule(t *testing.T) {
	files := reference.Pages(rules())
	has(t, page(t, files, "s3.md"),
		"## s3.bucket_deleted\n\n**Bucket \\| deleted**\n\nA \\*bucket\\* is gone.\n",
		"- **Severity:** high; for some records another, see below\n",
		"- **Services:** `s3.amazonaws.com`\n",
		"[T1485 Data Destruction](https://attack.mitre.org/versions/v17/techniques/T1485/) (impact)",
		"- **CIS:** v5.0 4.8, 4.10; v1.4 4.8\n",
		"- **Reads settings:** `buckets.critical`\n",
		"- **Never alerts on:** who or what is on `principals.iac_deployers`\n",
		"`requestParameters.bucketName` or else `userIdentity.arn`, `sourceIPAddress` (its /16 network)",
		"[`rules/s3/bucket_deleted.rego`](../../rules/s3/bucket_deleted.rego)",
		"**What to do**\n\n1. Ask.\n", "**False positives**\n\n- Tests.\n", "- <https://example.com/a>\n",
		"**Other severities**\n\n```rego\nseverities contains \"critical\" if _critical\n```\n",
		"**An alert**, from `events/s3.json`:\n\n```\nHIGH: Bucket deleted\n\nWhy it matters ...\n\nRule: s3.bucket_deleted\n```\n",
	)
	has(t, page(t, files, "signin.md"), "- **Waits:** for 5 different values of `userIdentity.userName` in a group within 15 minutes\n", "No sample fires it.")
	has(t, page(t, files, "trailbell.md"), "- **Waits:** for what was not seen for 90 days; in its first 90 days it only learns\n")
	has(t, page(t, files, "iam.md"), "- **State:** not active as it is: needs a value in principals.iac_deployers\n", "- **State:** not active as it is: status is off\n")
	has(t, page(t, files, "sts.md"), "- **Lane:** log files only")
	has(t, page(t, files, "README.md"), "6 rules in 5 packs: 1 high, 2 medium, 2 low, 1 info.", "Not active as they are: 2.",
		"| high | [`s3.bucket_deleted`](s3.md#s3bucket_deleted) | Bucket \\| deleted | [T1485](")
}

func TestTheSameRulesGiveTheSameBytesInAnyOrder(t *testing.T) {
	turned := rules()
	slices.Reverse(turned)
	if !slices.Equal(reference.Pages(rules()), reference.Pages(turned)) {
		t.Error("the pages depend on the order of the rules")
	}
	a, errA := reference.Cover(rules()).Layer()
	b, errB := reference.Cover(turned).Layer()
	if a != b || errA != nil || errB != nil {
		t.Errorf("the layer depends on the order of the rules: %v, %v", errA, errB)
	}
}

func TestALongAlertIsShortened(t *testing.T) {
	long := rules()[:1]
	long[0].Sample.Text = strings.Repeat("line\n", 100)
	text := page(t, reference.Pages(long), "s3.md")
	has(t, text, "... and 60 more lines\n```\n")
	if n := strings.Count(text, "\nline"); n != 40 {
		t.Errorf("%d lines are shown", n)
	}
}

// What the format asks for is in layers/LAYERFORMATv4_5.md of mitre-attack/attack-navigator.
func TestTheLayerIsWhatTheNavigatorReads(t *testing.T) {
	text, err := reference.Cover(rules()).Layer()
	if err != nil {
		t.Fatal(err)
	}
	var layer struct {
		Name, Domain string
		Versions     struct{ Attack, Navigator, Layer string }
		Techniques   []struct {
			TechniqueID string
			Score       int
			Metadata    []struct{ Name, Value string }
		}
		Gradient struct {
			Colors             []string
			MinValue, MaxValue int
		}
	}
	if err := json.Unmarshal([]byte(text), &layer); err != nil {
		t.Fatal(err)
	}
	if layer.Name == "" || layer.Domain != "enterprise-attack" || layer.Versions.Layer != "4.5" || layer.Versions.Attack != "17" || layer.Versions.Navigator == "" {
		t.Errorf("head: %+v", layer)
	}
	if len(layer.Gradient.Colors) < 2 || layer.Gradient.MaxValue <= layer.Gradient.MinValue {
		t.Errorf("gradient: %+v", layer.Gradient)
	}
	var ids []string
	for _, technique := range layer.Techniques {
		ids = append(ids, technique.TechniqueID)
		if technique.Score != 1 || len(technique.Metadata) != 1 {
			t.Errorf("%+v", technique)
		}
	}
	if want := []string{"T1078.004", "T1110.003", "T1485"}; !slices.Equal(ids, want) {
		t.Errorf("techniques %v, want %v: a rule that is off covers nothing", ids, want)
	}
}

func TestCoverageSaysWhatCannotBeSeen(t *testing.T) {
	text, err := reference.CoveragePage(rules(), "rules/")
	if err != nil {
		t.Fatal(err)
	}
	has(t, text,
		"5 rules watch 3 techniques of 6 tactics.",
		"| 4.8 | [`s3.bucket_deleted`](rules/s3.md#s3bucket_deleted) |\n| 4.10 |",
		"Section 4 of v5.0, which asks for alerts, has 16 controls. 2 have a rule; 4.1, 4.2,",
		"| [`signin.spray`](rules/signin.md#signinspray) | `GetSigninToken` |\n",
		"| [`sts.files`](rules/sts.md#stsfiles) | `AssumeRole` |\n",
		"| [`s3.bucket_deleted`](rules/s3.md#s3bucket_deleted) | `PutObject`, `PutObjectAcl`,",
		"| `signin.amazonaws.com` | us-east-1, us-east-2,",
		"| needs a value in principals.iac_deployers |",
		"| [`trailbell.topic`](rules/trailbell.md#trailbelltopic) | 90 days |\n",
		"These rules name no technique:",
	)
	_, reads, _ := strings.Cut(text, "### Calls that only read")
	reads, _, _ = strings.Cut(reads, "###")
	if strings.Contains(reads, "sts.files") || strings.Contains(reads, "StartLogging") {
		t.Errorf("a rule for log files, or a change, is among the reads:\n%s", reads)
	}
}

func TestProfilesAreSettings(t *testing.T) {
	lists := map[string][]string{"buckets.critical": nil, "principals.iac_deployers": {"ci"}, "principals.unread": nil}
	files, err := reference.Profiles(rules(), lists)
	if err != nil {
		t.Fatal(err)
	}
	has(t, page(t, files, "profiles/recommended.yaml"), "\nrules: {}\n")
	has(t, page(t, files, "profiles/strict.yaml"),
		"buckets:\n  # s3.bucket_deleted\n  critical: []\nprincipals:\n  # iam.outside (not active without it)\n  iac_deployers: [\"ci\"]\n")
	cis := page(t, files, "profiles/cis.yaml")
	if _, got, _ := strings.Cut(cis, "rules:\n"); got != "  signin.spray: {shadow: true}\n  iam.outside: {shadow: true}\n  sts.files: {shadow: true}\n" {
		t.Errorf("cis puts in shadow\n%s", got)
	}
	has(t, page(t, files, "profiles.md"),
		"| [recommended](#recommended) | 5 | `medium` | 1 | 0 | 1 |", "| [strict](#strict) | 5 | `low` | 3 | 0 | 1 |", "| [cis](#cis) | 2 | `info` | 2 | 3 | 0 |")
}

// Example shows the way from rules to a technique and its rules.
func Example() {
	coverage := reference.Cover([]reference.Rule{{Rule: detection.Rule{ID: "s3.bucket_deleted", Attack: []detection.Technique{"T1485"}, CIS: []string{"v5.0/4.8"}}}})
	fmt.Print(coverage.Text())
	// Output:
	// ATT&CK v17.0: 1 technique in 1 tactic, 1 rule
	//
	// impact
	//   T1485      Data Destruction
	//       s3.bucket_deleted
	//
	// CIS AWS Foundations Benchmark
	//   v5.0 4.8
	//       s3.bucket_deleted
}
