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
	alerts := enrich.Enricher{Accounts: map[string]detection.Account{"123456789012": {Name: "production", Owner: "payments team", Environment: "prod"}}}.
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
		Account: detection.Account{ID: "123456789012", Name: "production", Owner: "payments team", Environment: "prod"}, Region: "eu-central-1",
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
			"resource":  "https://eu-central-1.console.aws.amazon.com/cloudtrailv2/home?region=eu-central-1#/trails/arn:aws:cloudtrail:eu-central-1:123456789012:trail/main",
		},
		Queries: detection.Queries{
			EventHistory: "aws cloudtrail lookup-events --region eu-central-1 --lookup-attributes AttributeKey=AccessKeyId,AttributeValue=AKIAIOSFODNN7EXAMPLE --start-time 2026-01-15T09:00:00Z --end-time 2026-01-15T11:00:00Z",
			Athena:       "SELECT eventtime, awsregion, eventsource, eventname, errorcode, sourceipaddress, useragent, requestparameters FROM cloudtrail_logs WHERE useridentity.accesskeyid = 'AKIAIOSFODNN7EXAMPLE' AND eventtime BETWEEN '2026-01-15T09:00:00Z' AND '2026-01-15T11:00:00Z' ORDER BY eventtime LIMIT 1000",
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
			detection.Actor{Kind: detection.ActorIdentityCenterUser, Name: "alice@example.com", ARN: "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/alice@example.com", Issuer: "AWSReservedSSO_Admin_0123456789abcdef", Session: "alice@example.com", Credentials: detection.CredentialsTemporary, MFA: cloudtrail.MFAUnknown, Federated: true},
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
			detection.Actor{Kind: detection.ActorIdentityCenterUser, Name: "u-1", Credentials: detection.CredentialsUnknown, MFA: cloudtrail.MFAUnknown, Federated: true},
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
	for _, alert := range (enrich.Enricher{Accounts: map[string]detection.Account{"123456789012": {Name: "production"}}}).Alerts(rec, []detection.Finding{finding}) {
		fmt.Println(alert.Severity, alert.Title, "by", alert.Actor.Kind, alert.Actor.Name, "in", alert.Account.Name)
	}
	// Output: critical Trail stopped by IAM user ci in production
}

// Other tools show a bare number where nobody named the account, or nothing at all.
func TestAnAccountWithoutANameHasItsID(t *testing.T) {
	for name, e := range map[string]enrich.Enricher{
		"nothing is known":         {},
		"another account is known": {Accounts: map[string]detection.Account{"210987654321": {Name: "other"}}},
		"nobody knows it":          {Lookup: names{}},
	} {
		got := e.Alerts(record(t, stopLogging), []detection.Finding{{Severity: detection.Low}})[0].Account
		if got != (detection.Account{ID: "123456789012"}) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// names are AccountNames of a map.
type names map[string]string

func (n names) Name(id string) string { return n[id] }

func TestSettingsHaveTheLastWordOnNames(t *testing.T) {
	lookup := names{"123456789012": "from the organization", "x": "never asked for"}
	tests := []struct{ name, account, settings, want string }{
		{"settings name it", "123456789012", "production", "production"},
		{"settings don't", "123456789012", "", "from the organization"},
		{"what is no account is not asked for", "x", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := enrich.Enricher{Lookup: lookup, Accounts: map[string]detection.Account{tt.account: {Name: tt.settings, Owner: "payments team"}}}
			got := e.Alerts(record(t, `{"eventSource":"s","eventName":"n","recipientAccountId":"`+tt.account+`"}`), []detection.Finding{{Severity: detection.Low}})[0].Account
			if diff := cmp.Diff(detection.Account{ID: tt.account, Name: tt.want, Owner: "payments team"}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSomeRecordsSayNothingOfSuccess(t *testing.T) {
	tests := []struct {
		name, fields string
		want         bool
	}{
		{"a call", `"eventType":"AwsApiCall"`, false},
		{"a sign-in", `"eventType":"AwsConsoleSignIn"`, false},
		{"no type", `"x":1`, false},
		{"what a service did", `"eventType":"AwsServiceEvent"`, true},
		{"what a service tried", `"eventType":"AwsServiceEvent","errorCode":"Failed"`, false},
		{"an insight", `"eventType":"AwsCloudTrailInsight","eventCategory":"Insight"`, true},
		{"an insight of a new type", `"eventType":"AwsNewInsight","eventCategory":"Insight"`, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := alert(t, detection.Rule{}, `{"eventSource":"s","eventName":"n",`+tt.fields+`}`).NoOutcome; got != tt.want {
				t.Errorf("no outcome: %t", got)
			}
		})
	}
}
