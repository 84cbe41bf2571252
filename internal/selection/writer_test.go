package selection_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"trailbell/internal/cloudtrail"
)

// A vocabulary is what records say: paths to scalars, and values that stand there.
type vocabulary struct {
	paths  [][]string
	values map[string][]any // by path
}

// vocabularyOf is what the records say, in the same order every time.
func vocabularyOf(records []cloudtrail.Record) vocabulary {
	v := vocabulary{values: map[string][]any{}}
	for _, rec := range records {
		v.add(nil, rec.Fields())
	}
	slices.SortFunc(v.paths, slices.Compare)
	return v
}

func (v *vocabulary) add(path []string, fields map[string]any) {
	for _, key := range sortedKeys(fields) {
		if strings.ContainsAny(key, `."`) {
			continue
		}
		below := append(slices.Clone(path), key)
		switch value := fields[key].(type) {
		case map[string]any:
			if len(below) < 4 {
				v.add(below, value)
			}
		case []any:
		default:
			if text, ok := value.(string); !ok || len(text) < 60 {
				v.learn(below, value)
			}
		}
	}
}

func (v *vocabulary) learn(path []string, value any) {
	name := strings.Join(path, ".")
	known := v.values[name]
	if known == nil {
		v.paths = append(v.paths, path)
	}
	if len(known) < 40 && !slices.Contains(known, value) {
		v.values[name] = append(known, value)
	}
}

// common are the paths that most conditions of people's rules are about.
var common = [][]string{
	{"eventSource"},
	{"eventName"},
	{"eventName"},
	{"awsRegion"},
	{"userAgent"},
	{"errorCode"},
	{"readOnly"},
	{"sourceIPAddress"},
	{"recipientAccountId"},
	{"userIdentity", "type"},
	{"userIdentity", "arn"},
	{"userIdentity", "userName"},
	{"userIdentity", "accountId"},
	{"requestParameters", "name"},
	{"requestParameters", "count"},
	{"requestParameters", "public"},
	{"requestParameters", "x-amz-acl"},
	{"additionalEventData", "MFAUsed"},
	{"userIdentity", "sessionContext", "attributes", "mfaAuthenticated"},
}

// numbers are spelled in ways that must not matter.
var numbers = []any{json.Number("0"), json.Number("1"), json.Number("22"), json.Number("3389"), json.Number("22.5"), json.Number("-7")}

// A want is what a condition looks at, and values for which it may hold or just not.
type want struct {
	path   []string
	values []any
}

// A ruleWriter writes one rule, in ways that nobody would mix on purpose.
type ruleWriter struct {
	random  *rand.Rand
	words   vocabulary
	helpers []string
	wants   []want
	styles  map[string]int // how often each style was written
	below   []string       // where the record that conditions are about begins
	about   []string       // the path that the next condition must be about, if any
	asking  []writing      // ways to ask a helper
	depth   int            // of helpers in helpers
	names   int            // that were given
	plain   bool           // one condition is all that a body has
}

func (w *ruleWriter) chance(percent int) bool { return w.random.IntN(100) < percent }

func pick[T any](w *ruleWriter, list []T) T { return list[w.random.IntN(len(list))] }

// rule writes the body of a rule: one to three ways to match, in one of the forms.
func (w *ruleWriter) rule() string {
	var text strings.Builder
	if w.plain {
		return w.drill(w.condition("input"))
	}
	form := w.random.IntN(10)
	if form < 2 {
		text.WriteString("default match := false\n\n")
	}
	if form == 2 {
		fmt.Fprintf(&text, "match if {\n%s\n} else := %t if {\n%s\n}\n", w.body("input"), w.chance(50), w.body("input"))
	} else {
		for range 1 + w.random.IntN(3) {
			fmt.Fprintf(&text, "match if {\n%s\n}\n", w.body("input"))
		}
	}
	return text.String() + strings.Join(w.helpers, "\n")
}

// drill is a rule with one condition.
func (w *ruleWriter) drill(condition string) string {
	return fmt.Sprintf("match if {\n%s\n}\n%s", condition, strings.Join(w.helpers, "\n"))
}

// body writes one to four conditions. Most begin with the source and the name.
func (w *ruleWriter) body(root string) string {
	lines := []string{w.condition(root)}
	if w.plain && !w.chance(5) {
		return using(root, lines)
	}
	for _, key := range []string{keySource, keyName} {
		if w.below == nil && w.chance(50) {
			w.about = []string{key}
			lines = append(lines, w.condition(root))
			w.about = nil
		}
	}
	for range w.random.IntN(3) {
		lines = append(lines, w.condition(root))
	}
	return using(root, lines)
}

// using is a body that uses the record: an argument that is not used would be refused.
func using(root string, lines []string) string {
	text := strings.Join(lines, "\n")
	if !strings.Contains(text, root) {
		text += "\n" + root
	}
	return text
}

