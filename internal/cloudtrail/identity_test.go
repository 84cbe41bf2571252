package cloudtrail_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
)

func TestIdentity(t *testing.T) {
	tests := []struct {
		name, identity string
		want           cloudtrail.Identity
		session        string
		center         bool
	}{
		{
			name: "root with a long-term key",
			identity: `{"type": "Root", "principalId": "123456789012", "arn": "arn:aws:iam::123456789012:root",
				"accountId": "123456789012", "accessKeyId": "AKIATRAILBELLEXAMPLE"}`,
			want: cloudtrail.Identity{
				Type: "Root", PrincipalID: "123456789012", ARN: "arn:aws:iam::123456789012:root",
				AccountID: "123456789012", AccessKeyID: "AKIATRAILBELLEXAMPLE",
			},
		},
		{
			name: "a central root session",
			identity: `{"type": "Root", "principalId": "123456789012", "arn": "arn:aws:iam::123456789012:root", "accountId": "123456789012",
				"accessKeyId": "ASIATRAILBELLEXAMPLE", "sessionContext": {"assumedRoot": "true", "sessionIssuer": {}}}`,
			want: cloudtrail.Identity{
				Type: "Root", PrincipalID: "123456789012", ARN: "arn:aws:iam::123456789012:root",
				AccountID: "123456789012", AccessKeyID: "ASIATRAILBELLEXAMPLE", AssumedRoot: true,
			},
		},
		{
			name: "an IAM user",
			identity: `{"type": "IAMUser", "principalId": "AIDATRAILBELLEXAMPLE", "arn": "arn:aws:iam::123456789012:user/alice",
				"accountId": "123456789012", "accessKeyId": "", "userName": "alice"}`,
			want: cloudtrail.Identity{
				Type: "IAMUser", PrincipalID: "AIDATRAILBELLEXAMPLE", ARN: "arn:aws:iam::123456789012:user/alice",
				AccountID: "123456789012", UserName: "alice",
			},
		},
		{
			name: "a role session, whose first role in the chain was assumed by a named person",
			identity: `{"type": "AssumedRole", "principalId": "AROATRAILBELLEXAMPLE:deploy-42",
				"arn": "arn:aws:sts::123456789012:assumed-role/ci-deployer/deploy-42", "accountId": "123456789012",
				"accessKeyId": "ASIATRAILBELLEXAMPLE", "sessionContext": {"sourceIdentity": "alice", "sessionIssuer": {"type": "Role",
				"principalId": "AROATRAILBELLEXAMPLE", "arn": "arn:aws:iam::123456789012:role/ci-deployer", "userName": "ci-deployer"}}}`,
			want: cloudtrail.Identity{
				Type: "AssumedRole", PrincipalID: "AROATRAILBELLEXAMPLE:deploy-42",
				ARN: "arn:aws:sts::123456789012:assumed-role/ci-deployer/deploy-42", AccountID: "123456789012",
				AccessKeyID: "ASIATRAILBELLEXAMPLE", IssuerType: "Role", IssuerName: "ci-deployer",
				IssuerARN: "arn:aws:iam::123456789012:role/ci-deployer", SourceIdentity: "alice",
			},
			session: "deploy-42",
		},
		{
			name: "a role session whose principal has no name, but whose ARN has",
			identity: `{"type": "AssumedRole", "principalId": "AROATRAILBELLEXAMPLE",
				"arn": "arn:aws:sts::123456789012:assumed-role/ci-deployer/deploy-42"}`,
			want: cloudtrail.Identity{
				Type: "AssumedRole", PrincipalID: "AROATRAILBELLEXAMPLE",
				ARN: "arn:aws:sts::123456789012:assumed-role/ci-deployer/deploy-42",
			},
			session: "deploy-42",
		},
		{
			name: "a role that Identity Center gave out, known by its issuer",
			identity: `{"type": "AssumedRole", "principalId": "AROATRAILBELLEXAMPLE:alice@example.com",
				"sessionContext": {"sessionIssuer": {"userName": "AWSReservedSSO_Admin_0123456789abcdef"}}}`,
			want: cloudtrail.Identity{
				Type: "AssumedRole", PrincipalID: "AROATRAILBELLEXAMPLE:alice@example.com",
				IssuerName: "AWSReservedSSO_Admin_0123456789abcdef",
			},
			session: "alice@example.com", center: true,
		},
		{
			name:     "a role that Identity Center gave out, known by its ARN",
			identity: `{"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/alice"}`,
			want: cloudtrail.Identity{
				Type: "AssumedRole", ARN: "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/alice",
			},
			session: "alice", center: true,
		},
		{
			name:     "a user of Identity Center itself",
			identity: `{"type": "IdentityCenterUser", "accountId": "123456789012", "onBehalfOf": {"userId": "94482488-3041-7091-33bf-EXAMPLE"}, "credentialId": "x"}`,
			want: cloudtrail.Identity{
				Type: "IdentityCenterUser", AccountID: "123456789012", IdentityCenterUser: "94482488-3041-7091-33bf-EXAMPLE",
			},
		},
		{
			name: "a federated user",
			identity: `{"type": "FederatedUser", "principalId": "123456789012:carol",
				"arn": "arn:aws:sts::123456789012:federated-user/carol", "accountId": "123456789012"}`,
			want: cloudtrail.Identity{
				Type: "FederatedUser", PrincipalID: "123456789012:carol",
				ARN: "arn:aws:sts::123456789012:federated-user/carol", AccountID: "123456789012",
			},
			session: "carol",
		},
		{
			name:     "a SAML user",
			identity: `{"type": "SAMLUser", "principalId": "x:dave", "userName": "dave", "identityProvider": "x"}`,
			want:     cloudtrail.Identity{Type: "SAMLUser", PrincipalID: "x:dave", UserName: "dave", Provider: "x"},
		},
		{
			name:     "a web identity, whose provider stands in the identity",
			identity: `{"type": "WebIdentityUser", "principalId": "accounts.example.com:app:7", "userName": "7", "identityProvider": "accounts.example.com"}`,
			want: cloudtrail.Identity{
				Type: "WebIdentityUser", PrincipalID: "accounts.example.com:app:7", UserName: "7", Provider: "accounts.example.com",
			},
		},
		{
			name: "a role session of a web identity, whose provider stands in the session",
			identity: `{"type": "AssumedRole", "principalId": "AROATRAILBELLEXAMPLE:run-7",
				"sessionContext": {"webIdFederationData": {"federatedProvider": "arn:aws:iam::123456789012:oidc-provider/ci.example.com"}}}`,
			want: cloudtrail.Identity{
				Type: "AssumedRole", PrincipalID: "AROATRAILBELLEXAMPLE:run-7",
				Provider: "arn:aws:iam::123456789012:oidc-provider/ci.example.com",
			},
			session: "run-7",
		},
		{
			name:     "a role without a session",
			identity: `{"type": "Role", "arn": "arn:aws:iam::123456789012:role/x", "invokedBy": "autoscaling.amazonaws.com"}`,
			want:     cloudtrail.Identity{Type: "Role", ARN: "arn:aws:iam::123456789012:role/x", InvokedBy: "autoscaling.amazonaws.com"},
		},
		{
			name:     "a directory user",
			identity: `{"type": "Directory", "userName": "erin"}`,
			want:     cloudtrail.Identity{Type: "Directory", UserName: "erin"},
		},
		{
			name:     "another account, with nothing but its id",
			identity: `{"type": "AWSAccount", "principalId": "AIDATRAILBELLEXAMPLE", "accountId": "210987654321"}`,
			want:     cloudtrail.Identity{Type: "AWSAccount", PrincipalID: "AIDATRAILBELLEXAMPLE", AccountID: "210987654321"},
		},
		{
			name:     "an AWS service, with nothing but its name",
			identity: `{"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}`,
			want:     cloudtrail.Identity{Type: "AWSService", InvokedBy: "ec2.amazonaws.com"},
		},
		{
			name:     "a service event, which names no type",
			identity: `{"accountId": "123456789012", "invokedBy": "kms.amazonaws.com"}`,
			want:     cloudtrail.Identity{AccountID: "123456789012", InvokedBy: "kms.amazonaws.com"},
		},
		{
			name:     "a product that acts by delegation",
			identity: `{"type": "IAMUser", "userName": "alice", "invokedByDelegate": {"accountId": "210987654321"}}`,
			want:     cloudtrail.Identity{Type: "IAMUser", UserName: "alice", DelegateAccount: "210987654321"},
		},
		{name: "an empty identity", identity: `{}`},
		{name: "no identity", identity: `null`},
		{name: "an identity that is a text", identity: `"root"`},
		{name: "an identity that is a list", identity: `["Root"]`},
		{name: "an identity whose parts have the wrong types", identity: `{"type": 7, "arn": [], "sessionContext": "***", "onBehalfOf": null, "invokedByDelegate": true}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := call(t, `"userIdentity": `+test.identity).Identity()
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if name := got.SessionName(); name != test.session {
				t.Errorf("session %q, want %q", name, test.session)
			}
			if center := got.IdentityCenter(); center != test.center {
				t.Errorf("IdentityCenter() = %v", center)
			}
		})
	}
}

func TestMFA(t *testing.T) {
	session := func(kind, answer string) string {
		return fmt.Sprintf(`"userIdentity": {"type": %q, "sessionContext": {"attributes": {"mfaAuthenticated": %s}}}`, kind, answer)
	}
	signIn := func(kind, answer string) string {
		return fmt.Sprintf(`"eventName": "ConsoleLogin", "userIdentity": {"type": %q}, "additionalEventData": {"MFAUsed": %s}`, kind, answer)
	}
	const center = `"userIdentity": {"type": "AssumedRole", "sessionContext": {"attributes": {"mfaAuthenticated": "%s"},
		"sessionIssuer": {"userName": "AWSReservedSSO_Admin_0123456789abcdef"}}}`
	tests := []struct {
		name, more string
		want       cloudtrail.MFA
	}{
		{"a session that says true in words", session("IAMUser", `"true"`), cloudtrail.MFAYes},
		{"a session that says true in JSON", session("IAMUser", `true`), cloudtrail.MFAYes},
		{"a session that says false in words", session("AssumedRole", `"false"`), cloudtrail.MFANo},
		{"a session that says false in JSON", session("Root", `false`), cloudtrail.MFANo},
		{"a session that says something else", session("IAMUser", `"TRUE"`), cloudtrail.MFAUnknown},
		{"a session that says null", session("IAMUser", `null`), cloudtrail.MFAUnknown},
		{"a session that answers with a list", session("IAMUser", `["true"]`), cloudtrail.MFAUnknown},
		{"a session that answers with an object", session("IAMUser", `{"is": true}`), cloudtrail.MFAUnknown},
		{"an access key, which has no session", `"userIdentity": {"type": "IAMUser"}`, cloudtrail.MFAUnknown},
		{"no identity", `"userIdentity": null`, cloudtrail.MFAUnknown},
		{"a sign-in with MFA", signIn("IAMUser", `"Yes"`), cloudtrail.MFAYes},
		{"a sign-in of root with MFA, which is spelled in capitals", signIn("Root", `"YES"`), cloudtrail.MFAYes},
		{"a sign-in without MFA", signIn("IAMUser", `"No"`), cloudtrail.MFANo},
		{"a sign-in of root without MFA", signIn("Root", `"NO"`), cloudtrail.MFANo},
		{"a sign-in that does not say", signIn("IAMUser", `null`), cloudtrail.MFAUnknown},
		{"a sign-in whose answer is not text", signIn("IAMUser", `false`), cloudtrail.MFAUnknown},
		{"a sign-in through a role says no whatever happened", signIn("AssumedRole", `"No"`), cloudtrail.MFAUnknown},
		{"a sign-in of nobody says no whatever happened", signIn("", `"No"`), cloudtrail.MFAUnknown},
		{"a sign-in through a role that says yes is believed", signIn("AssumedRole", `"Yes"`), cloudtrail.MFAYes},
		{
			"a sign-in through SAML says no whatever happened",
			`"eventName": "ConsoleLogin", "userIdentity": {"type": "IAMUser"},
				"additionalEventData": {"MFAUsed": "No", "SamlProviderArn": "arn:aws:iam::123456789012:saml-provider/corp"}`,
			cloudtrail.MFAUnknown,
		},
		{"a session of Identity Center says no whatever happened", fmt.Sprintf(center, "false"), cloudtrail.MFAUnknown},
		{"a session of Identity Center that says yes is believed", fmt.Sprintf(center, "true"), cloudtrail.MFAYes},
		{"a SAML user's session says no whatever happened", session("SAMLUser", `"false"`), cloudtrail.MFAUnknown},
		{"a web identity's session says no whatever happened", session("WebIdentityUser", `"false"`), cloudtrail.MFAUnknown},
		{"a federated user's session says no whatever happened", session("FederatedUser", `"false"`), cloudtrail.MFAUnknown},
		{"a directory user's session says no whatever happened", session("Directory", `"false"`), cloudtrail.MFAUnknown},
		{"an Identity Center user's session says no whatever happened", session("IdentityCenterUser", `"false"`), cloudtrail.MFAUnknown},
		{
			"what the session says goes before what the sign-in says",
			session("IAMUser", `"true"`) + `, "additionalEventData": {"MFAUsed": "No"}`,
			cloudtrail.MFAYes,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := call(t, test.more).MFA(); got != test.want {
				t.Errorf("MFA() = %s, want %s", got, test.want)
			}
		})
	}
}
