package hostile

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
	"trailbell/rules"
)

const stackName = "bell"

// made is what AWS makes of a logical name where the template gives none.
func made(logical string) string { return stackName + "-" + logical + "-1A2B3C4D5E6F" }

// examples stand for what a Sub refers to: AWS's own words, and names and ARNs as
// CloudFormation would make them.
func examples() map[string]string {
	arn := func(service, rest string) string { return "arn:aws:" + service + ":eu-central-1:123456789012:" + rest }
	return map[string]string{
		"AWS::AccountId": "123456789012", "AWS::Region": "eu-central-1", "AWS::Partition": "aws", "AWS::StackName": stackName,
		"DetectRole.Arn": "arn:aws:iam::123456789012:role/" + made("DetectRole"),
		"AlertTopic":     arn("sns", made("AlertTopic")), "AlertEventTopic": arn("sns", made("AlertEventTopic")), "OperationsTopic": arn("sns", made("OperationsTopic")),
		"RetryQueue.Arn": arn("sqs", made("RetryQueue")), "DeadLetterQueue.Arn": arn("sqs", made("DeadLetterQueue")),
		"StateTable.Arn": arn("dynamodb", "table/"+made("StateTable")), "DetectLogGroup": made("DetectLogGroup"),
		"Chat":   `,"` + arn("sns", made("ChatTopic")) + `"`,
		"Reader": `,"` + stackName + `-logfiles"`, "ReaderRole": `,"arn:aws:iam::123456789012:role/` + made("LogFilesRole") + `"`,
		"ReaderLog": `,"` + made("LogFilesLogGroup") + `"`,
		"Trail":     `,"` + arn("sqs", made("LogFilesQueue")) + `","` + arn("sqs", made("LogFilesDeadLetterQueue")) + `"`,
	}
}

