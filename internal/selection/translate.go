package selection

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

const (
	maxDepth      = 8    // of rules that ask rules
	maxConditions = 4000 // of one rule of ours, all alternatives together
)

// A translator turns what partial evaluation left of one rule into conditions.
type translator struct {
	compiler *ast.Compiler
	support  map[string][]*ast.Rule // rules that partial evaluation made, by reference
	left     int                    // conditions that may still be made
}

// scope says which terms the variables of a body stand for.
type scope map[ast.Var]term

// body translates the expressions of a body in order.
func (t *translator) body(body ast.Body, known scope, depth int) alternative {
	var alt alternative
	for _, expr := range body {
		alt = append(alt, t.expr(expr, known, depth))
	}
	return alt.withoutMarkers()
}

func (t *translator) expr(expr *ast.Expr, known scope, depth int) condition {
	t.left--
	c := condition{Not: expr.Negated, Text: expr.String()}
	if len(expr.With) > 0 || t.left < 0 {
		return c
	}
	switch terms := expr.Terms.(type) {
	case *ast.Term:
		t.truth(&c, terms, known, depth)
	case []*ast.Term:
		t.call(&c, expr, known, depth)
	}
	return c
}

// call is a marker, a comparison, or a call of a function.
func (t *translator) call(c *condition, expr *ast.Expr, known scope, depth int) {
	if operand, ok := isMarker(expr); ok {
		t.mark(c, operand, known)
		return
	}
	name := expr.Operator().String()
	switch name {
	case ast.Equality.Name, ast.Equal.Name, ast.Assign.Name:
		t.equality(c, expr.Operands(), known)
		return
	}
	if _, builtin := ast.BuiltinMap[name]; builtin {
		t.builtin(c, name, expr.Operands(), known)
	} else {
		t.function(c, expr.Operator(), expr.Operands(), known, depth)
	}
}

// truth is a term that stands alone: it must be defined and not false.
func (t *translator) truth(c *condition, value *ast.Term, known scope, depth int) {
	if ref, ok := value.Value.(ast.Ref); ok && ref.HasPrefix(ast.DefaultRootRef) {
		t.ask(c, ref, nil, scope{}, depth)
		return
	}
	if resolved, ok := resolve(value, known); ok {
		if c.Not && resolved.Const != nil {
			return // of `not input.a == input.a` it leaves `not true`, with or without a
		}
		c.Op, c.Term = opTest, resolved
	} else if !c.Not {
		c.needs(value, known)
	}
}

// equality is a comparison, or gives a variable its value.
func (t *translator) equality(c *condition, operands []*ast.Term, known scope) {
	if len(operands) != 2 {
		return
	}
	left, leftOK := resolve(operands[0], known)
	right, rightOK := resolve(operands[1], known)
	if leftOK && rightOK {
		c.Op, c.Term = opTest, term{Call: &call{Name: nameOfEqual, Args: []term{left, right}}}
		return
	}
	if c.Not {
		return
	}
	switch {
	case leftOK && learn(known, operands[1], left):
		c.Op, c.Term = opDefined, left
	case rightOK && learn(known, operands[0], right):
		c.Op, c.Term = opDefined, right
	default:
		c.needs(operands[0], known)
		c.needs(operands[1], known)
	}
}

// learn gives a variable its value when it has none yet.
func learn(known scope, variable *ast.Term, value term) bool {
	name, ok := variable.Value.(ast.Var)
	if !ok || name == ast.InputRootDocument.Value {
		return false
	}
	if _, bound := known[name]; bound {
		return false
	}
	known[name] = value
	return true
}

