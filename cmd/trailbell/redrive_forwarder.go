package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/spf13/cobra"
)

// sending is for how many seconds a message is hidden from others while it is sent on.
const sending = 120

// forward is redrive for the queue of a forwarder. SQS itself moves nothing out of it, since
// EventBridge put the messages there and no other queue, and nobody can put an event of
// AWS's on a bus again. The function takes it from its retry queue all the same.
func (f redriveFlags) forward(cmd *cobra.Command, central redriver) error {
	options := []func(*awsconfig.LoadOptions) error{awsconfig.WithRegion(f.from)}
	if f.profile != "" {
		options = append(options, awsconfig.WithSharedConfigProfile(f.profile))
	}
	conf, err := awsconfig.LoadDefaultConfig(cmd.Context(), options...)
	if err != nil {
		return fmt.Errorf("read the AWS configuration of the forwarder: %w", err)
	}
	c := courier{redriver: newRedriver(conf, f.forwarder, cmd), to: central}
	return c.deliver(cmd.Context(), f.to == "retry")
}

// A courier takes what a forwarder could not send on to the deployment's retry queue.
type courier struct {
	redriver          // of the forwarder
	to       redriver // of the deployment
}

func (c courier) deliver(ctx context.Context, move bool) error {
	queue, err := c.undelivered(ctx)
	if err != nil {
		return err
	}
	if queue.waiting == "0" && queue.inFlight == "0" {
		_, err := fmt.Fprintf(c.out, "Nothing lies in %s.\n", queue.name)
		return err
	}
	if err := c.show(ctx, queue); err != nil {
		return err
	}
	if !move {
		_, err = fmt.Fprintf(c.out, "\nMend the cause, then the same again with --to retry.\n")
		return err
	}
	retry, err := stackOutput(ctx, c.to.stacks, c.to.stack, c.to.region, redriven["retry"])
	if err != nil {
		return err
	}
	sent, err := c.send(ctx, queue, retry)
	if err != nil {
		return fmt.Errorf("after %s that were sent: %w", plural(sent, "message"), err)
	}
	_, err = fmt.Fprintf(c.out, "\nSent %s; the function takes them from the retry queue.\n", plural(sent, "message"))
	return err
}

// undelivered is the forwarder's queue.
func (c courier) undelivered(ctx context.Context) (found deadLetterQueue, err error) {
	found.url, err = stackOutput(ctx, c.stacks, c.stack, c.region, "UndeliveredQueueUrl")
	if err != nil {
		return found, err
	}
	found.name = found.url[strings.LastIndex(found.url, "/")+1:]
	counts, err := c.attributes(ctx, found.url, types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible)
	found.waiting, found.inFlight = counts["ApproximateNumberOfMessages"], counts["ApproximateNumberOfMessagesNotVisible"]
	return found, err
}

// send empties the queue into the other one, and says how many messages it sent. One is
// deleted only when it has been sent, so that an error may leave it in both, which the
// function does not mind, but never in none.
func (c courier) send(ctx context.Context, queue deadLetterQueue, retry string) (int, error) {
	for sent := 0; ; {
		answer, err := c.queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: aws.String(queue.url), MaxNumberOfMessages: maxShown, VisibilityTimeout: sending, WaitTimeSeconds: 1,
		})
		if err != nil {
			return sent, fmt.Errorf("messages of %s could not be taken: %w", queue.name, err)
		}
		if len(answer.Messages) == 0 {
			return sent, nil
		}
		for _, message := range answer.Messages {
			if _, err := c.to.queues.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: aws.String(retry), MessageBody: message.Body}); err != nil {
				return sent, fmt.Errorf("message %s could not be put into the retry queue: %w", aws.ToString(message.MessageId), err)
			}
			sent++
			if _, err := c.queues.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: aws.String(queue.url), ReceiptHandle: message.ReceiptHandle}); err != nil {
				return sent, fmt.Errorf("message %s was sent, and could not be deleted from %s: %w", aws.ToString(message.MessageId), queue.name, err)
			}
		}
		fmt.Fprintf(c.progress, "sent %s\n", plural(sent, "message"))
	}
}
