package cloudtrail

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const (
	maxDigits   = 40  // of a number; AWS writes none with more than 20
	maxExponent = 400 // beyond it OPA refuses the number, and with it the whole record
	maxNotes    = 16
)

// tame turns numbers that would make OPA refuse or crawl through the whole record
// into text, in place, and notes where. An attacker who can put a number into a
// request must not be able to hide the request.
func tame(fields map[string]any) []string {
	t := tamer{}
	t.object(fields, nil)
	slices.Sort(t.notes)
	return t.notes
}

type tamer struct{ notes []string }

func (t *tamer) object(fields map[string]any, path []string) {
	for key, value := range fields {
		fields[key] = t.value(value, append(path, key))
	}
}

func (t *tamer) value(value any, path []string) any {
	switch v := value.(type) {
	case map[string]any:
		t.object(v, path)
	case []any:
		for i := range v {
			v[i] = t.value(v[i], path)
		}
	case json.Number:
		if odd(v.String()) {
			if len(t.notes) < maxNotes {
				t.notes = append(t.notes, fmt.Sprintf("number out of range kept as text: %s", join(path)))
			}
			return v.String()
		}
	}
	return value
}

// odd says whether a JSON number is longer or larger than any that AWS writes.
func odd(number string) bool {
	if len(number) > maxDigits {
		return true
	}
	_, exponent, found := strings.Cut(strings.ToLower(number), "e")
	if !found {
		return false
	}
	n, err := strconv.Atoi(exponent)
	return err != nil || n < -maxExponent || n > maxExponent
}
