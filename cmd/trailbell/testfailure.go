package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/tester"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// A failure is a test that failed, and why.
type failure struct {
	result     *tester.Result
	expression string   // of the test, that did not hold
	steps      []string // expressions of the rule that did not hold, with their values
	record     ast.Value
}

// explainFailure evaluates a failed test again and looks at every step. OPA's shortcuts
// are off: with them, a rule that an index excludes leaves no step to show.
func explainFailure(ctx context.Context, result *tester.Result, compiler *ast.Compiler, store storage.Store, txn storage.Transaction) failure {
	f := failure{result: result}
	tracer := topdown.NewBufferTracer()
	query, err := rego.New(
		rego.Query(result.Package+"."+result.Name), rego.Compiler(compiler), rego.Store(store), rego.Transaction(txn),
	).PrepareForEval(ctx)
	if err != nil {
		return f // the runner's own error says it already
	}
	_, _ = query.Eval(ctx, rego.EvalTransaction(txn), rego.EvalQueryTracer(tracer), rego.EvalRuleIndexing(false), rego.EvalEarlyExit(false))
	subject := compiler.Modules[result.Location.File].Package.Path.String()
	subject = strings.TrimSuffix(subject, "_test")
	for _, event := range *tracer {
		f.take(event, subject, compiler)
	}
	if strings.HasPrefix(f.expression, "not ") {
		f.steps = nil // the rule matched; what did not hold in its other alternatives says nothing
	}
	return f
}

// take reads one step of the evaluation.
func (f *failure) take(event *topdown.Event, subject string, compiler *ast.Compiler) {
	if event.Input() != nil {
		f.record = event.Input().Value
	}
	expr, isExpr := event.Node.(*ast.Expr)
	if event.Op != topdown.FailOp || !isExpr || expr.Location == nil || insideNegation(expr) {
		return
	}
	if expr.Location.File == f.result.Location.File {
		f.expression = oneLine(expr.Location.Text)
		return
	}
	module := compiler.Modules[expr.Location.File]
	if module == nil || module.Package.Path.String() != subject {
		return // a helper's alternatives fail all the time
	}
	if step := stepOf(expr, event); !slices.Contains(f.steps, step) {
		f.steps = append(f.steps, step)
	}
}

// insideNegation says whether an expression stands behind a not, where failing is good.
// It has the text of the whole.
func insideNegation(expr *ast.Expr) bool {
	return !expr.Negated && strings.HasPrefix(oneLine(expr.Location.Text), "not ")
}

func stepOf(expr *ast.Expr, event *topdown.Event) string {
	text := oneLine(expr.Location.Text)
	step := fmt.Sprintf("%s:%d  %s", expr.Location.File, expr.Location.Row, text)
	values := recordValues(text, event)
	maps.Copy(values, localValues(event))
	var where []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		where = append(where, fmt.Sprintf("%s is %.200s", name, values[name]))
	}
	if len(where) > 0 {
		step += "\n      where " + strings.Join(where, ", ")
	}
	return step
}

// recordValues says what an expression's references to the record were. Its text is
// parsed again, since the compiler takes expressions apart.
func recordValues(text string, event *topdown.Event) map[string]string {
	values := map[string]string{}
	expr, err := ast.ParseExpr(text)
	if err != nil || event.Input() == nil {
		return values
	}
	ast.WalkRefs(expr, func(ref ast.Ref) bool {
		if ref[0].Equal(ast.InputRootDocument) && len(ref) > 1 && ref.IsGround() {
			values[ref.String()] = "absent"
			if found, err := event.Input().Value.Find(ref[1:]); err == nil {
				values[ref.String()] = found.String()
			}
		}
		return false
	})
	return values
}

// localValues says what the variables that the author wrote were.
func localValues(event *topdown.Event) map[string]string {
	values := map[string]string{}
	if event.Locals == nil {
		return values
	}
	event.Locals.Iter(func(name, value ast.Value) bool {
		if v, isVar := name.(ast.Var); isVar {
			if shown := string(event.LocalMetadata[v].Name); shown != "" && !strings.HasPrefix(shown, "__") {
				values[shown] = value.String()
			}
		}
		return false
	})
	return values
}
