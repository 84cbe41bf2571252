package engine_test

import (
	"fmt"
	"testing"

	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/selection"
)

// TestOwnCallsMakeNoLoop asks every rule about what the function does while it handles a
// record, granted and refused. An alert about one of these calls would lead to the next,
// except of a rule that fires for what it has not seen: it has seen the second one.
func TestOwnCallsMakeNoLoop(t *testing.T) {
	set := deployed(t)
	e, err := engine.New(t.Context(), set, engine.PatientLimit)
	if err != nil {
		t.Fatal(err)
	}
	index, err := selection.New(selection.Derive(t.Context(), set))
	if err != nil {
		t.Fatal(err)
	}
	calls := []struct{ source, name, params string }{
		{"sns", "Publish", `{"topicArn":"arn:aws:sns:eu-central-1:123456789012:trailbell-AlertTopic-1A2B3C4D5E6F"}`},
		{"sqs", "SendMessage", `{"queueUrl":"https://sqs.eu-central-1.amazonaws.com/123456789012/trailbell-RetryQueue-1A2B3C4D5E6F"}`},
		{"sqs", "ReceiveMessage", `{"queueUrl":"https://sqs.eu-central-1.amazonaws.com/123456789012/trailbell-RetryQueue-1A2B3C4D5E6F"}`},
		{"sqs", "DeleteMessage", `{"queueUrl":"https://sqs.eu-central-1.amazonaws.com/123456789012/trailbell-RetryQueue-1A2B3C4D5E6F"}`},
		{"dynamodb", "PutItem", `{"tableName":"trailbell-MemoryTable-1A2B3C4D5E6F"}`},
		{"dynamodb", "UpdateItem", `{"tableName":"trailbell-MemoryTable-1A2B3C4D5E6F"}`},
		{"dynamodb", "Query", `{"tableName":"trailbell-MemoryTable-1A2B3C4D5E6F"}`},
		{"logs", "CreateLogStream", `{"logGroupName":"trailbell-DetectLogGroup-1A2B3C4D5E6F"}`},
		{"logs", "PutLogEvents", `{"logGroupName":"trailbell-DetectLogGroup-1A2B3C4D5E6F"}`},
		{"kms", "GenerateDataKey", `{"keyId":"alias/aws/sns"}`},
		{"kms", "Decrypt", `null`},
		{"sts", "AssumeRole", `{"roleArn":"arn:aws:iam::123456789012:role/` + ownRole + `"}`},
		{"lambda", "Invoke", `{"functionName":"trailbell-DetectFunction-1A2B3C4D5E6F"}`},
	}
	for _, call := range calls {
		for _, failed := range []string{"", `"errorCode":"AccessDenied","errorMessage":"no",`} {
			rec := record(t, fmt.Sprintf(`{"eventVersion":"1.11",%s"eventSource":"%s.amazonaws.com","eventName":"%s","awsRegion":"eu-central-1",
				"recipientAccountId":"123456789012","eventType":"AwsApiCall","readOnly":false,"sourceIPAddress":"203.0.113.9","requestParameters":%s,
				"userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::123456789012:assumed-role/%s/x","accountId":"123456789012",
				"sessionContext":{"attributes":{"mfaAuthenticated":"false"},"sessionIssuer":{"type":"Role","userName":"%s"}}}}`,
				failed, call.source, call.name, call.params, ownRole, ownRole))
			for _, outcome := range e.Evaluate(t.Context(), rec, index.Select(rec)) {
				if outcome.Verdict != detection.Quiet && outcome.Rule.FirstSeen == nil {
					t.Errorf("%s %s (%q): %s %s %v", call.source, call.name, failed, outcome.Rule.ID, outcome.Verdict, outcome.Failures)
				}
			}
		}
	}
}
