package suppress

import (
	"slices"
	"strings"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// tamperPack is the pack of rules that watch trailbell itself.
const tamperPack = "trailbell."

// ownCalls are the calls by which the function reads its queue, remembers, and sends an
// alert, by eventSource. The keys of a topic, a queue or a table are used in its name.
var ownCalls = map[string][]string{
	"sns.amazonaws.com": {"Publish", "PublishBatch"},
	"sqs.amazonaws.com": {
		"ReceiveMessage", "DeleteMessage", "DeleteMessageBatch", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch",
		"GetQueueAttributes", "SendMessage",
	},
	"dynamodb.amazonaws.com": {
		"GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "Query", "TransactWriteItems", "ConditionCheckItem",
	},
	"kms.amazonaws.com":  {"Decrypt", "GenerateDataKey", "DescribeKey"},
	"s3.amazonaws.com":   {"GetObject", "HeadObject"},
	"logs.amazonaws.com": {"CreateLogStream", "PutLogEvents"},

	"securityhub.amazonaws.com":   {"BatchImportFindings"},
	"organizations.amazonaws.com": {"DescribeAccount"},
}

// own says whether a finding is about what one of the functions did to send an alert, so
// that an alert about it would lead to the next one, and so on. Roles are the ARNs of their
// roles; without any nothing is own. Calls that the function never makes
// are alerted even when they are made with its role, because then somebody else has its
// keys; and so is what a rule of the pack trailbell says.
func own(rec cloudtrail.Record, roles []string, rule detection.RuleID) bool {
	issuer := rec.Identity().IssuerARN
	return issuer != "" && slices.Contains(roles, issuer) &&
		!strings.HasPrefix(string(rule), tamperPack) &&
		slices.Contains(ownCalls[rec.EventSource()], rec.EventName())
}
