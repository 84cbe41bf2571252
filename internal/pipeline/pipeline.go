// Package pipeline is the way of a record, from the payload to the reader. Start
// here: [Pipeline.Process] names every stage in order, and the interfaces say what
// each promises. It knows no stage's inside and no place.
package pipeline

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"runtime/debug"
	"unicode/utf8"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// A Selector says which rules may match a record: all that do, and perhaps more.
type Selector interface {
	Select(rec cloudtrail.Record) []detection.RuleID
}

// An Evaluator asks rules about a record and answers for each of them, also for
// those that failed.
type Evaluator interface {
	Evaluate(ctx context.Context, rec cloudtrail.Record, rules []detection.RuleID) []detection.Outcome
}

// An Enricher makes the alerts of one record, the most severe first.
type Enricher interface {
	Alerts(rec cloudtrail.Record, findings []detection.Finding) []detection.Alert
}

// A Notifier tells people and machines. An error means that somebody may not have
// been told, and that the record must come again.
type Notifier interface {
	// Alerts sends what was found in one record.
	Alerts(ctx context.Context, alerts []detection.Alert) error
	// Problem sends what could not be read or decided.
	Problem(ctx context.Context, problem detection.Problem) error
}

// A Pipeline takes records through the stages. It is safe for concurrent use when
// its stages are.
type Pipeline struct {
	Selector  Selector
	Evaluator Evaluator
	Enricher  Enricher
	Notifier  Notifier
	Log       *slog.Logger
}

// Run takes every record of a payload through the pipeline and tells of what could
// not be read. What goes wrong with one record hides no other: the errors are joined
// and returned at the end, and mean that the payload must come again.
func (p *Pipeline) Run(ctx context.Context, records iter.Seq2[cloudtrail.Record, *detection.Problem]) (Tally, error) {
	var total Tally
	var errs []error
	for rec, unread := range records {
		if err := ctx.Err(); err != nil {
			errs = append(errs, fmt.Errorf("stopped with records left: %w", context.Cause(ctx)))
			break
		}
		if unread != nil {
			total.Problems++
			errs = append(errs, p.tell(ctx, []detection.Problem{*unread}))
			continue
		}
		tally, err := p.Process(ctx, rec)
		total = total.Plus(tally)
		errs = append(errs, err)
	}
	return total, errors.Join(errs...)
}

// Process takes one record through every stage: select, evaluate, enrich, notify.
// A stage that panics takes no other record with it.
func (p *Pipeline) Process(ctx context.Context, rec cloudtrail.Record) (tally Tally, err error) {
	defer func() {
		if v := recover(); v != nil {
			p.Log.Error("panic", "event_id", rec.EventID(), "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			err = errors.Join(fmt.Errorf("event %s: panic: %v", rec.EventID(), v), p.tell(ctx, []detection.Problem{crashed(rec, v)}))
			tally = Tally{Records: 1, Problems: 1}
		}
	}()
	candidates := p.Selector.Select(rec)
	outcomes := p.Evaluator.Evaluate(ctx, rec, candidates)
	if ctx.Err() != nil {
		return Tally{Records: 1}, fmt.Errorf("event %s: not decided in time: %w", rec.EventID(), context.Cause(ctx))
	}
	complaints := p.complain(rec, outcomes)
	findings, problems := judge(rec, outcomes)
	alerts := p.Enricher.Alerts(rec, findings)
	tally = count(alerts, problems)
	tally.Complaints = complaints
	return tally, p.deliver(ctx, rec, alerts, problems)
}

// complain logs built-in functions that failed, and counts them. They are no problems:
// whoever makes calls could send as many as they like.
func (p *Pipeline) complain(rec cloudtrail.Record, outcomes []detection.Outcome) int {
	n := 0
	for _, outcome := range outcomes {
		for _, c := range outcome.Complaints {
			n++
			p.Log.Warn(string(c.Cause), "rule", outcome.Rule.ID, "part", c.Part, "why", c.Err.Error(), "event_id", rec.EventID())
		}
	}
	return n
}

// deliver sends alerts before problems, and each whatever becomes of the others.
func (p *Pipeline) deliver(ctx context.Context, rec cloudtrail.Record, alerts []detection.Alert, problems []detection.Problem) error {
	var errs []error
	if len(alerts) > 0 {
		for _, alert := range alerts {
			p.Log.Info("alert", "rule", alert.Rule, "severity", alert.Severity.String(), "id", alert.ID, "event_id", alert.EventID)
		}
		if err := p.Notifier.Alerts(ctx, alerts); err != nil {
			errs = append(errs, fmt.Errorf("event %s: send alerts: %w", rec.EventID(), err))
		}
	}
	return errors.Join(append(errs, p.tell(ctx, problems))...)
}

func (p *Pipeline) tell(ctx context.Context, problems []detection.Problem) error {
	var errs []error
	for _, problem := range problems {
		p.Log.Warn("problem", append([]any{"what", problem.What, "why", problem.Why, "where", problem.Where, "rule", problem.Rule, "event_id", problem.EventID}, raw(problem)...)...)
		if err := p.Notifier.Problem(ctx, problem); err != nil {
			errs = append(errs, fmt.Errorf("send problem %q: %w", problem.What, err))
		}
	}
	return errors.Join(errs...)
}

// raw is what could not be read, for the log: text where it is text, and else base64, so
// that no byte is lost. Its place and hash find the whole of it in the payload.
func raw(problem detection.Problem) []any {
	if problem.Raw == nil {
		return nil
	}
	begin := slog.String("raw", string(problem.Raw.Begin))
	if !utf8.Valid(problem.Raw.Begin) {
		begin = slog.String("raw_base64", base64.StdEncoding.EncodeToString(problem.Raw.Begin))
	}
	return []any{begin, "raw_from", problem.Raw.From, "raw_bytes", problem.Raw.Size, "raw_sha256", problem.Raw.SHA256}
}
