package selection

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
)

// Merged selects rules by asking OPA one question: what partial evaluation left of all
// rules is one set, which OPA's own index prunes. It interprets nothing itself, which
// makes it what to fall back to from [Index], at many times the cost. Rules of which a
// negation is left are always selected. It is safe for concurrent use.
type Merged struct {
	every  []detection.RuleID
	always map[detection.RuleID]bool
	query  rego.PreparedEvalQuery
}

const (
	mergedPackage = "trailbell_merged"
	maxMerged     = 250 * time.Millisecond // for one record, and then every rule is asked
)

// NewMerged derives the set from the rules.
func NewMerged(ctx context.Context, set *ruleset.Set) (*Merged, error) {
	source, err := marked(set)
	if err != nil {
		return nil, err
	}
	merged := &Merged{every: All(set.Rules), always: map[detection.RuleID]bool{}}
	modules := map[string]*ast.Module{}
	for name, module := range source.Modules {
		modules[name] = module.Copy()
	}
	all := &ast.Module{Package: &ast.Package{Path: ast.DefaultRootRef.Append(ast.StringTerm(mergedPackage))}}
	modules[mergedPackage] = all
	for i, rule := range set.Rules {
		if asked(rule) && !merge(ctx, source, set.Data(), rule.ID, i, modules) {
			merged.always[rule.ID] = true
		}
	}
	compiler := ast.NewCompiler().WithCapabilities(ruleset.Capabilities())
	if compiler.Compile(modules); compiler.Failed() {
		return nil, fmt.Errorf("merge the rules: %w", compiler.Errors)
	}
	merged.query, err = rego.New(rego.Query("data."+mergedPackage+".candidates"), rego.Compiler(compiler), rego.Store(set.Data())).PrepareForEval(ctx)
	if err != nil {
		return nil, fmt.Errorf("merge the rules: %w", err)
	}
	return merged, nil
}

// merge adds what is left of one rule, and says whether that can be relied on.
func merge(ctx context.Context, source *ast.Compiler, data storage.Store, id detection.RuleID, i int, modules map[string]*ast.Module) bool {
	partial, err := residuals(ctx, source, data, id, i, []string{"input", "data.deployment"})
	if err != nil || len(partial.Queries) == 0 || negates(partial) {
		return false
	}
	for k, support := range partial.Support {
		modules[fmt.Sprintf("support %d %d", i, k)] = support
	}
	all := modules[mergedPackage]
	for _, query := range partial.Queries {
		all.Rules = append(all.Rules, memberRule(all, id, query))
	}
	return true
}

// negates says whether a negation is left. What partial evaluation makes of a negation
// can't be told from what it lost: see [marked].
func negates(partial *rego.PartialQueries) bool {
	found := false
	look := func(x any) bool {
		expr, ok := x.(*ast.Expr)
		found = found || ok && expr.Negated
		return found
	}
	for _, query := range partial.Queries {
		ast.NewGenericVisitor(look).Walk(query)
	}
	for _, module := range partial.Support {
		ast.NewGenericVisitor(look).Walk(module)
	}
	return found
}

// memberRule is `candidates contains id if { body }`.
func memberRule(module *ast.Module, id detection.RuleID, body ast.Body) *ast.Rule {
	copied := body.Copy()
	for i, expr := range copied {
		expr.Index = i
		expr.Generated = false
	}
	name := ast.VarTerm("candidates")
	head := &ast.Head{Name: name.Value.(ast.Var), Reference: ast.Ref{name}, Key: ast.StringTerm(string(id))}
	return &ast.Rule{Head: head, Body: copied, Module: module}
}

// Select returns the ids of the rules that may match the record. When OPA can't say,
// they are all of them.
func (m *Merged) Select(rec cloudtrail.Record) []detection.RuleID {
	input, err := ast.InterfaceToValue(rec.Fields())
	if rec.Doubtful() || err != nil {
		return m.every
	}
	ctx, cancel := context.WithTimeout(context.Background(), maxMerged)
	defer cancel()
	results, err := m.query.Eval(ctx, rego.EvalParsedInput(input))
	if err != nil || len(results) == 0 {
		return m.every
	}
	found := map[detection.RuleID]bool{}
	names, _ := results[0].Expressions[0].Value.([]any)
	for _, name := range names {
		id, _ := name.(string)
		found[detection.RuleID(id)] = true
	}
	return slices.DeleteFunc(slices.Clone(m.every), func(id detection.RuleID) bool { return !found[id] && !m.always[id] })
}
