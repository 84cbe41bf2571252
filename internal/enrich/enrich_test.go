package enrich_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/enrich"
)

func record(t testing.TB, text string) cloudtrail.Record {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	rec, err := cloudtrail.New(value)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// alert makes the only alert of a rule without METADATA.
func alert(t testing.TB, rule detection.Rule, text string) detection.Alert {
	t.Helper()
	alerts := enrich.Enricher{AccountNames: map[string]string{"123456789012": "production"}}.
		Alerts(record(t, text), []detection.Finding{{Rule: rule, Title: "Title", Severity: detection.High}})
	if len(alerts) != 1 {
		t.Fatalf("%d alerts", len(alerts))
	}
	return alerts[0]
}

const stopLogging = `{
	"eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging", "awsRegion": "eu-central-1",
	"eventTime": "2026-01-15T10:00:00Z", "eventID": "6f6ac1d1-9a52-4f0e-8f3a-2f3c9b6a7d10",
	"recipientAccountId": "123456789012", "sourceIPAddress": "203.0.113.9",
	"errorCode": "AccessDenied", "errorMessage": "not authorized",
	"userIdentity": {"type": "IAMUser", "userName": "ci", "arn": "arn:aws:iam::123456789012:user/ci", "accountId": "123456789012", "accessKeyId": "AKIAIOSFODNN7EXAMPLE"},
	"requestParameters": {"name": "main", "empty": "", "none": null, "tags": {"a": 1}}
}`

func TestAlertHasWhatAPersonNeeds(t *testing.T) {
	rule := detection.Rule{
		ID: "cloudtrail.stopped", Description: "Why.", Runbook: []string{"Look."}, Attack: []detection.Technique{"T1562.008"},
		References: []string{"https://docs.aws.amazon.com/x", "https://docs.aws.amazon.com/y"},
		GroupBy:    []string{"recipientAccountId", "requestParameters.trail|requestParameters.name"},
		Evidence:   []string{"eventName", "requestParameters", "requestParameters.empty", "requestParameters.none", "requestParameters.tags"},
	}
	got := alert(t, rule, stopLogging)
	want := detection.Alert{
		ID: detection.AlertID("cloudtrail.stopped", got.RecordKey), RecordKey: record(t, stopLogging).Key(),
		Rule: "cloudtrail.stopped", Severity: detection.High, Title: "Title", Description: "Why.",
		Time: time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC), EventID: "6f6ac1d1-9a52-4f0e-8f3a-2f3c9b6a7d10",
		EventSource: "cloudtrail.amazonaws.com", EventName: "StopLogging",
		Account: detection.Account{ID: "123456789012", Name: "production"}, Region: "eu-central-1",
		Failed: true, Error: "AccessDenied: not authorized",
		Actor: detection.Actor{
			Kind: detection.ActorIAMUser, Name: "ci", ARN: "arn:aws:iam::123456789012:user/ci", Account: "123456789012",
			Credentials: detection.CredentialsLongLived, MFA: cloudtrail.MFAUnknown, Source: "203.0.113.9",
		},
		Evidence: map[string]any{
			"eventName": "StopLogging", "recipientAccountId": "123456789012", "requestParameters.name": "main",
			"requestParameters.tags": map[string]any{"a": json.Number("1")},
		},
		Attack: rule.Attack, Runbook: rule.Runbook,
		Links: map[string]string{
			"console":   "https://eu-central-1.console.aws.amazon.com/cloudtrailv2/home?region=eu-central-1#/events/6f6ac1d1-9a52-4f0e-8f3a-2f3c9b6a7d10",
			"reference": "https://docs.aws.amazon.com/x",
		},
		Record: record(t, stopLogging).Fields(),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestMostSevereLeads(t *testing.T) {
	findings := []detection.Finding{
		{Rule: detection.Rule{ID: "b"}, Severity: detection.Low},
		{Rule: detection.Rule{ID: "c"}, Severity: detection.Critical},
		{Rule: detection.Rule{ID: "a"}, Severity: detection.Low},
	}
	var order []string
	for _, a := range (enrich.Enricher{}).Alerts(record(t, stopLogging), findings) {
		order = append(order, string(a.Rule))
	}
	if diff := cmp.Diff([]string{"c", "a", "b"}, order); diff != "" {
		t.Error(diff)
	}
}

func TestActor(t *testing.T) {
	tests := []struct {
		name     string
		identity string // userIdentity; empty for none
		want     detection.Actor
	}{
		{
			"a role session has the session's name and its role", `{"type":"AssumedRole","principalId":"AROAEXAMPLE:alice","arn":"arn:aws:sts::123456789012:assumed-role/Dev/alice","accountId":"123456789012","accessKeyId":"ASIAEXAMPLE","sessionContext":{"sessionIssuer":{"type":"Role","userName":"Dev"},"attributes":{"mfaAuthenticated":"true"}}}`,
			detection.Actor{Kind: detection.ActorRoleSession, Name: "alice", ARN: "arn:aws:sts::123456789012:assumed-role/Dev/alice", Account: "123456789012", Issuer: "Dev", Session: "alice", Credentials: detection.CredentialsTemporary, MFA: cloudtrail.MFAYes},
		},
		{
			"a source identity is nearer to a person than a session's name", `{"type":"AssumedRole","principalId":"AROAEXAMPLE:s-1","sessionContext":{"sourceIdentity":"alice","sessionIssuer":{"userName":"Dev"}}}`,
			detection.Actor{Kind: detection.ActorRoleSession, Name: "alice", Issuer: "Dev", Session: "s-1", Credentials: detection.CredentialsTemporary, MFA: cloudtrail.MFAUnknown},
		},
		{
			"a role of Identity Center means a person, of whom MFA is not known", `{"type":"AssumedRole","principalId":"AROAEXAMPLE:alice@example.com","arn":"arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/alice@example.com","sessionContext":{"sessionIssuer":{"userName":"AWSReservedSSO_Admin_0123456789abcdef"},"attributes":{"mfaAuthenticated":"false"}}}`,
			detection.Actor{Kind: detection.ActorIdentityCenterUser, Name: "alice@example.com", ARN: "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/alice@example.com", Issuer: "AWSReservedSSO_Admin_0123456789abcdef", Session: "alice@example.com", Credentials: detection.CredentialsTemporary, MFA: cloudtrail.MFAUnknown},
		},
		{
			"root", `{"type":"Root","arn":"arn:aws:iam::123456789012:root","accountId":"123456789012"}`,
			detection.Actor{Kind: detection.ActorRoot, Name: "root", ARN: "arn:aws:iam::123456789012:root", Account: "123456789012", Credentials: detection.CredentialsUnknown, MFA: cloudtrail.MFAUnknown},
		},
		{
			"a central root session", `{"type":"Root","accountId":"123456789012","sessionContext":{"assumedRoot":"true"}}`,
			detection.Actor{Kind: detection.ActorRootSession, Name: "root", Account: "123456789012", Credentials: detection.CredentialsUnknown, MFA: cloudtrail.MFAUnknown},
		},
		{
			"a service", `{"type":"AWSService","invokedBy":"autoscaling.amazonaws.com"}`,
			detection.Actor{Kind: detection.ActorService, Name: "autoscaling.amazonaws.com", Via: "autoscaling.amazonaws.com", Credentials: detection.CredentialsUnknown, MFA: cloudtrail.MFAUnknown},
		},
		{
			"a service event has no type", `{"accountId":"123456789012","invokedBy":"kms.amazonaws.com"}`,
			detection.Actor{Kind: detection.ActorService, Name: "kms.amazonaws.com", Account: "123456789012", Via: "kms.amazonaws.com", Credentials: detection.CredentialsUnknown, MFA: cloudtrail.MFAUnknown},
		},
		{
			"through CloudFormation", `{"type":"IAMUser","userName":"ci","invokedBy":"cloudformation.amazonaws.com"}`,
			detection.Actor{Kind: detection.ActorIAMUser, Name: "ci", Via: "cloudformation.amazonaws.com", Credentials: detection.CredentialsUnknown, MFA: cloudtrail.MFAUnknown},
		},
		{
			"through a delegate", `{"type":"IAMUser","userName":"ci","invokedByDelegate":{"accountId":"210987654321"}}`,
			detection.Actor{Kind: detection.ActorIAMUser, Name: "ci", Via: "delegate account 210987654321", Credentials: detection.CredentialsUnknown, MFA: cloudtrail.MFAUnknown},
		},
		{
			"another account", `{"type":"AWSAccount","accountId":"210987654321","principalId":"AIDAEXAMPLE"}`,
			detection.Actor{Kind: detection.ActorAccount, Name: "210987654321", Account: "210987654321", Credentials: detection.CredentialsUnknown, MFA: cloudtrail.MFAUnknown},
		},
		{
			"an Identity Center user without an ARN", `{"type":"IdentityCenterUser","onBehalfOf":{"userId":"u-1"},"credentialId":"c"}`,
			detection.Actor{Kind: detection.ActorIdentityCenterUser, Name: "u-1", Credentials: detection.CredentialsUnknown, MFA: cloudtrail.MFAUnknown},
		},
		{
			"a type that AWS made up yesterday", `{"type":"Robot","userName":"r2"}`,
			detection.Actor{Kind: detection.ActorUnknown, Name: "r2", Credentials: detection.CredentialsUnknown, MFA: cloudtrail.MFAUnknown},
		},
		{"an identity that is text", `"root"`, detection.Actor{Kind: detection.ActorUnknown, Credentials: detection.CredentialsUnknown, MFA: cloudtrail.MFAUnknown}},
		{"no identity", `null`, detection.Actor{Kind: detection.ActorNone, Credentials: detection.CredentialsUnknown, MFA: cloudtrail.MFAUnknown}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := alert(t, detection.Rule{}, `{"eventSource":"s","eventName":"n","userIdentity":`+tt.identity+`}`)
			if diff := cmp.Diff(tt.want, got.Actor); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestLinksAreMadeOfGoodPartsOnly(t *testing.T) {
	const id = "6f6ac1d1-9a52-4f0e-8f3a-2f3c9b6a7d10"
	tests := []struct{ name, region, id, category, want string }{
		{"a commercial region", "us-east-1", id, "Management", "https://us-east-1.console.aws.amazon.com/cloudtrailv2/home?region=us-east-1#/events/" + id},
		{"GovCloud", "us-gov-west-1", id, "", "https://us-gov-west-1.console.amazonaws-us-gov.com/cloudtrailv2/home?region=us-gov-west-1#/events/" + id},
		{"China", "cn-north-1", id, "", "https://cn-north-1.console.amazonaws.cn/cloudtrailv2/home?region=cn-north-1#/events/" + id},
		{"a region that leads elsewhere", "evil.example/x?-1", id, "", ""},
		{"an id that leads elsewhere", "us-east-1", "../../evil", "", ""},
		{"no region", "", id, "", ""},
		{"a data event is not in the event history", "us-east-1", id, "Data", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := alert(t, detection.Rule{}, fmt.Sprintf(`{"eventSource":"s","eventName":"n","awsRegion":%q,"eventID":%q,"eventCategory":%q}`, tt.region, tt.id, tt.category))
			if got.Links["console"] != tt.want {
				t.Errorf("got %q, want %q", got.Links["console"], tt.want)
			}
		})
	}
}

func TestSecretsDoNotLeave(t *testing.T) {
	const secret = "s3cret-EXAMPLE"
	rec := record(t, `{"eventSource":"sts.amazonaws.com","eventName":"AssumeRole",
		"requestParameters":{"MasterUserPassword":"`+secret+`","list":[{"secret-access-key":"`+secret+`"}],"password":"","name":"kept"},
		"responseElements":{"credentials":{"sessionToken":"`+secret+`","accessKeyId":"ASIAEXAMPLE"}}}`)
	rule := detection.Rule{Evidence: []string{"responseElements.credentials.sessionToken", "requestParameters.name"}}
	got := enrich.Enricher{}.Alerts(rec, []detection.Finding{{Rule: rule, Severity: detection.Low}})[0]
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), secret) {
		t.Errorf("the secret leaves: %s", text)
	}
	if n := strings.Count(string(text), enrich.Redacted); n != 4 || !strings.Contains(string(text), "ASIAEXAMPLE") {
		t.Errorf("%d redactions: %s", n, text)
	}
	if rec.String("responseElements", "credentials", "sessionToken") != secret {
		t.Error("the record itself was changed: rules after this one would see another")
	}
}

func TestEvidenceIsBounded(t *testing.T) {
	rule := detection.Rule{}
	members := `"eventSource":"s","eventName":"n"`
	for i := range 50 {
		rule.Evidence = append(rule.Evidence, fmt.Sprintf("f%d", i))
		members += fmt.Sprintf(`,"f%d":%d`, i, i)
	}
	if n := len(alert(t, rule, "{"+members+"}").Evidence); n != 20 {
		t.Errorf("%d pieces of evidence", n)
	}
}

func ExampleEnricher_Alerts() {
	rec, _ := cloudtrail.New(map[string]any{
		"eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging", "recipientAccountId": "123456789012",
		"userIdentity": map[string]any{"type": "IAMUser", "userName": "ci"},
	})
	finding := detection.Finding{Rule: detection.Rule{ID: "cloudtrail.stopped"}, Title: "Trail stopped", Severity: detection.Critical}
	for _, alert := range (enrich.Enricher{AccountNames: map[string]string{"123456789012": "production"}}).Alerts(rec, []detection.Finding{finding}) {
		fmt.Println(alert.Severity, alert.Title, "by", alert.Actor.Kind, alert.Actor.Name, "in", alert.Account.Name)
	}
	// Output: critical Trail stopped by IAM user ci in production
}
