package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// maxNames is how many alarms can be asked for at once (API reference of CloudWatch,
// DescribeAlarms, AlarmNames).
const maxNames = 100

// examineAlarms says which alarms ring, and which nobody would hear.
func (d doctor) examineAlarms(ctx context.Context, s deployed) []diagnosis {
	var names []string
	for _, r := range s.of("AWS::CloudWatch::Alarm") {
		names = append(names, r.physical)
	}
	if len(names) == 0 {
		return []diagnosis{bad("the stack has no alarms: nobody would learn that trailbell is silent. Deploy again")}
	}
	var alarms []types.MetricAlarm
	for chunk := range slices.Chunk(names, maxNames) {
		answer, err := d.metrics.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{AlarmNames: chunk, MaxRecords: aws.Int32(maxNames)})
		if err != nil {
			return []diagnosis{unseen("alarms", err)}
		}
		alarms = append(alarms, answer.MetricAlarms...)
	}
	return judgeAlarms(names, alarms)
}

func judgeAlarms(names []string, alarms []types.MetricAlarm) []diagnosis {
	var found []diagnosis
	missing := slices.Clone(names)
	for _, alarm := range alarms {
		name := aws.ToString(alarm.AlarmName)
		missing = slices.DeleteFunc(missing, func(n string) bool { return n == name })
		switch {
		case !aws.ToBool(alarm.ActionsEnabled) || len(alarm.AlarmActions) == 0:
			found = append(found, bad("alarm %s tells nobody: its actions were taken away or disabled. Deploy again, and ask who changed it", name))
		case alarm.StateValue == types.StateValueAlarm:
			found = append(found, bad("alarm %s rings: %s", name, aws.ToString(alarm.AlarmDescription)))
		}
	}
	for _, name := range missing {
		found = append(found, bad("alarm %s is not there any more. Deploy again, and ask who deleted it", name))
	}
	if len(found) == 0 {
		found = append(found, ok("%s, none of which rings", plural(len(names), "alarm")))
	}
	return found
}

// How far back is looked: for the heartbeat as far as its alarm does, for records so far
// that even a quiet account has had some.
const (
	heartbeatAge = 15 * time.Minute
	recordAge    = 3 * time.Hour
)

// examinePulse says when the function last published a heartbeat, and when EventBridge
// last gave it a record. The heartbeat proves the function and the topic, not the rules;
// the rules' own metric proves them.
func (d doctor) examinePulse(ctx context.Context, s deployed) []diagnosis {
	function := s.named("DetectFunction")
	queries := []types.MetricDataQuery{sumOf("heartbeat", "trailbell", "Heartbeats", "FunctionName", function)}
	for i, r := range s.of(typeRule) {
		if s.property(r.logical, "ScheduleExpression") == nil {
			queries = append(queries, sumOf(fmt.Sprintf("records%d", i), "AWS/Events", "Invocations", "RuleName", r.physical))
		}
	}
	now := d.now()
	answer, err := d.metrics.GetMetricData(ctx, &cloudwatch.GetMetricDataInput{
		MetricDataQueries: queries, StartTime: aws.Time(now.Add(-recordAge)), EndTime: aws.Time(now),
	})
	if err != nil {
		return []diagnosis{unseen("last heartbeat and last record", err)}
	}
	var heartbeat, record time.Time
	for _, result := range answer.MetricDataResults {
		last := &record
		if aws.ToString(result.Id) == "heartbeat" {
			last = &heartbeat
		}
		for i, at := range result.Timestamps {
			if i < len(result.Values) && result.Values[i] > 0 && at.After(*last) {
				*last = at
			}
		}
	}
	return judgePulse(now, heartbeat, record)
}

// period is the width of what is summed up; a time is the beginning of its period.
const period = 5 * time.Minute

func judgePulse(now, heartbeat, record time.Time) []diagnosis {
	var found []diagnosis
	switch {
	case heartbeat.IsZero():
		found = append(found, bad("no heartbeat for %s: the function does not run, or its topic takes nothing. Look at its log", inWords(recordAge)))
	case now.Sub(heartbeat) > heartbeatAge+period:
		found = append(found, bad("the last heartbeat was %s ago: the function does not run, or its topic takes nothing. Look at its log", inWords(now.Sub(heartbeat))))
	default:
		found = append(found, ok("the last heartbeat was within %s", inWords(heartbeatAge+period)))
	}
	if record.IsZero() {
		return append(found, bad("EventBridge has delivered no record for %s. See whether a trail is logging and the rules are as they should be; "+
			"only an account in which nothing happens is so quiet", inWords(recordAge)))
	}
	return append(found, ok("EventBridge delivered the last record within %s", inWords(now.Sub(record)+period)))
}

// inWords is a duration to the minute.
func inWords(d time.Duration) string {
	return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
}

func sumOf(id, namespace, metric, dimension, value string) types.MetricDataQuery {
	return types.MetricDataQuery{Id: aws.String(id), MetricStat: &types.MetricStat{
		Metric: &types.Metric{
			Namespace: aws.String(namespace), MetricName: aws.String(metric),
			Dimensions: []types.Dimension{{Name: aws.String(dimension), Value: aws.String(value)}},
		},
		Period: aws.Int32(int32(period / time.Second)), Stat: aws.String("Sum"),
	}}
}
