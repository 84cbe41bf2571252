package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"trailbell/internal/ingest"
	"trailbell/internal/notify"
	"trailbell/internal/reconcile"
)

const (
	// maxShown is how many messages are shown, and how many SQS hands out at once.
	maxShown = 10
	// looking is for how many seconds a message that is shown is hidden from others.
	looking = 30
	// maxShownText bounds one reason on the terminal.
	maxShownText = 400
)

// show prints what lies in the queue, and the first messages.
func (r redriver) show(ctx context.Context, queue deadLetterQueue) error {
	messages, err := r.peek(ctx, queue)
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "About %s in %s; somebody is looking at %s more.\n", number(queue.waiting), queue.name, queue.inFlight)
	if len(messages) == 0 {
		b.WriteString("None can be seen now. Look again in half a minute.\n")
	} else {
		fmt.Fprintf(&b, "The oldest of the %d below was first queued on %s.\n", len(messages), moment(messages[0]))
	}
	for i, message := range messages {
		fmt.Fprintf(&b, "\n%d. %s\n", i+1, contents(aws.ToString(message.Body)))
		fmt.Fprintf(&b, "   since %s, receive count %s, message %s\n", moment(message), message.Attributes["ApproximateReceiveCount"], aws.ToString(message.MessageId))
		for _, name := range slices.Sorted(maps.Keys(message.MessageAttributes)) {
			reason := aws.ToString(message.MessageAttributes[name].StringValue)
			fmt.Fprintf(&b, "   %s: %s\n", notify.Visible(name, maxShownText), notify.Visible(reason, maxShownText))
		}
	}
	_, err = fmt.Fprint(r.out, b.String())
	return err
}

// peek returns the first messages, oldest first, and lets others have them again.
func (r redriver) peek(ctx context.Context, queue deadLetterQueue) ([]types.Message, error) {
	var messages []types.Message
	for len(messages) < maxShown {
		answer, err := r.queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl:                    aws.String(queue.url),
			MaxNumberOfMessages:         int32(maxShown - len(messages)),
			VisibilityTimeout:           looking,
			WaitTimeSeconds:             1, // any wait makes SQS ask all its servers
			MessageAttributeNames:       []string{"All"},
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		})
		if err != nil {
			return nil, fmt.Errorf("messages of %s could not be looked at: %w", queue.name, err)
		}
		if len(answer.Messages) == 0 {
			break
		}
		messages = append(messages, answer.Messages...)
	}
	slices.SortStableFunc(messages, func(a, b types.Message) int { return cmp.Compare(sent(a), sent(b)) })
	return messages, r.letGo(ctx, queue, messages)
}

// letGo makes messages visible again before their time, so that they can be moved.
func (r redriver) letGo(ctx context.Context, queue deadLetterQueue, messages []types.Message) error {
	if len(messages) == 0 {
		return nil
	}
	in := &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: aws.String(queue.url)}
	for i, message := range messages {
		in.Entries = append(in.Entries, types.ChangeMessageVisibilityBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: message.ReceiptHandle})
	}
	answer, err := r.queues.ChangeMessageVisibilityBatch(ctx, in)
	if err == nil && len(answer.Failed) > 0 {
		err = fmt.Errorf("%s", aws.ToString(answer.Failed[0].Message))
	}
	if err != nil {
		return fmt.Errorf("messages of %s stay hidden for %d seconds: %w", queue.name, looking, err)
	}
	return nil
}

// sent is when a message was first put on a queue, in milliseconds.
func sent(message types.Message) int64 {
	at, _ := strconv.ParseInt(message.Attributes["SentTimestamp"], 10, 64)
	return at
}

func moment(message types.Message) string {
	return time.UnixMilli(sent(message)).UTC().Format("2006-01-02 15:04:05 UTC")
}

func number(count string) string {
	n, err := strconv.Atoi(count)
	if err != nil {
		return "an unknown number of messages"
	}
	return plural(n, "message")
}

// commanded says in a line what a command is.
func commanded(command ingest.Command) string {
	switch {
	case command.Flush != nil && reconcile.Owns(*command.Flush):
		return "comparison of lanes"
	case command.Flush != nil:
		return "follow-up of " + notify.Visible(command.Flush.First, 64)
	case command.Deliver != nil:
		return "message that was not taken by " + notify.Visible(command.Deliver.To, 64)
	}
	return "heartbeat"
}

// contents says in a line what a message is.
func contents(body string) string {
	if command, is := ingest.ParseCommand([]byte(body)); is {
		return commanded(command)
	}
	if rest, is := ingest.ParseResume([]byte(body)); is {
		return notify.Visible("the rest of "+rest.Where(), maxShownText)
	}
	if objects, err := ingest.Objects([]byte(body)); err == nil && len(objects) > 0 {
		return notify.Visible(plural(len(objects), "log file")+", the first is "+objects[0].Where(), maxShownText)
	}
	n, first := 0, ""
	for rec, problem := range (ingest.Reader{}).Records(strings.NewReader(body), "message") {
		if problem != nil {
			return "unreadable: " + notify.Visible(problem.Why, maxShownText)
		}
		if n++; n == 1 {
			first = fmt.Sprintf("%s %s, event %s", rec.EventSource(), rec.EventName(), rec.EventID())
		}
	}
	if n > 1 {
		first = fmt.Sprintf("%d records, the first is %s", n, first)
	}
	return notify.Visible(cmp.Or(first, "no record"), maxShownText)
}