// condition writes one condition on the record that root names.
func (w *ruleWriter) condition(root string) string {
	n := w.random.IntN(100)
	switch {
	case n < 22 && w.depth < 3 && len(w.helpers) < 6:
		return w.helper(root)
	case n < 42:
		s := pick(w, blocks)
		w.styles[s.name]++
		return s.write(w, root)
	}
	s := pick(w, atoms)
	text := s.write(w, root)
	if w.chance(30) {
		w.styles["not "+s.name]++
		return "not " + text
	}
	w.styles[s.name]++
	return text
}

func (w *ruleWriter) name(prefix string) string {
	w.names++
	return fmt.Sprintf("%s%d", prefix, w.names)
}

// helper writes a rule or a function beside the rule, and a condition that asks it.
func (w *ruleWriter) helper(root string) string {
	w.depth++
	about := w.about
	w.about = nil
	defer func() { w.depth, w.about = w.depth-1, about }()
	s := pick(w, w.asking)
	w.styles[s.name]++
	asked := s.write(w, root)
	if w.chance(40) {
		w.styles["not "+s.name]++
		return "not " + asked
	}
	return asked
}

func (w *ruleWriter) declare(format string, args ...any) {
	w.helpers = append(w.helpers, fmt.Sprintf(format, args...)+"\n")
}

// path is one that a condition is about.
func (w *ruleWriter) path() []string {
	switch {
	case w.about != nil:
		return w.about
	case w.below != nil || w.chance(65):
		return w.inside(common)
	}
	return w.inside(w.words.paths)
}

// inside is a path of the list that is in the part that conditions are about.
func (w *ruleWriter) inside(list [][]string) []string {
	for range 50 {
		path := pick(w, list)
		if n := len(w.below); len(path) > n && slices.Equal(path[:n], w.below) {
			return path[n:]
		}
	}
	return []string{"type"}
}

// field is a reference to something in the record, with values that are found there.
func (w *ruleWriter) field(root string) (ref string, values []any) {
	path := w.path()
	values = w.values(path)
	w.wants = append(w.wants, want{slices.Concat(w.below, path), values})
	return w.ref(root, path), values
}

// values are one to three values for a path, mostly such as records have.
func (w *ruleWriter) values(path []string) []any {
	known := w.words.values[strings.Join(slices.Concat(w.below, path), ".")]
	if slices.Equal(path, []string{"requestParameters", "count"}) {
		known = numbers
	}
	values := make([]any, 1+w.random.IntN(3))
	for i := range values {
		if len(known) == 0 || w.chance(12) {
			values[i] = pick(w, []any{"x", "Admin", "Zoë", "a\"<&\\é", "", true, false, nil, json.Number("22"), "22"})
		} else {
			values[i] = pick(w, known)
		}
	}
	return values
}

var identifier = regexp.MustCompile(`^[a-zA-Z_]\w*$`)

func (w *ruleWriter) ref(root string, path []string) string {
	var text strings.Builder
	text.WriteString(root)
	for _, key := range path {
		if identifier.MatchString(key) && w.chance(90) {
			text.WriteString("." + key)
		} else {
			text.WriteString("[" + literal(key) + "]")
		}
	}
	return text.String()
}

// text is a field and a string for it.
func (w *ruleWriter) text(root string) (ref, value string) {
	ref, values := w.field(root)
	for _, v := range values {
		if text, ok := v.(string); ok && text != "" {
			return ref, text
		}
	}
	return ref, "aws"
}

// part is a part of the text, and the last field is also tried with it alone and with
// what is near it.
func (w *ruleWriter) part(text string, from, to int) string {
	part := string([]rune(text)[from:to])
	last := &w.wants[len(w.wants)-1]
	last.values = append(slices.Clone(last.values), part, part+"x", "x"+part, "x"+part+"x", part+"/x", string([]rune(text)[from:to-1]), "x"+string([]rune(text)[from+1:to]))
	return part
}

func (w *ruleWriter) begin(text string) string {
	return w.part(text, 0, 1+w.random.IntN(len([]rune(text))))
}

func (w *ruleWriter) end(text string) string {
	return w.part(text, w.random.IntN(len([]rune(text))), len([]rune(text)))
}

// number is a field that has numbers, and one of them.
func (w *ruleWriter) number(root string) (ref, value string) {
	if w.below != nil {
		ref, _ = w.field(root)
		return ref, "22"
	}
	path := []string{"requestParameters", "count"}
	n := pick(w, numbers)
	w.wants = append(w.wants, want{path, []any{n, n, n, "22", json.Number("22.0"), json.Number("2.2e1"), json.Number("1E0")}})
	return w.ref(root, path), literal(n)
}

// literal is a value as a rule has it.
func literal(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func literals(values []any) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = literal(v)
	}
	return strings.Join(texts, ", ")
}
