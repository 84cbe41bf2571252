package github_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/notify"
	"trailbell/internal/notify/github"
	"trailbell/internal/notify/notifytest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func trailStopped() detection.Alert {
	return detection.Alert{
		ID: "0123456789abcdef0123456789abcdef", Rule: "cloudtrail.trail_stopped_or_deleted", Severity: detection.Critical,
		Title:       "Trail stopped or deleted",
		Description: "The account's own record of what happens ends, or somebody tried to end it.",
		Time:        time.Date(2025, 7, 11, 8, 31, 5, 0, time.UTC), EventID: "6c5583e8-8d1f-4083-97fc-fa7457c87e5d",
		EventSource: "cloudtrail.amazonaws.com", EventName: "StopLogging",
		Account: detection.Account{ID: "123456789012", Name: "production", Owner: "payments team", Environment: "prod"}, Region: "eu-central-1",
		Actor: detection.Actor{
			Kind: detection.ActorRoleSession, Name: "deploy-42", ARN: "arn:aws:sts::123456789012:assumed-role/ci/deploy-42", Account: "210987654321",
			Issuer: "ci", Credentials: detection.CredentialsTemporary, MFA: cloudtrail.MFANo, Via: "cloudformation.amazonaws.com", Source: "198.51.100.23",
		},
		Evidence: map[string]any{"requestParameters.name": "main"}, Details: map[string]any{"multi_region": true},
		Attack:  []detection.Technique{"T1562.008"},
		Runbook: []string{"Start logging again with aws cloudtrail start-logging.", "Ask the caller's owner (see rules/local/settings.yaml) whether this was planned."},
		Links:   map[string]string{"console": notifytest.Links[0], "portal": notifytest.Links[1], "runbook": notifytest.Links[3], "reference": notifytest.Links[4]},
		Queries: detection.Queries{EventHistory: "aws cloudtrail lookup-events --region eu-central-1 --lookup-attributes AttributeKey=AccessKeyId,AttributeValue=ASIATRAILBELLEXAMPLE"},
	}
}

func hostile() detection.Alert {
	a := trailStopped()
	a.Title = "Trail `stopped` by @octocat\n# All is well, see #123 and ![x](https://login.example.net/x.png)"
	a.Failed, a.Error = true, "AccessDenied: ``` </details><img src=x onerror=alert(1)> $`x`$ 6dcb09b5b57875f334f61aebed695e2e4193db5e"
	a.Actor.Name, a.Actor.ARN = "`@octocat`", "\\`@octocat\\` | [x](https://login.example.net) www.example.net GH-1 octocat/hello#2"
	a.Actor.Source, a.Region = "", "eu-central-1\n\n- [x] done\u202e"
	a.Evidence = map[string]any{"``": []any{"`````", map[string]any{"@octocat": "<!-- -->"}}, " ": " "}
	a.Notes = []string{"```\n@octocat\n```"}
	a.Links = map[string]string{"console": "https://login.example.net/>)[x](y", "reference": "javascript:alert(1)"}
	a.Queries.EventHistory = "x\n```\n@octocat"
	return a
}

func render(t testing.TB, alerts ...detection.Alert) notify.Message {
	t.Helper()
	messages, err := github.Renderer{}.Alerts(alerts)
	if err != nil || len(messages) != 1 {
		t.Fatalf("%d messages, %v", len(messages), err)
	}
	return messages[0]
}

