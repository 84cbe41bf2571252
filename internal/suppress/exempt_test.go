package suppress

import (
	"context"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"trailbell/internal/detection"
)

type noTimer struct{}

func (noTimer) After(context.Context, time.Duration, detection.Flush) error { return nil }

func findingOf(rule, title string) detection.Finding {
	return detection.Finding{Rule: detection.Rule{ID: detection.RuleID(rule)}, Title: title, Severity: detection.High}
}

const (
	user       = `"recipientAccountId":"123456789012","userIdentity":{"type":"IAMUser","userName":"ann","arn":"arn:aws:iam::123456789012:user/team/ann","accountId":"123456789012"}`
	session    = `"recipientAccountId":"123456789012","userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::123456789012:assumed-role/deployer/admin","principalId":"AROA:admin","accountId":"123456789012","sessionContext":{"sessionIssuer":{"type":"Role","userName":"deployer","arn":"arn:aws:iam::123456789012:role/ci/deployer"}}}`
	bare       = `"recipientAccountId":"123456789012","userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::123456789012:assumed-role/deployer/admin","accountId":"123456789012"}`
	foreign    = `"recipientAccountId":"123456789012","userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::210987654321:assumed-role/deployer/x","accountId":"210987654321","sessionContext":{"sessionIssuer":{"type":"Role","userName":"deployer","arn":"arn:aws:iam::210987654321:role/deployer"}}}`
	federated  = `"recipientAccountId":"123456789012","userIdentity":{"type":"FederatedUser","arn":"arn:aws:sts::123456789012:federated-user/admin","accountId":"123456789012","sessionContext":{"sessionIssuer":{"type":"IAMUser","userName":"ann","arn":"arn:aws:iam::123456789012:user/ann"}}}`
	disguised  = `"recipientAccountId":"123456789012","userIdentity":{"type":"IAMUser","userName":"eve","arn":"arn:aws:iam::123456789012:user/:role/deployer","accountId":"123456789012"}`
	saml       = `"recipientAccountId":"123456789012","userIdentity":{"type":"SAMLUser","userName":"ann","accountId":"123456789012"}`
	noIdentity = `"recipientAccountId":"123456789012"`
)

