package selection

import "slices"

// An alternative is one way in which a rule may match: all its conditions are necessary
// for it. Conditions that we can't interpret are kept for people to see; they exclude
// nothing.
type alternative []condition

// A condition is what partial evaluation left of one expression.
type condition struct {
	Op  op
	Not bool
	// Term is what a test or a definition is about.
	Term term
	// Any are the bodies of a rule or a function that is asked; one of them must hold.
	Any []alternative
	// Unsure says that Any tells when the answer is no, but not when it is yes.
	Unsure bool
	// Needs are terms without which the expression is undefined, negated or not: OPA
	// evaluates the operands of a call before it negates.
	Needs []term
	// Text is the expression in Rego.
	Text string

	marks bool // the expression is a marker; known to the translator only
}

// An op says how a condition is decided.
type op uint8

const (
	opUnknown op = iota // by its needs only
	opTest              // the term is defined and not false
	opDefined           // the term is defined
	opAny               // one of the alternatives holds
)

// A term is a value that is made of the record: exactly one of its fields is set.
type term struct {
	Path  []string // keys of the record
	Const *constant
	Call  *call
	Get   *get
	Array []term // an array that is made of terms
}

// A call is one of OPA's built-in functions that gives the same answer every time.
type call struct {
	Name string
	Args []term
}

// A get is object.get(input, path, default).
type get struct {
	Path    []string
	Default constant
}

// A constant is a value of Rego. JSON has no sets, so they are written apart.
type constant struct {
	Kind  kind
	Text  string     // of a scalar: its JSON
	Items []constant // of an array or a set; keys and values in turn of an object
}

type kind uint8

const (
	kindString kind = iota
	kindOther       // null, true, false or a number
	kindArray
	kindSet
	kindObject
)

const (
	nameOfEqual  = "equal"
	nameOfMember = "internal.member_2"
)

// paths calls yield for every path that the term reads.
func (t term) paths(yield func([]string)) {
	switch {
	case t.Path != nil:
		yield(t.Path)
	case t.Get != nil:
		yield(t.Get.Path)
	case t.Call != nil:
		for _, arg := range t.Call.Args {
			arg.paths(yield)
		}
	}
	for _, item := range t.Array {
		item.paths(yield)
	}
}

// paths calls yield for every path that the condition reads, in order.
func (c condition) paths(yield func([]string)) {
	c.Term.paths(yield)
	for _, need := range c.Needs {
		need.paths(yield)
	}
	for _, alt := range c.Any {
		for _, inner := range alt {
			inner.paths(yield)
		}
	}
}

// usable says whether the condition can ever exclude a record.
func (c condition) usable() bool {
	if len(c.Needs) > 0 {
		return true
	}
	switch c.Op {
	case opTest, opDefined:
		return true
	case opAny:
		// Negated it excludes where one alternative holds for certain, else where none can.
		if c.Not {
			return !c.Unsure && slices.ContainsFunc(c.Any, alternative.certain)
		}
		return !slices.ContainsFunc(c.Any, func(a alternative) bool { return !slices.ContainsFunc(a, condition.usable) })
	}
	return false
}

// certain says whether the alternative can be seen to hold.
func (a alternative) certain() bool {
	return !slices.ContainsFunc(a, func(c condition) bool {
		return c.Op == opUnknown || c.Op == opAny && (c.Unsure || !c.Not && !slices.ContainsFunc(c.Any, alternative.certain))
	})
}

// readsOnly says whether all that the condition reads is among the paths.
func (c condition) readsOnly(keys ...string) bool {
	only := true
	c.paths(func(path []string) {
		only = only && len(path) == 1 && slices.Contains(keys, path[0])
	})
	return only
}
