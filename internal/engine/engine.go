// Package engine decides whether a rule matches a record, by asking OPA. It knows
// nothing of where records come from or where alerts go.
package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/topdown"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
)

// DefaultLimit is how long one rule may think about one record.
const DefaultLimit = 250 * time.Millisecond

// An Engine evaluates rules. It is safe for concurrent use.
type Engine struct {
	rules map[detection.RuleID]*prepared
	limit time.Duration
}

// prepared is a rule with one query for match and one for each of its outputs. They
// are apart so that an output that fails takes neither the match nor a neighbour along.
type prepared struct {
	rule    detection.Rule
	match   rego.PreparedEvalQuery
	outputs map[detection.Output]rego.PreparedEvalQuery
}

// New prepares the queries of every rule in the set. Limit is for one rule on one record.
func New(ctx context.Context, set *ruleset.Set, limit time.Duration) (*Engine, error) {
	e := &Engine{rules: map[detection.RuleID]*prepared{}, limit: limit}
	store := set.Data()
	prepare := func(id detection.RuleID, name string) (rego.PreparedEvalQuery, error) {
		query, err := rego.New(
			rego.Query(fmt.Sprintf("data.rules.%s.%s", id, name)),
			rego.Compiler(set.Compiler()),
			rego.Store(store),
			rego.Capabilities(ruleset.Capabilities()),
		).PrepareForEval(ctx)
		if err != nil {
			return query, fmt.Errorf("prepare %s of rule %s: %w", name, id, err)
		}
		return query, nil
	}
	for _, rule := range set.Rules {
		p := &prepared{rule: rule, outputs: map[detection.Output]rego.PreparedEvalQuery{}}
		var err error
		if p.match, err = prepare(rule.ID, "match"); err != nil {
			return nil, err
		}
		for _, output := range rule.Outputs {
			if p.outputs[output], err = prepare(rule.ID, string(output)); err != nil {
				return nil, err
			}
		}
		e.rules[rule.ID] = p
	}
	return e, nil
}

// Evaluate asks each rule about rec. A rule that fails hides no other: its Outcome
// says Undecided and why, and the caller tells a person.
func (e *Engine) Evaluate(ctx context.Context, rec cloudtrail.Record, rules []detection.RuleID) []detection.Outcome {
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
			outcomes = append(outcomes, e.evaluate(ctx, p, input))
		}
	}
	return outcomes
}

func (e *Engine) evaluate(ctx context.Context, p *prepared, input ast.Value) detection.Outcome {
	value, defined, failed := e.ask(ctx, p.match, "match", input)
	if failed != nil {
		return undecided(p.rule, *failed)
	}
	matched, isBool := value.(bool)
	switch {
	case !defined:
		return detection.Outcome{Rule: p.rule, Verdict: detection.Quiet}
	case !isBool:
		return undecided(p.rule, wrongShape("match", "a boolean", value))
	case !matched:
		return detection.Outcome{Rule: p.rule, Verdict: detection.Quiet}
	}
	outcome := detection.Outcome{Rule: p.rule, Verdict: detection.Fired, Finding: detection.Finding{
		Rule: p.rule, Title: p.rule.Title, Severity: p.rule.Severity,
	}}
	for _, output := range p.rule.Outputs {
		value, defined, failed := e.ask(ctx, p.outputs[output], string(output), input)
		if failed == nil && defined {
			failed = take(&outcome.Finding, output, value)
		}
		if failed != nil {
			outcome.Failures = append(outcome.Failures, *failed)
		}
	}
	return outcome
}

// ask evaluates one query within the limit. Undefined is an answer, not a failure.
func (e *Engine) ask(ctx context.Context, query rego.PreparedEvalQuery, part string, input ast.Value) (value any, defined bool, failed *detection.Failure) {
	defer func() {
		if p := recover(); p != nil {
			f := failure(part, detection.CausePanic, fmt.Errorf("panic: %v", p))
			failed = &f
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, e.limit)
	defer cancel()
	results, err := query.Eval(ctx, rego.EvalParsedInput(input))
	if err != nil {
		f := failure(part, causeOf(err), err)
		return nil, false, &f
	}
	if len(results) == 0 {
		return nil, false, nil
	}
	return results[0].Expressions[0].Value, true, nil
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
