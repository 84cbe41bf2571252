package ruleset

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"trailbell/internal/detection"
)

// checkThoroughly makes the checks that cost more than loading itself: commands and
// builds make them, a function that starts does not.
func (s *Set) checkThoroughly(ctx context.Context) {
	s.Refused = append(s.Refused, s.checkHelpers()...)
	var able []detection.Rule
	for _, rule := range s.Rules {
		refusal, err := s.checkAbility(ctx, &rule)
		if err != nil {
			refusal = &Refusal{File: rule.File, Why: fmt.Sprintf("OPA can't say when it matches: %v", err)}
		}
		if refusal != nil {
			s.Refused = append(s.Refused, *refusal)
			continue
		}
		able = append(able, rule)
	}
	s.Rules = able
}

// checkHelpers finds misspelt fields in helpers. The compiler checks what is read from
// input only, so it is shown a shadow of each helper in which the parameter record is
// input.
func (s *Set) checkHelpers() []Refusal {
	all := map[string]*ast.Module{}
	for _, m := range s.modules {
		all[m.path] = annotate(m)
		if m.isLibrary() {
			all[m.path+" (shadow)"] = shadow(m)
		}
	}
	compiler := ast.NewCompiler().WithCapabilities(Capabilities()).WithStrict(true).SetErrorLimit(0).
		WithSchemas(s.schemas()).WithUseTypeCheckAnnotations(true)
	compiler.Compile(all)
	if !compiler.Failed() {
		return nil
	}
	return refusals(compiler.Errors, "lib")
}

// shadow is a copy of a helper's module in which every parameter called record is
// ignored and its uses are input.
func shadow(m *module) *ast.Module {
	copied := annotate(m)
	copied.Package.Path = append(ast.MustParseRef("data.shadow"), copied.Package.Path[1:]...)
	n := 0
	for _, rule := range copied.Rules {
		for rule := rule; rule != nil; rule = rule.Else {
			takes := false
			for i, arg := range rule.Head.Args {
				if arg.Value.Compare(ast.Var("record")) == 0 {
					takes = true
					rule.Head.Args[i] = ast.VarTerm(fmt.Sprintf("$shadow%d", n))
					n++
				}
			}
			if takes {
				toInput(rule)
			}
		}
	}
	return copied
}

// toInput makes record input in a rule's value and body. It can't fail: the function it
// hands on returns no error.
func toInput(rule *ast.Rule) {
	rename := func(v ast.Var) (ast.Value, error) {
		if v == "record" {
			return ast.InputRootDocument.Value, nil
		}
		return v, nil
	}
	_, _ = ast.TransformVars(rule.Body, rename)
	if rule.Head.Value != nil {
		_, _ = ast.TransformVars(rule.Head.Value, rename)
	}
	if rule.Head.Key != nil {
		_, _ = ast.TransformVars(rule.Head.Key, rename)
	}
}

// checkAbility asks partial evaluation when the rule matches. Nothing left with every
// record, setting and deployment possible means never. Nothing left with the settings as
// they are means not until somebody fills one, and nothing left without a deployment not
// before there is one: the rule is inactive.
func (s *Set) checkAbility(ctx context.Context, rule *detection.Rule) (*Refusal, error) {
	ever, err := s.conditions(ctx, rule.ID, "input", "data.settings", "data.deployment")
	if err != nil {
		return nil, err
	}
	m := s.modules[slices.IndexFunc(s.modules, func(m *module) bool { return m.path == rule.File })]
	if ever == 0 {
		refusal := m.refuseAt("match can never be true, whatever the record and the settings are: look for data that does not exist and for conditions that exclude each other")
		return &refusal, nil
	}
	now, err := s.conditions(ctx, rule.ID, "input", "data.deployment")
	if err != nil {
		return nil, err
	}
	if now == 0 && rule.Inactive == "" {
		rule.Inactive = "needs a value in " + strings.Join(rule.Settings, " or ")
	}
	return nil, s.checkDeployed(ctx, m, rule)
}

// checkDeployed notes that a rule waits for a deployment, where none is known.
func (s *Set) checkDeployed(ctx context.Context, m *module, rule *detection.Rule) error {
	if rule.Inactive != "" || !m.readsDeployment || s.deployment != nil {
		return nil
	}
	here, err := s.conditions(ctx, rule.ID, "input")
	if err == nil && here == 0 {
		rule.Inactive = needsDeployment
	}
	return err
}

// conditions counts the alternatives under which a rule matches, with the rest of the
// data known.
func (s *Set) conditions(ctx context.Context, id detection.RuleID, unknown ...string) (int, error) {
	partial, err := rego.New(
		rego.Query(fmt.Sprintf("data.rules.%s.match == true", id)),
		rego.Compiler(s.compiler),
		rego.Store(s.Data()),
		rego.Unknowns(unknown),
	).Partial(ctx)
	if err != nil {
		return 0, fmt.Errorf("evaluate rule %s without a record: %w", id, err)
	}
	n := 0
	for _, query := range partial.Queries {
		if !slices.ContainsFunc(query, isMemberOfNothing) {
			n++
		}
	}
	return n, nil
}

// isMemberOfNothing says whether an expression asks for a member of an empty list: OPA
// leaves that to the evaluation.
func isMemberOfNothing(expr *ast.Expr) bool {
	if expr.Negated || !expr.IsCall() || expr.Operator().String() != ast.Member.Name || len(expr.Operands()) < 2 {
		return false
	}
	switch list := expr.Operand(1).Value.(type) {
	case *ast.Array:
		return list.Len() == 0
	case ast.Set:
		return list.Len() == 0
	case ast.Object:
		return list.Len() == 0
	}
	return false
}
