package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"regexp"
)

// Slack is the configuration of the function slack.
type Slack struct {
	// Secret is the ARN of the secret with the webhook or the bot token.
	Secret string
	// Channel is where a bot posts if the secret does not say.
	Channel string
	// Queue is the URL of the queue that the messages come from.
	Queue string
	// OperationsTopic is the ARN of the topic that is told when Slack refuses messages.
	OperationsTopic string
	// StateTable is the name of the DynamoDB table that knows what was posted where.
	StateTable string
	// Endpoint stands in for Slack in tests; empty elsewhere.
	Endpoint string
	LogLevel slog.Level
}

// The forms of what AWS gives names to; see "Actions, resources, and condition keys" of
// each service in the service authorization reference.
var (
	slackSecret = regexp.MustCompile(`^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]{1,512}$`)
	slackTopic  = regexp.MustCompile(`^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$`)
	slackQueue  = regexp.MustCompile(`^https?://[A-Za-z0-9.:-]+/\d{12}/[A-Za-z0-9_-]{1,80}$`)
)

// ReadSlack reads the environment through getenv. The error names every variable that is
// missing or wrong, one a line.
func ReadSlack(getenv func(string) string) (Slack, error) {
	var errs []error
	needed := func(name string, form *regexp.Regexp, what string) string {
		value := getenv(name)
		switch {
		case value == "":
			errs = append(errs, fmt.Errorf("%s is not set: it must be %s", name, what))
		case !form.MatchString(value):
			// Who puts the webhook here by mistake must not find it in the log.
			errs = append(errs, fmt.Errorf("%s is not %s", name, what))
		}
		return value
	}
	c := Slack{
		Secret:          needed("TRAILBELL_SLACK_SECRET_ARN", slackSecret, "the ARN of a secret in Secrets Manager"),
		Channel:         getenv("TRAILBELL_SLACK_CHANNEL"),
		Queue:           needed("TRAILBELL_SLACK_QUEUE_URL", slackQueue, "the URL of an SQS queue"),
		OperationsTopic: needed("TRAILBELL_OPERATIONS_TOPIC_ARN", slackTopic, "the ARN of a standard SNS topic"),
		StateTable:      needed("TRAILBELL_STATE_TABLE", tableForm.pattern, tableForm.want),
		Endpoint:        getenv("TRAILBELL_SLACK_ENDPOINT"),
	}
	if c.Endpoint != "" && !loopback(c.Endpoint) {
		errs = append(errs, errors.New("TRAILBELL_SLACK_ENDPOINT is for tests: it must be http:// and an address of the loopback"))
	}
	if level := getenv("TRAILBELL_LOG_LEVEL"); level != "" {
		if err := c.LogLevel.UnmarshalText([]byte(level)); err != nil {
			errs = append(errs, fmt.Errorf("TRAILBELL_LOG_LEVEL is %q, it must be debug, info, warn or error", level))
		}
	}
	return c, errors.Join(errs...)
}

func loopback(endpoint string) bool {
	u, err := url.Parse(endpoint)
	return err == nil && u.Scheme == "http" && net.ParseIP(u.Hostname()).IsLoopback()
}
