package config_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/config"
)

const (
	alertTopic = "arn:aws:sns:eu-central-1:123456789012:trailbell-AlertTopic-1A2B"
	eventTopic = "arn:aws:sns:eu-central-1:123456789012:trailbell_events"
)

func ExampleReadDetect() {
	environment := map[string]string{
		"TRAILBELL_ALERT_TOPIC_ARN": "arn:aws:sns:eu-central-1:123456789012:alerts.fifo",
		"TRAILBELL_LOG_LEVEL":       "loud",
	}
	_, err := config.ReadDetect(func(name string) string { return environment[name] })
	fmt.Println(err)
	// Output:
	// TRAILBELL_ALERT_TOPIC_ARN is "arn:aws:sns:eu-central-1:123456789012:alerts.fifo", which is not the ARN of a standard SNS topic
	// TRAILBELL_ALERT_EVENT_TOPIC_ARN is not set: it must be the ARN of an SNS topic
	// TRAILBELL_LOG_LEVEL is "loud", it must be debug, info, warn or error
}

func TestReadDetect(t *testing.T) {
	type environment = map[string]string
	const alert, event, level = "TRAILBELL_ALERT_TOPIC_ARN", "TRAILBELL_ALERT_EVENT_TOPIC_ARN", "TRAILBELL_LOG_LEVEL"
	good := config.Detect{AlertTopic: alertTopic, AlertEventTopic: eventTopic}
	debug := good
	debug.LogLevel = slog.LevelDebug
	tests := []struct {
		name        string
		environment environment
		want        config.Detect // where nothing is wrong
		wrong       []string      // the variables that the error names
	}{
		{"both topics are enough", environment{alert: alertTopic, event: eventTopic}, good, nil},
		{"a log level in lower case", environment{alert: alertTopic, event: eventTopic, level: "debug"}, debug, nil},
		{"a log level in upper case", environment{alert: alertTopic, event: eventTopic, level: "DEBUG"}, debug, nil},
		{
			"topics in China and GovCloud",
			environment{alert: "arn:aws-cn:sns:cn-north-1:123456789012:a", event: "arn:aws-us-gov:sns:us-gov-west-1:123456789012:b"},
			config.Detect{AlertTopic: "arn:aws-cn:sns:cn-north-1:123456789012:a", AlertEventTopic: "arn:aws-us-gov:sns:us-gov-west-1:123456789012:b"},
			nil,
		},
		{"nothing is set", environment{}, config.Detect{}, []string{alert, event}},
		{"one topic is missing", environment{alert: alertTopic}, config.Detect{}, []string{event}},
		{"everything is wrong", environment{alert: "x", event: "y", level: "z"}, config.Detect{}, []string{alert, event, level}},
		{"a name is no ARN", environment{alert: "alerts", event: eventTopic}, config.Detect{}, []string{alert}},
		{"an ordered topic", environment{alert: alertTopic + ".fifo", event: eventTopic}, config.Detect{}, []string{alert}},
		{"a queue", environment{alert: "arn:aws:sqs:eu-central-1:123456789012:alerts", event: eventTopic}, config.Detect{}, []string{alert}},
		{"a subscription", environment{alert: alertTopic + ":3f1c", event: eventTopic}, config.Detect{}, []string{alert}},
		{"an account of eleven digits", environment{alert: "arn:aws:sns:eu-central-1:12345678901:alerts", event: eventTopic}, config.Detect{}, []string{alert}},
		{"space around it", environment{alert: " " + alertTopic, event: eventTopic + "\n"}, config.Detect{}, []string{alert, event}},
		{"no topic name", environment{alert: "arn:aws:sns:eu-central-1:123456789012:", event: eventTopic}, config.Detect{}, []string{alert}},
		{"an unknown log level", environment{alert: alertTopic, event: eventTopic, level: "verbose"}, config.Detect{}, []string{level}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := config.ReadDetect(func(name string) string { return test.environment[name] })
			if len(test.wrong) == 0 {
				if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
					t.Errorf("%v, -want +got:\n%s", err, diff)
				}
				return
			}
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