// template is the template's resources, and what the function is told of where it runs, with
// examples in the place of what is not known before it is deployed.
func template(t *testing.T) (resources map[string]string, deployment string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var parsed struct {
		Resources map[string]struct {
			Type       string `yaml:"Type"`
			Properties struct {
				Environment struct {
					Variables map[string]yaml.Node `yaml:"Variables"`
				} `yaml:"Environment"`
			} `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(text, &parsed); err != nil {
		t.Fatal(err)
	}
	resources = map[string]string{}
	for name, resource := range parsed.Resources {
		resources[name] = resource.Type
		if node, is := resource.Properties.Environment.Variables["TRAILBELL_DEPLOYMENT"]; is {
			// The text, or the text and what it says of what is there on request.
			if deployment = node.Value; node.Kind == yaml.SequenceNode {
				deployment = node.Content[0].Value
			}
		}
	}
	deployment = regexp.MustCompile(`\$\{([^}]*)\}`).ReplaceAllStringFunc(deployment, func(ref string) string {
		value, known := examples()[ref[2:len(ref)-1]]
		if !known {
			t.Errorf("the template refers to %s, of which there is no example here", ref)
		}
		return value
	})
	return resources, deployment
}

// tampering is the calls that change or remove a resource, by its type: source, name and
// parameters, in which %[1]s is the resource's name and %[2]s its logical one.
var tampering = map[string][][3]string{
	"AWS::Serverless::Function": {
		{"lambda", "UpdateFunctionCode20150331v2", `{"functionName":"bell-detect"}`},
		{"lambda", "UpdateFunctionConfiguration20150331v2", `{"functionName":"arn:aws:lambda:eu-central-1:123456789012:function:bell-detect"}`},
		{"lambda", "DeleteFunction20150331", `{"functionName":"bell-detect"}`},
		{"lambda", "PutFunctionConcurrency20171031", `{"functionName":"bell-detect","reservedConcurrentExecutions":0}`},
		{"lambda", "PutFunctionEventInvokeConfig", `{"functionName":"bell-detect","maximumRetryAttempts":0}`},
	},
	"AWS::Lambda::Permission": {{"lambda", "RemovePermission20150331v2", `{"functionName":"bell-detect","statementId":"x"}`}},
	"AWS::Events::Rule": {
		{"events", "DisableRule", `{"name":"%[1]s"}`},
		{"events", "DeleteRule", `{"name":"%[1]s"}`},
		{"events", "RemoveTargets", `{"rule":"%[1]s","ids":["x"]}`},
		{"events", "PutRule", `{"name":"%[1]s","state":"DISABLED"}`},
	},
	"AWS::Events::EventBusPolicy": {
		{"events", "RemovePermission", `{"statementId":"%[1]s","eventBusName":"default"}`},
		{"events", "PutPermission", `{"statementId":"%[1]s","eventBusName":"default","principal":"*"}`},
	},
	"AWS::SNS::Topic": {
		{"sns", "DeleteTopic", `{"topicArn":"arn:aws:sns:eu-central-1:123456789012:%[1]s"}`},
		{"sns", "Unsubscribe", `{"subscriptionArn":"arn:aws:sns:eu-central-1:123456789012:%[1]s:6b0e71bd-7e97-4d97-80ce-4a0994e55286"}`},
		{"sns", "SetTopicAttributes", `{"topicArn":"arn:aws:sns:eu-central-1:123456789012:%[1]s","attributeName":"Policy"}`},
		{"sns", "SetSubscriptionAttributes", `{"subscriptionArn":"arn:aws:sns:eu-central-1:123456789012:%[1]s:6b0e71bd-7e97-4d97-80ce-4a0994e55286","attributeName":"FilterPolicy"}`},
	},
	"AWS::SQS::Queue": {
		{"sqs", "DeleteQueue", `{"queueUrl":"https://sqs.eu-central-1.amazonaws.com/123456789012/%[1]s"}`},
		{"sqs", "PurgeQueue", `{"queueUrl":"https://sqs.eu-central-1.amazonaws.com/123456789012/%[1]s"}`},
		{"sqs", "SetQueueAttributes", `{"queueUrl":"https://sqs.eu-central-1.amazonaws.com/123456789012/%[1]s"}`},
	},
	"AWS::DynamoDB::Table": {
		{"dynamodb", "DeleteTable", `{"tableName":"%[1]s"}`},
		{"dynamodb", "UpdateTimeToLive", `{"tableName":"arn:aws:dynamodb:eu-central-1:123456789012:table/%[1]s"}`},
	},
	"AWS::IAM::Role": {
		{"iam", "DeleteRolePolicy", `{"roleName":"%[1]s","policyName":"detect"}`},
		{"iam", "PutRolePolicy", `{"roleName":"%[1]s","policyName":"detect"}`},
		{"iam", "PutRolePermissionsBoundary", `{"roleName":"%[1]s"}`},
	},
	"AWS::IAM::Policy": {
		{"iam", "DeleteRolePolicy", `{"roleName":"` + made("DetectRole") + `","policyName":"%[1]s"}`},
		{"iam", "PutRolePolicy", `{"roleName":"` + made("DetectRole") + `","policyName":"%[1]s"}`},
	},
	"AWS::CloudWatch::Alarm": {
		{"monitoring", "DeleteAlarms", `{"alarmNames":["other","%[1]s"]}`},
		{"monitoring", "DisableAlarmActions", `{"alarmNames":["%[1]s"]}`},
	},
	"AWS::Logs::LogGroup":             {{"logs", "DeleteLogGroup", `{"logGroupName":"%[1]s"}`}},
	"AWS::Lambda::EventSourceMapping": {{"lambda", "DeleteEventSourceMapping20150331", `{"uUID":"x"} RESPONSE {"functionArn":"arn:aws:lambda:eu-central-1:123456789012:function:bell-detect"}`}},
	"AWS::SNS::Subscription":          {}, // by its topic
	"AWS::SNS::TopicPolicy":           {}, // by its topic
	"AWS::SQS::QueuePolicy":           {}, // by its queue
	"AWS::CloudWatch::Dashboard":      {}, // nothing depends on it
}

// Whoever changes a resource of the deployment is told of by the shipped rules, with the
// deployment as the template tells it to the function: the two can't drift apart.
func TestEachCallThatWouldSilenceTheDeploymentIsAlerted(t *testing.T) {
	resources, text := template(t)
	deployment, err := ruleset.ParseDeployment([]byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	set, err := ruleset.Load(t.Context(), ruleset.Options{Sources: []ruleset.Source{{Name: "rules", FS: rules.FS}}})
	if err != nil {
		t.Fatal(err)
	}
	// As the function does: what selects was made before the deployment was known.
	selector := selection.Choose(t.Context(), set)
	e, err := engine.New(t.Context(), set.WithDeployment(deployment), engine.PatientLimit)
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	for logical, kind := range resources {
		known, is := tampering[kind]
		if !is {
			t.Errorf("%s is a %s, of which no call is known here that would silence it", logical, kind)
		}
		for _, call := range known {
			for _, caller := range []string{"somebody", "the function's role"} {
				d := withShipped(t, e, selector)
				calls++
				record := tamper(call, made(logical), caller != "somebody")
				if err := d.run(t, []byte(event(record))); err != nil {
					t.Fatal(err)
				}
				own := 0
				for _, a := range d.alerts {
					if strings.HasPrefix(string(a.Rule), "trailbell.") && a.Severity >= detection.High {
						own++
					}
				}
				if own != 1 || len(d.problems) > 0 {
					t.Errorf("%s %s of %s by %s: %d alerts of the own rules that are high or critical, all %v, problems %v", call[0], call[1], logical, caller, own, rulesOf(d.alerts), d.problems)
				}
				// The same of somebody else's is nothing to us.
				others := withShipped(t, e, selector)
				foreign := strings.ReplaceAll(strings.ReplaceAll(record, "bell-", "other-"), `"role/other-`, `"role/bell-`)
				if err := others.run(t, []byte(event(foreign))); err != nil {
					t.Fatal(err)
				}
				for _, a := range others.alerts {
					if strings.HasPrefix(string(a.Rule), "trailbell.") {
						t.Errorf("%s %s of others: %s", call[0], call[1], a.Rule)
					}
				}
			}
		}
	}
	if calls < 100 {
		t.Errorf("only %d calls", calls)
	}
}

func tamper(call [3]string, name string, byRole bool) string {
	params, response, _ := strings.Cut(strings.ReplaceAll(call[2], "%[1]s", name), " RESPONSE ")
	if response == "" {
		response = "null"
	}
	members := []string{
		fmt.Sprintf("eventSource:%q", call[0]+".amazonaws.com"), fmt.Sprintf("eventName:%q", call[1]),
		"requestParameters:" + params, "responseElements:" + response, `awsRegion:"eu-central-1"`,
	}
	if byRole {
		members = append(members, fmt.Sprintf(`userIdentity:{"type":"AssumedRole","arn":"arn:aws:sts::123456789012:assumed-role/%s/x","accountId":"123456789012",
			"sessionContext":{"attributes":{"mfaAuthenticated":"false"},"sessionIssuer":{"type":"Role","arn":%q}}}`, made("DetectRole"), ownRole))
	}
	return stop("a", members...)
}

func rulesOf(alerts []detection.Alert) (ids []detection.RuleID) {
	for _, a := range alerts {
		ids = append(ids, a.Rule)
	}
	return ids
}
