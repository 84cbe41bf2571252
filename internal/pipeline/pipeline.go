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
	"time"
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

// An Enricher adds what a person wants to know beside the finding.
type Enricher interface {
	// Alerts makes the alerts of one record, the most severe first.
	Alerts(rec cloudtrail.Record, findings []detection.Finding) []detection.Alert
	// RollUp completes a follow-up.
	RollUp(rollUp detection.RollUp) detection.RollUp
}

// A Suppressor decides what is sent now and what is withheld, with a reason, and
// remembers both. It claims what is to be sent, so that of two runs with the same record
// one sends it. When in doubt it lets a thing be sent.
type Suppressor interface {
	// Findings decides on what rules found in one record: each finding is to be sent,
	// withheld, or in Decision.Retry.
	Findings(ctx context.Context, rec cloudtrail.Record, findings []detection.Finding) detection.Decision
	// Problem decides on one problem.
	Problem(ctx context.Context, problem detection.Problem) detection.Decision
	// Flush decides on the follow-up of a window that is over.
	Flush(ctx context.Context, flush detection.Flush) detection.Decision
	// Settle ends the claims of a decision: what was sent is not sent again, and what
	// failed to be sent is free for the next try. Its error means that the record must
	// come again.
	Settle(ctx context.Context, decision detection.Decision, sent error) error
}

// A Notifier tells people and machines. An error means that somebody may not have
// been told, and that the record must come again.
type Notifier interface {
	// Alerts sends what was found in one record.
	Alerts(ctx context.Context, alerts []detection.Alert) error
	// Problem sends what could not be read or decided.
	Problem(ctx context.Context, problem detection.Problem) error
	// RollUp sends the follow-up of an alert or a problem.
	RollUp(ctx context.Context, rollUp detection.RollUp) error
}

// A Ledger keeps which lanes matching records came by, and compares the lanes. It works
// behind the alerts: what it can't do is counted, and keeps nothing back.
type Ledger interface {
	// Note notes what rules found in one record, and what became of it.
	Note(ctx context.Context, rec cloudtrail.Record, findings []detection.Finding, decision detection.Decision) detection.Lanes
	// Flush makes a comparison whose time has come. It is false for flushes of others. Its
	// error means that the flush must come again.
	Flush(ctx context.Context, flush detection.Flush) (counts detection.Lanes, own bool, err error)
}

// A Pipeline takes records through the stages. It is safe for concurrent use when
// its stages are.
type Pipeline struct {
	Selector   Selector
	Evaluator  Evaluator
	Suppressor Suppressor
	Enricher   Enricher
	Notifier   Notifier
	// Ledger is nil where lanes are not compared.
	Ledger Ledger
	Log    *slog.Logger
	// OnWithheld is told of each finding or problem that is not sent. It may be nil.
	OnWithheld func(detection.Withheld)
	// Now says how old an alert is when it is sent. Where it is nil, nobody wants to know.
	Now func() time.Time
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
			told, err := p.tell(ctx, []detection.Problem{*unread})
			total = total.Plus(told)
			errs = append(errs, err)
			continue
		}
		tally, err := p.Process(ctx, rec)
		total = total.Plus(tally)
		errs = append(errs, err)
	}
	return total, errors.Join(errs...)
}