// builtin is a call of one of OPA's functions, perhaps with a place for its answer.
func (t *translator) builtin(c *condition, name string, operands []*ast.Term, known scope) {
	b := ast.BuiltinMap[name]
	arity := len(b.Decl.FuncArgs().Args)
	if len(operands) < arity {
		return
	}
	for _, operand := range operands[:arity] {
		c.needs(operand, known)
	}
	answer, ok := resolveCall(name, operands[:arity], known)
	if !ok {
		return
	}
	if len(operands) == arity {
		c.Op, c.Term = opTest, answer
		return
	}
	if expected, ok := resolve(operands[arity], known); ok {
		c.Op, c.Term = opTest, term{Call: &call{Name: nameOfEqual, Args: []term{answer, expected}}}
	} else if !c.Not && learn(known, operands[arity], answer) {
		c.Op, c.Term = opDefined, answer
	}
}

// function is a call of a function of the rules or of their library.
func (t *translator) function(c *condition, name ast.Ref, operands []*ast.Term, known scope, depth int) {
	for _, operand := range operands {
		c.needs(operand, known)
	}
	if rules := t.rules(name); len(rules) == 0 || len(rules[0].Head.Args) != len(operands) {
		return // no such function, or one whose answer is looked at
	}
	t.ask(c, name, operands, known, depth)
}

// ask makes c a question to a rule or a function: does it answer anything but false?
func (t *translator) ask(c *condition, name ast.Ref, operands []*ast.Term, known scope, depth int) {
	rules := t.rules(name)
	if len(rules) == 0 || depth >= maxDepth || slices.ContainsFunc(rules, isPartial) {
		return
	}
	c.Op = opAny
	for _, rule := range rules {
		for rule := rule; rule != nil; rule = rule.Else {
			c.Unsure = c.Unsure || !isSure(rule)
			if !isBoolean(rule.Head.Value, false) {
				t.askOne(c, rule, operands, known, depth)
			}
		}
	}
}

// isSure says whether a rule answers true and nothing else when its body holds, or is a
// default that says false.
func isSure(rule *ast.Rule) bool {
	if rule.Default {
		return isBoolean(rule.Head.Value, false)
	}
	return rule.Else == nil && (rule.Head.Value == nil || isBoolean(rule.Head.Value, true))
}

func (t *translator) askOne(c *condition, rule *ast.Rule, operands []*ast.Term, outer scope, depth int) {
	inner := scope{}
	var alt alternative
	for i, parameter := range rule.Head.Args {
		value, ok := resolveAny(operands[i], outer)
		if !ok || !learn(inner, parameter, value) {
			// Nothing is known of the parameter; a pattern in its place may not fit.
			alt = append(alt, condition{Text: parameter.String()})
		}
	}
	alt = append(alt, t.body(rule.Body, inner, depth+1)...)
	if rule.Head.Value != nil && !isBoolean(rule.Head.Value, true) {
		answer := condition{Text: rule.Head.Value.String()}
		t.truth(&answer, rule.Head.Value, inner, depth+1)
		alt = append(alt, answer)
	}
	c.Any = append(c.Any, alt)
}

func isBoolean(t *ast.Term, want bool) bool {
	return t != nil && t.Value.Compare(ast.Boolean(want)) == 0
}

// rules are those that define a reference exactly.
func (t *translator) rules(name ast.Ref) []*ast.Rule {
	if rules := t.support[name.String()]; len(rules) > 0 {
		return rules
	}
	return t.compiler.GetRulesExact(name)
}

// isPartial says whether a rule gives a member of a set or an object, and no answer of
// its own.
func isPartial(rule *ast.Rule) bool {
	return rule.Head.Key != nil || len(rule.Head.Ref().DynamicSuffix()) > 0
}

// needs adds what must be defined for the operand to be.
func (c *condition) needs(operand *ast.Term, known scope) {
	if resolved, ok := resolve(operand, known); ok {
		if resolved.Const == nil {
			c.Needs = append(c.Needs, resolved)
		}
		return
	}
	switch v := operand.Value.(type) {
	case ast.Ref:
		if path, ok := prefix(v, known); ok && len(path) > 0 {
			c.Needs = append(c.Needs, term{Path: path})
		}
	case ast.Call:
		if _, builtin := ast.BuiltinMap[v[0].String()]; builtin {
			for _, arg := range v[1:] {
				c.needs(arg, known)
			}
		}
	}
}
