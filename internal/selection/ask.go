package selection

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

const (
	maxAsked    = 512  // bytes of the values that a function is asked about
	maxAnswers  = 2048 // that one matcher remembers of one function
	longestKept = 256  // bytes of values whose answer is remembered
)

// ask compiles a term that only OPA's own functions can evaluate: they are called with
// the record's values, so that their meaning is OPA's. Answers are remembered by value,
// since user agents and addresses repeat.
func (c *compiler) ask(t term, onlyDefined bool) (predicate, error) {
	evaluator := &evaluator{}
	root, err := evaluator.build(t)
	if err != nil {
		return nil, err
	}
	var slots []int
	for _, path := range evaluator.leaves {
		slots = append(slots, c.slot(path))
	}
	asked := c.asked
	c.asked++
	return func(m *Matcher) tri {
		key := m.key[:0]
		for _, slot := range slots {
			key = append(key, m.values[slot]...)
			key = append(key, 0)
		}
		m.key = key
		if len(key) > maxAsked {
			return unknown
		}
		if answer, ok := m.answers[asked][string(key)]; ok {
			return answer
		}
		answer := decide(root, m, slots, onlyDefined)
		m.remember(asked, key, answer)
		return answer
	}, nil
}

// decide asks the functions. An error of theirs is left to OPA, which reports it.
func decide(root evaluation, m *Matcher, slots []int, onlyDefined bool) (answer tri) {
	defer func() {
		if recover() != nil {
			answer = unknown
		}
	}()
	values := make([]ast.Value, len(slots))
	for i, slot := range slots {
		if raw := m.values[slot]; raw != nil {
			value, err := ast.ValueFromReader(bytes.NewReader(raw))
			if err != nil {
				return unknown
			}
			values[i] = value
		}
	}
	value, err := root(values)
	switch {
	case err != nil:
		return unknown
	case value == nil:
		return no
	}
	return triOf(onlyDefined || value.Compare(ast.Boolean(false)) != 0)
}

// remember keeps an answer. A full memory is emptied: hostile values must not fill ours.
func (m *Matcher) remember(asked int, key []byte, answer tri) {
	if len(key) > longestKept {
		return
	}
	if m.answers[asked] == nil || len(m.answers[asked]) >= maxAnswers {
		m.answers[asked] = map[string]tri{}
	}
	m.answers[asked][string(key)] = answer
}

// An evaluation is a term as a function of the leaves. A nil value is undefined.
type evaluation func(leaves []ast.Value) (ast.Value, error)

// An evaluator builds evaluations and collects the paths that they read.
type evaluator struct{ leaves [][]string }

func (e *evaluator) leaf(path []string) int {
	e.leaves = append(e.leaves, path)
	return len(e.leaves) - 1
}

func (e *evaluator) build(t term) (evaluation, error) {
	switch {
	case t.Const != nil:
		value, err := t.Const.value()
		return func([]ast.Value) (ast.Value, error) { return value, nil }, err
	case t.Path != nil:
		i := e.leaf(t.Path)
		return func(leaves []ast.Value) (ast.Value, error) { return leaves[i], nil }, nil
	case t.Get != nil:
		i := e.leaf(t.Get.Path)
		absent, err := t.Get.Default.value()
		return func(leaves []ast.Value) (ast.Value, error) {
			if leaves[i] == nil {
				return absent, nil
			}
			return leaves[i], nil
		}, err
	case t.Call != nil:
		return e.call(*t.Call)
	case t.Array != nil:
		return e.array(t.Array)
	}
	return nil, errors.New("a term that is nothing")
}

func (e *evaluator) array(items []term) (evaluation, error) {
	built, err := e.buildAll(items)
	return func(leaves []ast.Value) (ast.Value, error) {
		terms, err := evaluate(built, leaves)
		if terms == nil || err != nil {
			return nil, err
		}
		return ast.NewArray(terms...), nil
	}, err
}

func (e *evaluator) buildAll(terms []term) ([]evaluation, error) {
	var all []evaluation
	for _, t := range terms {
		built, err := e.build(t)
		if err != nil {
			return nil, err
		}
		all = append(all, built)
	}
	return all, nil
}

// evaluate returns nil when one of them is undefined.
func evaluate(all []evaluation, leaves []ast.Value) ([]*ast.Term, error) {
	terms := make([]*ast.Term, len(all))
	for i, one := range all {
		value, err := one(leaves)
		if value == nil || err != nil {
			return nil, err
		}
		terms[i] = ast.NewTerm(value)
	}
	return terms, nil
}

func (e *evaluator) call(c call) (evaluation, error) {
	function := topdown.GetBuiltin(c.Name)
	if function == nil {
		return nil, fmt.Errorf("OPA has no function %s", c.Name)
	}
	args, err := e.buildAll(c.Args)
	return func(leaves []ast.Value) (ast.Value, error) {
		operands, err := evaluate(args, leaves)
		if operands == nil || err != nil {
			return nil, err
		}
		var answer ast.Value
		err = function(topdown.BuiltinContext{Context: context.Background()}, operands, func(t *ast.Term) error {
			answer = t.Value
			return nil
		})
		return answer, err
	}, err
}
