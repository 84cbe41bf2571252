package suppress

import (
	"encoding/json"
	"testing"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

func TestOwnActivity(t *testing.T) {
	const role = "arn:aws:iam::123456789012:role/trailbell-DetectRole-1A2B"
	record := func(source, name, issuer string) cloudtrail.Record {
		text, err := json.Marshal(map[string]any{
			"eventSource": source, "eventName": name,
			"userIdentity": map[string]any{
				"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/trailbell-DetectRole-1A2B/detect",
				"sessionContext": map[string]any{"sessionIssuer": map[string]any{"type": "Role", "arn": issuer}},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		rec, err := cloudtrail.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return rec
	}
	tests := []struct {
		name string
		rec  cloudtrail.Record
		role string
		rule detection.RuleID
		want bool
	}{
		{"publishing an alert is own", record("sns.amazonaws.com", "Publish", role), role, "data.volume", true},
		{"the key of a topic, used in the function's name, is own", record("kms.amazonaws.com", "GenerateDataKey", role), role, "data.volume", true},
		{"remembering is own", record("dynamodb.amazonaws.com", "PutItem", role), role, "data.volume", true},
		{"importing a finding is own", record("securityhub.amazonaws.com", "BatchImportFindings", role), role, "securityhub.findings_changed", true},
		{"asking for an account's name is own", record("organizations.amazonaws.com", "DescribeAccount", role), role, "organizations.read", true},
		{"switching Security Hub off is not own", record("securityhub.amazonaws.com", "DisableSecurityHub", role), role, "securityhub.disabled", false},
		{"a rule that watches trailbell is never withheld", record("sns.amazonaws.com", "Publish", role), role, "trailbell.publish", false},
		{"a pack whose name only begins alike is no watcher", record("sns.amazonaws.com", "Publish", role), role, "trailbells.publish", true},
		{"another role is not own", record("sns.amazonaws.com", "Publish", role+"x"), role, "data.volume", false},
		{"somebody who has the function's keys and does something else is not own", record("iam.amazonaws.com", "CreateUser", role), role, "identity.user_created", false},
		{"a key that is scheduled for deletion is not own", record("kms.amazonaws.com", "ScheduleKeyDeletion", role), role, "data.key", false},
		{"without a role nothing is own", record("sns.amazonaws.com", "Publish", ""), "", "data.volume", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := own(tt.rec, []string{"arn:aws:iam::123456789012:role/other", tt.role}, tt.rule); got != tt.want {
				t.Errorf("own is %t, want %t", got, tt.want)
			}
		})
	}
}
