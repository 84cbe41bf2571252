package text_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/notify"
	"trailbell/internal/notify/notifytest"
	"trailbell/internal/notify/text"
)

var update = flag.Bool("update", false, "write the golden files anew")

const console = "https://eu-central-1.console.aws.amazon.com/cloudtrailv2/home?region=eu-central-1#/events/6c5583e8-8d1f-4083-97fc-fa7457c87e5d"

// trailStopped is the alert that the golden files vary.
func trailStopped() detection.Alert {
	return detection.Alert{
		ID: "0123456789abcdef0123456789abcdef", RecordKey: "fedcba9876543210fedcba9876543210",
		Rule: "cloudtrail.trail_stopped_or_deleted", Severity: detection.Critical,
		Title:       "Trail stopped or deleted",
		Description: "The account's own record of what happens ends, or somebody tried to end it.",
		Time:        time.Date(2025, 7, 11, 10, 31, 5, 0, time.FixedZone("", 7200)),
		EventID:     "6c5583e8-8d1f-4083-97fc-fa7457c87e5d",
		EventSource: "cloudtrail.amazonaws.com", EventName: "StopLogging",
		Account: detection.Account{ID: "123456789012", Name: "prod"}, Region: "eu-central-1",
		Actor: detection.Actor{
			Kind: detection.ActorIAMUser, Name: "alice", ARN: "arn:aws:iam::123456789012:user/alice", Account: "123456789012",
			Credentials: detection.CredentialsLongLived, MFA: cloudtrail.MFAUnknown, Source: "198.51.100.23",
		},
		Evidence: map[string]any{"eventName": "StopLogging", "eventSource": "cloudtrail.amazonaws.com", "requestParameters.name": "main"},
		Attack:   []detection.Technique{"T1562.008"},
		Runbook: []string{
			"Start logging again, or create the trail again.",
			"Ask the caller's owner whether this was planned.",
			"List what the same access key and source address did one hour either side.",
		},
		Links: map[string]string{
			"console": console, "reference": "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html",
		},
	}
}

func roleSession(a *detection.Alert) {
	a.Actor = detection.Actor{
		Kind: detection.ActorRoleSession, Name: "deploy-42", ARN: "arn:aws:sts::123456789012:assumed-role/ci-deployer/deploy-42",
		Account: "123456789012", Issuer: "ci-deployer", Session: "deploy-42", Credentials: detection.CredentialsTemporary,
		MFA: cloudtrail.MFANo, Via: "cloudformation.amazonaws.com", Source: "cloudformation.amazonaws.com",
	}
}

