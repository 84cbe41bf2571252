package main

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// examineFunction says whether the function runs at all.
func (d doctor) examineFunction(ctx context.Context, s deployed) []diagnosis {
	name := s.named("DetectFunction")
	what := "function " + name
	f, err := d.functions.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: aws.String(name)})
	if err != nil {
		return []diagnosis{unseen(what, err)}
	}
	limit, err := d.functions.GetFunctionConcurrency(ctx, &lambda.GetFunctionConcurrencyInput{FunctionName: aws.String(name)})
	if err != nil {
		return []diagnosis{unseen("concurrency of "+what, err)}
	}
	return []diagnosis{judgeFunction(what, *f, limit.ReservedConcurrentExecutions)}
}

// judgeFunction says what keeps the function from running. A function that was not
// called for weeks is Inactive, which Lambda ends by itself.
func judgeFunction(what string, f lambda.GetFunctionConfigurationOutput, reserved *int32) diagnosis {
	switch {
	case reserved != nil && *reserved == 0:
		return bad("%s is switched off: its reserved concurrency is 0. Deploy again, and ask who changed it", what)
	case f.State == types.StateFailed:
		return bad("%s can't run: %s. Deploy again", what, aws.ToString(f.StateReason))
	case f.LastUpdateStatus == types.LastUpdateStatusFailed:
		return bad("%s runs as it was before the last update, which failed: %s. Deploy again", what, aws.ToString(f.LastUpdateStatusReason))
	case f.DeadLetterConfig == nil || aws.ToString(f.DeadLetterConfig.TargetArn) == "":
		return bad("%s keeps no event that it fails on: its dead-letter queue was taken away. Deploy again", what)
	}
	return ok("%s runs", what)
}

// examinePermission says whether EventBridge may start the function by each rule.
func (d doctor) examinePermission(ctx context.Context, s deployed) []diagnosis {
	name := s.named("DetectFunction")
	what := "policy of function " + name
	answer, err := d.functions.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: aws.String(name)})
	var none *types.ResourceNotFoundException
	if err != nil && !errors.As(err, &none) {
		return []diagnosis{unseen(what, err)}
	}
	policy := ""
	if answer != nil {
		policy = aws.ToString(answer.Policy)
	}
	var missing []string
	for _, r := range s.of(typeRule) {
		if !strings.Contains(policy, `"`+s.arn("events", "rule/"+r.physical)+`"`) {
			missing = append(missing, r.physical)
		}
	}
	if len(missing) > 0 {
		return []diagnosis{bad("%s does not let %s start it. Deploy again, and ask who changed it", what, strings.Join(missing, ", "))}
	}
	return []diagnosis{ok("%s lets each rule start it", what)}
}

// examineMapping says whether messages of the retry queue go to the function.
func (d doctor) examineMapping(ctx context.Context, s deployed) []diagnosis {
	const what = "event source mapping of the retry queue"
	answer, err := d.functions.ListEventSourceMappings(ctx, &lambda.ListEventSourceMappingsInput{
		FunctionName: aws.String(s.named("DetectFunction")), EventSourceArn: aws.String(s.queueARN("RetryQueueUrl")),
	})
	if err != nil {
		return []diagnosis{unseen(what, err)}
	}
	for _, mapping := range answer.EventSourceMappings {
		switch state := aws.ToString(mapping.State); state {
		case "Enabled", "Enabling", "Updating", "Creating":
			return []diagnosis{ok("%s is enabled", what)}
		default:
			return []diagnosis{bad("%s is in the state %s: failed events and follow-ups stay in the queue. "+
				"Enable it (aws lambda update-event-source-mapping --enabled --uuid %s)", what, state, aws.ToString(mapping.UUID))}
		}
	}
	return []diagnosis{bad("%s is not there any more: failed events and follow-ups stay in the queue. Deploy again", what)}
}
