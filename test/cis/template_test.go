package cis

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/test/page"
)

// TestLiteralPatternsSayWhatIsEvaluated compares AWS's text of each filter with the tree
// that the rules are compared with.
func TestLiteralPatternsSayWhatIsEvaluated(t *testing.T) {
	for i, c := range controls {
		if c.number != i+1 {
			t.Errorf("control %d stands in place %d", c.number, i+1)
		}
		want := strings.ReplaceAll(bare(c.filter.String()), "NOTEXISTS", "NOT EXISTS")
		if diff := cmp.Diff(strings.ReplaceAll(want, " ", ""), bare(c.literal)); diff != "" {
			t.Errorf("4.%d (-evaluated +literal):\n%s", c.number, diff)
		}
		if n := len(c.literal); n > 1024 {
			t.Errorf("4.%d: the pattern has %d characters, CloudWatch takes 1,024", c.number, n)
		}
	}
}

// TestTheTemplateHasTheLiteralFilters compares the template with the table, or writes it.
func TestTheTemplateHasTheLiteralFilters(t *testing.T) {
	path := filepath.Join(page.Root(), "deploy", "cis-metric-filters.yaml")
	want := templateOf(controls)
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(got), want); diff != "" {
		t.Errorf("make tables writes it anew, if this is meant (-file +table):\n%s", diff)
	}
}

const templateHead = `AWSTemplateFormatVersion: "2010-09-09"
Description: >-
  The metric filters and alarms of the CIS AWS Foundations Benchmark's monitoring
  section, word for word. Security Hub's controls CloudWatch.1 to CloudWatch.14 pass
  only with these: it compares the text of the filters, and trailbell's rules can't
  stand in for it. Optional; trailbell neither needs it nor reads it. Deploy it in the
  region and the account of the multi-region trail. Written from test/cis by make tables.

Parameters:
  LogGroupName:
    Description: Name of the CloudWatch log group that the trail writes to.
    Type: String
    AllowedPattern: ^[\.\-_/#A-Za-z0-9]{1,512}$
    ConstraintDescription: the name of a log group

  TopicArn:
    Description: >-
      SNS topic that the alarms tell, such as the operations topic of trailbell. It
      must have at least one subscriber, or Security Hub's controls fail.
    Type: String
    AllowedPattern: ^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$
    ConstraintDescription: the ARN of a topic that is not first in, first out

Resources:
`

// templateOf is the template of the controls. Each filter counts in the namespace that
// AWS's page uses, and its alarm rings at the first record.
func templateOf(controls []control) string {
	var b strings.Builder
	b.WriteString(templateHead)
	for i, c := range controls {
		if i > 0 {
			b.WriteString("\n")
		}
		hub := fmt.Sprintf("Security Hub's CloudWatch.%d", c.hub)
		if c.hub == 0 {
			hub = "no control of Security Hub"
		}
		fmt.Fprintf(&b, `  # CIS 4.%[1]d, %[2]s: %[3]s.
  %[4]sFilter:
    Type: AWS::Logs::MetricFilter
    Properties:
      LogGroupName: !Ref LogGroupName
      FilterPattern: '%[5]s'
      MetricTransformations:
        - MetricNamespace: LogMetrics
          MetricName: %[4]s
          MetricValue: "1"
          DefaultValue: 0

  # Rings at the first record that the filter counts.
  %[4]sAlarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: CIS-4.%[1]d-%[4]s
      AlarmDescription: "CIS AWS Foundations Benchmark 4.%[1]d: %[2]s."
      Namespace: LogMetrics
      MetricName: %[4]s
      Statistic: Sum
      Period: 300
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions:
        - !Ref TopicArn
`, c.number, c.title, hub, c.name, c.literal)
	}
	return b.String()
}