// Process takes one record through every stage: select, evaluate, suppress, enrich,
// notify. A stage that panics takes no other record with it.
func (p *Pipeline) Process(ctx context.Context, rec cloudtrail.Record) (tally Tally, err error) {
	defer func() {
		if v := recover(); v != nil {
			p.Log.Error("panic", "event_id", rec.EventID(), "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			told, tellErr := p.tell(ctx, []detection.Problem{crashed(rec, v)})
			tally, err = told.Plus(Tally{Records: 1, Unfinished: 1}), errors.Join(fmt.Errorf("event %s: panic: %v", rec.EventID(), v), tellErr)
		}
	}()
	candidates := p.Selector.Select(rec)
	outcomes := p.Evaluator.Evaluate(ctx, rec, candidates)
	if ctx.Err() != nil {
		return Tally{Records: 1, Unfinished: 1}, fmt.Errorf("event %s: not decided in time: %w", rec.EventID(), context.Cause(ctx))
	}
	tally = Tally{Records: 1, Complaints: p.complain(rec, outcomes)}
	findings, problems := judge(rec, outcomes)
	if len(findings) > 0 {
		decision := p.decide(ctx, rec, findings)
		alerts := p.Enricher.Alerts(rec, decision.Findings)
		sent, sendErr := p.send(ctx, decision, alerts)
		tally, err = tally.Plus(sent), inEvent(rec, sendErr)
		tally.Lanes = p.note(ctx, rec, findings, decision)
	}
	told, tellErr := p.tell(ctx, problems)
	return tally.Plus(told), errors.Join(err, inEvent(rec, tellErr))
}

// note tells the ledger, which must not harm anything: what it had to do with was sent.
func (p *Pipeline) note(ctx context.Context, rec cloudtrail.Record, findings []detection.Finding, decision detection.Decision) (counts detection.Lanes) {
	if p.Ledger == nil {
		return counts
	}
	defer func() {
		if v := recover(); v != nil {
			p.Log.Error("panic", "event_id", rec.EventID(), "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			counts = detection.Lanes{Failed: len(findings)}
		}
	}()
	return p.Ledger.Note(ctx, rec, findings, decision)
}

// Flush sends the follow-up of a window that is over, if anything was counted in it, or
// has the ledger make its comparison.
func (p *Pipeline) Flush(ctx context.Context, flush detection.Flush) (Tally, error) {
	if p.Ledger != nil {
		if counts, own, err := p.Ledger.Flush(ctx, flush); own {
			return Tally{Lanes: counts}, err
		}
	}
	tally, err := p.send(ctx, p.Suppressor.Flush(ctx, flush), nil)
	if err != nil {
		err = fmt.Errorf("follow-up of %s: %w", flush.First, err)
	}
	return tally, err
}

// decide asks the suppressor. One that panics must not keep an alert back.
func (p *Pipeline) decide(ctx context.Context, rec cloudtrail.Record, findings []detection.Finding) (decision detection.Decision) {
	defer func() {
		if v := recover(); v != nil {
			p.Log.Error("panic", "event_id", rec.EventID(), "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			decision = detection.Decision{Findings: findings, Problems: []detection.Problem{crashed(rec, v)}, Forgetful: len(findings)}
		}
	}()
	return p.Suppressor.Findings(ctx, rec, findings)
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

// send sends what was decided on, alerts before all else, and each whatever becomes of
// the others. Then it settles the claims.
func (p *Pipeline) send(ctx context.Context, decision detection.Decision, alerts []detection.Alert) (Tally, error) {
	p.withhold(decision.Withheld)
	tally := count(decision, alerts)
	var errs []error
	if len(alerts) > 0 {
		for _, alert := range alerts {
			p.Log.Info("alert", "rule", alert.Rule, "severity", alert.Severity.String(), "id", alert.ID, "event_id", alert.EventID)
		}
		if err := p.Notifier.Alerts(ctx, alerts); err != nil {
			errs = append(errs, fmt.Errorf("send alerts: %w", err))
		} else if p.Now != nil {
			tally.Oldest = oldest(alerts, p.Now())
		}
	}
	for _, rollUp := range decision.RollUps {
		p.Log.Info("follow-up", "rule", rollUp.Rule, "count", rollUp.Count, "first", rollUp.First)
		if err := p.Notifier.RollUp(ctx, p.Enricher.RollUp(rollUp)); err != nil {
			errs = append(errs, fmt.Errorf("send follow-up: %w", err))
		}
	}
	for _, problem := range decision.Problems {
		p.logProblem(problem)
		if err := p.Notifier.Problem(ctx, problem); err != nil {
			errs = append(errs, fmt.Errorf("send problem %q: %w", problem.What, err))
		}
	}
	if err := p.Suppressor.Settle(ctx, decision, errors.Join(errs...)); err != nil {
		errs = append(errs, err)
	}
	return tally, errors.Join(append(errs, decision.Retry)...)
}

// tell sends problems, each whatever becomes of the others.
func (p *Pipeline) tell(ctx context.Context, problems []detection.Problem) (tally Tally, err error) {
	var errs []error
	for _, problem := range problems {
		told, err := p.send(ctx, p.Suppressor.Problem(ctx, problem), nil)
		tally = tally.Plus(told)
		errs = append(errs, err)
	}
	return tally, errors.Join(errs...)
}

func (p *Pipeline) withhold(list []detection.Withheld) {
	for _, w := range list {
		p.Log.Info("withheld", "reason", w.Reason.String(), "by", w.By, "rule", w.Rule, "severity", w.Severity.String(), "id", w.ID, "event_id", w.EventID)
		if p.OnWithheld != nil {
			p.OnWithheld(w)
		}
	}
}

func (p *Pipeline) logProblem(problem detection.Problem) {
	p.Log.Warn("problem", append([]any{"what", problem.What, "why", problem.Why, "where", problem.Where, "rule", problem.Rule, "event_id", problem.EventID}, raw(problem)...)...)
}

func inEvent(rec cloudtrail.Record, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("event %s: %w", rec.EventID(), err)
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
