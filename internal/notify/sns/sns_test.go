package sns_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/google/go-cmp/cmp"

	"trailbell/internal/notify"
	"trailbell/internal/notify/sns"
)

const topic = "arn:aws:sns:eu-central-1:123456789012:alerts"

// api keeps what it is asked to publish, and answers with err.
type api struct {
	got *awssns.PublishInput
	ctx context.Context
	err error
}

func (a *api) Publish(ctx context.Context, in *awssns.PublishInput, _ ...func(*awssns.Options)) (*awssns.PublishOutput, error) {
	a.ctx, a.got = ctx, in
	if a.err != nil {
		return nil, a.err
	}
	return &awssns.PublishOutput{MessageId: aws.String("1")}, nil
}

func ExampleTopic() {
	fake := &api{}
	err := sns.Topic{API: fake, ARN: topic}.Send(context.Background(), notify.Message{Subject: "HIGH: Trail stopped", Body: "..."})
	fmt.Println(*fake.got.TopicArn, *fake.got.Subject, err)
	// Output: arn:aws:sns:eu-central-1:123456789012:alerts HIGH: Trail stopped <nil>
}

func TestSend(t *testing.T) {
	attributes := []notify.Attribute{{Name: "kind", Value: "alert"}, {Name: "severity_id", Value: "4", Number: true}}
	tests := []struct {
		name    string
		message notify.Message
		subject string // "-" for none
		want    map[string]string
	}{
		{
			"a message with everything",
			notify.Message{Subject: "HIGH: x", Body: "body\n", Attributes: attributes},
			"HIGH: x",
			map[string]string{"kind": "String alert", "severity_id": "Number 4"},
		},
		{
			// SNS refuses an empty subject, and with it the message.
			"no subject is not an empty subject",
			notify.Message{Body: "{}", Attributes: attributes},
			"-",
			map[string]string{"kind": "String alert", "severity_id": "Number 4"},
		},
		{"no attributes", notify.Message{Body: "{}"}, "-", map[string]string{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fake := &api{}
			if err := (sns.Topic{API: fake, ARN: topic}).Send(t.Context(), test.message); err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for name, a := range fake.got.MessageAttributes {
				got[name] = aws.ToString(a.DataType) + " " + aws.ToString(a.StringValue)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("attributes, -want +got:\n%s", diff)
			}
			subject := "-"
			if fake.got.Subject != nil {
				subject = *fake.got.Subject
			}
			if subject != test.subject || *fake.got.Message != test.message.Body || *fake.got.TopicArn != topic {
				t.Errorf("topic %s, subject %s, message %q", *fake.got.TopicArn, subject, *fake.got.Message)
			}
		})
	}
}

func TestAnErrorNamesTheTopic(t *testing.T) {
	throttled := errors.New("Throttled: Rate exceeded")
	err := sns.Topic{API: &api{err: throttled}, ARN: topic}.Send(t.Context(), notify.Message{Body: "secret"})
	if !errors.Is(err, throttled) || err.Error() != "publish to "+topic+": Throttled: Rate exceeded" {
		t.Errorf("error %v", err)
	}
}

func TestAMessageHasADeadlineOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := &api{}
		send := func(ctx context.Context) time.Duration {
			t.Helper()
			start := time.Now()
			if err := (sns.Topic{API: fake, ARN: topic}).Send(ctx, notify.Message{Body: "x"}); err != nil {
				t.Fatal(err)
			}
			deadline, has := fake.ctx.Deadline()
			if !has {
				t.Fatal("there is no deadline")
			}
			return deadline.Sub(start)
		}
		if left := send(t.Context()); left != 15*time.Second {
			t.Errorf("%v for a message", left)
		}
		if fake.ctx.Err() == nil {
			t.Error("the context is not given back")
		}
		sooner, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if left := send(sooner); left != 2*time.Second {
			t.Errorf("%v for a message, where the function has 2s left", left)
		}
	})
}
