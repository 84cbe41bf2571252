package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"runtime/debug"
	"strings"

	"trailbell/functions/wiring"
	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ingest"
	"trailbell/internal/pipeline"
)

// maxLogged is how much of a payload with a problem is kept in the log.
const maxLogged = 200_000

// A result is what became of a payload or a message.
type result struct {
	tally      pipeline.Tally
	heartbeats int
	// unread counts what could not be read. Somebody was told, but it was not evaluated.
	unread int
	// err is why somebody may not have been told of something.
	err error
}

// done says whether a message may be taken off the queue. One that can't be read stays:
// it goes round until the queue's own dead-letter queue takes it, where it can be looked
// at, and an alarm rings.
func (r result) done() bool { return r.err == nil && r.unread == 0 }

// why is why one that is not done must come again.
func (r result) why() error {
	if r.err == nil {
		return errors.New("it could not be read")
	}
	return r.err
}

func (r result) plus(other result) result {
	return result{
		tally:      r.tally.Plus(other.tally),
		heartbeats: r.heartbeats + other.heartbeats,
		unread:     r.unread + other.unread,
		err:        errors.Join(r.err, other.err),
	}
}

// maxDepth is how many batches and failed invocations are opened that stand inside each
// other. What is deeper is read for records, which goes no deeper than a few more.
const maxDepth = 6

// deal deals with a bare payload, with the body of a message, or with what a function was
// called with in vain. What panics is told like any problem, and takes no other message with
// it. Depth is how many payloads this one is in.
func (d *detector) deal(ctx context.Context, payload []byte, where string, depth int) (done result) {
	defer func() {
		if v := recover(); v != nil {
			done = done.plus(d.crashed(ctx, where, v))
		}
		if done.tally.Problems > 0 {
			d.log.Warn("payload with a problem", "where", where, "bytes", len(payload),
				"payload", strings.ToValidUTF8(string(payload[:min(len(payload), maxLogged)]), "\uFFFD"))
		}
	}()
	done = d.tellRefused(ctx)
	if command, is := ingest.ParseCommand(payload); is {
		return done.plus(d.follow(ctx, command))
	}
	messages, failed := boxed(payload)
	if depth >= maxDepth || messages == nil && failed == nil {
		return done.plus(d.records(ctx, d.reader.Records(bytes.NewReader(payload), where), where))
	}
	for _, message := range messages {
		done = done.plus(d.message(ctx, message, depth+1))
	}
	for _, item := range failed {
		done = done.plus(d.deal(ctx, item.Body, where+", "+item.Where, depth+1))
	}
	return done
}

// boxed takes out what may hold commands of trailbell's own: a batch on the queue, which is
// one that somebody invoked the function with in vain, and what Lambda sends to a destination
// for failures. Commands that come by a log group, a stream or a topic are never followed,
// because more people write there.
func boxed(payload []byte) (messages []ingest.Message, failed []ingest.Item) {
	messages, isBatch, err := ingest.Messages(payload)
	if isBatch && err == nil {
		return messages, nil
	}
	parcel, isParcel, err := ingest.Open(payload)
	if !isParcel || err != nil || parcel.Lane != ingest.Failed {
		return nil, nil
	}
	for _, item := range parcel.Items {
		if item.Err != nil {
			return nil, nil
		}
	}
	return nil, parcel.Items
}

// tellRefused tells of rules that were refused at start, until it has worked once.
func (d *detector) tellRefused(ctx context.Context) (done result) {
	if len(d.untold) == 0 {
		return result{}
	}
	done.tally, done.err = d.pipeline.Run(ctx, problems(d.untold...))
	if done.err == nil {
		d.untold = nil
	}
	return done
}

// records takes all records of a payload through the pipeline, as far as there is time.
func (d *detector) records(ctx context.Context, found iter.Seq2[cloudtrail.Record, *detection.Problem], where string) (done result) {
	var stopped error
	records := func(yield func(cloudtrail.Record, *detection.Problem) bool) {
		for rec, problem := range found {
			if !margins.More(ctx) {
				stopped = fmt.Errorf("%s: %w", where, wiring.ErrTimeRunsOut)
				return
			}
			if problem != nil && !evaluated(*problem) {
				done.unread++
			}
			if !yield(rec, problem) {
				return
			}
		}
	}
	tally, err := d.pipeline.Run(ctx, records)
	done.tally, done.err = tally, errors.Join(err, stopped)
	return done
}

// evaluated tells a problem with a record that was evaluated all the same from one that
// stands in a record's place: of that no id is known.
func evaluated(problem detection.Problem) bool { return problem.EventID != "" }

// follow does what a command says.
func (d *detector) follow(ctx context.Context, command ingest.Command) (done result) {
	switch {
	case command.Flush != nil:
		done.tally, done.err = d.pipeline.Flush(ctx, *command.Flush)
	case command.Deliver != nil:
		done.err = d.again.Again(ctx, *command.Deliver)
	default:
		return d.heartbeat(ctx)
	}
	return done
}

// heartbeat shows that a record leads to an alert. Neither is counted among the real ones.
func (d *detector) heartbeat(ctx context.Context) (done result) {
	d.startLearning(ctx)
	rec, err := d.reader.Heartbeat()
	if err != nil {
		return result{err: fmt.Errorf("heartbeat: %w", err)}
	}
	tally, err := d.pipeline.Process(ctx, rec)
	if err == nil && tally.Alerts == 0 {
		err = errors.New("the heartbeat's rule did not fire")
	}
	if err != nil {
		done.err = fmt.Errorf("heartbeat: %w", err)
	} else {
		done.heartbeats = 1
	}
	tally.Records, tally.Unfinished, tally.Alerts, tally.BySeverity = 0, 0, 0, pipeline.Tally{}.BySeverity
	done.tally = tally
	return done
}

// startLearning has first-seen rules learn and lanes be compared from now on, and not from
// the first finding.
// The next heartbeat tries again where it fails.
func (d *detector) startLearning(ctx context.Context) {
	if d.learn == nil {
		return
	}
	if err := d.learn(ctx); err != nil {
		d.log.Warn("not everything that learns has begun", "error", err.Error())
		return
	}
	d.learn = nil
}

// crashed tells of what panicked outside the pipeline's own guard. What tells may be what
// panicked.
func (d *detector) crashed(ctx context.Context, where string, v any) (done result) {
	d.log.Error("panic", "where", where, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
	done.err = fmt.Errorf("%s: panic: %v", where, v)
	defer func() {
		if again := recover(); again != nil {
			d.log.Error("panic while telling of a panic", slog.Any("panic", again))
		}
	}()
	tally, err := d.pipeline.Run(ctx, problems(detection.Problem{
		What: "trailbell crashed on a payload", Why: fmt.Sprintf("panic: %v", v), Where: where, Severity: detection.High,
	}))
	return done.plus(result{tally: tally, err: err})
}

// problems yields problems as a payload would.
func problems(list ...detection.Problem) iter.Seq2[cloudtrail.Record, *detection.Problem] {
	return func(yield func(cloudtrail.Record, *detection.Problem) bool) {
		for _, problem := range list {
			if !yield(cloudtrail.Record{}, &problem) {
				return
			}
		}
	}
}
