package selection

import (
	"context"
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
)

// Merged selects rules by asking OPA one question: what partial evaluation left of all
// rules is one set, which OPA's own index prunes. It interprets nothing itself, which
// makes it a judge of [Index] and what to fall back to, at about fifteen times the cost.
// It is safe for concurrent use.
type Merged struct {
	every  []detection.RuleID
	always map[detection.RuleID]bool
	query  rego.PreparedEvalQuery
}

const mergedPackage = "trailbell_merged"

// NewMerged derives the set from the rules.
func NewMerged(ctx context.Context, set *ruleset.Set) (*Merged, error) {
	merged := &Merged{every: All(set.Rules), always: map[detection.RuleID]bool{}}
	all := &ast.Module{Package: &ast.Package{Path: ast.DefaultRootRef.Append(ast.StringTerm(mergedPackage))}}
	modules := map[string]*ast.Module{}
	for name, module := range set.Compiler().Modules {
		modules[name] = module.Copy()
	}
	for i, rule := range set.Rules {
		if !asked(rule) {
			continue
		}
		partial, err := residuals(ctx, set, rule.ID, i, []string{"input", "data.deployment"})
		if err != nil || len(partial.Queries) == 0 {
			merged.always[rule.ID] = true
			continue
		}
		for k, support := range partial.Support {
			modules[fmt.Sprintf("support %d %d", i, k)] = support
		}
		for _, query := range partial.Queries {
			all.Rules = append(all.Rules, memberRule(all, rule.ID, query))
		}
	}
	modules[mergedPackage] = all
	compiler := ast.NewCompiler().WithCapabilities(ruleset.Capabilities())
	if compiler.Compile(modules); compiler.Failed() {
		return nil, fmt.Errorf("merge the rules: %w", compiler.Errors)
	}
	var err error
	merged.query, err = rego.New(rego.Query("data."+mergedPackage+".candidates"), rego.Compiler(compiler), rego.Store(set.Data())).PrepareForEval(ctx)
	if err != nil {
		return nil, fmt.Errorf("merge the rules: %w", err)
	}
	return merged, nil
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
	results, err := m.query.Eval(context.Background(), rego.EvalParsedInput(input))
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
