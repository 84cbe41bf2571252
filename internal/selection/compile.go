package selection

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"trailbell/internal/detection"
)

// The key of a record: what rules ask for first.
const (
	keySource = "eventSource"
	keyName   = "eventName"
)

// A compiler turns conditions into predicates over slots.
type compiler struct {
	root  *node
	nodes int
	slots map[string]int
	paths [][]string // by slot
	asked int        // predicates that ask OPA's functions, each with answers to remember
}

// A ruleIndex is a rule with its alternatives as predicates.
type ruleIndex struct {
	id     detection.RuleID
	always bool
	alts   []altIndex
}

// An altIndex is an alternative. The predicates over the key alone are apart: their
// answer is the same for all records with the key.
type altIndex struct {
	key  []predicate
	rest []predicate
}

func (c *compiler) slot(path []string) int {
	name := strings.Join(path, "\x00")
	slot, ok := c.slots[name]
	if !ok {
		slot = len(c.slots)
		c.slots[name] = slot
		c.paths = append(c.paths, slices.Clone(path))
		c.root.add(path, slot, &c.nodes)
	}
	return slot
}

// rule compiles one rule. An alternative that excludes nothing makes it a candidate for
// every record.
func (c *compiler) rule(conditions ruleConditions) (ruleIndex, error) {
	index := ruleIndex{id: conditions.ID, always: len(conditions.Alternatives) == 0}
	for _, alt := range conditions.Alternatives {
		var compiled altIndex
		// Cheap conditions first; those that ask OPA's functions last.
		sorted := slices.Clone(alt)
		slices.SortStableFunc(sorted, func(a, b condition) int { return cmp.Compare(a.cost(), b.cost()) })
		for _, condition := range sorted {
			if !condition.usable() {
				continue
			}
			holds, err := c.condition(condition)
			if err != nil {
				return index, fmt.Errorf("rule %s: %s: %w", conditions.ID, condition.Text, err)
			}
			if condition.readsOnly(keySource, keyName) {
				compiled.key = append(compiled.key, holds)
			} else {
				compiled.rest = append(compiled.rest, holds)
			}
		}
		index.always = index.always || len(compiled.key)+len(compiled.rest) == 0
		index.alts = append(index.alts, compiled)
	}
	return index, nil
}

// cost orders conditions: comparisons, then questions to rules, then what only OPA's own
// functions can answer.
func (c condition) cost() int {
	switch {
	case c.Op == opTest && c.Term.Call != nil && !cheap[c.Term.Call.Name]:
		return 2
	case c.Op == opAny:
		return 1
	}
	return 0
}

func (c *compiler) condition(con condition) (predicate, error) {
	holds, err := c.plain(con)
	if err != nil {
		return nil, err
	}
	if con.Not {
		holds = c.negate(con, holds)
	}
	needs := c.needs(con)
	if len(needs) == 0 {
		return holds, nil
	}
	return func(m *Matcher) tri {
		for _, slot := range needs {
			if m.values[slot] == nil {
				return no
			}
		}
		return holds(m)
	}, nil
}

// negate swaps yes and no. A call with something undefined is left to OPA: it depends on
// how the rule was written whether its negation is true or undefined.
func (c *compiler) negate(con condition, holds predicate) predicate {
	var slots []int
	if con.Op == opTest && con.Term.Path == nil {
		con.Term.required(func(path []string) { slots = append(slots, c.slot(path)) })
	}
	return func(m *Matcher) tri {
		for _, slot := range slots {
			if m.values[slot] == nil {
				return unknown
			}
		}
		return holds(m).not()
	}
}

// needs are the slots that must be defined. What a call needs for its answer is seen
// when it is asked, unless it is negated.
func (c *compiler) needs(con condition) []int {
	if con.Op == opTest && !con.Not {
		return nil
	}
	var slots []int
	for _, need := range con.Needs {
		need.required(func(path []string) { slots = append(slots, c.slot(path)) })
	}
	slices.Sort(slots)
	return slices.Compact(slots)
}

