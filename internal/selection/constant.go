package selection

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// constantOf is the constant that a value of OPA's is, and whether it is one.
func constantOf(value ast.Value) (constant, bool) {
	switch v := value.(type) {
	case ast.String:
		text, err := json.Marshal(string(v))
		return constant{Kind: kindString, Text: string(text)}, err == nil
	case ast.Null, ast.Boolean, ast.Number:
		return constant{Kind: kindOther, Text: v.String()}, true
	case *ast.Array:
		return items(kindArray, v.Foreach)
	case ast.Set:
		return items(kindSet, v.Foreach)
	case ast.Object:
		return items(kindObject, func(yield func(*ast.Term)) {
			v.Foreach(func(key, value *ast.Term) { yield(key); yield(value) })
		})
	}
	return constant{}, false
}

func items(k kind, each func(func(*ast.Term))) (constant, bool) {
	c, ok := constant{Kind: k}, true
	each(func(t *ast.Term) {
		item, is := constantOf(t.Value)
		c.Items = append(c.Items, item)
		ok = ok && is
	})
	return c, ok
}

// value is the constant as OPA holds it.
func (c constant) value() (ast.Value, error) {
	if c.Kind == kindString || c.Kind == kindOther {
		value, err := ast.ValueFromReader(strings.NewReader(c.Text))
		if err != nil {
			return nil, fmt.Errorf("read constant %.100q: %w", c.Text, err)
		}
		return value, nil
	}
	terms := make([]*ast.Term, len(c.Items))
	for i, item := range c.Items {
		value, err := item.value()
		if err != nil {
			return nil, err
		}
		terms[i] = ast.NewTerm(value)
	}
	switch c.Kind {
	case kindArray:
		return ast.NewArray(terms...), nil
	case kindSet:
		return ast.NewSet(terms...), nil
	}
	object := ast.NewObject()
	for i := 0; i+1 < len(terms); i += 2 {
		object.Insert(terms[i], terms[i+1])
	}
	return object, nil
}

// members are what `in` finds in the constant, and whether it is a collection.
func (c constant) members() ([]constant, bool) {
	switch c.Kind {
	case kindArray, kindSet:
		return c.Items, true
	case kindObject:
		var values []constant
		for i := 1; i < len(c.Items); i += 2 {
			values = append(values, c.Items[i])
		}
		return values, true
	}
	return nil, false
}

// text is the string that the constant is.
func (c constant) text() (string, bool) {
	var text string
	if c.Kind != kindString || json.Unmarshal([]byte(c.Text), &text) != nil {
		return "", false
	}
	return text, true
}
