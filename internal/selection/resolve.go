package selection

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// resolve is the term that a value stands for, when all of it is known: constants, keys
// of the record, and functions of those. The whole record is none.
func resolve(value *ast.Term, known scope) (term, bool) {
	t, ok := resolveAny(value, known)
	return t, ok && !isRecord(t)
}

// resolveAny is resolve for operands of our own functions, which may be the record.
func resolveAny(value *ast.Term, known scope) (term, bool) {
	switch v := value.Value.(type) {
	case ast.Var:
		if v == ast.InputRootDocument.Value {
			return term{Path: []string{}}, true
		}
		t, ok := known[v]
		return t, ok
	case ast.Ref:
		path, ok := prefix(v, known)
		return term{Path: path}, ok && isWhole(v)
	case ast.Call:
		name := v[0].String()
		if b, ok := ast.BuiltinMap[name]; !ok || len(b.Decl.FuncArgs().Args) != len(v)-1 {
			return term{}, false
		}
		return resolveCall(name, v[1:], known)
	}
	if ast.IsConstant(value.Value) {
		c, ok := constantOf(value.Value)
		return term{Const: &c}, ok
	}
	if array, ok := value.Value.(*ast.Array); ok {
		return resolveArray(array, known)
	}
	return term{}, false
}

func resolveArray(array *ast.Array, known scope) (term, bool) {
	t := term{Array: []term{}}
	for i := range array.Len() {
		item, ok := resolve(array.Elem(i), known)
		if !ok {
			return term{}, false
		}
		t.Array = append(t.Array, item)
	}
	return t, true
}

func isRecord(t term) bool { return t.Path != nil && len(t.Path) == 0 }

// isWhole says whether every key of a reference is a constant string.
func isWhole(ref ast.Ref) bool {
	return !slices.ContainsFunc(ref[1:], func(t *ast.Term) bool { _, ok := t.Value.(ast.String); return !ok })
}

// prefix is the path of a reference into the record, up to the first key that is not a
// constant string.
func prefix(ref ast.Ref, known scope) ([]string, bool) {
	head, ok := resolveAny(ref[0], known)
	if !ok || head.Path == nil {
		return nil, false
	}
	path := append([]string{}, head.Path...)
	for _, key := range ref[1:] {
		text, ok := key.Value.(ast.String)
		if !ok {
			break
		}
		path = append(path, string(text))
	}
	return path, true
}

// resolveCall is a call of a built-in function whose operands are all known.
func resolveCall(name string, operands []*ast.Term, known scope) (term, bool) {
	b := ast.BuiltinMap[name]
	if b.IsNondeterministic() || b.Relation || name == ast.InternalPrint.Name || name == ast.Trace.Name {
		return term{}, false
	}
	if name == ast.ObjectGet.Name {
		if t, ok := resolveGet(operands, known); ok {
			return t, true
		}
	}
	c := &call{Name: name}
	for _, operand := range operands {
		arg, ok := resolve(operand, known)
		if !ok {
			return term{}, false
		}
		c.Args = append(c.Args, arg)
	}
	return term{Call: c}, true
}

// resolveGet is object.get(input, path, default) with constants.
func resolveGet(operands []*ast.Term, known scope) (term, bool) {
	object, ok := resolveAny(operands[0], known)
	if !ok || !isRecord(object) {
		return term{}, false
	}
	key, ok := resolve(operands[1], known)
	if !ok || key.Const == nil {
		return term{}, false
	}
	absent, ok := resolve(operands[2], known)
	if !ok || absent.Const == nil {
		return term{}, false
	}
	keys := []constant{*key.Const}
	if key.Const.Kind == kindArray {
		keys = key.Const.Items
	}
	var path []string
	for _, k := range keys {
		text, ok := k.text()
		if !ok {
			return term{}, false
		}
		path = append(path, text)
	}
	return term{Get: &get{Path: path, Default: *absent.Const}}, len(path) > 0
}
