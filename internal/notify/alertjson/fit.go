package alertjson

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"trailbell/internal/notify"
)

// fit writes the document in at most room bytes. What is cut, in this order: the
// largest values of the record, then those of the evidence, then those of the
// details. Each leaves the mark of a cut in its place.
func fit(doc document, room int) (string, error) {
	text, err := marshal(doc)
	for _, part := range []map[string]any{doc.Record, doc.Evidence, doc.Details} {
		if err != nil || len(text) <= room {
			break
		}
		shrink(part, len(text)-room)
		text, err = marshal(doc)
	}
	if err == nil && len(text) > room {
		err = fmt.Errorf("still %d bytes after every cut, %d are allowed", len(text), room)
	}
	return text, err
}

// shrink replaces values of the object by the mark of a cut, the largest first, until
// it has lost at least surplus bytes. When marks are not enough, whole fields go, and
// one mark says how much.
func shrink(object map[string]any, surplus int) {
	sizes := map[string]int{}
	for key, value := range object {
		sizes[key] = size(value)
	}
	largest := slices.SortedFunc(maps.Keys(object), func(a, b string) int {
		return cmp.Or(cmp.Compare(sizes[b], sizes[a]), cmp.Compare(a, b))
	})
	for _, key := range largest {
		mark := notify.CutMark(sizes[key])
		gain := sizes[key] - size(mark)
		if surplus <= 0 || gain <= 0 {
			break
		}
		object[key] = mark
		surplus -= gain
	}
	if surplus <= 0 {
		return
	}
	total := 0
	for _, key := range largest {
		total += size(key) + sizes[key]
	}
	clear(object)
	object["cut"] = notify.CutMark(total)
}

// size is what a value weighs as JSON.
func size(value any) int {
	text, err := marshal(value)
	if err != nil {
		return 0
	}
	return len(text)
}

// short cuts a text whose JSON is longer than limit bytes, which is more than AWS writes.
func short[S ~string](text S, limit int) S {
	weight := 0
	for i, r := range string(text) {
		if weight += encoded(r); weight > limit {
			return text[:i] + S(notify.CutMark(len(text)-i))
		}
	}
	return text
}

// encoded is the most that a character takes in JSON.
func encoded(r rune) int {
	switch {
	case r < ' ', isC1(r), r == utf8.RuneError, r == '\u2028', r == '\u2029':
		return len(`\u0000`)
	case r == '"', r == '\\':
		return 2
	}
	return utf8.RuneLen(r)
}
