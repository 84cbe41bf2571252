package config

import (
	"errors"
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

// secretForm is an ARN of Secrets Manager; see its page in the service authorization
// reference.
var secretForm = form{
	regexp.MustCompile(`^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]{1,512}$`),
	"the ARN of a secret in Secrets Manager", "the ARN of a secret in Secrets Manager",
}

// ReadSlack reads the environment through getenv. The error names every variable that is
// missing or wrong, one a line.
func ReadSlack(getenv func(string) string) (Slack, error) {
	r := &reader{getenv: getenv}
	c := Slack{
		Secret:          r.unshown("TRAILBELL_SLACK_SECRET_ARN", secretForm),
		Channel:         getenv("TRAILBELL_SLACK_CHANNEL"),
		Queue:           r.unshown("TRAILBELL_SLACK_QUEUE_URL", queueForm),
		OperationsTopic: r.unshown("TRAILBELL_OPERATIONS_TOPIC_ARN", topicForm),
		StateTable:      r.unshown("TRAILBELL_STATE_TABLE", tableForm),
		Endpoint:        getenv("TRAILBELL_SLACK_ENDPOINT"),
	}
	if c.Endpoint != "" && !loopback(c.Endpoint) {
		r.wrong("TRAILBELL_SLACK_ENDPOINT is for tests: it must be http:// and an address of the loopback")
	}
	c.LogLevel = r.logLevel()
	return c, errors.Join(r.errs...)
}

// unshown is needed for a function that has a secret: who puts the webhook into the wrong
// variable must not find it in the log.
func (r *reader) unshown(name string, form form) string {
	value := r.getenv(name)
	switch {
	case value == "":
		r.wrong("%s is not set: it must be %s", name, form.want)
	case !form.pattern.MatchString(value):
		r.wrong("%s is not %s", name, form.not)
	}
	return value
}

func loopback(endpoint string) bool {
	u, err := url.Parse(endpoint)
	return err == nil && u.Scheme == "http" && net.ParseIP(u.Hostname()).IsLoopback()
}
