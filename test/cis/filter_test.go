package cis

import (
	"strings"
)

// A filter is a metric filter as a tree: what it asks of a record can be evaluated, and
// written down as CloudWatch wants it. It has just those questions that the fifteen
// filters of the benchmark ask. It is no evaluator of filter patterns.
type filter interface {
	holds(record map[string]any) bool
	String() string
}

// equals asks whether a field is this text. A star at either end stands for anything.
type equals struct{ path, text string }

func (e equals) holds(record map[string]any) bool {
	value, there := at(record, e.path)
	text, isText := value.(string)
	if !there || !isText {
		return false
	}
	begin, wild := strings.CutSuffix(e.text, "*")
	if wild {
		return strings.HasPrefix(text, begin)
	}
	if end, wild := strings.CutPrefix(e.text, "*"); wild {
		return strings.HasSuffix(text, end)
	}
	return text == e.text
}

func (e equals) String() string { return "$." + e.path + "=" + e.text }

// differs asks whether a field is not this text. AWS does not say what holds for a field
// that is not there; here it differs, so that no record is left out of the comparison.
type differs struct{ path, text string }

func (d differs) holds(record map[string]any) bool { return !equals(d).holds(record) }
func (d differs) String() string                   { return "$." + d.path + "!=" + d.text }

// absent asks whether there is no such field. One that is null is there.
type absent string

func (a absent) holds(record map[string]any) bool {
	_, there := at(record, string(a))
	return !there
}

func (a absent) String() string { return "$." + string(a) + "NOTEXISTS" }

// all asks whether each part holds, and some whether one does.
type (
	all  []filter
	some []filter
)

func (a all) holds(record map[string]any) bool {
	for _, part := range a {
		if !part.holds(record) {
			return false
		}
	}
	return true
}

func (a all) String() string { return join(a, "&&") }

func (s some) holds(record map[string]any) bool {
	for _, part := range s {
		if part.holds(record) {
			return true
		}
	}
	return false
}

func (s some) String() string { return join(s, "||") }

func join(parts []filter, operator string) string {
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = part.String()
	}
	return strings.Join(texts, operator)
}

// named asks for one of the names of an event.
func named(names []string) some {
	parts := make(some, len(names))
	for i, name := range names {
		parts[i] = equals{"eventName", name}
	}
	return parts
}

// at is a field by its path.
func at(record map[string]any, path string) (any, bool) {
	key, rest, deeper := strings.Cut(path, ".")
	value, there := record[key]
	if !there || !deeper {
		return value, there
	}
	object, _ := value.(map[string]any)
	return at(object, rest)
}

// bare is a pattern without what says nothing: white space, quotes and brackets. The
// brackets matter only where and and or meet, which in the benchmark's patterns is always
// the same way: names of events are one bracket.
func bare(pattern string) string {
	return strings.NewReplacer(" ", "", `"`, "", "(", "", ")", "", "{", "", "}", "").Replace(pattern)
}
