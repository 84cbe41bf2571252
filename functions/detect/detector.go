package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"trailbell/functions/wiring"
	"trailbell/internal/detection"
	"trailbell/internal/ingest"
	"trailbell/internal/metrics"
	"trailbell/internal/pipeline"
)

// A detector handles one event at a time, as Lambda promises.
type detector struct {
	log      *slog.Logger
	reader   ingest.Reader
	pipeline *pipeline.Pipeline
	retries  retryQueue
	meter    metrics.Meter
	rules    int                 // that were loaded
	untold   []detection.Problem // rules that were refused: told with the first event
	// again are the places that a message may come again for.
	again wiring.Optional
	// learn begins what first-seen rules have to learn, and that lanes are compared. It is nil
	// once it was done.
	learn func(context.Context) error
}

// answer is what the function returns for a bare payload when all went well. Only a
// person who tries the function reads it.
type answer struct {
	Records  int `json:"records"`
	Alerts   int `json:"alerts"`
	Problems int `json:"problems"`
}

// margins are for a few messages, or the rest of one payload.
var margins = wiring.Margins{ForAnswer: 3 * time.Second, ForMore: 5 * time.Second}

// handle takes one payload: a bare one, a batch of messages from the retry queue, or what
// another service hands over. An error makes the service bring all of it again; what Lambda
// was not waited for with, it lays on the retry queue after the last try. The answer for a
// batch names what must come again.
func (d *detector) handle(ctx context.Context, payload json.RawMessage) (any, error) {
	working, cancel := margins.Working(ctx)
	defer cancel()
	messages, isBatch, err := ingest.Messages(payload)
	if isBatch && err == nil {
		return d.batch(working, messages)
	}
	parcel, isParcel, unopened := ingest.Open(payload)
	switch {
	case isParcel && unopened == nil && parcel.Lane == ingest.Stream:
		return d.stream(working, parcel.Items)
	case isParcel && unopened == nil && parcel.Lane == ingest.Transformation:
		return d.transformation(working, parcel.Items)
	}
	where := "Lambda request"
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		where += " " + lc.AwsRequestID
	}
	done := d.deal(working, payload, where, 0)
	d.measure(done)
	err = errors.Join(err, unopened)
	return answer{Records: done.tally.Records, Alerts: done.tally.Alerts, Problems: done.tally.Problems}, errors.Join(err, done.err)
}

// batch deals with each message, and answers for each: what is not named in the answer is
// taken off the queue. A message without an id can't be named, so that the whole batch
// must come again; to name it by nothing would do the same, but by luck.
func (d *detector) batch(ctx context.Context, messages []ingest.Message) (any, error) {
	var total result
	answer := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
	var nameless error
	for i, message := range messages {
		if message.ID == "" {
			nameless = errors.Join(nameless, fmt.Errorf("message %d of the batch has no id", i+1))
		}
		one := d.message(ctx, message, 0)
		total = total.plus(one)
		if !one.done() {
			d.logUndone(message, one)
			answer.BatchItemFailures = append(answer.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: message.ID})
		}
	}
	d.measure(total)
	if nameless != nil {
		return nil, nameless
	}
	return answer, nil
}

// message deals with one message if there is time for it. Depth is how many payloads it is in.
func (d *detector) message(ctx context.Context, message ingest.Message, depth int) result {
	if !margins.More(ctx) {
		return result{err: wiring.ErrTimeRunsOut}
	}
	return d.deal(ctx, []byte(message.Body), message.Where(), depth)
}

// logUndone says why a message stays on the queue, and why it came there: Lambda sees
// neither, because the invocation succeeds.
func (d *detector) logUndone(message ingest.Message, one result) {
	why := one.why()
	d.log.Log(context.Background(), wiring.Level(why), "message stays on the queue", "message", message.ID, "queue", message.Queue, "error", why.Error(), "came_because", message.Why)
}

// measure writes the metrics. That they can't be written costs no alert.
func (d *detector) measure(done result) {
	if err := d.meter.Write(metrics.Run{Tally: done.tally, Rules: d.rules, Heartbeats: done.heartbeats}); err != nil {
		d.log.Warn(err.Error())
	}
}
