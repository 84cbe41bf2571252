package selection

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/gobwas/glob"
)

// maxMatched is the longest string that patterns are tried on here: OPA takes no longer,
// and has a deadline.
const maxMatched = 4096

// matching asks whether a string fits a pattern.
func matching(slot int, fits func(m *Matcher, text []byte) bool) predicate {
	return func(m *Matcher) tri {
		raw := m.values[slot]
		if raw == nil {
			return no
		}
		if !isText(raw) || len(raw) > maxMatched {
			return unknown
		}
		text, ok := plain(raw)
		if !ok {
			return unknown
		}
		return triOf(fits(m, text))
	}
}

// regex is regex.match(pattern, path). OPA uses the same engine. Answers are remembered,
// since user agents and addresses repeat.
func (c *compiler) regex(args []term) predicate {
	if len(args) != 2 || args[0].Const == nil || args[1].Path == nil {
		return nil
	}
	pattern, ok := args[0].Const.text()
	if !ok {
		return nil
	}
	expression, err := regexp.Compile(pattern)
	if err != nil {
		return nil
	}
	asked := c.asked
	c.asked++
	slot := c.slot(args[1].Path)
	fits := matching(slot, func(_ *Matcher, text []byte) bool { return expression.Match(text) })
	return func(m *Matcher) tri {
		raw := m.values[slot]
		if answer, ok := m.answers[asked][string(raw)]; ok {
			return answer
		}
		answer := fits(m)
		m.remember(asked, raw, answer)
		return answer
	}
}

// glob is glob.match(pattern, delimiters, path). OPA uses the same engine.
func (c *compiler) glob(args []term) predicate {
	if len(args) != 3 || args[0].Const == nil || args[1].Const == nil || args[2].Path == nil {
		return nil
	}
	pattern, ok := args[0].Const.text()
	if !ok {
		return nil
	}
	delimiters, ok := delimitersOf(*args[1].Const)
	if !ok {
		return nil
	}
	compiled, err := glob.Compile(pattern, delimiters...)
	if err != nil {
		return nil
	}
	part := literal(pattern)
	return matching(c.slot(args[2].Path), func(_ *Matcher, text []byte) bool {
		return bytes.Contains(text, part) && compiled.Match(string(text))
	})
}

// delimitersOf are the characters that * does not go past: none for null, and a dot for
// an empty array, as OPA has it.
func delimitersOf(c constant) ([]rune, bool) {
	if c.Kind == kindOther && c.Text == "null" {
		return nil, true
	}
	if c.Kind != kindArray {
		return nil, false
	}
	delimiters := []rune{}
	for _, item := range c.Items {
		text, ok := item.text()
		if runes := []rune(text); !ok || len(runes) != 1 {
			return nil, false
		}
		delimiters = append(delimiters, []rune(text)...)
	}
	if len(delimiters) == 0 {
		delimiters = []rune{'.'}
	}
	return delimiters, true
}

// literal is the longest part of a pattern that must stand in what fits it. Patterns with
// alternatives, classes or escapes have none here.
func literal(pattern string) []byte {
	if strings.ContainsAny(pattern, `{}[]\`) {
		return nil
	}
	longest := ""
	for part := range strings.FieldsFuncSeq(pattern, func(r rune) bool { return r == '*' || r == '?' }) {
		if len(part) > len(longest) {
			longest = part
		}
	}
	return []byte(longest)
}
