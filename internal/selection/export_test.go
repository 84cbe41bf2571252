package selection

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
)

// A Fault is one thing that the index could do wrong. Nothing in it knows of faults: they
// are put into the conditions that it is made of, into its table of functions, or into
// what it was compiled to.
type Fault struct {
	Name string
	// condition changes one condition, at any depth.
	condition func(*condition)
	// rule changes the conditions of one rule.
	rule func(*ruleConditions)
	// function and predicate take the place of the predicate of one of OPA's functions.
	function  string
	predicate func(sound maker) maker
	// index changes what was compiled.
	index func(*Index)
}

type maker = func(c *compiler, args []term) predicate

// Break makes an index with the fault.
func (f Fault) Break(t *testing.T, conditions Conditions) *Index {
	t.Helper()
	broken := Conditions{}
	for _, rule := range conditions.rules {
		rule.Alternatives = f.alternatives(rule.Alternatives)
		if f.rule != nil {
			f.rule(&rule)
		}
		broken.rules = append(broken.rules, rule)
	}
	if f.predicate != nil {
		sound := maps.Clone(fast)
		fast[f.function] = f.predicate(sound[f.function])
		defer func() { fast = sound }()
	}
	index, err := New(broken)
	if err != nil {
		t.Fatal(err)
	}
	if f.index != nil {
		f.index(index)
	}
	return index
}

func (f Fault) alternatives(alts []alternative) []alternative {
	var out []alternative
	for _, alt := range alts {
		alt = slices.Clone(alt)
		for i := range alt {
			alt[i].Any = f.alternatives(alt[i].Any)
			if f.condition != nil {
				f.condition(&alt[i])
			}
		}
		out = append(out, alt)
	}
	return out
}

// onCall changes the constant operand of calls of a function about a field.
func onCall(name string, change func(text string) string) func(*condition) {
	return func(c *condition) {
		if c.Term.Call == nil || c.Term.Call.Name != name {
			return
		}
		changed := call{Name: name, Args: slices.Clone(c.Term.Call.Args)}
		for i, arg := range changed.Args {
			if text, ok := textOf(arg); ok && text != "" {
				changed.Args[i] = term{Const: textConstant(change(text))}
			}
		}
		c.Term.Call = &changed
	}
}

func textOf(t term) (string, bool) {
	if t.Const == nil {
		return "", false
	}
	return t.Const.text()
}

func textConstant(text string) *constant {
	return &constant{Kind: kindString, Text: `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`}
}

// onMembers changes the list that a value is looked up in.
func onMembers(change func([]constant) []constant) func(*condition) {
	return func(c *condition) {
		if c.Term.Call == nil || c.Term.Call.Name != nameOfMember || c.Term.Call.Args[1].Const == nil {
			return
		}
		list := *c.Term.Call.Args[1].Const
		if list.Kind == kindObject || len(list.Items) == 0 {
			return
		}
		list.Items = change(slices.Clone(list.Items))
		c.Term.Call = &call{Name: nameOfMember, Args: []term{c.Term.Call.Args[0], {Const: &list}}}
	}
}

// instead answers for the raw value of the first field that a call reads, where it can.
func instead(say func(answer tri, raw []byte, args []term) tri) func(maker) maker {
	return func(sound maker) maker {
		return func(c *compiler, args []term) predicate {
			holds := sound(c, args)
			i := slices.IndexFunc(args, func(t term) bool { return t.Path != nil })
			if holds == nil || i < 0 {
				return holds
			}
			slot := c.slot(args[i].Path)
			return func(m *Matcher) tri { return say(holds(m), m.values[slot], args) }
		}
	}
}

func short(text string) string { runes := []rune(text); return string(runes[:len(runes)-1]) }

func behead(text string) string { return string([]rune(text)[1:]) }

func long(text string) string { return text + "x" }

// upperOf compares without case, which equality must not.
func upperOf(answer tri, raw []byte, args []term) tri {
	for _, arg := range args {
		if text, ok := textOf(arg); ok && isText(raw) && bytes.EqualFold(raw[1:len(raw)-1], []byte(text)) {
			return yes
		}
	}
	return answer
}

// spelled takes values that may be equal although they are spelled in different ways for
// different ones.
func spelled(answer tri, raw []byte, _ []term) tri {
	if answer == unknown && raw != nil && isNumber(raw) {
		return no
	}
	return answer
}