// must fails the test with what a renderer gave beside a message.
func must(t testing.TB) func(notify.Message, error) notify.Message {
	return func(m notify.Message, err error) notify.Message {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
}

func TestGolden(t *testing.T) {
	test, other := trailStopped(), trailStopped()
	test.Test = true
	other.Rule, other.Severity, other.Title = "local.odd_hours", detection.Low, "Change at night"
	problem := detection.Problem{
		What: "Rule could not decide (timeout)", Why: "eval_cancel_error: caller cancelled query execution", Where: "cloudtrail.amazonaws.com StopLogging",
		EventID: "6c5583e8-8d1f-4083-97fc-fa7457c87e5d", Rule: "local.slow", Severity: detection.Medium, Account: "123456789012", Region: "eu-central-1",
	}
	rollUp := detection.RollUp{
		First: "0123456789abcdef0123456789abcdef", Rule: "cloudtrail.trail_stopped_or_deleted", Severity: detection.Critical, Title: "Trail stopped or deleted",
		Account: detection.Account{ID: "123456789012"}, Count: 37, From: time.Date(2025, 7, 11, 8, 31, 5, 0, time.UTC), To: time.Date(2025, 7, 11, 8, 44, 0, 0, time.UTC),
		Regions: []string{"eu-central-1", "us-east-1"}, Sources: []string{"198.51.100.23"},
	}
	goldens := map[string]notify.Message{
		"alert": render(t, trailStopped()), "test-alert": render(t, test), "several-alerts": render(t, trailStopped(), other), "hostile-record": render(t, hostile()),
		"nothing-known": render(t, detection.Alert{Severity: detection.Low}),
		"problem":       must(t)(github.Renderer{}.Problem(problem)), "follow-up": must(t)(github.Renderer{}.RollUp(rollUp)),
		"all-kinds-of-actors": {Subject: "who is shown as what", Body: actors(t)},
	}
	for name, message := range goldens {
		got := "<!-- " + message.Subject + " -->\n\n" + message.Body
		file := filepath.Join("testdata", name+".md")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatalf("%v: go test ./internal/notify/github -update writes it", err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s, -want +got:\n%s", name, diff)
		}
	}
}

// actors are the lines about each kind of actor.
func actors(t *testing.T) string {
	var b strings.Builder
	for _, kind := range notifytest.Kinds() {
		a := trailStopped()
		a.Actor = detection.Actor{Kind: kind, Name: "alice", Account: "123456789012", Source: "198.51.100.23"}
		switch kind {
		case detection.ActorNone:
			a.Actor.Name = ""
		case detection.ActorRoot:
			a.Actor.Name = "root"
		case detection.ActorIdentityCenterUser, detection.ActorSAMLUser, detection.ActorWebIdentityUser, detection.ActorFederatedUser, detection.ActorDirectoryUser:
			a.Actor.Federated = true
		}
		for line := range strings.Lines(render(t, a).Body) {
			if strings.HasPrefix(line, "- **Who:**") || strings.HasPrefix(line, "- **MFA:**") {
				b.WriteString(line)
			}
		}
	}
	return b.String()
}

func TestNoAlertsAreNoMessage(t *testing.T) {
	if messages, err := (github.Renderer{}).Alerts(nil); len(messages) > 0 || err != nil {
		t.Errorf("%v, %v", messages, err)
	}
}

// Another tool's formatter failed on the error that it was to write down.
func TestAValueThatCannotBeShownHidesNoAlert(t *testing.T) {
	a := trailStopped()
	a.Evidence = map[string]any{"x": math.NaN(), "y": "shown"}
	if body := render(t, a).Body; !strings.Contains(body, "- `x` = not shown: `json: unsupported value: NaN`\n- `y` = `shown`\n") {
		t.Error(body)
	}
}

// Other tools wrote undefined, null and the like where a record had nothing.
func TestWhatIsAbsentIsNeverAWordOfAProgram(t *testing.T) {
	for _, m := range []notify.Message{
		render(t, detection.Alert{}),
		must(t)(github.Renderer{}.Problem(detection.Problem{})), must(t)(github.Renderer{}.RollUp(detection.RollUp{})),
	} {
		for _, word := range []string{"undefined", "null", "<nil>", "None", "NaN", "map[", "%!", "0001"} {
			if strings.Contains(m.Subject+m.Body, word) {
				t.Errorf("%q in\n%s", word, m.Body)
			}
		}
	}
}

func ExampleRenderer_Alerts() {
	messages, err := github.Renderer{}.Alerts([]detection.Alert{{
		Severity: detection.High, Title: "Trail main/@all stopped", Account: detection.Account{ID: "123456789012"}, Region: "eu-central-1",
	}})
	first, _, _ := strings.Cut(messages[0].Body, "\n")
	fmt.Println(messages[0].Subject, err)
	fmt.Println(first)
	// Output:
	// HIGH: Trail main/(at)all stopped (123456789012 eu-central-1) <nil>
	// ### HIGH: Trail `main/@all` stopped
}