var goldens = []struct {
	file   string
	alerts func() []detection.Alert
}{
	{"iam-user", func() []detection.Alert { return []detection.Alert{trailStopped()} }},
	{"role-session-in-another-account", func() []detection.Alert {
		a := trailStopped()
		roleSession(&a)
		a.Account = detection.Account{ID: "210987654321"}
		return []detection.Alert{a}
	}},
	{"identity-center-user", func() []detection.Alert {
		a := trailStopped()
		a.Actor = detection.Actor{
			Kind: detection.ActorIdentityCenterUser, Name: "bob@example.com",
			ARN:     "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/bob@example.com",
			Account: "123456789012", Issuer: "AWSReservedSSO_AdministratorAccess_0123456789abcdef", Session: "bob@example.com",
			Credentials: detection.CredentialsTemporary, MFA: cloudtrail.MFAUnknown, Federated: true, Source: "2001:db8::17",
		}
		return []detection.Alert{a}
	}},
	{"root-with-a-failed-call", func() []detection.Alert {
		a := trailStopped()
		a.Title = "Attempt to stop or delete a trail failed"
		a.Failed = true
		a.Error = "AccessDenied: User: arn:aws:iam::123456789012:root is not authorized to perform: cloudtrail:StopLogging"
		a.Actor = detection.Actor{
			Kind: detection.ActorRoot, Name: "root", ARN: "arn:aws:iam::123456789012:root", Account: "123456789012",
			Credentials: detection.CredentialsTemporary, MFA: cloudtrail.MFAYes, Source: "203.0.113.9",
		}
		return []detection.Alert{a}
	}},
	{"central-root-session", func() []detection.Alert {
		a := trailStopped()
		a.Actor = detection.Actor{
			Kind: detection.ActorRootSession, Name: "root", ARN: "arn:aws:iam::123456789012:root", Account: "123456789012",
			Credentials: detection.CredentialsTemporary, MFA: cloudtrail.MFAUnknown, Source: "203.0.113.9",
		}
		return []detection.Alert{a}
	}},
	{"aws-service", func() []detection.Alert {
		a := trailStopped()
		a.Actor = detection.Actor{
			Kind: detection.ActorService, Name: "kms.amazonaws.com", Account: "123456789012", MFA: cloudtrail.MFAUnknown,
			Credentials: detection.CredentialsUnknown, Via: "kms.amazonaws.com", Source: "kms.amazonaws.com",
		}
		return []detection.Alert{a}
	}},
	{"insight-in-an-account-that-is-known-well", func() []detection.Alert {
		a := trailStopped()
		a.NoOutcome = true
		a.Account = detection.Account{ID: "123456789012", Name: "production", Owner: "payments team", Environment: "prod"}
		a.Actor = detection.Actor{Kind: detection.ActorUnknown, Source: "AWS Internal"}
		return []detection.Alert{a}
	}},
	{"all-links-and-a-query", func() []detection.Alert {
		a := trailStopped()
		for i, key := range []string{"console", "portal", "resource", "runbook", "reference"} {
			a.Links[key] = notifytest.Links[i]
		}
		a.Queries = detection.Queries{
			EventHistory: "aws cloudtrail lookup-events --region eu-central-1 --lookup-attributes AttributeKey=AccessKeyId,AttributeValue=AKIAIOSFODNN7EXAMPLE --start-time 2025-07-11T07:31:05Z --end-time 2025-07-11T09:31:05Z",
			Athena:       "SELECT eventname FROM cloudtrail_logs WHERE useridentity.accesskeyid = 'AKIAIOSFODNN7EXAMPLE'",
		}
		return []detection.Alert{a}
	}},
	{"role", actor(detection.Actor{Kind: detection.ActorRole, Name: "deploy", ARN: "arn:aws:iam::123456789012:role/deploy", Account: "123456789012"})},
	{"federated-user", actor(detection.Actor{Kind: detection.ActorFederatedUser, Name: "alice", ARN: "arn:aws:sts::123456789012:federated-user/alice", Account: "123456789012", Issuer: "broker", Session: "alice", Credentials: detection.CredentialsTemporary, Federated: true, Source: "198.51.100.23"})},
	{"directory-user", actor(detection.Actor{Kind: detection.ActorDirectoryUser, Name: "alice", Account: "123456789012", Federated: true, Source: "198.51.100.23"})},
	{"saml-user", actor(detection.Actor{Kind: detection.ActorSAMLUser, Name: "alice@example.com", Issuer: "SAMLexample", Federated: true, Source: "198.51.100.23"})},
	{"web-identity-user", actor(detection.Actor{Kind: detection.ActorWebIdentityUser, Name: "user-1", Issuer: "accounts.example.com", Federated: true, Source: "198.51.100.23"})},
	{"another-account", actor(detection.Actor{Kind: detection.ActorAccount, Name: "210987654321", Account: "210987654321", Source: "198.51.100.23"})},
	{"unknown-identity", actor(detection.Actor{Kind: detection.ActorUnknown, Name: "r2", Account: "123456789012", Source: "198.51.100.23"})},
	{"nothing-known", func() []detection.Alert {
		return []detection.Alert{{
			ID: "0123456789abcdef0123456789abcdef", Rule: "local.anything", Severity: detection.Low, Title: "Something odd",
			Actor: detection.Actor{Kind: detection.ActorNone, MFA: cloudtrail.MFAUnknown, Credentials: detection.CredentialsUnknown},
		}}
	}},
	{"several-findings", func() []detection.Alert {
		a, b, c := trailStopped(), trailStopped(), trailStopped()
		roleSession(&a)
		b.Rule, b.Severity, b.Title = "identity.mfa.change_in_session_without_mfa", detection.Medium, "Change in a session without MFA"
		c.Rule, c.Severity, c.Title = "local.odd_hours", detection.Low, "Change at night"
		a.Details = map[string]any{"trail": "main", "multi_region": true, "others": 0}
		a.Evidence["requestParameters.insightSelectors"] = []any{map[string]any{"insightType": "<ApiCallRateInsight> & more"}}
		return []detection.Alert{a, b, c}
	}},
	{"test-alert", func() []detection.Alert {
		a := trailStopped()
		a.Test = true
		return []detection.Alert{a}
	}},
	{"hostile-record", func() []detection.Alert { return []detection.Alert{hostile()} }},
}

// actor gives the usual alert another actor.
func actor(who detection.Actor) func() []detection.Alert {
	return func() []detection.Alert {
		a := trailStopped()
		a.Actor = who
		return []detection.Alert{a}
	}
}

// hostile is an alert of a record in which everything that a caller can choose is an
// attack on the reader.
func hostile() detection.Alert {
	a := trailStopped()
	a.Title = "Trail \x1b[2J\x1b]0;ok\a stopped\r\nBcc: mallory@example.com\r\n\r\nAll is well <!channel> https://login.example.net/"
	a.EventName = "StopLogging\u2028Outcome: succeeded"
	a.Region = "eu-central-1\r\nX-Header: 1"
	a.Failed = true
	a.Error = "AccessDenied: \u009b31m\u202ella si llew\u202c \u200b\u3164<https://login.example.net|console.aws.amazon.com>"
	a.Actor.Name = "alice\nMFA: yes\nWhen: never [+5 bytes]"
	a.Actor.ARN = "arn:aws:iam::123456789012:user/alice\\u{000A}MFA: yes \xff\xfe"
	a.Actor.Source = "https://login.example.net/?a=1"
	a.Actor.Via = "<!channel> @here\x00"
	a.Evidence = map[string]any{
		"requestParameters.name":   "main\r\n\r\nWhat to do now\r\n1. Nothing.",
		"requestParameters.list":   []any{"http://login.example.net", "\u001b[0m", map[string]any{"\u202e": "x"}},
		"requestParameters.policy": "{\"Statement\": [{\"Effect\": \"Allow\"}]}",
		"userAgent":                string(make([]byte, 300)),
	}
	a.Notes = []string{"number out of range kept as text: requestParameters.\nsize"}
	return a
}

