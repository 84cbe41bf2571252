package engine

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"trailbell/internal/detection"
)

// ruleOf is a rule whose match is the query.
func ruleOf(q query) *prepared {
	return &prepared{rule: detection.Rule{ID: "r"}, match: &question{part: "match", prepare: func() (query, error) { return q, nil }}}
}

// A query that was never prepared panics inside OPA.
func TestPanicInOPAIsUndecided(t *testing.T) {
	e := Engine{limit: time.Second}
	outcome := e.evaluate(t.Context(), ruleOf(rego.PreparedEvalQuery{}), ast.NewObject())
	if outcome.Verdict != detection.Undecided || outcome.Failures[0].Cause != detection.CausePanic {
		t.Errorf("got %+v", outcome)
	}
}

// deaf is a query that ignores its deadline until somebody lets it go.
type deaf struct {
	asked atomic.Int32
	free  chan struct{}
}

func (d *deaf) Eval(context.Context, ...rego.EvalOption) (rego.ResultSet, error) {
	d.asked.Add(1)
	<-d.free
	return nil, nil
}

func TestRuleThatIgnoresItsDeadlineIsLeftOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &deaf{free: make(chan struct{})}
		defer close(q.free)
		e := Engine{limit: time.Second, rules: map[detection.RuleID]*prepared{"r": ruleOf(q)}}
		start := time.Now()
		for i, want := range []detection.Cause{detection.CauseStuck, detection.CauseQuarantined, detection.CauseQuarantined} {
			outcome := e.evaluate(t.Context(), e.rules["r"], ast.NewObject())
			if outcome.Verdict != detection.Undecided || outcome.Failures[0].Cause != want {
				t.Errorf("record %d: got %+v, want %s", i, outcome, want)
			}
		}
		if took := time.Since(start); took != time.Second+grace {
			t.Errorf("it held the others up for %s", took)
		}
		if q.asked.Load() != 1 {
			t.Errorf("asked %d times; each would hold a processor", q.asked.Load())
		}
	})
}

func TestTitleThatIgnoresItsDeadlineLeavesTheMatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		title := &deaf{free: make(chan struct{})}
		defer close(title.free)
		p := ruleOf(yes{})
		p.rule.Title, p.rule.Outputs = "Title", []detection.Output{detection.OutputTitle}
		p.outputs = map[detection.Output]*question{detection.OutputTitle: {part: "title", prepare: func() (query, error) { return title, nil }}}
		e := Engine{limit: time.Second}
		for _, want := range []detection.Cause{detection.CauseStuck, detection.CauseQuarantined} {
			outcome := e.evaluate(t.Context(), p, ast.NewObject())
			if outcome.Verdict != detection.Fired || outcome.Finding.Title != "Title" || outcome.Failures[0].Cause != want {
				t.Errorf("got %+v, want %s", outcome, want)
			}
		}
	})
}

// yes is a query that is always true.
type yes struct{}

func (yes) Eval(context.Context, ...rego.EvalOption) (rego.ResultSet, error) {
	return rego.ResultSet{{Expressions: []*rego.ExpressionValue{{Value: true}}}}, nil
}
