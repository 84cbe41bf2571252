package config_test

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/config"
)

const (
	alertTopic = "arn:aws:sns:eu-central-1:123456789012:trailbell-AlertTopic-1A2B"
	eventTopic = "arn:aws:sns:eu-central-1:123456789012:trailbell_events"
	retryQueue = "https://sqs.eu-central-1.amazonaws.com/123456789012/trailbell-RetryQueue-1A2B"
	table      = "trailbell-StateTable-1A2B"
	chatTopic  = "arn:aws:sns:eu-central-1:123456789012:trailbell-chat"
	role       = "arn:aws:iam::123456789012:role/trailbell-DetectRole-1A2B"
)

func ExampleReadDetect() {
	environment := map[string]string{
		"TRAILBELL_ALERT_TOPIC_ARN": "arn:aws:sns:eu-central-1:123456789012:alerts.fifo",
		"TRAILBELL_STATE_TABLE":     "state",
		"TRAILBELL_METRICS":         "all",
		"TRAILBELL_LOG_LEVEL":       "loud",
	}
	_, err := config.ReadDetect(func(name string) string { return environment[name] })
	fmt.Println(err)
	// Output:
	// TRAILBELL_ALERT_TOPIC_ARN is "arn:aws:sns:eu-central-1:123456789012:alerts.fifo", which is not the ARN of a standard SNS topic
	// TRAILBELL_ALERT_EVENT_TOPIC_ARN is not set: it must be the ARN of an SNS topic
	// TRAILBELL_RETRY_QUEUE_URL is not set: it must be the URL of an SQS queue
	// TRAILBELL_METRICS is "all", it must be basic or full
	// TRAILBELL_LOG_LEVEL is "loud", it must be debug, info, warn or error
}

// The variables.
const (
	varAlert  = "TRAILBELL_ALERT_TOPIC_ARN"
	varEvent  = "TRAILBELL_ALERT_EVENT_TOPIC_ARN"
	varQueue  = "TRAILBELL_RETRY_QUEUE_URL"
	varTable  = "TRAILBELL_STATE_TABLE"
	varRole   = "TRAILBELL_FUNCTION_ROLE_ARNS"
	varDeploy = "TRAILBELL_DEPLOYMENT"
	varMeter  = "TRAILBELL_METRICS"
	varLevel  = "TRAILBELL_LOG_LEVEL"
	varChat   = "TRAILBELL_CHAT_TOPIC_ARN"
	varHub    = "TRAILBELL_SECURITY_HUB"
	varLookup = "TRAILBELL_ACCOUNT_LOOKUP"
	varLanes  = "TRAILBELL_RECONCILE"
	varReads  = "TRAILBELL_READS"
)

// set is a good environment with some variables changed: name, value, name, value.
func set(changed ...string) map[string]string {
	e := map[string]string{varAlert: alertTopic, varEvent: eventTopic, varQueue: retryQueue, varTable: table}
	for pair := range slices.Chunk(changed, 2) {
		e[pair[0]] = pair[1]
	}
	return e
}

func good(change func(*config.Detect)) config.Detect {
	c := config.Detect{AlertTopic: alertTopic, AlertEventTopic: eventTopic, RetryQueueURL: retryQueue, StateTable: table, Account: "123456789012", Region: "eu-central-1"}
	change(&c)
	return c
}

func TestWhatIsRead(t *testing.T) {
	const deployment = `{"account":"123456789012","region":"eu-central-1"}`
	tests := []struct {
		name        string
		environment map[string]string
		want        config.Detect
	}{
		{"what is compulsory is enough", set(), good(func(*config.Detect) {})},
		{"a log level in lower case", set(varLevel, "debug"), good(func(c *config.Detect) { c.LogLevel = slog.LevelDebug })},
		{"lanes are compared", set(varLanes, "on", varReads, "off"), good(func(c *config.Detect) { c.CompareLanes, c.NoReads = true, true })},
		{"lanes are not compared", set(varLanes, "off", varReads, "on"), good(func(*config.Detect) {})},
		{"a log level in upper case", set(varLevel, "DEBUG"), good(func(c *config.Detect) { c.LogLevel = slog.LevelDebug })},
		{"all metrics", set(varMeter, "full"), good(func(c *config.Detect) { c.FullMetrics = true })},
		{"few metrics", set(varMeter, "basic"), good(func(*config.Detect) {})},
		{"a topic for chats", set(varChat, chatTopic), good(func(c *config.Detect) { c.ChatTopic = chatTopic })},
		{"Security Hub", set(varHub, "on"), good(func(c *config.Detect) { c.SecurityHub = true })},
		{"no Security Hub", set(varHub, "off"), good(func(*config.Detect) {})},
		{"names from Organizations", set(varLookup, "organizations"), good(func(c *config.Detect) { c.OrganizationsLookup = true })},
		{"names from settings alone", set(varLookup, "off"), good(func(*config.Detect) {})},
		{"the function's role", set(varRole, role), good(func(c *config.Detect) { c.FunctionRoles = []string{role} })},
		{"roles of two functions", set(varRole, role+"  "+role+"2"), good(func(c *config.Detect) { c.FunctionRoles = []string{role, role + "2"} })},
		{"a role with a path", set(varRole, "arn:aws:iam::123456789012:role/security/detect"), good(func(c *config.Detect) { c.FunctionRoles = []string{"arn:aws:iam::123456789012:role/security/detect"} })},
		{"the function's name, as Lambda gives it", set("AWS_LAMBDA_FUNCTION_NAME", "detect"), good(func(c *config.Detect) { c.FunctionName = "detect" })},
		{"a queue on this machine", set(varQueue, "http://127.0.0.1:5000/123456789012/retry"), good(func(c *config.Detect) { c.RetryQueueURL = "http://127.0.0.1:5000/123456789012/retry" })},
		{
			"topics in China and GovCloud",
			set(varAlert, "arn:aws-cn:sns:cn-north-1:123456789012:a", varEvent, "arn:aws-us-gov:sns:us-gov-west-1:123456789012:b"),
			good(func(c *config.Detect) {
				c.AlertTopic, c.AlertEventTopic = "arn:aws-cn:sns:cn-north-1:123456789012:a", "arn:aws-us-gov:sns:us-gov-west-1:123456789012:b"
				c.Region = "cn-north-1"
			}),
		},
		{"a deployment, which is for others to read", set(varDeploy, deployment), good(func(c *config.Detect) { c.Deployment = deployment })},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := config.ReadDetect(func(name string) string { return test.environment[name] })
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("%v, -want +got:\n%s", err, diff)
			}
		})
	}
}

