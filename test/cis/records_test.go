package cis

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A maker makes records in and near a control's table: all that its filter and our rules
// look at is now there, now absent, null or odd. The same seed makes the same records.
type maker struct {
	*rand.Rand
	control
	n int
}

func newMaker(c control) *maker {
	return &maker{Rand: rand.New(rand.NewPCG(uint64(c.number), 15)), control: c}
}

func (m *maker) one(from []string) string { return from[m.IntN(len(from))] }

// event is a name and the service that it is a call of.
func (m *maker) event() (name, source string) {
	other := controls[m.IntN(len(controls))]
	switch n := m.IntN(100); {
	case n < 55:
		name, source = m.one(m.events), m.source
	case n < 75 && len(m.near) > 0:
		name, source = m.one(m.near), m.source
	case n < 90:
		name, source = m.one(other.events), other.source
	default:
		name, source = m.one([]string{"DescribeInstances", "GetObject", "Decrypt", "AssumeRole", "PutMetricData", "RunInstances"}), m.one([]string{ec2, "s3.amazonaws.com", "sts.amazonaws.com"})
	}
	if m.IntN(8) == 0 {
		source = m.one(append([]string{"lambda.amazonaws.com", iam, ec2, m.source}, others[name]...))
	}
	return name, source
}

// json is the next record.
func (m *maker) json() string {
	m.n++
	name, source := m.event()
	members := []string{
		`"eventVersion":"1.11"`, `"eventTime":"2026-02-03T04:05:06Z"`, `"awsRegion":"eu-west-1"`, `"recipientAccountId":"123456789012"`,
		fmt.Sprintf(`"eventID":"00000000-0000-4000-8000-%012d","eventName":%q,"eventSource":%q`, m.n, name, source),
	}
	for _, member := range []string{
		m.identity(), m.outcome(),
		m.member("eventType", `"AwsApiCall"`, `"AwsApiCall"`, `"AwsApiCall"`, `"AwsServiceEvent"`, `"AwsConsoleSignIn"`, `"AwsConsoleAction"`),
		m.member("readOnly", "false", "false", "true", `"false"`, `"true"`),
		m.member("sourceIPAddress", `"198.51.100.9"`, `"198.51.100.9"`, `"cloudformation.amazonaws.com"`, `"delivery.logs.amazonaws.com"`, `"AWS Internal"`),
		m.member("requestParameters", append([]string{"{}", `""`, `{"name":"x"}`, `{"userName":"bob"}`}, append(m.requests, m.requests...)...)...),
		m.response(), m.additional(),
	} {
		if member != "" {
			members = append(members, member)
		}
	}
	return "{" + strings.Join(members, ",") + "}"
}

// member is a member that is now and then null, or not there at all.
func (m *maker) member(key string, values ...string) string {
	switch m.IntN(12) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("%q:null", key)
	}
	return fmt.Sprintf("%q:%s", key, m.one(values))
}

func (m *maker) identity() string {
	kinds := []string{"IAMUser", "IAMUser", "AssumedRole", "AssumedRole", "Root", "FederatedUser", "AWSService", "AWSAccount", "IdentityCenterUser", "Unknown"}
	switch m.number {
	case 2:
		kinds = append(kinds, "IAMUser", "IAMUser", "IAMUser", "IAMUser", "IAMUser", "IAMUser")
	case 3:
		kinds = append(kinds, "Root", "Root", "Root", "Root", "Root", "Root", "Root", "Root")
	}
	var parts []string
	for _, part := range []string{
		`"type":"` + m.one(kinds) + `"`,
		m.member("arn", `"arn:aws:iam::123456789012:user/bob"`, `"arn:aws:iam::123456789012:root"`, `"arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_admin_0123456789abcdef/bob"`),
		m.member("userName", `"bob"`, `"HIDDEN_DUE_TO_SECURITY_REASONS"`),
		m.member("accessKeyId", `"AKIATRAILBELLEXAMPLE"`, `"ASIATRAILBELLEXAMPLE"`, `""`),
		m.invoker(),
		m.member("sessionContext", `{}`, `{"attributes":{"mfaAuthenticated":"true"}}`, `{"sessionIssuer":{"userName":"deployer","type":"Role"}}`),
	} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if m.IntN(40) == 0 {
		return `"userIdentity":null`
	}
	return `"userIdentity":{` + strings.Join(parts, ",") + `}`
}

// invoker is mostly nobody.
func (m *maker) invoker() string {
	if m.IntN(3) > 0 {
		return ""
	}
	return m.member("invokedBy", `"cloudformation.amazonaws.com"`, `"AWS Internal"`, `""`)
}

// outcome is mostly success: nothing is said.
func (m *maker) outcome() string {
	worked := 55
	switch m.number {
	case 1:
		worked = 15
	case 2:
		worked = 80
	}
	if m.IntN(100) < worked {
		return ""
	}
	code := m.member("errorCode", `""`, `"AccessDenied"`, `"AccessDeniedException"`, `"Client.UnauthorizedOperation"`, `"UnauthorizedOperation"`, `"UnauthorizedException"`, `"AuthorizationError"`,
		`"Client.DryRunOperation"`, `"ThrottlingException"`, `"accessdenied"`, `"VpceAccessDenied"`, `"NoSuchEntityException"`)
	if m.source == signin {
		code = ""
	}
	message := m.member("errorMessage", `""`, `"Failed authentication"`, `"Failed authentication"`, `"No username found in supplied account"`, `"User is not authorized"`)
	return strings.Trim(code+","+message, ",")
}

func (m *maker) response() string {
	if m.source == signin {
		return m.member("responseElements", `{"ConsoleLogin":"Success"}`, `{"ConsoleLogin":"Success"}`, `{"ConsoleLogin":"Success"}`, `{"ConsoleLogin":"Failure"}`, `{"ConsoleLogin":null}`, `{"CheckMfa":"Failure"}`, `{}`, `""`)
	}
	return m.member("responseElements", "null", "{}", `{"ConsoleLogin":"Success"}`, `{"ConsoleLogin":"Failure"}`)
}

func (m *maker) additional() string {
	if m.source != signin && m.IntN(2) == 0 {
		return ""
	}
	return m.member("additionalEventData", `{"MFAUsed":"No"}`, `{"MFAUsed":"No"}`, `{"MFAUsed":"No"}`, `{"MFAUsed":"No"}`, `{"MFAUsed":"Yes"}`, `{"MFAUsed":"YES"}`, `{"MFAUsed":null}`, `{}`, `"***"`,
		`{"MFAUsed":"No","SamlProviderArn":"arn:aws:iam::123456789012:saml-provider/idp"}`)
}
