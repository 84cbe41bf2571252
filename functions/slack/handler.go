package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"trailbell/internal/notify/slack"
	"trailbell/internal/notify/slack/poster"
)

const (
	// onePost is for one message with all its tries.
	onePost = 25 * time.Second
	// spare is for what has to be said after a message, before Lambda ends the function.
	spare = 3 * time.Second
	// pace is what Slack's page "Rate limits" allows in a channel: one message a second.
	pace = time.Second
	// longest is below the twelve hours for which SQS can keep a message back.
	longest = 11 * time.Hour
)

// A handler takes one batch at a time, as Lambda promises.
type handler struct {
	log     *slog.Logger
	sender  poster.Sender
	threads poster.Threads
	queue   queue
	tell    *teller
	now     func() time.Time
	quiet   time.Time // nothing is posted before
	slot    time.Time // when the next message that is held may come again
}

// fate is what becomes of a message on the queue.
type fate string

const (
	done  fate = "done"         // taken off
	retry fate = "retry"        // comes again when its time on the queue is over
	wait  fate = "wait"         // comes again when Slack allows it
	late  fate = "no time left" // comes again: it was not tried
)

// handle posts each message, and names those that stay on the queue. One that can't be
// posted hides no other, unless Slack has asked to be left alone.
func (h *handler) handle(ctx context.Context, batch events.SQSEvent) (events.SQSEventResponse, error) {
	answer := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
	var nameless error
	for _, m := range batch.Records {
		f := h.take(ctx, m)
		if f == done {
			continue
		}
		if f == wait {
			h.hold(ctx, m)
		}
		if m.MessageId == "" {
			nameless = fmt.Errorf("a message without an id can't be named: all of the batch must come again")
		}
		answer.BatchItemFailures = append(answer.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
	}
	return answer, nameless
}

// take deals with one message if Slack and the clock allow it.
func (h *handler) take(ctx context.Context, m events.SQSMessage) (f fate) {
	defer func() {
		if v := recover(); v != nil {
			h.log.Error("panic", "message", m.MessageId, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			f = retry
		}
	}()
	if h.now().Before(h.quiet) {
		return wait
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < onePost+spare {
		h.log.Warn("no time left for a message", "message", m.MessageId)
		return late
	}
	ctx, cancel := context.WithTimeout(ctx, onePost)
	defer cancel()
	doc := slack.Decode(m.Body)
	if doc.Heartbeat() {
		return done
	}
	return h.post(ctx, m, doc)
}

// post posts a message that was not posted before.
func (h *handler) post(ctx context.Context, m events.SQSMessage, doc slack.Document) fate {
	id := cmp.Or(doc.ID, m.MessageId)
	log := h.log.With("message", m.MessageId, "id", id, "kind", doc.Kind)
	if _, posted := h.find(ctx, log, id); posted {
		log.Info("it is in Slack already")
		return done
	}
	thread := poster.Thread{}
	if doc.FollowUp() {
		thread, _ = h.find(ctx, log, doc.First)
	}
	answer := h.sender.Send(ctx, slack.Render(doc), thread)
	switch answer.Verdict {
	case poster.Posted:
		log.Info("posted", "fault", doc.Fault)
		// Slack has it: only a copy or a thread depends on what follows.
		if err := h.threads.Remember(ctx, id, answer.Thread); err != nil {
			log.Warn("it is not remembered that it was posted", "error", err.Error())
		}
		return done
	case poster.Throttled:
		h.quiet = h.now().Add(answer.RetryAfter)
		log.Warn("Slack asks to be left alone", "seconds", answer.RetryAfter.Seconds())
		return wait
	case poster.Refused:
		log.Error("Slack refuses the message", "reason", answer.Reason, "detail", answer.Detail)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), spare)
		defer cancel()
		if err := h.tell.refused(ctx, answer, doc); err != nil {
			log.Error("nobody could be told", "error", err.Error())
		}
	default:
		log.Warn("the message could not be posted now", "reason", answer.Reason)
	}
	return retry
}

// find asks where a message stands. Who can't be asked knows nothing.
func (h *handler) find(ctx context.Context, log *slog.Logger, id string) (thread poster.Thread, posted bool) {
	thread, posted, err := h.threads.Find(ctx, id)
	if err != nil {
		log.Warn("it is not known what was posted", "error", err.Error())
	}
	return thread, posted
}

// hold keeps a message back until Slack allows it. Each gets a moment of its own, as far
// from the one before as messages must be: in a storm all would come again together, be
// throttled together, and use up their tries. If it can't be held it comes again when
// its time on the queue is over.
func (h *handler) hold(ctx context.Context, m events.SQSMessage) {
	now := h.now()
	if h.slot.Before(h.quiet) {
		h.slot = h.quiet
	}
	after := min(max(h.slot.Sub(now), time.Second), longest)
	h.slot = h.slot.Add(pace)
	if err := h.queue.later(ctx, m.ReceiptHandle, after); err != nil {
		h.log.Warn(err.Error(), "message", m.MessageId)
	}
}
