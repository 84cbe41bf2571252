package main

import (
	"bytes"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// examined is what the doctor prints about an account, and its exit code.
func examined(t *testing.T, found account, region string) (string, int) {
	t.Helper()
	server := httptest.NewServer(found)
	defer server.Close()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "EXAMPLE",
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1",
	} {
		t.Setenv(name, value)
	}
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"doctor", "--region", region}, nil, &stdout, &stderr)
	return stdout.String(), code
}

func TestDoctorFindsNothingWrongWhereNothingIs(t *testing.T) {
	for region, says := range map[string]string{
		"us-east-1":    "OK       us-east-1 is where IAM, root and most sign-ins are recorded",
		"eu-central-1": "OK       1 rule forward IAM, root and most sign-ins from us-east-1",
	} {
		out, code := examined(t, soundAccount(region), region)
		if code != 0 || !strings.Contains(out, says) {
			t.Errorf("exit code %d in %s\n%s", code, region, out)
		}
		for line := range strings.Lines(out) {
			if !strings.HasPrefix(line, "OK       ") {
				t.Error(line)
			}
		}
		if lines := strings.Count(out, "\n"); lines < len(checks)+2 {
			t.Errorf("%d lines for %d checks\n%s", lines, len(checks), out)
		}
	}
}

func TestDoctorSaysThatSignInsAreNotForwardedAndFindsNothingWrongInIt(t *testing.T) {
	out, code := examined(t, soundAccount("us-east-1").with("ListRuleNamesByTarget", `{"RuleNames":[]}`), "us-east-1")
	if want := "OK       nothing is sent from us-east-2, eu-north-1, ap-southeast-2"; code != 0 || !strings.Contains(out, want) {
		t.Errorf("exit code %d, want %q\n%s", code, want, out)
	}
}

func TestDoctorFindsNothingWrongWithAllThatIsOptional(t *testing.T) {
	out, code := examined(t, soundAccount("us-east-1").withAll("us-east-1"), "us-east-1")
	for _, want := range []string{"OK       chat topic: subscribed is", "OK       chat topic: the function may publish", "OK       Security Hub is enabled\n", "OK       the accounts of organization o-aa111bb222 may send"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("exit code %d, want %q\n%s", code, want, out)
		}
	}
}

