// Package sns publishes messages to SNS topics. It knows nothing of what they say.
package sns

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"trailbell/internal/notify"
)

// timeout is for one message with all its tries. It leaves room for the others of a
// record within the function's time.
const timeout = 15 * time.Second

// An API is what is used of SNS.
type API interface {
	Publish(ctx context.Context, in *sns.PublishInput, opts ...func(*sns.Options)) (*sns.PublishOutput, error)
}

// A Topic publishes to one SNS topic. It is safe for concurrent use.
type Topic struct {
	API API
	ARN string
}

// Send publishes the message. A nil error means that SNS has taken it, not that a
// subscriber has got it.
func (t Topic) Send(ctx context.Context, message notify.Message) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	in := &sns.PublishInput{
		TopicArn:          aws.String(t.ARN),
		Message:           aws.String(message.Body),
		MessageAttributes: map[string]types.MessageAttributeValue{},
	}
	if message.Subject != "" {
		in.Subject = aws.String(message.Subject)
	}
	for _, a := range message.Attributes {
		kind := "String"
		if a.Number {
			kind = "Number"
		}
		in.MessageAttributes[a.Name] = types.MessageAttributeValue{DataType: aws.String(kind), StringValue: aws.String(a.Value)}
	}
	if _, err := t.API.Publish(ctx, in); err != nil {
		return fmt.Errorf("publish to %s: %w", t.ARN, err)
	}
	return nil
}
