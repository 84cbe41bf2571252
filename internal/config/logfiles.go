package config

import (
	"errors"
	"regexp"
	"strings"
)

// LogFiles is the configuration of the function logfiles. It sends alerts as the function
// detect does, and so has all of its configuration.
type LogFiles struct {
	Detect
	// Bucket is the one that the trail's log files lie in, Prefix what the trail puts before
	// AWSLogs/, with a slash at its end, or nothing.
	Bucket, Prefix string
	// Accounts are those whose log files are read; none means all.
	Accounts []string
	// Queue is the URL of the queue that notifications come from.
	Queue string
}

// The forms of names in S3; see "General purpose bucket naming rules" in its user guide,
// and S3KeyPrefix of CreateTrail in CloudTrail's API reference.
var (
	bucketForm = form{
		regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`),
		"the name of a bucket", "the name of a bucket",
	}
	prefixForm = form{
		regexp.MustCompile(`^[A-Za-z0-9!_.'()/-]{1,199}/$`),
		"a prefix that ends in a slash", "a prefix that ends in a slash",
	}
	accountsForm = form{
		regexp.MustCompile(`^\d{12}(,\d{12})*$`),
		"numbers of accounts with commas between them", "a list of numbers of accounts with commas between them",
	}
)

// ReadLogFiles reads the environment through getenv. The error names every variable that
// is missing or wrong, one a line.
func ReadLogFiles(getenv func(string) string) (LogFiles, error) {
	detect, err := ReadDetect(getenv)
	detect.ByFiles = true
	r := &reader{getenv: getenv}
	c := LogFiles{
		Detect: detect,
		Bucket: r.needed("TRAILBELL_LOG_BUCKET", bucketForm),
		Prefix: r.matching("TRAILBELL_LOG_PREFIX", prefixForm),
		Queue:  r.needed("TRAILBELL_LOG_QUEUE_URL", queueForm),
	}
	if list := r.matching("TRAILBELL_LOG_ACCOUNTS", accountsForm); list != "" {
		c.Accounts = strings.Split(list, ",")
	}
	return c, errors.Join(append([]error{err}, r.errs...)...)
}
