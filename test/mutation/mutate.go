// Package mutation breaks rules, one small change at a time, and finds the changes that the
// rules' own tests don't notice. It knows nothing of records.
package mutation

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// A Mutant is a rule with one change.
type Mutant struct {
	// File and Line are where the change is.
	File string
	Line int
	// What was changed, in words that stay the same when lines move.
	What string

	text string      // of the whole file
	edit func(*edit) // of the parsed file, where text alone doesn't do
}

// edit is a parsed file that may be changed.
type edit struct{ module *ast.Module }

// Mutants are all changes that are made to a rule's file, in the order of the file:
//
//   - each expression is left out, and each is turned into its contrary,
//   - each text, number and boolean becomes another, which for an element of a set is as
//     good as leaving it out, and each comparison of numbers moves by one,
//   - each definition is left out, and all that have one name,
//   - match holds always, and never.
//
// Names of fields stay, since the loader checks them.
func Mutants(file, text string) ([]Mutant, error) {
	module, err := parse(file, text)
	if err != nil {
		return nil, err
	}
	m := &maker{file: file, text: text, seen: map[string]int{}}
	for _, rule := range module.Rules {
		m.rule(rule)
	}
	m.definitions(module)
	return m.found, nil
}

func parse(file, text string) (*ast.Module, error) {
	module, err := ast.ParseModuleWithOpts(file, text, ast.ParserOptions{RegoVersion: ast.RegoV1})
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", file, err)
	}
	return module, nil
}

// A maker collects the mutants of one file.
type maker struct {
	file, text string
	seen       map[string]int
	found      []Mutant
}

// add adds a mutant. The second change of the same words gets a number.
func (m *maker) add(line int, what, text string, change func(*edit)) {
	what = strings.Join(strings.Fields(what), " ")
	if m.seen[what]++; m.seen[what] > 1 {
		what = fmt.Sprintf("%s (%d)", what, m.seen[what])
	}
	m.found = append(m.found, Mutant{m.file, line, what, text, change})
}

// replace adds the mutant that has other text in the place of what stands at a location.
func (m *maker) replace(at *ast.Location, what, with string) {
	begin, end := at.Offset, at.Offset+len(at.Text)
	if end > len(m.text) || m.text[begin:end] != string(at.Text) || len(at.Text) == 0 {
		return // made by the parser
	}
	m.add(at.Row, what, m.text[:begin]+with+m.text[end:], nil)
}

// rule breaks everything in a definition, also what stands behind an else.
func (m *maker) rule(rule *ast.Rule) {
	ast.NewGenericVisitor(func(node any) bool {
		switch n := node.(type) {
		case *ast.Expr:
			m.expression(n)
		case *ast.Term:
			m.constant(n)
		case ast.Ref:
			m.keys(n)
			return true
		case *ast.With:
			return true
		}
		return false
	}).Walk(rule)
}

// keys breaks what is computed in a reference, and no name of a field.
func (m *maker) keys(ref ast.Ref) {
	for _, term := range ref {
		switch term.Value.(type) {
		case ast.String, ast.Var:
		default:
			ast.WalkTerms(term, func(inner *ast.Term) bool {
				m.constant(inner)
				return false
			})
		}
	}
}

func (m *maker) expression(expr *ast.Expr) {
	if expr.Location == nil || expr.Generated {
		return
	}
	text := string(expr.Location.Text)
	if strings.HasPrefix(text, "not ") != expr.Negated || text == "true" {
		return // part of another, or nothing
	}
	m.replace(expr.Location, "without "+text, "true")
	switch {
	case expr.Negated:
		m.replace(expr.Location, "negated "+text, strings.TrimPrefix(text, "not "))
	case !expr.IsAssignment() && !expr.IsSome() && !expr.IsEvery():
		m.replace(expr.Location, "negated "+text, "not "+text)
	}
	if other, ok := shifted[expr.Operator().String()]; ok {
		m.replace(expr.Location, strings.TrimSpace(other[1])+" instead of "+strings.TrimSpace(other[0])+" in "+text, strings.Replace(text, other[0], other[1], 1))
	}
}

// shifted are comparisons and what they become.
var shifted = map[string][2]string{
	"gt": {" > ", " >= "}, "gte": {" >= ", " > "}, "lt": {" < ", " <= "}, "lte": {" <= ", " < "},
}

// constant changes a text, a number or a boolean that the author wrote.
func (m *maker) constant(term *ast.Term) {
	if term.Location == nil {
		return
	}
	text := string(term.Location.Text)
	switch v := term.Value.(type) {
	case ast.String:
		if isQuoted(text) {
			m.replace(term.Location, "another text for "+text, text[:len(text)-1]+"~"+text[len(text)-1:])
		}
	case ast.Number:
		if n, ok := v.Int(); ok && text == strconv.Itoa(n) {
			m.replace(term.Location, "another number for "+text, strconv.Itoa(n+1))
		}
	case ast.Boolean:
		if text == strconv.FormatBool(bool(v)) {
			m.replace(term.Location, "another boolean for "+text, strconv.FormatBool(!bool(v)))
		}
	}
}

// isQuoted leaves out texts that the parser made of names, as in input.eventName.
func isQuoted(text string) bool {
	return len(text) >= 2 && strings.ContainsAny(text[:1], "\"`") && text[0] == text[len(text)-1]
}

// definitions leaves out each definition, all of a name where there are several, and
// makes match hold always and never.
func (m *maker) definitions(module *ast.Module) {
	count := map[string]int{}
	for _, rule := range module.Rules {
		count[name(rule)]++
	}
	for i, rule := range module.Rules {
		what := "without the definition of " + name(rule)
		m.add(rule.Location.Row, what, m.text, func(e *edit) { e.keep(func(j int, _ *ast.Rule) bool { return j != i }) })
		if own := name(rule); count[own] > 1 {
			count[own] = 0
			m.add(rule.Location.Row, "without any "+own, m.text, func(e *edit) {
				e.keep(func(_ int, r *ast.Rule) bool { return name(r) != own })
			})
		}
	}
	for _, always := range []string{"true", "false"} {
		m.add(module.Package.Location.Row, "match is always "+always, m.text, func(e *edit) {
			e.keep(func(_ int, r *ast.Rule) bool { return name(r) != "match" })
			rule := ast.MustParseRule("match if " + always)
			rule.Module = e.module
			e.module.Rules = append(e.module.Rules, rule)
		})
	}
}

func (e *edit) keep(wanted func(int, *ast.Rule) bool) {
	var kept []*ast.Rule
	for i, rule := range e.module.Rules {
		if wanted(i, rule) {
			kept = append(kept, rule)
		}
	}
	e.module.Rules = kept
}

func name(rule *ast.Rule) string {
	first, ok := rule.Head.Ref()[0].Value.(ast.Var)
	if !ok {
		return rule.Head.Ref().String()
	}
	return string(first)
}

// module is the broken file, parsed.
func (m Mutant) module() (*ast.Module, error) {
	module, err := parse(m.File, m.text)
	if err == nil && m.edit != nil {
		m.edit(&edit{module})
	}
	return module, err
}
