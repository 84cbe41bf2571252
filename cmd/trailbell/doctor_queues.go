package main

import (
	"context"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// queueARN is the ARN of the queue whose URL is an output.
func (s deployed) queueARN(output string) string {
	address, err := url.Parse(s.outputs[output])
	if err != nil {
		return ""
	}
	return s.arn("sqs", address.Path[strings.LastIndexByte(address.Path, '/')+1:])
}

// watchedQueues are those in which nothing should lie, by the stack's outputs.
var watchedQueues = []struct {
	what, output, meaning string
	optional              bool // is not in every deployment
}{
	{
		what: "retry queue", output: "RetryQueueUrl",
		meaning: "they come late, or not at all. A message that has just come is no fault: look again in a minute, then at the function's log",
	},
	{
		what: "dead-letter queue", output: "DeadLetterQueueUrl",
		meaning: "nobody was told what they mean. Mend what the function's log names, then redrive the queue (aws sqs start-message-move-task)",
	},
	{
		what: "dead-letter queue of log files", output: "LogFilesDeadLetterQueueUrl", optional: true,
		meaning: "nobody saw the records of the files that they name. Mend what the function's log names, then: trailbell redrive --queue logfiles --to retry",
	},
}

// examineQueues says whether something lies in a queue that nobody takes out.
func (d doctor) examineQueues(ctx context.Context, s deployed) []diagnosis {
	var found []diagnosis
	for _, queue := range watchedQueues {
		if s.outputs[queue.output] == "" && queue.optional {
			continue
		}
		answer, err := d.queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
			QueueUrl:       aws.String(s.outputs[queue.output]),
			AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameApproximateNumberOfMessages},
		})
		if err != nil {
			found = append(found, unseen(queue.what, err))
			continue
		}
		count := answer.Attributes[string(types.QueueAttributeNameApproximateNumberOfMessages)]
		if count != "0" {
			found = append(found, bad("%s: messages that wait: %s; %s", queue.what, count, queue.meaning))
		} else {
			found = append(found, ok("%s: nothing waits", queue.what))
		}
	}
	return found
}

// examineTable says whether the function can remember, and forgets.
func (d doctor) examineTable(ctx context.Context, s deployed) []diagnosis {
	name := s.outputs["StateTableName"]
	what := "state table " + name
	table, err := d.tables.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(name)})
	if err != nil {
		return []diagnosis{unseen(what, err)}
	}
	if status := table.Table.TableStatus; status != dynamodbtypes.TableStatusActive && status != dynamodbtypes.TableStatusUpdating {
		return []diagnosis{bad("%s is in the state %s: alerts may come twice, and rules that count are blind. Deploy again", what, status)}
	}
	forgets, err := d.tables.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: aws.String(name)})
	if err != nil {
		return []diagnosis{unseen("expiry of "+what, err)}
	}
	ttl := forgets.TimeToLiveDescription
	if ttl == nil || aws.ToString(ttl.AttributeName) != "ttl" ||
		ttl.TimeToLiveStatus != dynamodbtypes.TimeToLiveStatusEnabled && ttl.TimeToLiveStatus != dynamodbtypes.TimeToLiveStatusEnabling {
		return []diagnosis{bad("%s never forgets: its expiry by the attribute ttl is off, and it grows. Deploy again", what)}
	}
	return []diagnosis{ok("%s is active and forgets", what)}
}
