package selection

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"trailbell/internal/ruleset"
)

// marker is the function that says of a value that it is there. It answers a text for
// every value, so that it is never false.
var marker = ast.TypeNameBuiltin.Name

// marked compiles the rules once more, with a marker behind every expression that gives a
// variable its value. Partial evaluation puts the value in the variable's place and
// forgets that it must be there when the variable is only used in a negation: of
//
//	not _named
//	_named if { name := input.name; not name == "x" }
//
// it leaves input.name == "x", although the rule matches without a name too. A marker is
// a condition of its own, which is kept. (Tried with OPA 1.22.)
func marked(set *ruleset.Set) (*ast.Compiler, error) {
	modules := map[string]*ast.Module{}
	for name, module := range set.Compiler().Modules {
		modules[name] = module.Copy()
		for _, rule := range modules[name].Rules {
			for rule := rule; rule != nil; rule = rule.Else {
				rule.Body = mark(set.Compiler(), rule.Body)
			}
		}
	}
	compiler := ast.NewCompiler().WithCapabilities(ruleset.Capabilities())
	if compiler.Compile(modules); compiler.Failed() {
		return nil, fmt.Errorf("compile the rules with markers: %w", compiler.Errors)
	}
	return compiler, nil
}

// mark adds the markers of one body.
func mark(compiler *ast.Compiler, body ast.Body) ast.Body {
	var out ast.Body
	for _, expr := range body {
		out.Append(expr)
		for _, operand := range bound(compiler, expr) {
			if isMarkable(operand) {
				e := ast.NewExpr([]*ast.Term{ast.NewTerm(ast.TypeNameBuiltin.Ref()), operand.Copy()})
				e.With = expr.With
				e.Location = expr.Location
				out.Append(e)
			}
		}
	}
	return out
}

// bound are the terms that have a value when the expression holds: both sides of an
// equation, and the place for the answer of a call. What a variable stands for needs no
// marker of its own.
func bound(compiler *ast.Compiler, expr *ast.Expr) []*ast.Term {
	switch {
	case expr.Negated || !expr.IsCall():
		return nil
	case expr.IsEquality() || expr.IsAssignment():
		if operands := expr.Operands(); isVariable(operands[0]) != isVariable(operands[1]) {
			return slices.DeleteFunc(slices.Clone(operands), func(t *ast.Term) bool { return !isVariable(t) })
		}
		return expr.Operands()
	}
	operands := expr.Operands()
	return operands[min(len(operands), max(0, compiler.GetArity(expr.Operator()))):]
}

// isMarkable says whether a term is a variable, or reads the record.
func isMarkable(t *ast.Term) bool {
	ref, ok := t.Value.(ast.Ref)
	return isVariable(t) || ok && ref.IsGround() && ref.HasPrefix(ast.InputRootRef)
}

func isVariable(t *ast.Term) bool {
	name, ok := t.Value.(ast.Var)
	return ok && name != ast.InputRootDocument.Value
}

// isMarker says whether an expression is a marker, and of what.
func isMarker(expr *ast.Expr) (*ast.Term, bool) {
	if !expr.IsCall() || expr.Operator().String() != marker || len(expr.Operands()) != 1 {
		return nil, false
	}
	return expr.Operand(0), true
}

// mark makes c the condition that a value is there.
func (t *translator) mark(c *condition, operand *ast.Term, known scope) {
	c.marks = true
	resolved, ok := resolveAny(operand, known)
	if ok && !isRecord(resolved) {
		c.Text = "_ = " + resolved.text()
	}
	switch {
	case !ok && !c.Not:
		c.needs(operand, known)
	case ok && (isRecord(resolved) || resolved.Const != nil):
		c.Op, c.Term = opTest, term{Const: &constant{Kind: kindOther, Text: "true"}}
	case ok:
		c.Op, c.Term = opDefined, resolved
	}
}

// withoutMarkers leaves out markers of what another condition needs anyway.
func (a alternative) withoutMarkers() alternative {
	var kept alternative
	for i, c := range a {
		always := c.Op == opTest && c.Term.Const != nil
		if !c.marks || c.Not || !always && !kept.needs(c.Term) && !a[i+1:].needs(c.Term) {
			kept = append(kept, c)
		}
	}
	return kept
}

// hidden says whether the condition tells a person nothing: a marker of what we don't
// understand, which stands beside the condition that people wrote.
func (c condition) hidden() bool { return c.marks && c.Op == opUnknown }

// needs says whether a condition other than a marker can only hold where the term is
// defined.
func (a alternative) needs(wanted term) bool {
	return slices.ContainsFunc(a, func(c condition) bool {
		needed := c.Op == opTest && !c.Not && !c.marks && c.Term.needs(wanted)
		return needed || c.Op == opDefined && !c.Not && reflect.DeepEqual(c.Term, wanted) && !c.marks ||
			slices.ContainsFunc(c.Needs, func(n term) bool { return n.needs(wanted) })
	})
}

// needs says whether the term is undefined where the other is.
func (t term) needs(wanted term) bool {
	if wanted.Path != nil && len(t.Path) >= len(wanted.Path) && slices.Equal(t.Path[:len(wanted.Path)], wanted.Path) || reflect.DeepEqual(t, wanted) {
		return true
	}
	return t.Call != nil && slices.ContainsFunc(t.Call.Args, func(arg term) bool { return arg.needs(wanted) }) ||
		slices.ContainsFunc(t.Array, func(item term) bool { return item.needs(wanted) })
}
