package ruleset

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/types"

	"trailbell/internal/detection"
)

// An outputType is the name of an answer and the type that OPA must find for it.
type outputType struct {
	name  string
	shape string // for messages
	is    func(types.Type) bool
}

// outputTypes are the answers that a rule may give, in the order in which they are asked.
var outputTypes = []outputType{
	{"match", "a boolean", is[types.Boolean]},
	{string(detection.OutputTitle), "a string", is[types.String]},
	{string(detection.OutputSeverities), "a set of strings (severities contains \"high\" if ...)", isSetOfStrings},
	{string(detection.OutputDetails), "an object", is[*types.Object]},
	{string(detection.OutputGroup), "an array", is[*types.Array]},
	{string(detection.OutputAtOnce), "a boolean", is[types.Boolean]},
	{string(detection.OutputLower), "a boolean", is[types.Boolean]},
}

func is[T types.Type](t types.Type) bool { _, ok := t.(T); return ok }

func isSetOfStrings(t types.Type) bool {
	set, ok := t.(*types.Set)
	return ok && maybe(set.Of(), is[types.String])
}

// maybe says whether a value of type t can have the shape. OPA knows "any" for what
// depends on the record; then the engine looks at the value.
func maybe(t types.Type, shape func(types.Type) bool) bool {
	anyOf, ok := t.(types.Any)
	if !ok {
		return t == nil || shape(t)
	}
	return len(anyOf) == 0 || slices.ContainsFunc(anyOf, shape)
}

// checkNames refuses rules whose name is neither an answer nor private: a misspelt
// "severites" would be ignored silently.
func checkNames(m *module, stateful bool) []Refusal {
	var refused []Refusal
	hasMatch := false
	for _, rule := range m.ast.Rules {
		name := ruleName(rule)
		hasMatch = hasMatch || name == "match"
		if !stateful && (name == string(detection.OutputAtOnce) || name == string(detection.OutputLower)) {
			refused = append(refused, Refusal{m.path, rule.Location.Row, name + " means something only in a rule with a threshold or first_seen"})
		}
		if strings.HasPrefix(name, "_") || slices.ContainsFunc(outputTypes, named(name)) {
			continue
		}
		refused = append(refused, Refusal{m.path, rule.Location.Row, fmt.Sprintf(
			"%s is none of the answers of a rule (%s); let the names of your own helpers begin with _", name, outputNames())})
	}
	if !hasMatch {
		refused = append(refused, m.refuseAt("the rule has no match: write `match if { ... }`"))
	}
	return refused
}

// checkTypes refuses answers of which the compiler knows that they have the wrong type.
func checkTypes(m *module, compiler *ast.Compiler) []Refusal {
	var refused []Refusal
	seen := map[string]bool{}
	for _, rule := range m.ast.Rules {
		name := ruleName(rule)
		i := slices.IndexFunc(outputTypes, named(name))
		if i < 0 || seen[name] {
			continue
		}
		seen[name] = true
		found := compiler.TypeEnv.GetByRef(m.ast.Package.Path.Append(ast.StringTerm(name)))
		if !maybe(found, outputTypes[i].is) {
			refused = append(refused, Refusal{m.path, rule.Location.Row, fmt.Sprintf(
				"%s must be %s, it is %s", name, outputTypes[i].shape, found)})
		}
	}
	return refused
}

// outputs are the optional answers that the module gives, in the order of outputTypes.
func outputs(m *module) []detection.Output {
	var out []detection.Output
	for _, output := range outputTypes[1:] {
		if slices.ContainsFunc(m.ast.Rules, func(rule *ast.Rule) bool { return ruleName(rule) == output.name }) {
			out = append(out, detection.Output(output.name))
		}
	}
	return out
}

func ruleName(rule *ast.Rule) string {
	name, _, _ := strings.Cut(rule.Head.Ref().String(), "[")
	return name
}

func named(name string) func(outputType) bool {
	return func(o outputType) bool { return o.name == name }
}

func outputNames() string {
	var names []string
	for _, output := range outputTypes {
		names = append(names, output.name)
	}
	return strings.Join(names, ", ")
}
