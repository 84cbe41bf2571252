// Package formats holds the renderers for machines and chats to what they promise: each
// record that somebody can make is written, within limits, and does nothing to its reader.
package formats

import (
	"strings"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/notify"
	"trailbell/internal/notify/asff"
	"trailbell/internal/notify/chat"
	"trailbell/internal/notify/ocsf"
)

func now() time.Time { return time.Date(2025, 7, 11, 8, 31, 9, 0, time.UTC) }

// formats are the renderers, as the function has them.
var formats = []struct {
	name     string
	renderer notify.Renderer
}{
	{"ocsf", ocsf.Renderer{Version: "1.2.3", Now: now}},
	{"asff", asff.Renderer{Account: "123456789012", Region: "eu-central-1", Now: now}},
	{"chat", chat.Renderer{}},
}

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
		Evidence: map[string]any{"eventName": "StopLogging", "requestParameters.name": "main"},
		Details:  map[string]any{"multi_region": true},
		Attack:   []detection.Technique{"T1562.008"},
		Runbook:  []string{"Start logging again, or create the trail again.", "Ask the caller's owner whether this was planned."},
		Links:    map[string]string{"console": console, "reference": "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html"},
		Record: map[string]any{
			"eventName": "StopLogging",
			"resources": []any{map[string]any{"ARN": "arn:aws:cloudtrail:eu-central-1:123456789012:trail/main", "type": "AWS::CloudTrail::Trail", "accountId": "123456789012"}},
		},
	}
}

func by(a detection.Actor) []detection.Alert {
	alert := trailStopped()
	a.Account = "123456789012"
	alert.Actor = a
	return []detection.Alert{alert}
}

// identities are an alert for each kind of identity.
var identities = map[string]detection.Actor{
	"root":         {Kind: detection.ActorRoot, Name: "root", ARN: "arn:aws:iam::123456789012:root", Credentials: detection.CredentialsTemporary, MFA: cloudtrail.MFAYes, Source: "203.0.113.9"},
	"root-session": {Kind: detection.ActorRootSession, Name: "root", ARN: "arn:aws:iam::123456789012:root", Credentials: detection.CredentialsTemporary, MFA: cloudtrail.MFAUnknown, Source: "203.0.113.9"},
	"iam-user":     {Kind: detection.ActorIAMUser, Name: "alice", ARN: "arn:aws:iam::123456789012:user/alice", Credentials: detection.CredentialsLongLived, MFA: cloudtrail.MFANo, Source: "198.51.100.23"},
	"role-session": {
		Kind: detection.ActorRoleSession, Name: "deploy-42", ARN: "arn:aws:sts::123456789012:assumed-role/ci-deployer/deploy-42", Issuer: "ci-deployer",
		Session: "deploy-42", Credentials: detection.CredentialsTemporary, MFA: cloudtrail.MFANo, Via: "cloudformation.amazonaws.com", Source: "cloudformation.amazonaws.com",
	},
	"identity-center-user": {
		Kind: detection.ActorIdentityCenterUser, Name: "bob@example.com", ARN: "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/bob@example.com",
		Issuer: "AWSReservedSSO_Admin_0123456789abcdef", Session: "bob@example.com", Credentials: detection.CredentialsTemporary, MFA: cloudtrail.MFAUnknown, Source: "2001:db8::17",
	},
	"federated-user":     {Kind: detection.ActorFederatedUser, Name: "carol", ARN: "arn:aws:sts::123456789012:federated-user/carol", Credentials: detection.CredentialsTemporary, Source: "198.51.100.4"},
	"saml-user":          {Kind: detection.ActorSAMLUser, Name: "dave", Issuer: "Okta", Source: "198.51.100.5"},
	"web-identity-user":  {Kind: detection.ActorWebIdentityUser, Name: "repo:example/app:ref:refs/heads/main", Issuer: "token.actions.githubusercontent.com", Source: "198.51.100.6"},
	"account":            {Kind: detection.ActorAccount, Name: "210987654321", Source: "198.51.100.7"},
	"aws-service":        {Kind: detection.ActorService, Name: "kms.amazonaws.com", Via: "kms.amazonaws.com", Source: "kms.amazonaws.com"},
	"unknown-identity":   {Kind: detection.ActorUnknown, Name: "something", Source: "198.51.100.8"},
	"no-identity":        {Kind: detection.ActorNone, MFA: cloudtrail.MFAUnknown, Credentials: detection.CredentialsUnknown},
	"role-in-the-record": {Kind: detection.ActorRole, Name: "ci-deployer", ARN: "arn:aws:iam::123456789012:role/ci-deployer", Source: "198.51.100.9"},
	"directory-user":     {Kind: detection.ActorDirectoryUser, Name: "erin", Source: "198.51.100.10"},
}

