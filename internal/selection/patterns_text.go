package selection

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// lineWidth is how long a line of a pattern for people may get, before a template indents it.
const lineWidth = 84

// Text is the pattern as people read it and a template holds it: JSON over some lines, or
// on a single one where lines would take more characters than EventBridge allows. It does
// not end with a line break.
func (p Pattern) Text() (string, error) {
	short, err := p.JSON()
	if err != nil {
		return "", err
	}
	text, err := layOut(p.Fields, 0, 0)
	if err != nil {
		return "", fmt.Errorf("pattern %s: %w", p.Name, err)
	}
	if len(text) > maxPattern {
		return short, nil
	}
	return text, nil
}

// layOut is the value as JSON, on as few lines as lineWidth allows. The first line begins
// in column begin, the others are indented.
func layOut(value any, indent, begin int) (string, error) {
	flat, err := onOneLine(value)
	if err != nil || begin+len(flat) <= lineWidth {
		return flat, err
	}
	deeper := strings.Repeat(" ", indent+2)
	switch v := value.(type) {
	case map[string]any:
		var members []string
		for _, key := range keysForPeople(v) {
			text, err := layOut(v[key], indent+2, indent+len(key)+6) // deeper, two quotes, colon, space
			if err != nil {
				return "", err
			}
			members = append(members, fmt.Sprintf("%s%q: %s", deeper, key, text))
		}
		return "{\n" + strings.Join(members, ",\n") + "\n" + deeper[2:] + "}", nil
	case []any:
		lines, err := fill(v, indent+2)
		return "[\n" + deeper + strings.Join(lines, "\n"+deeper) + "\n" + deeper[2:] + "]", err
	}
	return flat, nil
}

// fill puts as many items on a line as fit.
func fill(items []any, indent int) ([]string, error) {
	var lines []string
	for i, item := range items {
		text, err := layOut(item, indent, indent)
		if err != nil {
			return nil, err
		}
		if i < len(items)-1 {
			text += ","
		}
		if last := len(lines) - 1; last >= 0 && !strings.Contains(lines[last]+text, "\n") && indent+len(lines[last])+1+len(text) <= lineWidth {
			lines[last] += " " + text
		} else {
			lines = append(lines, text)
		}
	}
	return lines, nil
}

// onOneLine is JSON with spaces after colons and commas.
func onOneLine(value any) (string, error) {
	var parts []string
	switch v := value.(type) {
	case map[string]any:
		for _, key := range keysForPeople(v) {
			text, err := onOneLine(v[key])
			if err != nil {
				return "", err
			}
			parts = append(parts, fmt.Sprintf("%q: %s", key, text))
		}
		return "{" + strings.Join(parts, ", ") + "}", nil
	case []any:
		for _, item := range v {
			text, err := onOneLine(item)
			if err != nil {
				return "", err
			}
			parts = append(parts, text)
		}
		return "[" + strings.Join(parts, ", ") + "]", nil
	}
	text, err := json.Marshal(value)
	return string(text), err
}

// keysForPeople are the keys in the order in which EventBridge's events have them, what is
// asked of all events before what is asked of some.
func keysForPeople(fields map[string]any) []string {
	order := map[string]int{"source": -4, "detail-type": -3, "detail": -2, "readOnly": -1, "$or": 1}
	return slices.SortedFunc(maps.Keys(fields), func(a, b string) int {
		return cmp.Or(cmp.Compare(order[a], order[b]), cmp.Compare(a, b))
	})
}
