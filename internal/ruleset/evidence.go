package ruleset

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// reads returns the record's paths and the settings that a rule looks at, itself or
// through helpers, and whether it looks at the deployment. The paths are what a person
// needs to see why it fired. They are read from the compiled rule, so that they can't
// drift from what is evaluated.
func reads(pkg ast.Ref, compiler *ast.Compiler) (paths, settings []string, deployment bool) {
	r := reader{compiler: compiler, seen: map[string]bool{}, paths: map[string]bool{}, settings: map[string]bool{}}
	for _, rule := range compiler.GetRulesWithPrefix(pkg) {
		r.rule(rule, names{ast.InputRootDocument.Value.String(): nil})
	}
	return slices.Sorted(maps.Keys(r.paths)), slices.Sorted(maps.Keys(r.settings)), r.deployment
}

type reader struct {
	compiler *ast.Compiler
	seen     map[string]bool // helper, parameter and path
	paths    map[string]bool
	settings map[string]bool
	// deployment says that something of data.deployment is read.
	deployment bool
}

var libraryRoot = ast.MustParseRef("data.lib")

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
		r.reference(ref, known)
		return false
	})
	ast.WalkExprs(rule, func(expr *ast.Expr) bool {
		if expr.IsCall() {
			r.call(expr, known)
		}
		return false
	})
}

// reference notes what a reference reads.
func (r *reader) reference(ref ast.Ref, known names) {
	if path, ok := known.path(ref); ok && len(path) > 0 {
		r.paths[strings.Join(path, ".")] = true
	}
	if path, ok := (names{"data": nil}).path(ref); ok && len(path) > 1 && path[0] == "settings" {
		r.settings[strings.Join(path[1:], ".")] = true
	}
	r.deployment = r.deployment || ref.HasPrefix(deploymentRoot)
	r.helper(ref, -1, nil)
}

// call follows the helper for each parameter that is given the record or a part of it.
func (r *reader) call(expr *ast.Expr, known names) {
	for i, operand := range expr.Operands() {
		if path, ok := known.path(operand.Value); ok {
			r.helper(expr.Operator(), i, path)
		}
	}
}

// helper looks into a helper, once for each parameter that is given a part of the record.
func (r *reader) helper(ref ast.Ref, parameter int, path []string) {
	key := fmt.Sprint(ref, parameter, path)
	if r.seen[key] || !ref.HasPrefix(libraryRoot) {
		return
	}
	r.seen[key] = true
	for _, helper := range r.compiler.GetRules(ref) {
		known := names{}
		if parameter >= 0 && parameter < len(helper.Head.Args) {
			known[helper.Head.Args[parameter].Value.String()] = path
		}
		r.rule(helper, known)
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