// samples are what the golden files show.
func samples() map[string][]detection.Alert {
	found := map[string][]detection.Alert{}
	for name, actor := range identities {
		found[name] = by(actor)
	}
	other := by(identities["iam-user"])
	other[0].Account = detection.Account{ID: "210987654321", Name: "sandbox"}
	found["another-account"] = other
	failed := by(identities["root"])
	failed[0].Failed, failed[0].Error = true, "AccessDenied: not authorized to perform: cloudtrail:StopLogging"
	found["failed-call"] = failed
	test := by(identities["iam-user"])
	test[0].Test = true
	found["test-alert"] = test
	found["nothing-known"] = []detection.Alert{{Severity: detection.Low}}
	a, b := trailStopped(), trailStopped()
	b.ID, b.Rule, b.Severity, b.Title = "1123456789abcdef0123456789abcdef", "local.odd_hours", detection.Low, "Change at night"
	found["several-findings"] = []detection.Alert{a, b}
	found["hostile-record"] = []detection.Alert{hostile()}
	return found
}

// hostile is an alert of a record in which everything that a caller can choose is an
// attack on the reader.
func hostile() detection.Alert {
	a := trailStopped()
	a.Title = "Trail \x1b[2J\x1b]0;ok\a stopped\r\nBcc: mallory@example.com <!channel> @here https://login.example.net/ :white_check_mark:"
	a.EventName, a.Region = "StopLogging\u2028Outcome: succeeded", "eu-central-1\r\nX-Header: 1"
	a.Failed, a.Error = true, "AccessDenied: \u009b31m\u202ella si llew\u202c \u200b\u3164<https://login.example.net|console.aws.amazon.com>"
	a.Actor.Name, a.Actor.ARN = "alice`\nMFA: yes <@U012AB3CD> [+5 bytes]", "arn:aws:iam::123456789012:user/alice\\u{000A} \xff\xfe"
	a.Actor.Source, a.Actor.Via = "https://login.example.net/?a=1", "<!channel> @here\x00 [console](http://login.example.net)"
	a.Evidence = map[string]any{
		"requestParameters.name": "main\r\n\r\nWhat to do now\r\n1. Nothing. ``` <!here>",
		"requestParameters.list": []any{"http://login.example.net", "\u001b[0m", map[string]any{"\u202e": "x"}},
		"userAgent":              strings.Repeat("\x00", 3000),
	}
	a.Notes = []string{"number out of range kept as text: requestParameters.\nsize"}
	a.Links = map[string]string{"console": "https://console.aws.amazon.com@login.example.net/", "reference": "javascript:alert(1)"}
	return a
}

func someProblem() detection.Problem {
	return detection.Problem{
		What: "Rule could not decide (timeout)", Why: "eval_cancel_error: caller cancelled query execution",
		Where: "cloudtrail.amazonaws.com StopLogging", EventID: "6c5583e8-8d1f-4083-97fc-fa7457c87e5d",
		Rule: "local.slow", Severity: detection.Medium, Account: "123456789012", Region: "eu-central-1",
	}
}

func someRollUp() detection.RollUp {
	return detection.RollUp{
		ID: "2123456789abcdef0123456789abcdef", First: "0123456789abcdef0123456789abcdef", Rule: "cloudtrail.trail_stopped_or_deleted",
		Severity: detection.Critical, Title: "Trail stopped or deleted", Account: detection.Account{ID: "123456789012", Name: "prod"}, Count: 37,
		From: time.Date(2025, 7, 11, 8, 31, 5, 0, time.UTC), To: time.Date(2025, 7, 11, 8, 44, 0, 0, time.UTC),
		Regions: []string{"eu-central-1", "us-east-1"}, Sources: []string{"198.51.100.23", "kms.amazonaws.com"},
	}
}
