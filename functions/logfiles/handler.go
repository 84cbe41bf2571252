package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"trailbell/functions/wiring"
	"trailbell/internal/archive"
	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ingest"
	"trailbell/internal/metrics"
	"trailbell/internal/pipeline"
)

// A handler handles one batch at a time, as Lambda promises.
type handler struct {
	log      *slog.Logger
	reader   ingest.Reader
	pipeline *pipeline.Pipeline
	meter    metrics.Meter
	rules    int                 // that were loaded
	untold   []detection.Problem // rules that were refused: told with the first message
	objects  archive.Bucket
	// rest puts what there was no time for into the function's own queue.
	rest    func(context.Context, ingest.Resume) error
	allowed allowed
}

// errUnread is of a message that nobody will ever be able to read: it goes round until
// the dead-letter queue takes it, where it can be looked at, and an alarm rings.
var errUnread = errors.New("it could not be read, or was refused")

// handle takes a batch of messages and names those that must come again.
func (h *handler) handle(ctx context.Context, payload json.RawMessage) (any, error) {
	working, cancel := margins.Working(ctx)
	defer cancel()
	messages, isBatch, err := ingest.Messages(payload)
	if !isBatch || err != nil {
		return nil, errors.Join(errors.New("this function takes batches from its queue only"), err)
	}
	var total pipeline.Tally
	answer := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
	var nameless error
	for i, message := range messages {
		if message.ID == "" { // to name it by nothing would bring all again by luck
			nameless = errors.Join(nameless, fmt.Errorf("message %d of the batch has no id", i+1))
		}
		tally, err := h.message(working, message)
		total = total.Plus(tally)
		if err != nil {
			h.logUndone(message, err)
			answer.BatchItemFailures = append(answer.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: message.ID})
		}
	}
	if err := h.meter.Write(metrics.Run{Tally: total, Rules: h.rules}); err != nil {
		h.log.Warn(err.Error())
	}
	if nameless != nil {
		return nil, nameless
	}
	return answer, nil
}

// margins are for the rest of a file, which is handed over before the answer.
var margins = wiring.Margins{ForAnswer: 5 * time.Second, ForMore: 10 * time.Second}

// logUndone says why a message stays on the queue: Lambda does not see it, because the
// invocation succeeds.
func (h *handler) logUndone(message ingest.Message, why error) {
	h.log.Log(context.Background(), wiring.Level(why), "message stays on the queue", "message", message.ID, "queue", message.Queue, "error", why.Error())
}

// message deals with one message if there is time for it. What panics is told like any
// problem, and takes no other message with it.
func (h *handler) message(ctx context.Context, message ingest.Message) (tally pipeline.Tally, err error) {
	if !margins.More(ctx) {
		return tally, wiring.ErrTimeRunsOut
	}
	defer func() {
		if v := recover(); v != nil {
			h.log.Error("panic", "where", message.Where(), "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			told, tellErr := h.tell(ctx, detection.Problem{
				What: "trailbell crashed on a message", Why: fmt.Sprintf("panic: %v", v), Where: message.Where(), Severity: detection.High,
			})
			tally, err = tally.Plus(told), errors.Join(fmt.Errorf("%s: panic: %v", message.Where(), v), tellErr)
		}
	}()
	if tally, err = h.tell(ctx, h.untold...); err != nil {
		return tally, err
	}
	h.untold = nil
	asked, err := parts([]byte(message.Body))
	if err != nil {
		told, tellErr := h.tell(ctx, detection.Problem{
			What: "Notification of a log file could not be read", Why: err.Error(), Where: message.Where(), Severity: detection.High,
		})
		return tally.Plus(told), errors.Join(errUnread, tellErr)
	}
	done, err := h.files(ctx, asked)
	return tally.Plus(done), err
}

// parts are what a message asks for: a part of one file, or whole ones.
func parts(body []byte) ([]ingest.Resume, error) {
	if rest, is := ingest.ParseResume(body); is {
		return []ingest.Resume{rest}, nil
	}
	objects, err := ingest.Objects(body)
	var asked []ingest.Resume
	for _, o := range objects {
		asked = append(asked, ingest.Resume{Object: o, ETag: "any"})
	}
	return asked, err
}

// files deals with each file of a message, whatever becomes of the others. What there is
// no time for gets a message of its own, so that not all begins anew.
func (h *handler) files(ctx context.Context, asked []ingest.Resume) (tally pipeline.Tally, err error) {
	var errs []error
	for i, part := range asked {
		if i > 0 && !margins.More(ctx) {
			errs = append(errs, h.rest(ctx, part))
			continue
		}
		done, err := h.file(ctx, part)
		tally = tally.Plus(done)
		errs = append(errs, err)
	}
	return tally, errors.Join(errs...)
}

// file reads one file, if it may be read.
func (h *handler) file(ctx context.Context, part ingest.Resume) (pipeline.Tally, error) {
	verdict, account := h.allowed.judge(part.Object)
	switch {
	case verdict.refused():
		tally, err := h.tell(ctx, detection.Problem{
			What: "Log file was refused", Why: string(verdict), Where: part.Where(), Severity: detection.High, Account: account,
		})
		return tally, errors.Join(fmt.Errorf("%s: %s: %w", part.Where(), verdict, errUnread), err)
	case verdict != readIt:
		h.log.Debug("not read", "why", string(verdict), "object", part.Where())
		return pipeline.Tally{}, nil
	}
	object, err := h.objects.Open(ctx, part.Bucket, part.Key)
	if errors.Is(err, archive.ErrDenied) {
		tally, tellErr := h.tell(ctx, detection.Problem{
			What: "Log file could not be opened", Why: err.Error(), Where: part.Where(), Severity: detection.High, Account: account,
		})
		return tally, errors.Join(err, tellErr)
	}
	if err != nil {
		return pipeline.Tally{}, err
	}
	defer func() { _ = object.Close() }() // all that is wanted of it was read
	if part.From > 0 && part.ETag != object.ETag {
		h.log.Warn("another file lies there by now, and is read from its beginning", "object", part.Where())
		part.From, part.Until = 0, 0
	}
	part.ETag = object.ETag
	return h.read(ctx, part, object)
}

// tell tells of problems, each whatever becomes of the others.
func (h *handler) tell(ctx context.Context, problems ...detection.Problem) (pipeline.Tally, error) {
	return h.pipeline.Run(ctx, func(yield func(cloudtrail.Record, *detection.Problem) bool) {
		for _, problem := range problems {
			if !yield(cloudtrail.Record{}, &problem) {
				return
			}
		}
	})
}
