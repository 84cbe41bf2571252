package selection

import (
	"regexp"
	"strings"
)

// made matches the packages that partial evaluation and rules have in references: people
// know a helper by its name.
var made = regexp.MustCompile(`data\.(partial\d+\.)?rules(\.\w+)*\.(_\w+)`)

// text is the alternative in Rego, shortened for a person.
func (a alternative) text() string {
	var parts []string
	for _, c := range a {
		parts = append(parts, c.text())
	}
	return shorten(strings.Join(parts, "; "), 200)
}

// text is the condition in Rego, as near to the rule as it can be said.
func (c condition) text() string { return made.ReplaceAllString(c.Text, "$3") }

func shorten(text string, longest int) string {
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}
