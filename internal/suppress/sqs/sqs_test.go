package sqs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"

	"trailbell/internal/detection"
	"trailbell/internal/suppress"
	"trailbell/internal/suppress/sqs"
)

const queue = "https://sqs.eu-central-1.amazonaws.com/123456789012/retry"

var _ suppress.Timer = sqs.Timer{}

// api is a fake of SQS that keeps the last message.
type api struct {
	last *awssqs.SendMessageInput
	err  error
	hang bool
}

func (a *api) SendMessage(ctx context.Context, in *awssqs.SendMessageInput, _ ...func(*awssqs.Options)) (*awssqs.SendMessageOutput, error) {
	a.last = in
	if a.hang {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return &awssqs.SendMessageOutput{}, a.err
}

func ExampleTimer_After() {
	fake := &api{}
	timer := sqs.Timer{API: fake, QueueURL: "https://sqs.eu-central-1.amazonaws.com/123456789012/retry", Log: slog.New(slog.DiscardHandler)}
	err := timer.After(context.Background(), 15*time.Minute, detection.Flush{Window: "G#1", First: "ae23"})
	fmt.Println(err, fake.last.DelaySeconds, *fake.last.MessageBody)
	// Output:
	// <nil> 900 {"trailbell":"flush","window":"G#1","first":"ae23"}
}

func TestDelays(t *testing.T) {
	tests := []struct {
		name  string
		delay time.Duration
		want  int32
		said  bool
	}{
		{"at once", 0, 0, false},
		{"in the past is at once", -time.Minute, 0, false},
		{"a whole second", time.Second, 1, false},
		{"a part of a second is rounded up", time.Second + time.Nanosecond, 2, false},
		{"the longest", 15 * time.Minute, 900, false},
		{"just below the longest", 15*time.Minute - time.Nanosecond, 900, false},
		{"longer is cut, and said", 15*time.Minute + time.Nanosecond, 900, true},
		{"a day is cut, and said", 24 * time.Hour, 900, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			fake := &api{}
			timer := sqs.Timer{API: fake, QueueURL: queue, Log: slog.New(slog.NewTextHandler(&log, nil))}
			if err := timer.After(t.Context(), tt.delay, detection.Flush{Window: "w", First: "f"}); err != nil {
				t.Fatal(err)
			}
			if fake.last.DelaySeconds != tt.want || aws.ToString(fake.last.QueueUrl) != queue {
				t.Errorf("%d seconds in %s, want %d", fake.last.DelaySeconds, aws.ToString(fake.last.QueueUrl), tt.want)
			}
			if said := strings.Contains(log.String(), "comes sooner"); said != tt.said {
				t.Errorf("the log says %q", &log)
			}
		})
	}
}

func TestAFailureIsAnErrorThatNamesTheQueue(t *testing.T) {
	timer := sqs.Timer{API: &api{err: errors.New("the queue is gone")}, QueueURL: queue, Log: slog.New(slog.DiscardHandler)}
	err := timer.After(t.Context(), time.Minute, detection.Flush{Window: "w", First: "f1"})
	if err == nil || !strings.Contains(err.Error(), queue) || !strings.Contains(err.Error(), "the queue is gone") || !strings.Contains(err.Error(), "f1") {
		t.Errorf("error %v", err)
	}
}

func TestAQueueThatDoesNotAnswerHoldsTheAlertUpForSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		timer := sqs.Timer{API: &api{hang: true}, QueueURL: queue, Log: slog.New(slog.DiscardHandler)}
		begin := time.Now()
		err := timer.After(t.Context(), time.Minute, detection.Flush{Window: "w", First: "f"})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) > 5*time.Second {
			t.Errorf("%v after %s", err, time.Since(begin))
		}
	})
}