func TestExempt(t *testing.T) {
	tests := []struct {
		name   string
		list   string
		entry  string
		record string
		want   bool
	}{
		{"a user by name", "principals.x", "ann", user, true},
		{"a user by a glob of names", "principals.x", "a*", user, true},
		{"a user by ARN, with the path", "principals.x", "arn:aws:iam::123456789012:user/team/ann", user, true},
		{"a glob of ARNs goes across slashes and colons", "principals.x", "arn:*/ann", user, true},
		{"another user is not", "principals.x", "bob", user, false},
		{"a part of a name is not", "principals.x", "an", user, false},
		{"a session by its role's name", "principals.x", "deployer", session, true},
		{"a session by its role's name, in a list of roles", "roles.x", "deployer", session, true},
		{"a session by its role's ARN", "principals.x", "arn:aws:iam::123456789012:role/ci/deployer", session, true},
		{"a session by the ARN of all sessions of its role", "principals.x", "arn:aws:sts::123456789012:assumed-role/deployer/*", session, true},
		{"a session by the role's part of its ARN", "principals.x", "arn:aws:sts::123456789012:assumed-role/deployer", session, true},
		{"a session without an issuer, by its role's name", "principals.x", "deployer", bare, true},
		{"the session's name is the caller's choice", "principals.x", "admin", session, false},
		{"also where there is no issuer", "principals.x", "admin", bare, false},
		{"also in an ARN", "principals.x", "arn:aws:sts::123456789012:assumed-role/deployer/admin", session, false},
		{"also in a glob", "principals.x", "*:*admin", session, false},
		{"a federated user's name too", "principals.x", "arn:aws:sts::123456789012:federated-user/admin", federated, false},
		{"a federated user's name too, alone", "principals.x", "admin", federated, false},
		{"a federated user by who vouched for it", "principals.x", "ann", federated, true},
		{"a name that an identity provider gave is no IAM user's", "principals.x", "ann", saml, false},
		{"a path that looks like a role is none", "principals.x", "deployer", disguised, false},
		{"a role of the same name in another account is not", "principals.x", "deployer", foreign, false},
		{"unless the account is trusted", "principals.trusting", "deployer", foreign, true},
		{"a role of another account by ARN", "principals.x", "arn:aws:iam::210987654321:role/deployer", foreign, true},
		{"whoever a sign-in that failed claims to be", "principals.x", "ann", user + `,"errorMessage":"Failed authentication"`, false},
		{"everybody", "principals.x", "*", session, true},
		{"everybody, also who is nobody", "principals.x", "*", noIdentity, true},
		{"nobody", "principals.x", "", noIdentity, false},
		{"an entry that is no glob counts as text", "principals.x", "[ann", user, false},
		{"the caller's account", "accounts.x", "123456789012", user, true},
		{"the caller's account, not the record's", "accounts.x", "123456789012", foreign, false},
		{"no account", "accounts.x", "123456789012", noIdentity, false},
		{"an address in a network", "cidrs.x", "203.0.113.0/24", `"sourceIPAddress":"203.0.113.9"`, true},
		{"a single address", "networks.x", "203.0.113.9", `"sourceIPAddress":"203.0.113.9"`, true},
		{"an IPv6 address", "networks.x", "2001:db8::/32", `"sourceIPAddress":"2001:db8::1"`, true},
		{"an address elsewhere", "networks.x", "203.0.113.0/24", `"sourceIPAddress":"198.51.100.1"`, false},
		{"a service is in no network, not even in all", "networks.x", "0.0.0.0/0", `"sourceIPAddress":"ec2.amazonaws.com"`, false},
		{"an address of somebody's VPC", "networks.x", "10.0.0.0/8", `"sourceIPAddress":"10.0.0.9","vpcEndpointId":"vpce-1"`, false},
		{"an entry that is no network", "networks.x", "203.0.113.*", `"sourceIPAddress":"203.0.113.9"`, false},
		{"a region", "regions.x", "eu-*", `"awsRegion":"eu-central-1"`, true},
		{"another region", "regions.x", "eu-*", `"awsRegion":"us-east-1"`, false},
		{"a bucket", "buckets.x", "audit-*", `"requestParameters":{"bucketName":"audit-7"}`, true},
		{"no bucket", "buckets.x", "*", `"requestParameters":{}`, false},
		{"what a program calls itself exempts nobody", "user_agents.x", "*", `"userAgent":"tool/1"`, false},
		{"nor does a list of another kind", "ports.x", "*", user, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := compileLists(map[string][]string{tt.list: {"nobody-else", tt.entry}, "accounts.trusted": {"333333333333"}}, slog.New(slog.DiscardHandler))
			if strings.HasSuffix(tt.list, "trusting") {
				l = compileLists(map[string][]string{tt.list: {tt.entry}, "accounts.trusted": {"210987654321"}}, slog.New(slog.DiscardHandler))
			}
			source := "s3.amazonaws.com"
			if strings.Contains(tt.record, "Failed auth") {
				source = "signin.amazonaws.com"
			}
			rec := parse(t, `{"eventSource":"`+source+`","eventName":"n",`+tt.record+`}`)
			list, got := l.exempting([]string{"principals.other", tt.list}, rec)
			if got != tt.want || got && list != tt.list {
				t.Errorf("exempt %t by %q, want %t by %q", got, list, tt.want, tt.list)
			}
		})
	}
}

func TestActorIsNoSessionName(t *testing.T) {
	for name, tt := range map[string]struct{ record, want string }{
		"a user":                      {user, "arn:aws:iam::123456789012:user/team/ann"},
		"a session by its issuer":     {session, "arn:aws:iam::123456789012:role/ci/deployer"},
		"a session without an issuer": {bare, "arn:aws:sts::123456789012:assumed-role/deployer/"},
		"nobody, by address":          {`"sourceIPAddress":"203.0.113.9"`, "203.0.113.9"},
		"nobody at all":               {`"x":1`, "-"},
	} {
		if got := actor(parse(t, `{"eventSource":"s","eventName":"n",`+tt.record+`}`)); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// A star stands for any characters, as in a regular expression.
func FuzzStar(f *testing.F) {
	f.Add("a*b*c", "a/b:c")
	f.Add("*", "")
	f.Add("**x*", "xx")
	f.Add("arn:aws:iam::*:role/*-admin", "arn:aws:iam::123456789012:role/path/x-admin")
	f.Fuzz(func(t *testing.T, text, value string) {
		if strings.ContainsAny(text, `\[]{}?!,`) || strings.ContainsRune(text+value, '\uFFFD') || value == "" || len(text) > 50 {
			return
		}
		var parts []string
		for part := range strings.SplitSeq(text, "*") {
			parts = append(parts, regexp.QuoteMeta(part))
		}
		want, err := regexp.Compile(`(?s)^` + strings.Join(parts, ".*") + `$`)
		if err != nil {
			return // not UTF-8
		}
		if got := compilePattern(text, slog.New(slog.DiscardHandler)).fits(value); got != want.MatchString(value) {
			t.Errorf("%q fits %q: %t", text, value, got)
		}
	})
}
