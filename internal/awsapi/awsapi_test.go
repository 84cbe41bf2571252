package awsapi

import (
	"regexp"
	"strings"
	"testing"
)

func TestKnown(t *testing.T) {
	for _, c := range []struct {
		name          string
		source, event string
		want          bool
	}{
		{"an operation of the model", "iam.amazonaws.com", "CreateUser", true},
		{"a service whose endpoint has another name", "monitoring.amazonaws.com", "DeleteAlarms", true},
		{"a service that signs with another name", "ecr.amazonaws.com", "PutImage", true},
		{"two services with one source", "s3.amazonaws.com", "CreateJob", true},
		{"a name that CloudTrail writes in its own way", "lambda.amazonaws.com", "UpdateFunctionCode20150331v2", true},
		{"an operation of the same service as that name", "lambda.amazonaws.com", "UpdateFunctionCode", true},
		{"a service without a model", "signin.amazonaws.com", "ConsoleLogin", true},
		{"a misspelt name", "iam.amazonaws.com", "CreateUsers", false},
		{"another case", "iam.amazonaws.com", "createUser", false},
		{"an operation of another service", "sts.amazonaws.com", "CreateUser", false},
		{"a service that does not exist", "example.amazonaws.com", "CreateUser", false},
		{"a source without its end", "iam", "CreateUser", false},
		{"no name", "iam.amazonaws.com", "", false},
		{"a comment", "# A line has what eventSource has before .amazonaws.com", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Known(c.source, c.event); got != c.want {
				t.Errorf("Known(%q, %q) = %t", c.source, c.event, got)
			}
		})
	}
}

func TestKnownPrefix(t *testing.T) {
	for _, c := range []struct {
		source, prefix string
		want           bool
	}{
		{"auditmanager.amazonaws.com", "GetEvidence", true},
		{"auditmanager.amazonaws.com", "GetEvidences", false},
		{"lambda.amazonaws.com", "UpdateFunctionCode2015", true},
		{"example.amazonaws.com", "", false},
	} {
		if got := KnownPrefix(c.source, c.prefix); got != c.want {
			t.Errorf("KnownPrefix(%q, %q) = %t", c.source, c.prefix, got)
		}
	}
}

// TestTablesAreWellFormed finds a line that would be passed over, an exception without its
// page, and one that the models have by now.
func TestTablesAreWellFormed(t *testing.T) {
	if !regexp.MustCompile(`^botocore \d+\.\d+\.\d+ \(\d{4}-\d\d-\d\d\)$`).MatchString(Version()) {
		t.Errorf("the table is of %q", Version())
	}
	form := regexp.MustCompile(`^[a-z0-9-]+:( [A-Z]\w+)+ https://docs\.aws\.amazon\.com/\S+\n$`)
	for line := range strings.Lines(recorded) {
		if !strings.HasPrefix(line, "#") && !form.MatchString(line) {
			t.Errorf("recorded.txt: %q must be a service, a colon, names and a page of AWS", line)
		}
	}
	modelled := read(operations)
	for service, events := range read(recorded) {
		for name := range events {
			if modelled[service][name] {
				t.Errorf("recorded.txt: the model of %s has %s", service, name)
			}
		}
	}
	for line := range strings.Lines(operations) {
		if !strings.HasPrefix(line, "#") && !regexp.MustCompile(`^[a-z0-9-]+:( \w+)+\n$`).MatchString(line) {
			t.Errorf("operations.txt: %.60q must be a service, a colon and names", line)
		}
	}
}
