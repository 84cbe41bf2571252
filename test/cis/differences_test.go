package cis

import (
	"slices"
)

// A difference is one that we want: where a filter and our rules disagree, and why.
type difference struct {
	name string
	why  string
	// further says that ours sees more than the filter; else the filter sees more.
	further  bool
	controls []int // none means each
	applies  func(c control, record map[string]any) bool
}

// differences are asked in this order, and the first that applies counts. What is in none
// of them fails the test.
var differences = []difference{
	// What the filter sees and ours does not.
	{
		name: "another service's call of the same name", controls: []int{2, 5, 6, 10, 11, 12, 14},
		why:     "The filter does not ask for the service, so a call of another service with the same name counts. Ours ask.",
		applies: func(c control, record map[string]any) bool { return text(record, "eventSource") != c.source },
	},
	{
		name: "call that failed", controls: []int{4, 8, 10, 11, 12, 13, 14},
		why:     "It changed nothing. Many refused calls together are control 1.",
		applies: func(_ control, record map[string]any) bool { return failed(record) },
	},
	{
		name: "call that failed and would have switched nothing off", controls: []int{5, 9, 15},
		why: "Attempts to stop, delete or weaken are told even when they fail; attempts to set up or to build on are not.",
		applies: func(_ control, record map[string]any) bool {
			return failed(record) && slices.Contains(harmlessWhenFailed, text(record, "eventName"))
		},
	},
	{
		name: "AWS's own call", controls: []int{1, 7},
		why:     "userIdentity.type is AWSService: KMS and others work on their own, and nobody of yours asked.",
		applies: func(_ control, record map[string]any) bool { return text(record, "userIdentity.type") == "AWSService" },
	},
	{
		name: "call through a service", controls: []int{1},
		why:     "A service was refused what somebody's call led to. Ours count what callers try themselves.",
		applies: func(_ control, record map[string]any) bool { return text(record, "userIdentity.invokedBy") != "" },
	},
	{
		name: "caller without a name", controls: []int{1},
		why: "The record has neither an ARN nor an id of who was refused, so nothing says which calls belong together. Ours count per caller.",
		applies: func(_ control, record map[string]any) bool {
			return text(record, "userIdentity.arn") == "" && text(record, "userIdentity.principalId") == "" &&
				text(record, "userIdentity.sessionContext.sessionIssuer.arn") == ""
		},
	},
	{
		name: "looking around in the console", controls: []int{1},
		why:     "Every page of the console asks for more than most people may see.",
		applies: func(_ control, record map[string]any) bool { return truth(record, "sessionCredentialFromConsole") },
	},
	{
		name: "MFA unknown", controls: []int{2},
		why:     "The record does not say whether a second factor was used. Absent is not no.",
		applies: func(_ control, record map[string]any) bool { return text(record, "additionalEventData.MFAUsed") == "" },
	},
	{
		name: "MFA written in capitals", controls: []int{2},
		why: "AWS has written YES too. The filter knows Yes only.",
		applies: func(_ control, record map[string]any) bool {
			return text(record, "additionalEventData.MFAUsed") == "YES"
		},
	},
	{
		name: "sign-in through an identity provider", controls: []int{2},
		why: "The provider asks for the second factor, and the record says No whatever it did.",
		applies: func(_ control, record map[string]any) bool {
			return text(record, "additionalEventData.SamlProviderArn") != ""
		},
	},
	{
		name: "sign-in that says Success and an error", controls: []int{2},
		why:     "Nothing that AWS writes. It counts as a failed one, which control 6 tells.",
		applies: func(_ control, record map[string]any) bool { return failed(record) },
	},
	{
		name: "root that only reads", controls: []int{3},
		why:     "The sign-in is told, and every change. What the console reads behind it would be hundreds of alarms.",
		applies: func(_ control, record map[string]any) bool { return truth(record, "readOnly") },
	},
	{
		name: "steps of the sign-in page", controls: []int{3},
		why:     "The sign-in itself is told, whether it worked or failed, and so are changes of root's password and mail; the steps between are not.",
		applies: func(_ control, record map[string]any) bool { return text(record, "eventSource") == signin },
	},

	// What ours see and the filter does not.
	{
		name: "other refusals", further: true, controls: []int{1},
		why:     "Services write UnauthorizedException, AuthorizationError and more for the same.",
		applies: func(c control, record map[string]any) bool { return failed(record) },
	},
	{
		name: "root signs in", further: true, controls: []int{2},
		why:     "The filter looks at IAM users only. Every sign-in of root is told, without MFA as critical.",
		applies: func(_ control, record map[string]any) bool { return text(record, "userIdentity.type") == "Root" },
	},
	{
		name: "what leads to root", further: true, controls: []int{3},
		why:     "Sessions as root of a member account, root's first step back to a lost password, keys and devices of root: told whoever calls.",
		applies: func(_ control, record map[string]any) bool { return text(record, "userIdentity.type") != "Root" },
	},
	{
		name: "root through a service", further: true, controls: []int{3},
		why: "What root's own password, keys and devices come to is told also where a service passed the call on, or an empty invokedBy looks like it.",
		applies: func(_ control, record map[string]any) bool {
			_, there := at(record, "userIdentity.invokedBy")
			return there
		},
	},
	{
		name: "root in an event of a service", further: true, controls: []int{3},
		why:     "The same, in the record that a service writes of it.",
		applies: func(_ control, record map[string]any) bool { return text(record, "eventType") == "AwsServiceEvent" },
	},
	{
		name: "sign-in that failed in another way", further: true, controls: []int{6},
		why:     "The filter knows one message. A wrong user name, a wrong code of an MFA device and a refusal without a message count too.",
		applies: func(c control, record map[string]any) bool { return failed(record) },
	},
	{
		name: "further calls", further: true,
		why: "Younger calls, and calls that come to the same, stand in our rules and not in the filter.",
		applies: func(c control, record map[string]any) bool {
			return !slices.Contains(c.events, text(record, "eventName"))
		},
	},
	{
		name: "call of a service with the same aim", further: true, controls: []int{15},
		why:     "Closing an account or handing a service's administration on is told from that service too.",
		applies: func(c control, record map[string]any) bool { return text(record, "eventSource") != c.source },
	},
}

// harmlessWhenFailed are the calls that switch nothing off, of controls that tell of
// attempts too.
var harmlessWhenFailed = []string{
	"CreateTrail", "StartLogging",
	"PutConfigurationRecorder", "PutDeliveryChannel",
	"AcceptHandshake", "CreateAccount", "CreateOrganizationalUnit", "DeclineHandshake", "DeleteOrganizationalUnit", "InviteAccountToOrganization", "UpdateOrganizationalUnit",
}

// explain finds the difference that a record belongs to.
func explain(c control, record map[string]any, further bool) (difference, bool) {
	for _, d := range differences {
		if d.further == further && (d.controls == nil || slices.Contains(d.controls, c.number)) && d.applies(c, record) {
			return d, true
		}
	}
	return difference{}, false
}

// text is a field that is text, and else empty.
func text(record map[string]any, path string) string {
	value, _ := at(record, path)
	s, _ := value.(string)
	return s
}

func truth(record map[string]any, path string) bool {
	value, _ := at(record, path)
	return value == true || value == "true"
}

// failed says whether a call failed, by the three ways in which records say so.
func failed(record map[string]any) bool {
	return text(record, "errorCode") != "" || text(record, "errorMessage") != "" ||
		text(record, "responseElements.ConsoleLogin") == "Failure" || text(record, "responseElements.CheckMfa") == "Failure"
}
