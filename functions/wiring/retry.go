package wiring

import (
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// SNS throttles by the second, and a storm of alerts is when that happens. Eight tries
// wait 10 seconds together at most, which is less than what a message has; the SDK's own
// three tries are often over within one second.
const (
	publishTries = 8
	firstWait    = 250 * time.Millisecond
	longestWait  = 2 * time.Second
)

// Patient tries anew after waits that grow and are random up to their full length, so
// that several processes don't come back together.
func Patient() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = publishTries
		o.Backoff = retry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) {
			return rand.N(min(firstWait<<min(attempt, 10), longestWait)), nil
		})
	})
}
