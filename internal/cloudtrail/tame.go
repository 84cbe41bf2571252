package cloudtrail

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

const (
	maxDigits   = 40  // of a number; AWS writes none with more than 20
	maxExponent = 400 // beyond it OPA refuses the number, and with it the whole record
	maxNotes    = 16
	maxPlace    = 200 // bytes of a path in a note
)

// tame turns numbers that would make OPA refuse or crawl through the whole record
// into text, in place, and notes where. An attacker who can put a number into a
// request must not be able to hide the request.
func tame(fields map[string]any) []string {
	var t tamer
	t.object(fields, nil)
	paths := slices.Sorted(maps.Keys(t.altered))
	var notes []string
	for _, path := range paths[:min(len(paths), maxNotes)] {
		notes = append(notes, "number out of range kept as text: "+path)
	}
	if more := len(paths) - len(notes); more > 0 {
		notes = append(notes, fmt.Sprintf("number out of range kept as text at %d more places", more))
	}
	return notes
}

// tamer collects the paths of what it altered; those of one list are one.
type tamer struct{ altered map[string]bool }

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
			if t.altered == nil {
				t.altered = map[string]bool{}
			}
			t.altered[placeOf(path)] = true
			return v.String()
		}
	}
	return value
}

// placeOf is a path with dots between its keys. What is too deep is left out, since the
// paths of a hostile record can be much larger than the record.
func placeOf(path []string) string {
	var b strings.Builder
	for i, key := range path {
		if b.Len()+len(key) >= maxPlace {
			return b.String() + "..."
		}
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(key)
	}
	return b.String()
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
