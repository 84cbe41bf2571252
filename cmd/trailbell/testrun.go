package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/tester"
	"github.com/open-policy-agent/opa/v1/topdown"

	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
)

// A testResult is what a run of the rules' tests found.
type testResult struct {
	passed   int
	failures []failure
	// unfired are rules that no test made fire.
	unfired []detection.Rule
	// strange are records in tests that are no CloudTrail records.
	strange []strangeRecord
	cover   cover.Report
}

func (r testResult) failed() int { return len(r.failures) + len(r.unfired) + len(r.strange) }

// runTests runs the tests whose name matches the filter. What every rule owes is checked
// only when all of them run.
func runTests(ctx context.Context, set *ruleset.Set, filter string) (testResult, error) {
	store := set.Data()
	txn, err := store.NewTransaction(ctx)
	if err != nil {
		return testResult{}, fmt.Errorf("read the settings: %w", err)
	}
	defer store.Abort(ctx, txn)
	watcher := newWitness()
	compiler := ast.NewCompiler().WithCapabilities(ruleset.Capabilities()).WithEnablePrintStatements(true)
	// One test at a time, so that the witness knows which one it sees.
	runner := tester.NewRunner().SetCompiler(compiler).SetStore(store).SetModules(set.TestModules()).
		CapturePrintOutput(true).SetParallel(1).Filter(filter).SetCoverageQueryTracer(watcher)
	results, err := collect(ctx, runner, txn)
	if err != nil {
		return testResult{}, err
	}
	out := testResult{cover: watcher.cover.Report(set.TestModules())}
	for _, result := range results {
		if result.Pass() {
			out.passed++
			continue
		}
		out.failures = append(out.failures, explainFailure(ctx, result, compiler, store, txn))
	}
	if filter == "" {
		out.unfired = watcher.unfired(set)
		out.strange, err = watcher.strange(ctx, set.Schema())
	}
	return out, err
}

// collect runs the tests and returns the results in the order of the files.
func collect(ctx context.Context, runner *tester.Runner, txn storage.Transaction) ([]*tester.Result, error) {
	found, err := runner.RunTests(ctx, txn)
	if err != nil {
		return nil, fmt.Errorf("compile the tests:\n%w", err)
	}
	var results []*tester.Result
	for result := range found {
		results = append(results, result)
	}
	slices.SortFunc(results, func(a, b *tester.Result) int {
		return cmp.Or(cmp.Compare(a.Location.File, b.Location.File), cmp.Compare(a.Location.Row, b.Location.Row))
	})
	return results, nil
}

// A witness sees every step of every test: which lines are reached, which rules fire and
// which records are handed in. Tests run one at a time, so it needs no lock.
type witness struct {
	cover   *cover.Cover
	test    string
	fired   map[string]bool // packages
	records map[*ast.Term]string
}

func newWitness() *witness {
	return &witness{cover: cover.New(), fired: map[string]bool{}, records: map[*ast.Term]string{}}
}

// Enabled is always true.
func (w *witness) Enabled() bool { return true }

// Config asks for nothing that costs time.
func (w *witness) Config() topdown.TraceConfig { return topdown.TraceConfig{} }

// TraceEvent is called by OPA for each step of the evaluation.
func (w *witness) TraceEvent(event topdown.Event) {
	w.cover.TraceEvent(event)
	rule, isRule := event.Node.(*ast.Rule)
	if !isRule {
		return
	}
	name := string(rule.Head.Name)
	switch {
	case event.Op == topdown.EnterOp && strings.HasPrefix(name, "test_"):
		w.test = rule.Module.Package.Path.String() + "." + name
	case event.Op == topdown.EnterOp && event.Input() != nil:
		w.records[event.Input()] = w.test
	case event.Op == topdown.ExitOp && name == "match":
		w.fired[rule.Module.Package.Path.String()] = true
	}
}

func (w *witness) unfired(set *ruleset.Set) []detection.Rule {
	return slices.DeleteFunc(slices.Clone(set.Rules), func(rule detection.Rule) bool {
		return rule.Status == detection.StatusOff || w.fired["data.rules."+string(rule.ID)]
	})
}
