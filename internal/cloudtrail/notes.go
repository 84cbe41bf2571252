package cloudtrail

import (
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
	maxPlace    = 200  // bytes of a path in a note
	maxPlaces   = 4096 // that are remembered
)

// noteKind is what can be odd about a place in a record. An attacker who can put
// something odd into a request must not be able to hide the request.
type noteKind uint8

const (
	noteDepth noteKind = iota
	noteLong
	noteValues
	noteTwice
	noteNumber
	noteSurrogate
	noteUTF8
	noteKinds
)

var noteTexts = [noteKinds]string{
	noteDepth:     "cut below 100 levels",
	noteLong:      "text cut to 256 KB",
	noteValues:    "cut, the record has too many values",
	noteTwice:     "key stands twice, the last value counts",
	noteNumber:    "number out of range kept as text",
	noteSurrogate: "half of a character replaced",
	noteUTF8:      "bytes that are not UTF-8 replaced",
}

// notes collects the places where something was odd; those of one list are one.
type notes struct {
	places [noteKinds]map[string]bool
	more   [noteKinds]int
}

func (n *notes) add(kind noteKind, path []string) {
	if n.places[kind] == nil {
		n.places[kind] = map[string]bool{}
	}
	place := placeOf(path)
	switch {
	case n.places[kind][place]:
	case len(n.places[kind]) < maxPlaces:
		n.places[kind][place] = true
	default:
		n.more[kind]++
	}
}

func (n *notes) has(kinds ...noteKind) bool {
	return slices.ContainsFunc(kinds, func(kind noteKind) bool { return len(n.places[kind]) > 0 })
}

// lines are the notes for a person, at most maxNotes and a line a kind for the rest.
func (n *notes) lines() []string {
	var lines, rest []string
	for kind, text := range noteTexts {
		places := slices.Sorted(maps.Keys(n.places[kind]))
		shown := min(len(places), maxNotes-len(lines))
		for _, place := range places[:shown] {
			lines = append(lines, text+": "+place)
		}
		if more := len(places) - shown + n.more[kind]; more > 0 {
			rest = append(rest, fmt.Sprintf("%s at %d more places", text, more))
		}
	}
	return append(lines, rest...)
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
