// Package config is the only reader of the environment. It says at start, in a
// sentence each, everything that is wrong, so that a function that can't do its work
// never looks healthy. It knows nothing of what is done with the values.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
)

// Detect is the configuration of the function detect.
type Detect struct {
	// AlertTopic takes text for people, AlertEventTopic JSON for machines: ARNs.
	AlertTopic, AlertEventTopic string
	// ChatTopic takes notifications for Amazon Q Developer in chat applications: an ARN, empty
	// where nobody wants them.
	ChatTopic string
	// SecurityHub says that alerts are imported into the Security Hub of Account and Region.
	SecurityHub bool
	// OrganizationsLookup says that AWS Organizations is asked for names of accounts that
	// settings don't name.
	OrganizationsLookup bool
	// Account and Region are where the function runs: where its AlertTopic is.
	Account, Region string
	// RetryQueueURL is the queue behind the function: follow-ups come back through it.
	RetryQueueURL string
	// StateTable is the name of the DynamoDB table that remembers what was sent.
	StateTable string
	// FunctionRoles are the ARNs of the roles that the functions of this deployment have;
	// none where they are not told apart from others.
	FunctionRoles []string
	// FunctionName is what Lambda calls the function; empty elsewhere.
	FunctionName string
	// Deployment is JSON about where the function runs and its own resources, for the
	// rules; empty where it is not known. Who reads the rules checks it.
	Deployment string
	// FullMetrics says that metrics are written that cost more than they must.
	FullMetrics bool
	LogLevel    slog.Level
	// CompareLanes says that matches of EventBridge and of log files are compared, and
	// ByFiles that this function's come by log files.
	CompareLanes, ByFiles bool
	// NoReads says that EventBridge is not asked for calls that only read.
	NoReads bool
}

// A form is what a variable must look like, and how a person is told.
type form struct {
	pattern *regexp.Regexp
	want    string // "it must be ..."
	not     string // "which is not ..."
}

// The forms of what AWS gives names to; see "Actions, resources, and condition keys" of
// each service in the service authorization reference.
var (
	topicForm = form{
		regexp.MustCompile(`^arn:aws[a-z-]*:sns:([a-z0-9-]+):(\d{12}):[A-Za-z0-9_-]{1,256}$`),
		"the ARN of an SNS topic", "the ARN of a standard SNS topic",
	}
	// A host of our own is for a stand-in of SQS on this machine.
	queueForm = form{
		regexp.MustCompile(`^https?://[A-Za-z0-9.:-]+/\d{12}/[A-Za-z0-9_-]{1,80}$`),
		"the URL of an SQS queue", "the URL of a standard SQS queue",
	}
	tableForm = form{
		regexp.MustCompile(`^[A-Za-z0-9_.-]{3,255}$`),
		"the name of a DynamoDB table", "the name of a DynamoDB table",
	}
	roleForm = form{
		regexp.MustCompile(`^arn:aws[a-z-]*:iam::\d{12}:role/[\x21-\x7e]{1,512}$`),
		"the ARN of an IAM role", "the ARN of an IAM role",
	}
)

// reader reads variables and collects what is wrong with them.
type reader struct {
	getenv func(string) string
	errs   []error
}

// ReadDetect reads the environment through getenv. The error names every variable that
// is missing or wrong, one a line.
func ReadDetect(getenv func(string) string) (Detect, error) {
	r := &reader{getenv: getenv}
	c := Detect{
		AlertTopic:      r.needed("TRAILBELL_ALERT_TOPIC_ARN", topicForm),
		AlertEventTopic: r.needed("TRAILBELL_ALERT_EVENT_TOPIC_ARN", topicForm),
		ChatTopic:       r.matching("TRAILBELL_CHAT_TOPIC_ARN", topicForm),
		SecurityHub:     r.oneOf("TRAILBELL_SECURITY_HUB", "off", "on") == "on",
		RetryQueueURL:   r.needed("TRAILBELL_RETRY_QUEUE_URL", queueForm),
		StateTable:      r.needed("TRAILBELL_STATE_TABLE", tableForm),
		FunctionRoles:   r.several("TRAILBELL_FUNCTION_ROLE_ARNS", roleForm),
		FunctionName:    getenv("AWS_LAMBDA_FUNCTION_NAME"),
		Deployment:      getenv("TRAILBELL_DEPLOYMENT"),
		FullMetrics:     r.oneOf("TRAILBELL_METRICS", "basic", "full") == "full",
		LogLevel:        r.logLevel(),
		CompareLanes:    r.oneOf("TRAILBELL_RECONCILE", "off", "on") == "on",
		NoReads:         r.oneOf("TRAILBELL_READS", "on", "off") == "off",

		OrganizationsLookup: r.oneOf("TRAILBELL_ACCOUNT_LOOKUP", "off", "organizations") == "organizations",
	}
	if parts := topicForm.pattern.FindStringSubmatch(c.AlertTopic); parts != nil {
		c.Region, c.Account = parts[1], parts[2]
	}
	if c.AlertTopic != "" && c.AlertTopic == c.AlertEventTopic {
		r.wrong("TRAILBELL_ALERT_EVENT_TOPIC_ARN is the topic of TRAILBELL_ALERT_TOPIC_ARN: people would get JSON, and machines text")
	}
	if c.ChatTopic != "" && (c.ChatTopic == c.AlertTopic || c.ChatTopic == c.AlertEventTopic) {
		r.wrong("TRAILBELL_CHAT_TOPIC_ARN is a topic that others read: they would get each alert twice")
	}
	return c, errors.Join(r.errs...)
}

// logLevel is info where nothing is said.
func (r *reader) logLevel() (level slog.Level) {
	const name = "TRAILBELL_LOG_LEVEL"
	if value := r.getenv(name); value != "" && level.UnmarshalText([]byte(value)) != nil {
		r.wrong("%s is %q, it must be debug, info, warn or error", name, value)
	}
	return level
}

func (r *reader) wrong(format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf(format, args...))
}

// needed reads a variable that must be there.
func (r *reader) needed(name string, form form) string {
	if r.getenv(name) == "" {
		r.wrong("%s is not set: it must be %s", name, form.want)
	}
	return r.matching(name, form)
}

// matching reads a variable that may be absent.
func (r *reader) matching(name string, form form) string {
	value := r.getenv(name)
	if value != "" && !form.pattern.MatchString(value) {
		r.wrong("%s is %q, which is not %s", name, value, form.not)
	}
	return value
}

// several reads a variable of words with spaces between them, which may be absent.
func (r *reader) several(name string, form form) []string {
	var words []string
	value := r.getenv(name)
	for word := range strings.FieldsSeq(value) {
		if !form.pattern.MatchString(word) {
			r.wrong("%s is %q, of which %q is not %s", name, value, word, form.not)
		}
		words = append(words, word)
	}
	return words
}

// oneOf reads a variable that is one of two words. The first holds where it is absent.
func (r *reader) oneOf(name, first, second string) string {
	switch value := r.getenv(name); value {
	case "", first:
		return first
	case second:
		return second
	default:
		r.wrong("%s is %q, it must be %s or %s", name, value, first, second)
		return first
	}
}
