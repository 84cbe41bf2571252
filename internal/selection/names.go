package selection

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// names are event names: each is exact, or the beginning of some.
type names struct {
	exact, prefixes map[string]bool
}

func newNames() names { return names{map[string]bool{}, map[string]bool{}} }

func (n names) add(other names) {
	for name := range other.exact {
		n.exact[name] = true
	}
	for prefix := range other.prefixes {
		n.prefixes[prefix] = true
	}
}

// changing is what the names of changes begin with: a word, or what some words have in
// common. Hardly any record with such a name is marked as a read, so that one beginning
// can stand for all names that have it. A pattern has no place for each of them.
var changing = strings.Fields(`Accept Activate Add Allow Apply Associate Attach Authorize Cancel Change Copy Create
	Deactivate Delete Deregister Detach Dis Enable Failover Grant Import Invite Leave Modify Promote Pu Re Rotate Run
	Schedule Send Set Share Start Stop Tag Terminate Transfer Un Up`)

// widened has a beginning in place of all names of changes that have it. Of a batch, what
// stands behind the word says what it does.
func (n names) widened() names {
	wide := newNames()
	for prefix := range n.prefixes {
		wide.prefixes[prefix] = true
	}
	for name := range n.exact {
		batch, rest := "", name
		if single, ok := strings.CutPrefix(name, "Batch"); ok {
			batch, rest = "Batch", single
		}
		i := slices.IndexFunc(changing, func(beginning string) bool { return strings.HasPrefix(rest, beginning) })
		if i < 0 {
			wide.exact[name] = true
		} else {
			wide.prefixes[batch+changing[i]] = true
		}
	}
	return wide
}

// list is the names as a pattern has them, none of which fits what another does.
func (n names) list() []any {
	within := func(name string, self bool) bool {
		for prefix := range n.prefixes {
			if strings.HasPrefix(name, prefix) && (!self || name != prefix) {
				return true
			}
		}
		return false
	}
	var list []any
	for _, name := range sorted(n.exact) {
		if !within(name, false) {
			list = append(list, name)
		}
	}
	for _, prefix := range sorted(n.prefixes) {
		if !within(prefix, true) {
			list = append(list, map[string]any{"prefix": prefix})
		}
	}
	return list
}

// byFirstLetter is the list, shared out by what the names begin with.
func (n names) byFirstLetter() map[string][]any {
	shared := map[string][]any{}
	for _, name := range n.list() {
		text, ok := name.(string)
		if !ok {
			text, _ = name.(map[string]any)["prefix"].(string)
		}
		if _, size := utf8.DecodeRuneInString(text); size > 0 { // no call has an empty name
			shared[text[:size]] = append(shared[text[:size]], name)
		}
	}
	return shared
}

func sorted(set map[string]bool) []string {
	list := make([]string, 0, len(set))
	for name := range set {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// names are the event names that the alternative is about, and whether it says so.
func (a alternative) names() (names, bool) { return a.namesAt(keyName) }

// namesAt is the same for another field of the record, such as eventSource.
func (a alternative) namesAt(key string) (names, bool) {
	for _, c := range a {
		if found, ok := c.namesAt(key); ok {
			return found, true
		}
	}
	return newNames(), false
}

func (c condition) namesAt(key string) (names, bool) {
	if c.Not {
		return names{}, false
	}
	if c.Op == opAny {
		found := newNames()
		for _, alt := range c.Any {
			named, ok := alt.namesAt(key)
			if !ok {
				return names{}, false
			}
			found.add(named)
		}
		return found, true
	}
	if c.Op != opTest || c.Term.Call == nil || len(c.Term.Call.Args) != 2 {
		return names{}, false
	}
	return namesOfCall(*c.Term.Call, key)
}

// comparedTo is the field that a call compares with constants, and the constants. Each of
// them is one way in which the call can be true.
func (c call) comparedTo() (path []string, values []constant, ok bool) {
	field, other := c.Args[0], c.Args[1]
	if c.Name == nameOfEqual && field.Path == nil {
		field, other = other, field
	}
	if len(field.Path) == 0 || other.Const == nil {
		return nil, nil, false
	}
	members, isList := other.Const.members()
	switch c.Name {
	case nameOfEqual, "startswith":
		return field.Path, []constant{*other.Const}, !isList
	case nameOfMember:
		return field.Path, members, isList
	case "strings.any_prefix_match":
		if !isList {
			members = []constant{*other.Const}
		}
		return field.Path, members, true
	}
	return nil, nil, false
}

// isExact says whether the call compares whole values.
func (c call) isExact() bool { return c.Name == nameOfEqual || c.Name == nameOfMember }

// namesOfCall are the names that a comparison of the field with a constant is about.
func namesOfCall(c call, key string) (names, bool) {
	path, values, ok := c.comparedTo()
	if !ok || len(path) != 1 || path[0] != key {
		return names{}, false
	}
	found := newNames()
	target := found.prefixes
	if c.isExact() {
		target = found.exact
	}
	for _, value := range values {
		text, isText := value.text()
		if text == "" && !c.isExact() {
			return names{}, false // every name begins with nothing
		}
		if isText && text != "" { // no other value is the name of an event
			target[text] = true
		}
	}
	return found, true
}

// fields are what the alternative asks of single fields, as a pattern has it, and whether
// that is anything.
func (a alternative) fields() (map[string]any, bool) {
	fields := map[string]any{}
	for _, c := range a {
		if c.Not || c.Op != opTest || c.Term.Call == nil || len(c.Term.Call.Args) != 2 {
			continue
		}
		path, values, ok := fieldOfCall(*c.Term.Call)
		if ok {
			putField(fields, path, values)
		}
	}
	return fields, len(fields) > 0
}

// fieldOfCall is a comparison of a field with strings and booleans.
func fieldOfCall(c call) ([]string, []any, bool) {
	path, list, ok := c.comparedTo()
	if !ok || !c.isExact() {
		return nil, nil, false
	}
	var values []any
	for _, item := range list {
		switch text, ok := item.text(); {
		case ok:
			values = append(values, text)
		case item.Text == "true" || item.Text == "false":
			values = append(values, item.Text == "true")
		default:
			return nil, nil, false
		}
	}
	return path, values, len(values) > 0
}

// putField leaves the field alone where something is asked of it, or of what is above or
// below it: less may be asked than the rule does.
func putField(fields map[string]any, path []string, values []any) {
	for _, key := range path[:len(path)-1] {
		next, ok := fields[key].(map[string]any)
		if _, taken := fields[key]; taken && !ok {
			return
		}
		if !ok {
			next = map[string]any{}
			fields[key] = next
		}
		fields = next
	}
	if last := path[len(path)-1]; fields[last] == nil {
		fields[last] = values
	}
}
