// Package engine decides whether a rule matches a record, by asking OPA. It knows
// nothing of where records come from or where alerts go.
package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
)

const (
	// DefaultLimit is how long one rule may think about one record.
	DefaultLimit = 250 * time.Millisecond
	// PatientLimit is for a laptop or a build, where nobody waits for the answer and the
	// machine may be busy with other things.
	PatientLimit = 5 * time.Second
)

// An Engine evaluates rules. It is safe for concurrent use.
type Engine struct {
	// Spent is told how long each rule took with each record, its preparation the first
	// time included. Nil tells nobody. It is called from every goroutine that evaluates.
	Spent func(rule detection.RuleID, took time.Duration)

	rules map[detection.RuleID]*prepared
	limit time.Duration
}

// prepared is a rule with one question for match and one for each of its outputs. They
// are apart so that an output that fails takes neither the match nor a neighbour along.
type prepared struct {
	rule    detection.Rule
	match   *question
	outputs map[detection.Output]*question
}

// New makes an engine for the rules of the set. Limit is for one question about one
// record. Questions are prepared when they are first asked, because most never are.
func New(_ context.Context, set *ruleset.Set, limit time.Duration) (*Engine, error) {
	if limit <= 0 {
		return nil, fmt.Errorf("a rule can't decide within %s", limit)
	}
	e := &Engine{rules: map[detection.RuleID]*prepared{}, limit: limit}
	p := &preparer{set: set, store: set.Data()}
	for _, rule := range set.Rules {
		asked := &prepared{rule: rule, match: p.question(rule.ID, "match"), outputs: map[detection.Output]*question{}}
		for _, output := range rule.Outputs {
			asked.outputs[output] = p.question(rule.ID, string(output))
		}
		e.rules[rule.ID] = asked
	}
	return e, nil
}

// Evaluate asks each rule about rec. A rule that fails hides no other: its Outcome
// says Undecided and why, and the caller tells a person.
func (e *Engine) Evaluate(ctx context.Context, rec cloudtrail.Record, rules []detection.RuleID) []detection.Outcome {
	if len(rules) == 0 {
		return nil
	}
	outcomes := make([]detection.Outcome, 0, len(rules))
	input, err := ast.InterfaceToValue(rec.Fields())
	for _, id := range rules {
		p := e.rules[id]
		switch {
		case p == nil:
			outcomes = append(outcomes, undecided(detection.Rule{ID: id}, failure("match", detection.CauseError, errors.New("there is no such rule"))))
		case err != nil:
			outcomes = append(outcomes, undecided(p.rule, failure("match", detection.CauseError, fmt.Errorf("give the record to OPA: %w", err))))
		default:
			outcomes = append(outcomes, e.timed(ctx, p, input))
		}
	}
	return outcomes
}

func (e *Engine) timed(ctx context.Context, p *prepared, input ast.Value) detection.Outcome {
	if e.Spent == nil {
		return e.evaluate(ctx, p, input)
	}
	began := time.Now()
	defer func() { e.Spent(p.rule.ID, time.Since(began)) }()
	return e.evaluate(ctx, p, input)
}

func (e *Engine) evaluate(ctx context.Context, p *prepared, input ast.Value) detection.Outcome {
	answer := p.match.ask(ctx, e.limit, input)
	if answer.failed != nil {
		outcome := undecided(p.rule, *answer.failed)
		outcome.Complaints = answer.complaints
		return outcome
	}
	outcome := detection.Outcome{Rule: p.rule, Verdict: detection.Quiet, Complaints: answer.complaints}
	matched, isBool := answer.value.(bool)
	switch {
	case !answer.defined, isBool && !matched:
		return outcome
	case !isBool:
		return undecided(p.rule, wrongShape("match", "a boolean", answer.value))
	}
	outcome.Verdict = detection.Fired
	outcome.Finding = detection.Finding{Rule: p.rule, Title: p.rule.Title, Severity: p.rule.Severity}
	for _, output := range p.rule.Outputs {
		answer := p.outputs[output].ask(ctx, e.limit, input)
		failed := answer.failed
		if failed == nil && answer.defined {
			failed = take(&outcome.Finding, output, answer.value)
		}
		if failed != nil {
			outcome.Failures = append(outcome.Failures, *failed)
		}
		outcome.Complaints = append(outcome.Complaints, answer.complaints...)
	}
	if p.rule.Fixed != 0 {
		outcome.Finding.Severity = p.rule.Fixed // settings have the last word
	}
	return outcome
}

func causeOf(err error) detection.Cause {
	var topdownErr *topdown.Error
	switch {
	case topdown.IsCancel(err), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return detection.CauseTimeout
	case errors.As(err, &topdownErr) && topdownErr.Code == topdown.ConflictErr:
		return detection.CauseConflict
	}
	return detection.CauseError
}

func undecided(rule detection.Rule, f detection.Failure) detection.Outcome {
	return detection.Outcome{Rule: rule, Verdict: detection.Undecided, Failures: []detection.Failure{f}}
}

func failure(part string, cause detection.Cause, err error) detection.Failure {
	return detection.Failure{Part: part, Cause: cause, Err: err}
}