func TestWhatIsWrong(t *testing.T) {
	tests := []struct {
		name        string
		environment map[string]string
		wrong       []string // the variables that the error names
	}{
		{"nothing is set", map[string]string{}, []string{varAlert, varEvent, varQueue, varTable}},
		{"one topic is missing", set(varEvent, ""), []string{varEvent}},
		{"no queue", set(varQueue, ""), []string{varQueue}},
		{"no table", set(varTable, ""), []string{varTable}},
		{
			"everything is wrong",
			set(varAlert, "x", varEvent, "y", varQueue, "q", varTable, "t", varRole, "r", varMeter, "m", varLevel, "l"),
			[]string{varAlert, varEvent, varQueue, varTable, varRole, varMeter, varLevel},
		},
		{"both topics are one", set(varEvent, alertTopic), []string{varEvent}},
		{"a name is no ARN", set(varAlert, "alerts"), []string{varAlert}},
		{"an ordered topic", set(varAlert, alertTopic+".fifo"), []string{varAlert}},
		{"a queue is no topic", set(varAlert, "arn:aws:sqs:eu-central-1:123456789012:alerts"), []string{varAlert}},
		{"a subscription", set(varAlert, alertTopic+":3f1c"), []string{varAlert}},
		{"an account of eleven digits", set(varAlert, "arn:aws:sns:eu-central-1:12345678901:alerts"), []string{varAlert}},
		{"space around topics", set(varAlert, " "+alertTopic, varEvent, eventTopic+"\n"), []string{varAlert, varEvent}},
		{"no topic name", set(varAlert, "arn:aws:sns:eu-central-1:123456789012:"), []string{varAlert}},
		{"the ARN of a queue", set(varQueue, "arn:aws:sqs:eu-central-1:123456789012:retry"), []string{varQueue}},
		{"an ordered queue", set(varQueue, retryQueue+".fifo"), []string{varQueue}},
		{"a queue without an account", set(varQueue, "https://sqs.eu-central-1.amazonaws.com/retry"), []string{varQueue}},
		{"the ARN of a table", set(varTable, "arn:aws:dynamodb:eu-central-1:123456789012:table/state"), []string{varTable}},
		{"a table with a short name", set(varTable, "ab"), []string{varTable}},
		{"one of two is no role", set(varRole, role+" detect"), []string{varRole}},
		{"a session is no role", set(varRole, "arn:aws:sts::123456789012:assumed-role/detect/x"), []string{varRole}},
		{"the name of a role", set(varRole, "DetectRole"), []string{varRole}},
		{"a chat's topic that is no ARN", set(varChat, "chat"), []string{varChat}},
		{"a chat's topic that people read by mail", set(varChat, alertTopic), []string{varChat}},
		{"a chat's topic that machines read", set(varChat, eventTopic), []string{varChat}},
		{"a truthy word for Security Hub", set(varHub, "true"), []string{varHub}},
		{"Security Hub switched off by another word", set(varHub, "false"), []string{varHub}},
		{"names from elsewhere", set(varLookup, "true"), []string{varLookup}},
		{"truthy words for lanes", set(varLanes, "true", varReads, "narrow"), []string{varLanes, varReads}},
		{"metrics in capitals", set(varMeter, "FULL"), []string{varMeter}},
		{"an unknown log level", set(varLevel, "verbose"), []string{varLevel}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := config.ReadDetect(func(name string) string { return test.environment[name] })
			if diff := cmp.Diff(test.wrong, named(err)); diff != "" {
				t.Errorf("%v: -want +got:\n%s", err, diff)
			}
		})
	}
}

// named are the variables that an error is about, one a line.
func named(err error) []string {
	if err == nil {
		err = errors.New("no error")
	}
	var names []string
	for line := range strings.Lines(err.Error()) {
		name, _, _ := strings.Cut(line, " is ")
		names = append(names, name)
	}
	return names
}
