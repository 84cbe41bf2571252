// Package config is the only reader of the environment. It says at start, in a
// sentence each, everything that is wrong, so that a function that can't do its work
// never looks healthy. It knows nothing of what is done with the values.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"regexp"
)

// Detect is the configuration of the function detect.
type Detect struct {
	// AlertTopic takes text for people, AlertEventTopic JSON for machines.
	AlertTopic, AlertEventTopic string
	LogLevel                    slog.Level
}

// topicForm is an ARN of a standard topic; see "Actions, resources, and condition keys
// for Amazon SNS" in the service authorization reference.
var topicForm = regexp.MustCompile(`^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$`)

// ReadDetect reads the environment through getenv. The error names every variable that
// is missing or wrong.
func ReadDetect(getenv func(string) string) (Detect, error) {
	var c Detect
	var errs []error
	topic := func(name string) string {
		arn := getenv(name)
		if arn == "" {
			errs = append(errs, fmt.Errorf("%s is not set: it must be the ARN of an SNS topic", name))
		} else if !topicForm.MatchString(arn) {
			errs = append(errs, fmt.Errorf("%s is %q, which is not the ARN of a standard SNS topic", name, arn))
		}
		return arn
	}
	c.AlertTopic = topic("TRAILBELL_ALERT_TOPIC_ARN")
	c.AlertEventTopic = topic("TRAILBELL_ALERT_EVENT_TOPIC_ARN")
	if level := getenv("TRAILBELL_LOG_LEVEL"); level != "" {
		if err := c.LogLevel.UnmarshalText([]byte(level)); err != nil {
			errs = append(errs, fmt.Errorf("TRAILBELL_LOG_LEVEL is %q, it must be debug, info, warn or error", level))
		}
	}
	return c, errors.Join(errs...)
}
