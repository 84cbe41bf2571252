package config_test

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/config"
)

const logQueue = "https://sqs.eu-central-1.amazonaws.com/123456789012/trailbell-LogFilesQueue-1A2B"

func TestTheConfigurationOfLogFiles(t *testing.T) {
	const varBucket, varPrefix, varAccounts, varLogQueue = "TRAILBELL_LOG_BUCKET", "TRAILBELL_LOG_PREFIX", "TRAILBELL_LOG_ACCOUNTS", "TRAILBELL_LOG_QUEUE_URL"
	tests := []struct {
		name   string
		change map[string]string
		want   config.LogFiles
		wrong  []string
	}{
		{"what is compulsory is enough", nil, config.LogFiles{Bucket: "org-logs.eu", Queue: logQueue}, nil},
		{"a prefix and accounts", map[string]string{varPrefix: "a/b/", varAccounts: "123456789012,210987654321"}, config.LogFiles{Bucket: "org-logs.eu", Prefix: "a/b/", Accounts: []string{"123456789012", "210987654321"}, Queue: logQueue}, nil},
		{"no bucket and no queue", map[string]string{varBucket: "", varLogQueue: ""}, config.LogFiles{}, []string{varBucket, varLogQueue}},
		{"everything is wrong", map[string]string{varBucket: "s3://logs", varPrefix: "a", varAccounts: "123", varLogQueue: "q"}, config.LogFiles{}, []string{varBucket, varPrefix, varLogQueue, varAccounts}},
		{"what detect needs is missing", map[string]string{varTable: ""}, config.LogFiles{}, []string{varTable}},
		{"a space in the list of accounts", map[string]string{varAccounts: "123456789012, 210987654321"}, config.LogFiles{}, []string{varAccounts}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			environment := set(varBucket, "org-logs.eu", varLogQueue, logQueue)
			maps.Copy(environment, test.change)
			got, err := config.ReadLogFiles(func(name string) string { return environment[name] })
			if test.wrong != nil {
				if diff := cmp.Diff(test.wrong, named(err)); diff != "" {
					t.Errorf("%v: -want +got:\n%s", err, diff)
				}
				return
			}
			test.want.Detect = good(func(c *config.Detect) { c.ByFiles = true })
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("%v, -want +got:\n%s", err, diff)
			}
		})
	}
}
