package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/spf13/cobra"
)

// redriveFlags are what the command is told.
type redriveFlags struct {
	stackFlags
	to, of                   string
	forwarder, from, profile string
}

func newRedriveCommand() *cobra.Command {
	var f redriveFlags
	var list bool
	cmd := &cobra.Command{
		Use:   "redrive",
		Short: "Show what could not be delivered, and have it tried again",
		Long: `Show what lies in the dead-letter queue of a deployment, with the reasons that AWS and
the function gave, and move it back to the retry queue, from where the function
takes it. Nothing is moved without --to retry, and nothing is ever lost. What
is shown can't be seen by others for up to half a minute.

With --forwarder it is the queue of a forwarder, of whatever account and region, whose
records could not be sent on.

Exit codes: 0 done; 1 something could not be looked at or moved; 2 wrong use.`,
		Example: `  trailbell redrive --stack trailbell --region eu-central-1
  trailbell redrive --stack trailbell --region eu-central-1 --to retry
  trailbell redrive --stack trailbell --region eu-central-1 --queue logfiles --to retry
  trailbell redrive --stack trailbell --region eu-central-1 --forwarder trailbell-forwarder --from us-east-1 --to retry`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	f.register(cmd)
	cmd.Flags().StringVar(&f.to, "to", "", "move the messages: retry (the retry queue) is the only place")
	cmd.Flags().StringVar(&f.of, "queue", "retry", "whose dead letters: retry (the retry queue), or logfiles (the queue of log files, to which they are moved back)")
	cmd.Flags().StringVar(&f.forwarder, "forwarder", "", "name of a forwarder's stack, instead of --queue")
	cmd.Flags().StringVar(&f.from, "from", "", "region of the forwarder")
	cmd.Flags().StringVar(&f.profile, "profile", "", "profile of the AWS configuration for the forwarder's account (default: the same credentials)")
	cmd.Flags().BoolVar(&list, "list", false, "only show what is there (the default)")
	cmd.MarkFlagsMutuallyExclusive("to", "list")
	cmd.MarkFlagsMutuallyExclusive("forwarder", "queue")
	cmd.MarkFlagsRequiredTogether("forwarder", "from")
	return cmd
}

func (f redriveFlags) run(cmd *cobra.Command) error {
	if cmd.Flags().Changed("to") && f.to != "retry" {
		return usage("--to %q: messages can be moved to retry only", f.to)
	}
	output, known := redriven[f.of]
	if !known {
		return usage("--queue %q: it is retry or logfiles", f.of)
	}
	if f.profile != "" && f.forwarder == "" {
		return usage("--profile is for the account of a --forwarder")
	}
	conf, err := f.configuration(cmd)
	if err != nil {
		return err
	}
	r := newRedriver(conf, f.stack, cmd)
	r.output = output
	if f.forwarder == "" {
		err = r.redrive(cmd.Context(), f.to == "retry")
	} else {
		err = f.forward(cmd, r)
	}
	if err != nil {
		return exit{exitProblem, err}
	}
	return nil
}

// newRedriver is one for a stack in the configuration's account and region.
func newRedriver(conf aws.Config, stack string, cmd *cobra.Command) redriver {
	return redriver{
		stacks: cloudformation.NewFromConfig(conf), queues: sqs.NewFromConfig(conf),
		stack: stack, region: conf.Region, out: cmd.OutOrStdout(), progress: cmd.ErrOrStderr(), pause: time.Second,
	}
}

// redriven are the queues whose dead letters can be moved back, by the stack's outputs.
var redriven = map[string]string{"retry": "RetryQueueUrl", "logfiles": "LogFilesQueueUrl"}

// A redriver moves what could not be delivered back to where it is tried again.
type redriver struct {
	stacks        *cloudformation.Client
	queues        *sqs.Client
	stack, region string
	output        string // of the stack, which names the queue; empty for the retry queue
	out, progress io.Writer
	pause         time.Duration // between two looks at how far the moving is
}

// A deadLetterQueue is the queue behind the retry queue.
type deadLetterQueue struct {
	name, arn, url string
	retry          string // ARN of the retry queue
	waiting        string // how many messages, about
	inFlight       string // how many that somebody is looking at
}

func (r redriver) redrive(ctx context.Context, move bool) error {
	queue, err := r.deadLetterQueue(ctx)
	if err != nil {
		return err
	}
	if queue.waiting == "0" && queue.inFlight == "0" {
		_, err := fmt.Fprintf(r.out, "Nothing lies in %s.\n", queue.name)
		return err
	}
	if err := r.show(ctx, queue); err != nil {
		return err
	}
	if move {
		return r.move(ctx, queue)
	}
	of := ""
	if r.output == redriven["logfiles"] {
		of = " --queue logfiles"
	}
	_, err = fmt.Fprintf(r.out, "\nMend the cause, then: trailbell redrive --stack %s --region %s%s --to retry\n", r.stack, r.region, of)
	return err
}

// deadLetterQueue finds the queue that the retry queue names as its own.
func (r redriver) deadLetterQueue(ctx context.Context) (found deadLetterQueue, err error) {
	retryURL, err := stackOutput(ctx, r.stacks, r.stack, r.region, cmp.Or(r.output, redriven["retry"]))
	if err != nil {
		return found, err
	}
	retry, err := r.attributes(ctx, retryURL, types.QueueAttributeNameQueueArn, types.QueueAttributeNameRedrivePolicy)
	if err != nil {
		return found, err
	}
	var policy struct {
		Target string `json:"deadLetterTargetArn"`
	}
	if err := json.Unmarshal([]byte(retry["RedrivePolicy"]), &policy); err != nil || policy.Target == "" {
		return found, fmt.Errorf("queue %s has no dead-letter queue", retryURL)
	}
	found = deadLetterQueue{arn: policy.Target, name: policy.Target[strings.LastIndex(policy.Target, ":")+1:], retry: retry["QueueArn"]}
	answer, err := r.queues.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String(found.name)})
	if err != nil {
		return found, fmt.Errorf("dead-letter queue %s could not be found: %w", found.name, err)
	}
	found.url = aws.ToString(answer.QueueUrl)
	counts, err := r.attributes(ctx, found.url, types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible)
	found.waiting, found.inFlight = counts["ApproximateNumberOfMessages"], counts["ApproximateNumberOfMessagesNotVisible"]
	return found, err
}

