package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/topdown"

	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
)

const (
	// grace is how long after its deadline a question may take to notice it. OPA looks at
	// the clock between expressions, and in few of its functions.
	grace = 250 * time.Millisecond
	// maxComplaints are kept of one question; a loop has as many as it has turns.
	maxComplaints = 4
)

// A query is what OPA prepared of a rule.
type query interface {
	Eval(ctx context.Context, options ...rego.EvalOption) (rego.ResultSet, error)
}

// A question is one answer of one rule that OPA is asked for. It is safe for concurrent
// use.
type question struct {
	part    string
	prepare func() (query, error) // once
	// stuck is set when an evaluation did not end after its deadline. It goes on for as
	// long as it likes, since Go can't stop it, so no second one is started.
	stuck atomic.Bool
}

// An answer is what a question led to. Undefined is an answer, not a failure.
type answer struct {
	value      any
	defined    bool
	failed     *detection.Failure
	complaints []detection.Failure
}

// A preparer prepares questions, one at a time: OPA's compiler is shared.
type preparer struct {
	set   *ruleset.Set
	store storage.Store
	mu    sync.Mutex
}

func (p *preparer) question(id detection.RuleID, part string) *question {
	return &question{part: part, prepare: sync.OnceValues(func() (query, error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		compiler, err := p.set.CompilerFor(id)
		if err != nil {
			return nil, fmt.Errorf("prepare %s of rule %s: %w", part, id, err)
		}
		prepared, err := rego.New(
			rego.Query(fmt.Sprintf("data.rules.%s.%s", id, part)),
			rego.Compiler(compiler),
			rego.Store(p.store),
			rego.Capabilities(ruleset.Capabilities()),
		).PrepareForEval(context.Background())
		if err != nil {
			return nil, fmt.Errorf("prepare %s of rule %s: %w", part, id, err)
		}
		return prepared, nil
	})}
}

// ask evaluates the question within the limit. A watchdog waits a little longer and then
// leaves the evaluation alone, for good.
func (q *question) ask(ctx context.Context, limit time.Duration, input ast.Value) answer {
	if q.stuck.Load() {
		return q.failed(detection.CauseQuarantined, errors.New("an earlier evaluation did not end, so it is not asked any more by this process"))
	}
	asked, err := q.prepare()
	if err != nil {
		return q.failed(detection.CauseError, err)
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	done := make(chan answer, 1)
	go func() {
		growStack()
		done <- q.evaluate(ctx, asked, input)
	}()
	watchdog := time.NewTimer(limit + grace)
	defer watchdog.Stop()
	select {
	case got := <-done:
		return got
	case <-watchdog.C:
		q.stuck.Store(true)
		return q.failed(detection.CauseStuck, fmt.Errorf("it went on %s after its deadline and is left out from now on", grace))
	}
}

// growStack makes room for what OPA needs before it calls anything: a stack that grows
// while it is deep is copied frame by frame, again and again, which took a quarter of the
// time of a question.
//
//go:noinline
func growStack() {
	var room [24 << 10]byte
	touch(&room)
}

//go:noinline
func touch(*[24 << 10]byte) {}

func (q *question) failed(cause detection.Cause, err error) answer {
	f := failure(q.part, cause, err)
	return answer{failed: &f}
}

func (q *question) evaluate(ctx context.Context, asked query, input ast.Value) (got answer) {
	defer func() {
		if p := recover(); p != nil {
			got = q.failed(detection.CausePanic, fmt.Errorf("panic: %v", p))
		}
	}()
	var errs []topdown.Error
	results, err := asked.Eval(ctx, rego.EvalParsedInput(input), rego.EvalBuiltinErrorList(&errs))
	switch {
	case err != nil:
		got = q.failed(causeOf(err), err)
	case len(results) > 0:
		got = answer{value: results[0].Expressions[0].Value, defined: true}
	}
	got.complaints = q.complaints(errs)
	return got
}

// complaints are the functions that failed. OPA goes on as if they had no answer, so a
// rule may be quiet, or fire, because of them.
func (q *question) complaints(errs []topdown.Error) []detection.Failure {
	var list []detection.Failure
	for i := range errs {
		if len(list) == maxComplaints {
			break
		}
		list = append(list, failure(q.part, detection.CauseBuiltin, &errs[i]))
	}
	return list
}