// required calls yield for the paths without which the term is undefined.
func (t term) required(yield func([]string)) {
	switch {
	case t.Path != nil:
		yield(t.Path)
	case t.Call != nil:
		for _, arg := range t.Call.Args {
			arg.required(yield)
		}
	}
	for _, item := range t.Array {
		item.required(yield)
	}
}

// plain compiles a condition as if it were not negated.
func (c *compiler) plain(con condition) (predicate, error) {
	switch con.Op {
	case opDefined:
		if con.Term.Path != nil {
			return defined(c.slot(con.Term.Path)), nil
		}
		return c.ask(con.Term, true)
	case opTest:
		return c.test(con.Term)
	case opAny:
		var bodies [][]predicate
		for _, alt := range con.Any {
			var body []predicate
			for _, inner := range alt {
				holds, err := c.condition(inner)
				if err != nil {
					return nil, err
				}
				body = append(body, holds)
			}
			bodies = append(bodies, body)
		}
		return anyOf(bodies, con.Unsure), nil
	}
	return func(*Matcher) tri { return unknown }, nil
}

// test compiles a term that must be defined and not false.
func (c *compiler) test(t term) (predicate, error) {
	if t.Path != nil {
		return truthy(c.slot(t.Path)), nil
	}
	if t.Call != nil {
		if make := fast[t.Call.Name]; make != nil {
			if holds := make(c, t.Call.Args); holds != nil {
				return holds, nil
			}
		}
	}
	return c.ask(t, false)
}

// fast are the functions with a predicate of their own, for the operands that nearly all
// rules give them; nil means other operands.
var fast map[string]func(c *compiler, args []term) predicate

func init() {
	fast = map[string]func(c *compiler, args []term) predicate{
		nameOfEqual:  (*compiler).equal,
		"neq":        (*compiler).unequal,
		nameOfMember: (*compiler).member,
		"startswith": partOf(bytes.HasPrefix),
		"endswith":   partOf(bytes.HasSuffix),
		"contains":   partOf(bytes.Contains),

		"regex.match": (*compiler).regex,
		"glob.match":  (*compiler).glob,
	}
}

// cheap are the functions that take less time than it takes to look an answer up.
var cheap = map[string]bool{nameOfEqual: true, "neq": true, nameOfMember: true, "startswith": true, "endswith": true, "contains": true}

func partOf(holds func(text, want []byte) bool) func(c *compiler, args []term) predicate {
	return func(c *compiler, args []term) predicate {
		if len(args) != 2 || args[0].Path == nil || args[1].Const == nil {
			return nil
		}
		want, ok := args[1].Const.text()
		if !ok {
			return nil
		}
		return part(c.slot(args[0].Path), want, holds)
	}
}

func (c *compiler) equal(args []term) predicate {
	if args[0].Path == nil {
		args = []term{args[1], args[0]}
	}
	if args[0].Path == nil {
		return nil
	}
	slot := c.slot(args[0].Path)
	switch other := args[1]; {
	case other.Path != nil:
		return same(slot, c.slot(other.Path))
	case other.Const == nil:
		return nil
	default:
		if text, ok := other.Const.text(); ok {
			return equals(slot, text)
		}
		list, ok := membersOf([]constant{*other.Const})
		if !ok {
			return nil
		}
		return member(slot, list)
	}
}

// unequal is the negation of equal where both are defined, and else undefined.
func (c *compiler) unequal(args []term) predicate {
	equal := c.equal(args)
	if equal == nil {
		return nil
	}
	var slots []int
	for _, arg := range args {
		arg.paths(func(path []string) { slots = append(slots, c.slot(path)) })
	}
	return func(m *Matcher) tri {
		for _, slot := range slots {
			if m.values[slot] == nil {
				return no
			}
		}
		return equal(m).not()
	}
}

func (c *compiler) member(args []term) predicate {
	if args[0].Path == nil || args[1].Const == nil {
		return nil
	}
	list, ok := args[1].Const.members()
	if !ok {
		return nil
	}
	sorted, ok := membersOf(list)
	if !ok {
		return nil
	}
	return member(c.slot(args[0].Path), sorted)
}
