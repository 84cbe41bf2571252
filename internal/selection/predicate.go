package selection

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// A tri is what can be said about a condition without OPA: no, yes, or nothing.
type tri uint8

const (
	no tri = iota
	yes
	unknown
)

func (t tri) not() tri {
	switch t {
	case no:
		return yes
	case yes:
		return no
	}
	return unknown
}

func triOf(b bool) tri {
	if b {
		return yes
	}
	return no
}

// A predicate decides a condition over the values of a record. It says no only when OPA
// would find the condition undefined or false.
type predicate func(m *Matcher) tri

// plain is the text of a JSON string that means what it says: nothing is escaped in it.
func plain(raw []byte) ([]byte, bool) {
	text := raw[1 : len(raw)-1]
	return text, bytes.IndexByte(text, '\\') < 0 && utf8.Valid(text)
}

func isText(raw []byte) bool { return len(raw) > 1 && raw[0] == '"' }

func isNumber(raw []byte) bool { return raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9' }

func isComposite(raw []byte) bool { return raw[0] == '{' || raw[0] == '[' }

// A members is a set of constants that a value is looked up in.
type members struct {
	texts     map[string]bool
	others    map[string]bool // null, booleans and numbers, by their JSON
	numbers   bool
	composite bool
}

// membersOf sorts constants by how a raw value is compared with them.
func membersOf(list []constant) (members, bool) {
	m := members{texts: map[string]bool{}, others: map[string]bool{}}
	for _, c := range list {
		switch c.Kind {
		case kindString:
			text, ok := c.text()
			if !ok {
				return m, false
			}
			m.texts[text] = true
		case kindOther:
			m.others[c.Text] = true
			m.numbers = m.numbers || isNumber([]byte(c.Text))
		default:
			m.composite = true
		}
	}
	return m, true
}

// find says whether a defined value is among the members.
func (s members) find(raw []byte) tri {
	if isText(raw) {
		if len(s.texts) == 0 {
			return no
		}
		text, ok := plain(raw)
		if !ok {
			return unknown
		}
		return triOf(s.texts[string(text)])
	}
	if s.others[string(raw)] {
		return yes
	}
	if isNumber(raw) && s.numbers || isComposite(raw) && s.composite {
		return unknown // 1 and 1.0 are equal; objects have many spellings
	}
	return no
}

// equals is find for one string, which is what most conditions are about.
func equals(slot int, want string) predicate {
	quoted := []byte(`"` + want + `"`)
	simple := !strings.ContainsAny(want, "\\\"") && utf8.ValidString(want)
	return func(m *Matcher) tri {
		raw := m.values[slot]
		if raw == nil || raw[0] != '"' {
			return no
		}
		if simple && bytes.Equal(raw, quoted) {
			return yes
		}
		if text, ok := plain(raw); !ok || !simple && string(text) == want {
			return unknown
		}
		return no
	}
}

// member asks whether a value is one of the constants.
func member(slot int, list members) predicate {
	return func(m *Matcher) tri {
		raw := m.values[slot]
		if raw == nil {
			return no
		}
		return list.find(raw)
	}
}

// same compares two values of the record.
func same(a, b int) predicate {
	return func(m *Matcher) tri {
		x, y := m.values[a], m.values[b]
		if x == nil || y == nil {
			return no
		}
		if bytes.Equal(x, y) {
			return yes
		}
		if isText(x) != isText(y) {
			return no
		}
		if plainPair(x, y) {
			return no
		}
		return unknown
	}
}

// plainPair says whether both are strings in which nothing is escaped.
func plainPair(x, y []byte) bool {
	if !isText(x) || !isText(y) {
		return false
	}
	_, ok := plain(x)
	_, also := plain(y)
	return ok && also
}

// part asks how a string begins, ends or what it contains. Anything else is an error in
// OPA, which a person must see: nothing is said about it.
func part(slot int, want string, holds func(text, want []byte) bool) predicate {
	wanted := []byte(want)
	return func(m *Matcher) tri {
		raw := m.values[slot]
		if raw == nil {
			return no
		}
		if !isText(raw) {
			return unknown
		}
		text, ok := plain(raw)
		if !ok {
			return unknown
		}
		return triOf(holds(text, wanted))
	}
}

// truthy asks whether a value is there and not false.
func truthy(slot int) predicate {
	return func(m *Matcher) tri {
		raw := m.values[slot]
		return triOf(raw != nil && string(raw) != "false")
	}
}

func defined(slot int) predicate {
	return func(m *Matcher) tri { return triOf(m.values[slot] != nil) }
}

// anyOf asks whether one of the bodies holds.
func anyOf(bodies [][]predicate, unsure bool) predicate {
	return func(m *Matcher) tri {
		answer := no
		for _, body := range bodies {
			switch all(m, body) {
			case yes:
				if !unsure {
					return yes
				}
				answer = unknown
			case unknown:
				answer = unknown
			}
		}
		return answer
	}
}

// all asks whether every predicate holds.
func all(m *Matcher, body []predicate) tri {
	answer := yes
	for _, holds := range body {
		switch holds(m) {
		case no:
			return no
		case unknown:
			answer = unknown
		}
	}
	return answer
}
