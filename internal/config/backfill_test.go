package config_test

import (
	"strings"
	"testing"

	"trailbell/internal/config"
)

func TestBackfill(t *testing.T) {
	good := map[string]string{
		"TRAILBELL_LOG_BUCKET": "logs", "TRAILBELL_LOG_PREFIX": "a/AWSLogs/o-1234567890/", config.BackfillVariable: "results-1/run/a",
	}
	tests := []struct {
		name, variable, value string
		wants                 string // in the error, empty for none
	}{
		{"as it is deployed", "", "", ""},
		{"without a prefix in either bucket", "TRAILBELL_LOG_PREFIX", "", ""},
		{"results at the root of a bucket", config.BackfillVariable, "results", ""},
		{"no bucket", "TRAILBELL_LOG_BUCKET", "", "TRAILBELL_LOG_BUCKET is not set"},
		{"an address for results", config.BackfillVariable, "s3://results", "which is not a bucket"},
		{"a prefix of results that goes up", config.BackfillVariable, "results/../x/", "which is not a bucket"},
		{"a prefix without its slash", "TRAILBELL_LOG_PREFIX", "AWSLogs", "which is not a prefix"},
		{"the topic of a function that sends", "TRAILBELL_ALERT_TOPIC_ARN", "arn:aws:sns:us-east-1:123456789012:t", "either sends alerts or counts"},
		{"the table of a function that sends", "TRAILBELL_STATE_TABLE", "state", "TRAILBELL_STATE_TABLE is set beside"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := config.ReadBackfill(func(name string) string {
				if name == tt.variable {
					return tt.value
				}
				return good[name]
			})
			if (err == nil) != (tt.wants == "") || err != nil && !strings.Contains(err.Error(), tt.wants) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
	got, _ := config.ReadBackfill(func(name string) string { return good[name] })
	if want := (config.Backfill{Bucket: "logs", Prefix: "a/AWSLogs/o-1234567890/", Results: "results-1", ResultsPrefix: "run/a/"}); got != want {
		t.Errorf("%+v", got)
	}
}