func (r redriver) attributes(ctx context.Context, url string, names ...types.QueueAttributeName) (map[string]string, error) {
	answer, err := r.queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: aws.String(url), AttributeNames: names})
	if err != nil {
		return nil, fmt.Errorf("queue %s could not be looked at: %w", url, err)
	}
	return answer.Attributes, nil
}

// move has SQS move everything, and waits until it has. SQS moves only what came from
// another queue as its dead letters; see StartMessageMoveTask in its API reference.
func (r redriver) move(ctx context.Context, queue deadLetterQueue) error {
	before, err := r.lastMove(ctx, queue)
	if err != nil {
		return err
	}
	_, err = r.queues.StartMessageMoveTask(ctx, &sqs.StartMessageMoveTaskInput{SourceArn: aws.String(queue.arn), DestinationArn: aws.String(queue.retry)})
	if err != nil {
		return fmt.Errorf("messages of %s could not be moved: %w", queue.name, err)
	}
	for {
		task, err := r.lastMove(ctx, queue)
		if err != nil {
			return fmt.Errorf("messages are being moved, but: %w", err)
		}
		if task.StartedTimestamp != before.StartedTimestamp {
			if over, err := r.judgeMove(task); over {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return errors.New("stopped looking; SQS goes on moving the messages")
		case <-time.After(r.pause):
		}
	}
}

// lastMove is the latest moving out of the queue, and nothing where there never was one.
// SQS may need a moment to know of one that has just begun.
func (r redriver) lastMove(ctx context.Context, queue deadLetterQueue) (types.ListMessageMoveTasksResultEntry, error) {
	answer, err := r.queues.ListMessageMoveTasks(ctx, &sqs.ListMessageMoveTasksInput{SourceArn: aws.String(queue.arn)})
	if err != nil {
		return types.ListMessageMoveTasksResultEntry{}, fmt.Errorf("what is moved out of %s could not be looked at: %w", queue.name, err)
	}
	if len(answer.Results) == 0 {
		return types.ListMessageMoveTasksResultEntry{}, nil
	}
	return answer.Results[0], nil
}

// judgeMove tells how far the moving is, and whether it is over.
func (r redriver) judgeMove(task types.ListMessageMoveTasksResultEntry) (over bool, err error) {
	moved := fmt.Sprintf("%d of about %d", task.ApproximateNumberOfMessagesMoved, aws.ToInt64(task.ApproximateNumberOfMessagesToMove))
	switch status := aws.ToString(task.Status); status {
	case "COMPLETED":
		_, err = fmt.Fprintf(r.out, "\nMoved %s; the function takes them from the retry queue. What fails again comes back here after 20 tries.\n",
			plural(int(task.ApproximateNumberOfMessagesMoved), "message"))
		return true, err
	case "FAILED", "CANCELLED":
		return true, fmt.Errorf("moving ended as %s after %s messages: %s", status, moved, aws.ToString(task.FailureReason))
	default:
		fmt.Fprintf(r.progress, "moved %s messages\n", moved)
		return false, nil
	}
}