// Faults are the things that the tests must find.
var Faults = []Fault{
	{Name: "a prefix is one character short", condition: onCall("startswith", short)},
	{Name: "a prefix is one character long", condition: onCall("startswith", long)},
	{Name: "a suffix is one character short", condition: onCall("endswith", behead)},
	{Name: "a suffix is one character long", condition: onCall("endswith", func(s string) string { return "x" + s })},
	{Name: "what is contained is one character short", condition: onCall("contains", short)},
	{Name: "what is contained is one character long", condition: onCall("contains", long)},
	{Name: "a prefix is looked for anywhere", function: "startswith", predicate: func(maker) maker { return partOf(bytes.Contains) }},
	{Name: "a suffix is looked for anywhere", function: "endswith", predicate: func(maker) maker { return partOf(bytes.Contains) }},
	{Name: "what is contained must be at the beginning", function: "contains", predicate: func(maker) maker { return partOf(bytes.HasPrefix) }},
	{Name: "a prefix of something else than text is no", function: "startswith", predicate: instead(func(a tri, raw []byte, _ []term) tri {
		if a == unknown && raw != nil && !isText(raw) {
			return yes // which a negation turns into no
		}
		return a
	})},
	{Name: "a set loses its last member", condition: onMembers(func(list []constant) []constant { return list[:len(list)-1] })},
	{Name: "a set has the neighbour of a member too", condition: onMembers(func(list []constant) []constant {
		if text, ok := list[0].text(); ok {
			list = append(list, *textConstant(strings.ToLower(text)))
		}
		return list
	})},
	{Name: "null is no member of a set", function: nameOfMember, predicate: instead(func(a tri, raw []byte, _ []term) tri {
		if string(raw) == "null" {
			return no
		}
		return a
	})},
	{Name: "texts are equal without case", function: nameOfEqual, predicate: instead(upperOf)},
	{Name: "numbers are compared by their text", function: nameOfEqual, predicate: instead(spelled)},
	{Name: "numbers are looked up by their text", function: nameOfMember, predicate: instead(spelled)},
	{Name: "other numbers are compared by their text", function: "neq", predicate: func(sound maker) maker {
		return instead(func(a tri, raw []byte, args []term) tri { return spelled(a, raw, args) })(sound)
	}},
	{Name: "a number equals the text of it", function: nameOfEqual, predicate: instead(func(a tri, raw []byte, args []term) tri {
		for _, arg := range args {
			if arg.Const != nil && arg.Const.Kind == kindOther && string(raw) == `"`+arg.Const.Text+`"` {
				return yes
			}
		}
		return a
	})},
	{Name: "escaped text is compared as it is spelled", function: nameOfEqual, predicate: instead(func(a tri, raw []byte, _ []term) tri {
		if a == unknown && raw != nil && isText(raw) {
			return no
		}
		return a
	})},
	{Name: "lower is forgotten", condition: unwrap("lower")},
	{Name: "upper is forgotten", condition: unwrap("upper")},
	{Name: "a pattern forgets its flags", condition: onCall("regex.match", func(s string) string { return strings.TrimPrefix(s, "(?i)") })},
	{Name: "a pattern is anchored", condition: onCall("regex.match", func(s string) string { return s + "$" })},
	{Name: "a glob has no delimiters", condition: func(c *condition) {
		if c.Term.Call != nil && c.Term.Call.Name == "glob.match" {
			args := slices.Clone(c.Term.Call.Args)
			args[1] = term{Const: &constant{Kind: kindArray}}
			c.Term.Call = &call{Name: "glob.match", Args: args}
		}
	}},
	{Name: "a glob is one character long", condition: onCall("glob.match", long)},
	{Name: "two fields are equal without case", function: nameOfEqual, predicate: pairOf(func(x, y []byte) bool { return bytes.EqualFold(x, y) })},
	{Name: "two fields differ where they are spelled differently", function: nameOfEqual, predicate: func(sound maker) maker {
		return func(c *compiler, args []term) predicate {
			holds := sound(c, args)
			if args[0].Path == nil || args[1].Path == nil {
				return holds
			}
			return func(m *Matcher) tri { return triOf(holds(m) == yes) }
		}
	}},
	{Name: "null is absent", condition: func(c *condition) {
		if c.Term.Path != nil && c.Op == opTest {
			c.Term = term{Call: &call{Name: "neq", Args: []term{c.Term, {Const: &constant{Kind: kindOther, Text: "null"}}}}}
		}
	}},
	{Name: "an empty text is absent", condition: func(c *condition) {
		if c.Term.Path != nil && c.Op == opTest {
			c.Term = term{Call: &call{Name: "neq", Args: []term{c.Term, {Const: textConstant("")}}}}
		}
	}},
	{Name: "false is present", condition: func(c *condition) {
		if c.Op == opTest && c.Not && c.Term.Path != nil {
			c.Op = opDefined
		}
	}},
	{Name: "false is absent where a value must only be there", condition: func(c *condition) {
		if c.Op == opDefined && !c.Not && c.Term.Path != nil {
			c.Op = opTest
		}
	}},
	{Name: "a negation needs its field", condition: func(c *condition) {
		if c.Not && c.Op == opTest {
			c.Term.required(func(path []string) { c.Needs = append(slices.Clone(c.Needs), term{Path: path}) })
		}
	}},
	{Name: "a negation is not one", condition: func(c *condition) { c.Not = false }},
	{Name: "a negated helper is decided by its first way", condition: func(c *condition) {
		if c.Op == opAny && len(c.Any) > 1 {
			c.Any = c.Any[:1]
		}
	}},
	{Name: "a helper that may say no is sure", condition: func(c *condition) { c.Unsure = false }},
	{Name: "what is not understood holds", condition: func(c *condition) {
		if c.Op == opUnknown {
			c.Op, c.Not, c.Term = opTest, false, term{Const: &constant{Kind: kindOther, Text: "true"}}
		}
	}},
	{Name: "object.get forgets its default", condition: func(c *condition) {
		if c.Term.Call == nil {
			return
		}
		args := slices.Clone(c.Term.Call.Args)
		for i, arg := range args {
			if arg.Get != nil {
				args[i] = term{Path: arg.Get.Path}
			}
		}
		c.Term.Call = &call{Name: c.Term.Call.Name, Args: args}
	}},
	{Name: "a field below is read above", condition: func(c *condition) {
		if n := len(c.Term.Path); n > 1 {
			c.Term = term{Path: c.Term.Path[1:]}
		}
	}},
	{Name: "only the first way to match counts", rule: func(r *ruleConditions) { r.Alternatives = r.Alternatives[:min(len(r.Alternatives), 1)] }},
	{Name: "only the last way to match counts", rule: func(r *ruleConditions) { r.Alternatives = r.Alternatives[max(0, len(r.Alternatives)-1):] }},
	{Name: "a way without conditions is none", index: func(x *Index) {
		for i := range x.rules {
			x.rules[i].always = false
			x.rules[i].alts = slices.DeleteFunc(x.rules[i].alts, func(a altIndex) bool { return len(a.key)+len(a.rest) == 0 })
		}
	}},
	{Name: "candidates are remembered by the name alone", index: func(x *Index) { x.source = x.name }},
	{Name: "candidates are remembered by the source alone", index: func(x *Index) { x.name = x.source }},
	{Name: "functions share the memory of their answers", index: shareAnswers},
}

