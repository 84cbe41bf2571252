// Package sqs is the timer of follow-ups: a message to a queue that comes back when the
// delay is over. It knows nothing of windows, and nothing of who reads the queue.
package sqs

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"trailbell/internal/detection"
)

// MaxDelay is the longest delay of a message (API reference of SQS, SendMessage,
// DelaySeconds).
const MaxDelay = 900 * time.Second

// timeout is for one message with all its tries. The alert that it belongs to waits.
const timeout = 5 * time.Second

// An API is what is used of SQS.
type API interface {
	SendMessage(ctx context.Context, in *sqs.SendMessageInput, opts ...func(*sqs.Options)) (*sqs.SendMessageOutput, error)
}

// A Timer brings flushes back by way of a queue, at least once. It is safe for concurrent
// use.
type Timer struct {
	API      API
	QueueURL string
	Log      *slog.Logger
}

// After has the flush come back when the delay is over, in whole seconds, rounded up. A
// delay that is longer than [MaxDelay] is cut to it, and the log says so.
func (t Timer) After(ctx context.Context, delay time.Duration, flush detection.Flush) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if delay > MaxDelay {
		t.Log.Warn("a follow-up comes sooner than it should", "after", delay.String(), "comes_after", MaxDelay.String(), "window", flush.Window)
	}
	body, err := json.Marshal(command{Trailbell: "flush", Window: flush.Window, First: flush.First})
	if err != nil {
		return fmt.Errorf("write follow-up of %s: %w", flush.First, err)
	}
	_, err = t.API.SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl:     aws.String(t.QueueURL),
		MessageBody:  aws.String(string(body)),
		DelaySeconds: seconds(delay),
	})
	if err != nil {
		return fmt.Errorf("put follow-up of %s into %s: %w", flush.First, t.QueueURL, err)
	}
	return nil
}

// command is the message, as the function that reads the queue knows it.
type command struct {
	Trailbell string `json:"trailbell"`
	Window    string `json:"window"`
	First     string `json:"first"`
}

// seconds is a delay as SQS takes it.
func seconds(delay time.Duration) int32 {
	delay = min(max(delay, 0), MaxDelay)
	return int32((delay + time.Second - 1) / time.Second)
}
