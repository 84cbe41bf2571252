package selection

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// made matches the packages that partial evaluation and rules have in references: people
// know a helper by its name.
var made = regexp.MustCompile(`data\.(partial\d+\.)?rules(\.\w+)*\.(_\w+)`)

// text is the alternative in Rego, shortened for a person.
func (a alternative) text() string {
	var parts []string
	for _, c := range a {
		if !c.hidden() {
			parts = append(parts, c.text())
		}
	}
	return shorten(strings.Join(parts, "; "), 200)
}

// whyUnusable is the text of what keeps an alternative from excluding any record. Of a
// rule that is asked it is the body, because people don't know what it is called here.
func (a alternative) whyUnusable() string {
	for _, c := range a {
		if c.Op != opAny || c.Not {
			continue
		}
		for _, body := range c.Any {
			if !slices.ContainsFunc(body, condition.usable) {
				return body.whyUnusable()
			}
		}
	}
	return cmp.Or(a.text(), "it holds for every record")
}

// text is the condition in Rego, as near to the rule as it can be said.
func (c condition) text() string {
	negation := ""
	if c.Not {
		negation = "not "
	}
	switch {
	case c.Op == opTest:
		return negation + c.Term.text()
	case c.Op == opAny && generated.MatchString(c.Text):
		return negation + "one of these ways holds"
	}
	return made.ReplaceAllString(c.Text, "$3")
}

// generated matches the helpers that partial evaluation makes.
var generated = regexp.MustCompile(`^(not )?data\.partial\d+\.__`)

// infix are the functions that Rego writes between their operands.
var infix = map[string]string{
	nameOfEqual: "==", "neq": "!=", nameOfMember: "in", "gt": ">", "gte": ">=", "lt": "<", "lte": "<=",
	"plus": "+", "minus": "-", "mul": "*", "div": "/",
}

func (t term) text() string {
	switch {
	case t.Path != nil:
		return "input." + strings.Join(t.Path, ".")
	case t.Const != nil:
		return t.Const.rego()
	case t.Get != nil:
		return fmt.Sprintf("object.get(input, %q, %s)", t.Get.Path, t.Get.Default.rego())
	case t.Call != nil:
		args := texts(t.Call.Args, term.text)
		if between := infix[t.Call.Name]; between != "" && len(args) == 2 {
			return args[0] + " " + between + " " + args[1]
		}
		return t.Call.Name + "(" + strings.Join(args, ", ") + ")"
	}
	return "[" + strings.Join(texts(t.Array, term.text), ", ") + "]"
}

// rego is the constant as a rule has it.
func (c constant) rego() string {
	items := strings.Join(texts(c.Items, constant.rego), ", ")
	switch c.Kind {
	case kindArray:
		return "[" + items + "]"
	case kindSet, kindObject:
		return "{" + items + "}"
	}
	return c.Text
}

func texts[T any](list []T, text func(T) string) []string {
	var out []string
	for _, item := range list {
		out = append(out, text(item))
	}
	return out
}

func shorten(text string, longest int) string {
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}