// shareAnswers gives one memory to all that ask OPA's functions.
func shareAnswers(x *Index) {
	m := x.Matcher()
	shared := map[string]tri{}
	for i := range m.answers {
		m.answers[i] = shared
	}
	x.free = append(x.free, m)
}

// unwrap forgets a function around a field.
func unwrap(name string) func(*condition) {
	return func(c *condition) {
		if c.Term.Call == nil {
			return
		}
		args := slices.Clone(c.Term.Call.Args)
		for i, arg := range args {
			if arg.Call != nil && arg.Call.Name == name {
				args[i] = arg.Call.Args[0]
			}
		}
		c.Term.Call = &call{Name: c.Term.Call.Name, Args: args}
	}
}

// pairOf says yes for two fields that the function takes for equal.
func pairOf(equal func(x, y []byte) bool) func(maker) maker {
	return func(sound maker) maker {
		return func(c *compiler, args []term) predicate {
			holds := sound(c, args)
			if args[0].Path == nil || args[1].Path == nil {
				return holds
			}
			a, b := c.slot(args[0].Path), c.slot(args[1].Path)
			return func(m *Matcher) tri {
				if m.values[a] != nil && m.values[b] != nil && equal(m.values[a], m.values[b]) {
					return yes
				}
				return holds(m)
			}
		}
	}
}
