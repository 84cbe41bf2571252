package config_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/config"
)

const (
	slackSecret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:trailbell/slack-AbCdEf"
	slackQueue  = "https://sqs.eu-central-1.amazonaws.com/123456789012/trailbell-SlackQueue-1A2B"
	slackTopic  = "arn:aws:sns:eu-central-1:123456789012:trailbell-OperationsTopic-1A2B"
)

// slackEnvironment is a good one with some variables changed.
func slackEnvironment(changed map[string]string) func(string) string {
	env := map[string]string{
		"TRAILBELL_SLACK_SECRET_ARN": slackSecret, "TRAILBELL_SLACK_QUEUE_URL": slackQueue, "TRAILBELL_OPERATIONS_TOPIC_ARN": slackTopic, "TRAILBELL_STATE_TABLE": "state",
	}
	for name, value := range changed {
		env[name] = value
	}
	return func(name string) string { return env[name] }
}

func ExampleReadSlack() {
	_, err := config.ReadSlack(slackEnvironment(map[string]string{
		"TRAILBELL_SLACK_SECRET_ARN": "", "TRAILBELL_SLACK_ENDPOINT": "https://evil.example", "TRAILBELL_LOG_LEVEL": "loud",
	}))
	fmt.Println(err)
	// Output:
	// TRAILBELL_SLACK_SECRET_ARN is not set: it must be the ARN of a secret in Secrets Manager
	// TRAILBELL_SLACK_ENDPOINT is for tests: it must be http:// and an address of the loopback
	// TRAILBELL_LOG_LEVEL is "loud", it must be debug, info, warn or error
}

func TestWhatIsReadForSlack(t *testing.T) {
	got, err := config.ReadSlack(slackEnvironment(map[string]string{
		"TRAILBELL_SLACK_CHANNEL": "#alerts", "TRAILBELL_SLACK_ENDPOINT": "http://127.0.0.1:8080", "TRAILBELL_LOG_LEVEL": "debug",
	}))
	want := config.Slack{
		Secret: slackSecret, Channel: "#alerts", Queue: slackQueue, OperationsTopic: slackTopic, Endpoint: "http://127.0.0.1:8080",
		StateTable: "state", LogLevel: slog.LevelDebug,
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v, -want +got:\n%s", err, diff)
	}
}

func TestWhatIsRefusedForSlack(t *testing.T) {
	tests := []struct{ name, variable, value string }{
		{"no secret", "TRAILBELL_SLACK_SECRET_ARN", ""},
		{"the webhook itself", "TRAILBELL_SLACK_SECRET_ARN", "https://hooks.slack.com/services/T0/B0/webhooksecretEXAMPLE"},
		{"the token itself", "TRAILBELL_SLACK_SECRET_ARN", "xoxb-0000-webhooksecretEXAMPLE"},
		{"a name of a secret", "TRAILBELL_SLACK_SECRET_ARN", "trailbell/slack"},
		{"a parameter of Systems Manager", "TRAILBELL_SLACK_SECRET_ARN", "arn:aws:ssm:eu-central-1:123456789012:parameter/slack"},
		{"no queue", "TRAILBELL_SLACK_QUEUE_URL", ""},
		{"the queue's ARN", "TRAILBELL_SLACK_QUEUE_URL", "arn:aws:sqs:eu-central-1:123456789012:q"},
		{"no table", "TRAILBELL_STATE_TABLE", ""},
		{"no topic", "TRAILBELL_OPERATIONS_TOPIC_ARN", ""},
		{"an ordered topic", "TRAILBELL_OPERATIONS_TOPIC_ARN", slackTopic + ".fifo"},
		{"another host instead of Slack", "TRAILBELL_SLACK_ENDPOINT", "http://192.0.2.7"},
		{"a name of the loopback", "TRAILBELL_SLACK_ENDPOINT", "http://localhost:80"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := config.ReadSlack(slackEnvironment(map[string]string{test.variable: test.value}))
			if err == nil || !strings.HasPrefix(err.Error(), test.variable) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v", err)
			}
			if err != nil && strings.Contains(err.Error(), "webhooksecret") {
				t.Errorf("the secret is in %v", err)
			}
		})
	}
}
