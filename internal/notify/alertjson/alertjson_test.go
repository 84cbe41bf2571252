package alertjson_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/notify"
	"trailbell/internal/notify/alertjson"
)

var update = flag.Bool("update", false, "write the golden files anew")

// trailStopped is an alert with something in every field.
func trailStopped() detection.Alert {
	return detection.Alert{
		ID: "0123456789abcdef0123456789abcdef", RecordKey: "fedcba9876543210fedcba9876543210",
		Rule: "cloudtrail.trail_stopped_or_deleted", Severity: detection.Critical,
		Title: "Attempt to stop or delete a trail failed", Description: "The account's own record of what happens ends.",
		Time:    time.Date(2025, 7, 11, 10, 31, 5, 0, time.FixedZone("", 7200)),
		EventID: "6c5583e8-8d1f-4083-97fc-fa7457c87e5d", EventSource: "cloudtrail.amazonaws.com", EventName: "StopLogging",
		Account: detection.Account{ID: "123456789012", Name: "production", Owner: "payments team", Environment: "prod"}, Region: "eu-central-1",
		Failed: true, Error: "AccessDenied: not authorized",
		Actor: detection.Actor{
			Kind: detection.ActorRoleSession, Name: "deploy-42", ARN: "arn:aws:sts::123456789012:assumed-role/ci-deployer/deploy-42",
			Account: "123456789012", Issuer: "ci-deployer", Session: "deploy-42", Credentials: detection.CredentialsTemporary,
			MFA: cloudtrail.MFANo, Via: "cloudformation.amazonaws.com", Source: "192.0.2.7",
		},
		Evidence: map[string]any{"requestParameters.name": "main\x1b[0m\u009b1m <b>&\u2028\x7f"},
		Details:  map[string]any{"multi_region": true, "count": json.Number("2")},
		Attack:   []detection.Technique{"T1562.008"},
		Runbook:  []string{"Start logging again.", "Ask the caller's owner."},
		Links:    map[string]string{"reference": "https://docs.aws.amazon.com/a?b=c&d=e"},
		Queries:  detection.Queries{EventHistory: "aws cloudtrail lookup-events", Athena: "SELECT eventname FROM cloudtrail_logs"},
		Notes:    []string{"number out of range kept as text: requestParameters.size"},
		Record:   map[string]any{"eventName": "StopLogging", "requestParameters": map[string]any{"size": "1e999", "list": []any{nil, json.Number("1.50")}}},
	}
}

func someProblem() detection.Problem {
	return detection.Problem{
		What: "Rule could not decide (timeout)", Why: "eval_cancel_error", Where: "cloudtrail.amazonaws.com StopLogging",
		EventID: "6c5583e8-8d1f-4083-97fc-fa7457c87e5d", Rule: "local.slow", Severity: detection.Medium,
		Account: "123456789012", Region: "eu-central-1",
	}
}

func renderAlert(t testing.TB, alert detection.Alert) notify.Message {
	t.Helper()
	messages, err := alertjson.Renderer{}.Alerts([]detection.Alert{alert})
	if err != nil || len(messages) != 1 {
		t.Fatalf("%d messages, %v", len(messages), err)
	}
	return messages[0]
}

func renderProblem(t testing.TB, problem detection.Problem) notify.Message {
	t.Helper()
	message, err := alertjson.Renderer{}.Problem(problem)
	if err != nil {
		t.Fatal(err)
	}
	return message
}

func renderRollUp(t testing.TB, rollUp detection.RollUp) notify.Message {
	t.Helper()
	message, err := alertjson.Renderer{}.RollUp(rollUp)
	if err != nil {
		t.Fatal(err)
	}
	return message
}

func ExampleRenderer_Problem() {
	message, err := alertjson.Renderer{}.Problem(detection.Problem{
		What: "Payload could not be read", Why: "it is empty", Where: "log.json", Severity: detection.High,
	})
	fmt.Println(message.Body, err)
	// Output: {"kind":"problem","schema_version":1,"id":"63f7edf61c3785eaeaea5dfb04f307bc","what":"Payload could not be read","why":"it is empty","where":"log.json","event_id":"","rule":"","severity":"high"} <nil>
}

func TestGolden(t *testing.T) {
	test := trailStopped()
	test.Test = true
	for name, message := range map[string]notify.Message{
		"alert":         renderAlert(t, trailStopped()),
		"test":          renderAlert(t, test),
		"nothing-known": renderAlert(t, detection.Alert{Severity: detection.Low}),
		"problem":       renderProblem(t, someProblem()),
	} {
		file := filepath.Join("testdata", name+".json")
		got := message.Body + "\n"
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatalf("%v: go test ./internal/notify/alertjson -update writes it", err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s, -want +got:\n%s", name, diff)
		}
	}
}

func TestEachAlertIsAMessageOfItsOwn(t *testing.T) {
	a, b := trailStopped(), trailStopped()
	b.ID, b.Rule, b.Severity = "b", "local.other", detection.Low
	messages, err := alertjson.Renderer{}.Alerts([]detection.Alert{a, b})
	if err != nil || len(messages) != 2 {
		t.Fatalf("%d messages, %v", len(messages), err)
	}
	for i, alert := range []detection.Alert{a, b} {
		if diff := cmp.Diff(renderAlert(t, alert), messages[i]); diff != "" {
			t.Errorf("message %d, -alone +among others:\n%s", i, diff)
		}
		if diff := cmp.Diff(notify.AlertAttributes(alert), messages[i].Attributes); diff != "" {
			t.Errorf("attributes of message %d, -want +got:\n%s", i, diff)
		}
		if messages[i].Subject != "" {
			t.Errorf("a subject: %q", messages[i].Subject)
		}
	}
	if messages, err := (alertjson.Renderer{}).Alerts(nil); len(messages) > 0 || err != nil {
		t.Errorf("no alerts: %v, %v", messages, err)
	}
}

func TestOneThatCannotBeWrittenHidesNoOther(t *testing.T) {
	bad := trailStopped()
	bad.ID, bad.Details = "bad", map[string]any{"f": func() {}}
	messages, err := alertjson.Renderer{}.Alerts([]detection.Alert{trailStopped(), bad, trailStopped()})
	if len(messages) != 2 || err == nil {
		t.Errorf("%d messages, %v", len(messages), err)
	}
}