// Each fault is one that the account's owner or an attacker may bring about, with the line
// that has to tell it.
func TestDoctorNamesWhatIsWrong(t *testing.T) {
	good := soundAccount("eu-central-1")
	alarm := func(rest string) string {
		return `{"MetricAlarms":[{"AlarmName":"trailbell-ErrorsAlarm","AlarmDescription":"It failed."` + rest + `}]}`
	}
	policy := func(old, replacement string) account {
		return good.with("GetTopicAttributes", getTopicAttributes(strings.Replace(soundPolicy, old, replacement, 1)))
	}
	function := func(rest string) account {
		return good.with("GetFunctionConfiguration", `{"State":"Active","LastUpdateStatus":"Successful","DeadLetterConfig":{"TargetArn":"q"}`+rest+`}`)
	}
	mapping := func(list string) account {
		return good.with("ListEventSourceMappings", `{"EventSourceMappings":[`+list+`]}`)
	}
	target, all := strings.Replace(functionARN, "%s", "eu-central-1", 1), good.withAll("eu-central-1")
	tests := []struct {
		name  string
		found account
		want  string
	}{
		{"no trail", good.with("DescribeTrails", `{"trailList":[]}`), "no trail is logging in eu-central-1"},
		{"a trail that was stopped", good.with("GetTrailStatus", `{"IsLogging":false}`), "no trail is logging in eu-central-1"},
		{"no stack", good.with("DescribeStacks", refused("ValidationError")), "stack trailbell in eu-central-1: there is none"},
		{"somebody else's stack", good.with("DescribeStacks", describeStacks("CREATE_COMPLETE", nil)), "has no output AlertTopicArn: it is not trailbell's"},
		{
			"a deployment that failed", good.with("DescribeStacks", strings.Replace(good["DescribeStacks"], "CREATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", 1)),
			"is in the state UPDATE_ROLLBACK_COMPLETE",
		},
		{"nothing is forwarded from us-east-1", good.with("ListRuleNamesByTarget", `{"RuleNames":[]}`), "recorded in us-east-1, and nothing sends them to eu-central-1"},
		{"forwarding was disabled", good.with("DescribeRule trailbell-forwarder-WritesRule", `{"State":"DISABLED"}`), "rule trailbell-forwarder-WritesRule in us-east-1 is disabled"},
		{
			"a rule that was disabled", good.with("DescribeRule trailbell-WritesRule", strings.Replace(good["DescribeRule trailbell-WritesRule"], "ENABLED", "DISABLED", 1)),
			"EventBridge rule trailbell-WritesRule is in the state DISABLED, it was deployed as ENABLED",
		},
		{
			"a rule with another pattern", good.with("DescribeRule trailbell-WritesRule", `{"State":"ENABLED","EventPattern":"{\"source\":[\"aws.s3\"]}"}`),
			"EventBridge rule trailbell-WritesRule has another pattern than was deployed",
		},
		{
			"a schedule that was slowed down", good.with("DescribeRule trailbell-HeartbeatRule", `{"State":"ENABLED","ScheduleExpression":"rate(5 days)"}`),
			`EventBridge rule trailbell-HeartbeatRule runs at "rate(5 days)" and not at rate(5 minutes)`,
		},
		{"a rule that was deleted", good.with("DescribeRule trailbell-WritesRule", refused("ResourceNotFoundException")), "EventBridge rule trailbell-WritesRule: is not there any more"},
		{"a rule without its target", good.with("ListTargetsByRule", `{"Targets":[]}`), "EventBridge rule trailbell-WritesRule does not start the function trailbell-detect any more"},
		{"a target without its dead-letter queue", good.with("ListTargetsByRule", `{"Targets":[{"Id":"detect","Arn":"`+target+`"}]}`), "keeps no event that it can't deliver"},
		{"a permission that was removed", good.with("GetPolicy", `{"Policy":"{}"}`), "does not let trailbell-WritesRule, trailbell-HeartbeatRule start it"},
		{"no permission at all", good.with("GetPolicy", refused("ResourceNotFoundException")), "does not let trailbell-WritesRule, trailbell-HeartbeatRule start it"},
		{"no function", good.with("GetFunctionConfiguration", refused("ResourceNotFoundException")), "function trailbell-detect: is not there any more"},
		{"a function that can't run", function(`,"State":"Failed","StateReason":"no image"`), "function trailbell-detect can't run: no image"},
		{"an update that failed", function(`,"LastUpdateStatus":"Failed","LastUpdateStatusReason":"no role"`), "before the last update, which failed: no role"},
		{"a function that was switched off", good.with("GetFunctionConcurrency", `{"ReservedConcurrentExecutions":0}`), "its reserved concurrency is 0"},
		{"a function without its dead-letter queue", good.with("GetFunctionConfiguration", `{"State":"Active"}`), "keeps no event that it fails on"},
		{"a mapping that was disabled", mapping(`{"UUID":"u-1","State":"Disabled"}`), "is in the state Disabled: failed events and follow-ups stay in the queue"},
		{"a mapping that was deleted", mapping(""), "event source mapping of the retry queue is not there any more"},
		{"a table that was deleted", good.with("DescribeTable", refused("ResourceNotFoundException")), "state table trailbell-State: is not there any more"},
		{"a table that is going", good.with("DescribeTable", `{"Table":{"TableStatus":"DELETING"}}`), "state table trailbell-State is in the state DELETING"},
		{"a table that never forgets", good.with("DescribeTimeToLive", `{"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}}`), "state table trailbell-State never forgets"},
		{"a topic on which the function may not publish", policy(`"Allow"`, `"Deny"`), "has a statement that forbids to publish and was not deployed"},
		{"a topic whose allowance was removed", policy(`"Action":"sns:Publish"}`, `"Action":"sns:Subscribe"}`), "policy of the alert topic does not let the function publish"},
		{"a topic to which others were let in", policy(`[`, `[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"SNS:*"},`), "policy of the alert topic lets * publish"},
		{"a topic to which all but one were let in", policy(`[`, `[{"Effect":"Allow","NotPrincipal":{"AWS":"x"},"NotAction":"sns:Subscribe"},`), "policy of the alert topic lets others publish"},
		{"a topic that others are not kept out of", policy(`"ArnNotEquals"`, `"ArnEquals"`), "has a statement that forbids to publish"},
		{"a topic without the statement that keeps others out", policy(`"Condition":{"ArnNotEquals":{"aws:PrincipalArn":"`+roleARN+`"}}`, `"Condition":{"Bool":{"aws:SecureTransport":"false"}}`), "policy of the alert event topic lets others publish"},
		{"a topic that is gone", good.with("GetTopicAttributes", refused("NotFound")), "policy of the alert topic: is not there any more"},
		{"a subscription that nobody confirmed", good.with("ListSubscriptionsByTopic", listSubscriptions("PendingConfirmation")), "operations topic: the subscription of security@example.com is not confirmed"},
		{"nobody is subscribed", good.with("ListSubscriptionsByTopic", listSubscriptions("")), "alert topic: nobody is subscribed"},
		{"a chat topic that no channel reads", all.with("ListSubscriptionsByTopic "+url.QueryEscape("123456789012:chat"), listSubscriptions("")), "chat topic: nobody is subscribed. Name it in a channel of Amazon Q Developer"},
		{"a chat topic to which others were let in", all.with("GetTopicAttributes "+url.QueryEscape("123456789012:chat"), getTopicAttributes(strings.Replace(soundPolicy, `[`, `[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"SNS:*"},`, 1))), "policy of the chat topic lets * publish"},
		{"a bus without a policy", all.with("DescribeEventBus", describeEventBus("")), "does not let organization o-aa111bb222 in"},
		{
			"a bus for another organization", all.with("DescribeEventBus", strings.Replace(all["DescribeEventBus"], "o-aa111bb222", "o-zz999zz999", 1)),
			"does not let organization o-aa111bb222 in",
		},
		{
			"a bus that is closed to it", all.with("DescribeEventBus", strings.Replace(all["DescribeEventBus"], "Allow", "Deny", 1)),
			"does not let organization o-aa111bb222 in",
		},
		{
			"a bus for everybody", all.with("DescribeEventBus", strings.Replace(all["DescribeEventBus"], `Statement\":[`, `Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"*\"},\"Action\":\"events:PutEvents\"},`, 1)),
			"lets everybody send events",
		},
		{
			"a bus that somebody closed besides", all.with("DescribeEventBus", strings.Replace(all["DescribeEventBus"], `Statement\":[`, `Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"events:*\"},`, 1)),
			"has a statement that forbids",
		},
		{"a Security Hub that is not enabled", all.with("DescribeHub", refused("InvalidAccessException")), "Security Hub is not enabled in eu-central-1"},
		{"a retry queue that nobody empties", good.with("GetQueueAttributes trailbell-retry", `{"Attributes":{"ApproximateNumberOfMessages":"7"}}`), "retry queue: messages that wait: 7"},
		{"dead letters", good.with("GetQueueAttributes trailbell-dead", `{"Attributes":{"ApproximateNumberOfMessages":"1"}}`), "dead-letter queue: messages that wait: 1"},
		{
			"dead letters of log files", good.with("GetQueueAttributes trailbell-logdead", `{"Attributes":{"ApproximateNumberOfMessages":"2"}}`).
				with("DescribeStacks", strings.Replace(good["DescribeStacks"], "<Outputs>", "<Outputs><member><OutputKey>LogFilesDeadLetterQueueUrl</OutputKey><OutputValue>https://sqs.eu-central-1.amazonaws.com/123456789012/trailbell-logdead</OutputValue></member>", 1)),
			"dead-letter queue of log files: messages that wait: 2",
		},
		{"an alarm that rings", good.with("DescribeAlarms", alarm(`,"ActionsEnabled":true,"AlarmActions":["t"],"StateValue":"ALARM"`)), "alarm trailbell-ErrorsAlarm rings: It failed."},
		{"an alarm that was silenced", good.with("DescribeAlarms", alarm(`,"ActionsEnabled":false,"AlarmActions":["t"],"StateValue":"OK"`)), "alarm trailbell-ErrorsAlarm tells nobody"},
		{"an alarm without actions", good.with("DescribeAlarms", alarm(`,"ActionsEnabled":true,"AlarmActions":[],"StateValue":"OK"`)), "alarm trailbell-ErrorsAlarm tells nobody"},
		{"an alarm that was deleted", good.with("DescribeAlarms", `{"MetricAlarms":[]}`), "alarm trailbell-ErrorsAlarm is not there any more"},
		{"no rules", good.with("ListStackResources", listStackResources(nil)), "the stack has no EventBridge rules"},
		{"no alarms", good.with("ListStackResources", listStackResources(nil)), "the stack has no alarms"},
		{"no heartbeat", good.with("GetMetricData", metricData(0, time.Minute)), "no heartbeat for 3h0m"},
		{"a heartbeat that stopped", good.with("GetMetricData", metricData(time.Hour, time.Minute)), "the last heartbeat was 1h0m ago"},
		{"no record", good.with("GetMetricData", metricData(time.Minute, 0)), "EventBridge has delivered no record for 3h0m"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, code := examined(t, tt.found, "eu-central-1")
			if code != 1 {
				t.Errorf("exit code %d, want 1", code)
			}
			told := slices.ContainsFunc(strings.Split(out, "\n"), func(line string) bool {
				return strings.HasPrefix(line, "WRONG    ") && strings.Contains(line, tt.want)
			})
			if !told {
				t.Errorf("no line says WRONG and %q\n%s", tt.want, out)
			}
		})
	}
}

