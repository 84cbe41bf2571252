package ruleset

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// evidence returns the record's paths that a rule looks at, itself or through the
// helpers that it hands the record to: what a person needs to see why it fired.
// It is read from the compiled rule, so that it can't drift from what is evaluated.
func evidence(pkg ast.Ref, compiler *ast.Compiler) []string {
	r := reader{compiler: compiler, seen: map[string]bool{}, paths: map[string]bool{}}
	for _, rule := range compiler.GetRulesWithPrefix(pkg) {
		r.rule(rule, names{ast.InputRootDocument.Value.String(): nil})
	}
	return slices.Sorted(maps.Keys(r.paths))
}

type reader struct {
	compiler *ast.Compiler
	seen     map[string]bool // helper, parameter and path
	paths    map[string]bool
}

// names are the variables of a rule that stand for the record or a part of it, with
// the path of the part.
type names map[string][]string

// rule collects the paths under the record, which goes by the given names.
func (r *reader) rule(rule *ast.Rule, known names) {
	// The compiler gives every part of an expression a name of its own, in the order
	// of evaluation.
	ast.WalkExprs(rule, func(expr *ast.Expr) bool {
		if (expr.IsEquality() || expr.IsAssignment()) && len(expr.Operands()) == 2 {
			known.learn(expr.Operand(0).Value, expr.Operand(1).Value)
			known.learn(expr.Operand(1).Value, expr.Operand(0).Value)
		}
		return false
	})
	ast.WalkRefs(rule, func(ref ast.Ref) bool {
		if path, ok := known.path(ref); ok && len(path) > 0 {
			r.paths[strings.Join(path, ".")] = true
		}
		return false
	})
	ast.WalkExprs(rule, func(expr *ast.Expr) bool {
		if expr.IsCall() {
			r.call(expr, known)
		}
		return false
	})
}

// call follows a helper that is given the record or a part of it.
func (r *reader) call(expr *ast.Expr, known names) {
	for i, operand := range expr.Operands() {
		path, ok := known.path(operand.Value)
		key := fmt.Sprint(expr.Operator(), i, path)
		if !ok || r.seen[key] {
			continue
		}
		r.seen[key] = true
		for _, helper := range r.compiler.GetRules(expr.Operator()) {
			if i < len(helper.Head.Args) {
				r.rule(helper, names{helper.Head.Args[i].Value.String(): path})
			}
		}
	}
}

// learn notes that a variable is another name for a part of the record.
func (n names) learn(variable, value ast.Value) {
	name, isVar := variable.(ast.Var)
	if path, ok := n.path(value); isVar && ok {
		if _, known := n[string(name)]; !known {
			n[string(name)] = path
		}
	}
}

// path is the part of the record that a value stands for, as far as its keys are
// known without a record.
func (n names) path(value ast.Value) ([]string, bool) {
	ref, isRef := value.(ast.Ref)
	if !isRef {
		path, ok := n[value.String()]
		return path, ok
	}
	path, ok := n[ref[0].Value.String()]
	if !ok {
		return nil, false
	}
	path = slices.Clone(path)
	for _, term := range ref[1:] {
		key, isKey := term.Value.(ast.String)
		if !isKey {
			break
		}
		path = append(path, string(key))
	}
	return path, true
}