func TestGoldenAlerts(t *testing.T) {
	for _, test := range goldens {
		t.Run(test.file, func(t *testing.T) {
			messages, err := text.Renderer{}.Alerts(test.alerts())
			if err != nil || len(messages) != 1 {
				t.Fatalf("%d messages, %v", len(messages), err)
			}
			golden(t, test.file, messages[0])
		})
	}
}

func TestGoldenProblem(t *testing.T) {
	message, err := text.Renderer{}.Problem(detection.Problem{
		What: "Rule could not decide (timeout)", Why: "eval_cancel_error: caller cancelled query execution",
		Where: "cloudtrail.amazonaws.com StopLogging", EventID: "6c5583e8-8d1f-4083-97fc-fa7457c87e5d",
		Rule: "local.slow", Severity: detection.Medium, Account: "123456789012", Region: "eu-central-1",
	})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "problem", message)
	message, err = text.Renderer{}.Problem(detection.Problem{
		What: "Payload could not be read", Why: "it is empty", Where: "Lambda request 4d1c", Severity: detection.High,
	})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "problem-of-nowhere", message)
	message, err = text.Renderer{}.Problem(detection.Problem{
		What: "Rule is missing: its file was refused", Why: "rules/local/slow.rego:3: the rule has no match", Where: "rules/local/slow.rego",
		Rule: "local.slow", Severity: detection.High,
	})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "problem-of-a-rule", message)
}

func TestGoldenRollUp(t *testing.T) {
	message, err := text.Renderer{}.RollUp(detection.RollUp{
		ID: "00112233445566778899aabbccddeeff", First: "0123456789abcdef0123456789abcdef", Rule: "cloudtrail.trail_stopped_or_deleted",
		Severity: detection.Critical, Title: "Trail stopped or deleted", Account: detection.Account{ID: "123456789012", Name: "prod"}, Count: 37,
		From: time.Date(2025, 7, 11, 8, 31, 5, 0, time.UTC), To: time.Date(2025, 7, 11, 8, 44, 0, 0, time.UTC),
		Regions: []string{"eu-central-1", "us-east-1"}, Sources: []string{"198.51.100.23", "cloudformation.amazonaws.com"},
	})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "follow-up", message)
}

// golden compares a message with the file that shows how it is meant to look.
func golden(t *testing.T, name string, message notify.Message) {
	t.Helper()
	got := "Subject: " + message.Subject + "\n\n" + message.Body
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: go test ./internal/notify/text -update writes it", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func ExampleRenderer_Alerts() {
	messages, err := text.Renderer{}.Alerts([]detection.Alert{{
		Severity: detection.High, Title: "Trail stopped", Description: "The account's own record ends.",
		Account: detection.Account{ID: "123456789012"}, Region: "eu-central-1",
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, message := range messages {
		fmt.Println(message.Subject)
	}
	// Output: HIGH: Trail stopped (123456789012 eu-central-1)
}

func TestNoAlertsAreNoMessage(t *testing.T) {
	if messages, err := (text.Renderer{}).Alerts(nil); len(messages) > 0 || err != nil {
		t.Errorf("%v, %v", messages, err)
	}
}

func TestLongListsEndWithHowManyAreMissing(t *testing.T) {
	lead := trailStopped()
	for i := range 33 {
		lead.Runbook = append(lead.Runbook, fmt.Sprintf("Step %d.", i+4))
		lead.Evidence[fmt.Sprintf("requestParameters.x%02d", i)] = i
		lead.Notes = append(lead.Notes, fmt.Sprintf("Note %d.", i+1))
	}
	alerts := []detection.Alert{lead}
	for range 31 {
		alerts = append(alerts, trailStopped())
	}
	messages, err := text.Renderer{}.Alerts(alerts)
	if err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{
		"30. Step 30.\n(and 6 more)\n\n",
		"- requestParameters.x28 = 28\n(and 4 more)\n\n",
		"- Trail stopped or deleted (critical, cloudtrail.trail_stopped_or_deleted)\n(and 1 more)\n\n",
		"- Note 30.\n(and 3 more)\n\n",
	} {
		if !strings.Contains(messages[0].Body, end) {
			t.Errorf("%q is missing in\n%s", end, messages[0].Body)
		}
	}
}

func TestTheLeadingAlertGivesTheAttributes(t *testing.T) {
	a, b := trailStopped(), trailStopped()
	b.Rule, b.Severity = "local.other", detection.Low
	messages, err := text.Renderer{}.Alerts([]detection.Alert{a, b})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(notify.AlertAttributes(a), messages[0].Attributes); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
