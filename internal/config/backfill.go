package config

import (
	"errors"
	"log/slog"
	"regexp"
	"strings"
)

// Backfill is the configuration of the function logfiles where it counts an archive. It
// sends nothing, and so has nothing of the configuration of one that does.
type Backfill struct {
	// Bucket is the archive's, and Prefix what the keys begin with that are counted: it ends
	// in a slash, or is empty.
	Bucket, Prefix string
	// Results is the bucket that is written to, and ResultsPrefix what comes before each key
	// there: with a slash at its end, or empty.
	Results, ResultsPrefix string
	LogLevel               slog.Level
}

// BackfillVariable is set where the function logfiles counts an archive, and nowhere else.
const BackfillVariable = "TRAILBELL_BACKTEST_RESULTS"

var resultsForm = form{
	regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9!_.'()-]{1,64}){0,4}$`),
	"a bucket, or a bucket and a prefix", "a bucket with or without a prefix, such as results/backtest",
}

// live are variables of functions that send. One that has them and counts an archive
// would be a mistake of whoever deployed it, and last year's alerts would go out tonight,
// or tonight's would not.
var live = []string{
	"TRAILBELL_ALERT_TOPIC_ARN", "TRAILBELL_ALERT_EVENT_TOPIC_ARN", "TRAILBELL_CHAT_TOPIC_ARN",
	"TRAILBELL_STATE_TABLE", "TRAILBELL_RETRY_QUEUE_URL", "TRAILBELL_LOG_QUEUE_URL",
}

// ReadBackfill reads the environment through getenv. The error names every variable that
// is missing or wrong, one a line.
func ReadBackfill(getenv func(string) string) (Backfill, error) {
	r := &reader{getenv: getenv}
	c := Backfill{
		Bucket:   r.needed("TRAILBELL_LOG_BUCKET", bucketForm),
		Prefix:   r.matching("TRAILBELL_LOG_PREFIX", prefixForm),
		LogLevel: r.logLevel(),
	}
	results, prefix, _ := strings.Cut(r.needed(BackfillVariable, resultsForm), "/")
	if c.Results = results; prefix != "" {
		c.ResultsPrefix = prefix + "/"
	}
	for _, name := range live {
		if getenv(name) != "" {
			r.wrong("%s is set beside %s: a function either sends alerts or counts an archive", name, BackfillVariable)
		}
	}
	return c, errors.Join(r.errs...)
}