// Every call may be refused to a person who may make the others.
func TestDoctorNamesThePermissionThatIsMissing(t *testing.T) {
	permissions := map[string]string{
		"DescribeTrails": "cloudtrail:DescribeTrails", "GetTrailStatus": "cloudtrail:GetTrailStatus",
		"DescribeStacks": "cloudformation:DescribeStacks", "ListStackResources": "cloudformation:ListStackResources",
		"GetTemplate": "cloudformation:GetTemplate", "ListRuleNamesByTarget": "events:ListRuleNamesByTarget",
		"DescribeRule trailbell-WritesRule": "events:DescribeRule", "ListTargetsByRule": "events:ListTargetsByRule",
		"DescribeRule trailbell-forwarder-WritesRule": "events:DescribeRule",
		"GetPolicy": "lambda:GetPolicy", "GetFunctionConfiguration": "lambda:GetFunctionConfiguration",
		"GetFunctionConcurrency": "lambda:GetFunctionConcurrency", "ListEventSourceMappings": "lambda:ListEventSourceMappings",
		"DescribeTable": "dynamodb:DescribeTable", "DescribeTimeToLive": "dynamodb:DescribeTimeToLive",
		"GetTopicAttributes": "sns:GetTopicAttributes", "ListSubscriptionsByTopic": "sns:ListSubscriptionsByTopic",
		"GetQueueAttributes trailbell-dead": "sqs:GetQueueAttributes", "DescribeAlarms": "cloudwatch:DescribeAlarms",
		"GetMetricData": "cloudwatch:GetMetricData", "DescribeHub": "securityhub:DescribeHub",
		"DescribeEventBus": "events:DescribeEventBus",
	}
	codes := map[string]string{"sns": "AuthorizationError", "cloudformation": "AccessDenied"}
	good := soundAccount("eu-central-1").withAll("eu-central-1")
	for call, permission := range permissions {
		t.Run(call, func(t *testing.T) {
			service, _, _ := strings.Cut(permission, ":")
			code := codes[service]
			if code == "" {
				code = "AccessDeniedException"
			}
			out, exit := examined(t, good.with(call, refused(code)), "eu-central-1")
			if exit != 1 {
				t.Errorf("exit code %d, want 1: what was not looked at may be wrong", exit)
			}
			if !strings.Contains(out, "UNKNOWN  ") || !strings.Contains(out, "your credentials lack the permission "+permission+"\n") {
				t.Errorf("%s is not named\n%s", permission, out)
			}
		})
	}
	for call := range good {
		_, about := permissions[call]
		if !about && !strings.HasPrefix(call, "DescribeRule") && !strings.HasPrefix(call, "GetQueueAttributes") {
			t.Errorf("%s is made and never refused", call)
		}
	}
}

func TestDoctorWantsARegion(t *testing.T) {
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_CONFIG_FILE", "/dev/null")
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"doctor"}, nil, &stdout, &stderr); code != exitUsage || !strings.Contains(stderr.String(), "doctor needs a region") {
		t.Errorf("exit code %d: %s", code, &stderr)
	}
}
