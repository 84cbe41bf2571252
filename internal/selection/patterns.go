package selection

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"trailbell/internal/detection"
)

// maxPattern is how many characters an EventBridge pattern may have.
const maxPattern = 2048

// ReadEvents says which calls that only read start the function.
type ReadEvents string

// The choices. Narrow is those that some rule names.
const (
	ReadsOff    ReadEvents = "off"
	ReadsNarrow ReadEvents = "narrow"
	ReadsAll    ReadEvents = "all"
)

// A Pattern is what an EventBridge rule matches. No two patterns match the same event.
type Pattern struct {
	Name string
	// AllReads says that the rule must be in the state
	// ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS: EventBridge leaves reads out of others.
	AllReads bool
	Fields   map[string]any
}

// JSON is the pattern as EventBridge takes it.
func (p Pattern) JSON() (string, error) {
	text, err := json.Marshal(p.Fields)
	if err != nil {
		return "", fmt.Errorf("pattern %s: %w", p.Name, err)
	}
	return string(text), nil
}

// What EventBridge calls CloudTrail's events. Sign-ins are spelt in two ways: AWS's guide
// has one, the events that people report the other.
var (
	callTypes    = []any{"AWS API Call via CloudTrail", "AWS Console Action via CloudTrail"}
	signInTypes  = []any{"AWS Console Sign In via CloudTrail", "AWS Console Signin via CloudTrail"}
	serviceTypes = []any{"AWS Service Event via CloudTrail", "AWS Insight via CloudTrail", "AWS Network Activity Event via CloudTrail"}
)

var (
	writeMarks = []any{false, "false", nil, map[string]any{"exists": false}}
	readMarks  = []any{true, "true"}
)

func pattern(name string, types []any, detail map[string]any) Pattern {
	p := Pattern{Name: name, Fields: map[string]any{"source": []any{map[string]any{"prefix": "aws."}}, "detail-type": types}}
	if detail != nil {
		p.Fields["detail"] = detail
	}
	return p
}

// Patterns are the EventBridge patterns under which no rule misses a record that
// EventBridge delivers, and the rules for which that would take every read: they must be
// marked lane: logfiles. Writes have one broad pattern, since some rules hold for every
// source.
func Patterns(conditions Conditions, rules []detection.Rule, choice ReadEvents) (list []Pattern, needAll []detection.RuleID, err error) {
	list = []Pattern{
		pattern("Writes", callTypes, map[string]any{"readOnly": writeMarks}),
		pattern("SignIns", signInTypes, nil),
		pattern("ServiceEvents", serviceTypes, nil),
	}
	// Some calls are reads by their names and not by their marks, such as GetSigninToken.
	list[0].AllReads, list[1].AllReads = true, true
	looked, needAll, err := reads(conditions, rules)
	if err != nil {
		return nil, nil, err
	}
	switch choice {
	case ReadsAll:
		all := pattern("Reads", callTypes, map[string]any{"readOnly": readMarks})
		all.AllReads = true
		list, needAll = append(list, all), nil
	case ReadsNarrow:
		narrow, err := looked.patterns()
		if err != nil {
			return nil, nil, err
		}
		list = append(list, narrow...)
	}
	return list, needAll, nil
}

// wanted is what rules look for among reads: calls by their name, or records by other
// fields that must have one of some values.
type wanted struct {
	names  names
	fields []map[string]any
}

// patterns are one for all that is wanted, or where that is too long, one for each of some
// ranges of first letters of the names. What is asked of other fields stands in each of
// them with its letters, so that no event fits two.
func (w wanted) patterns() ([]Pattern, error) {
	if len(w.fields) == 0 && len(w.names.exact)+len(w.names.prefixes) == 0 {
		return nil, nil
	}
	byLetter := w.names.widened().byFirstLetter()
	var list []Pattern
	var before []string
	for rest := slices.Sorted(maps.Keys(byLetter)); ; {
		last, fits, err := w.pattern(len(list), byLetter, rest, allBut(before))
		if err != nil || fits {
			return append(list, last), err
		}
		taken := len(rest)
		for !fits {
			if taken--; taken <= 0 {
				return nil, fmt.Errorf("what the rules look for among reads that begin with %s takes more than the %d characters of a pattern", rest[0], maxPattern)
			}
			var next Pattern
			if next, fits, err = w.pattern(len(list), byLetter, rest[:taken], beginningWith(rest[:taken])); err != nil {
				return nil, err
			}
			last = next
		}
		list, before, rest = append(list, last), append(before, rest[:taken]...), rest[taken:]
	}
}

// pattern is the one after some before, about names that begin with the letters, and whether
// it is short enough. All other fields are asked of events whose names are within.
func (w wanted) pattern(before int, byLetter map[string][]any, letters []string, within []any) (Pattern, bool, error) {
	var names []any
	for _, letter := range letters {
		names = append(names, byLetter[letter]...)
	}
	detail := map[string]any{"readOnly": readMarks, keyName: names}
	if len(w.fields) > 0 {
		or := []any{map[string]any{keyName: names}}
		for _, fields := range w.fields {
			limited := maps.Clone(fields)
			if within != nil {
				limited[keyName] = within
			}
			or = append(or, limited)
		}
		detail = map[string]any{"readOnly": readMarks, "$or": or}
	}
	p := pattern("Reads", callTypes, detail)
	p.AllReads = true
	if before > 0 {
		p.Name = fmt.Sprintf("Reads%d", before+1)
	}
	text, err := p.JSON()
	return p, len(text) <= maxPattern, err
}

// beginningWith are the names that begin with one of the letters.
func beginningWith(letters []string) []any {
	var list []any
	for _, letter := range letters {
		list = append(list, map[string]any{"prefix": letter})
	}
	return list
}

// allBut are the names that begin with none of the letters, or nil if there are none. A list
// of prefixes is what EventBridge's own matcher takes there; see its repository,
// github.com/aws/event-ruler.
func allBut(letters []string) []any {
	if len(letters) == 0 {
		return nil
	}
	return []any{map[string]any{"anything-but": map[string]any{"prefix": slices.Clone(letters)}}}
}

// reads are what rules look for among reads, and the rules that look at all of them.
func reads(conditions Conditions, rules []detection.Rule) (wanted, []detection.RuleID, error) {
	found := wanted{names: newNames()}
	var needAll []detection.RuleID
	logFiles := map[detection.RuleID]bool{}
	for _, rule := range rules {
		logFiles[rule.ID] = rule.LogFilesOnly
	}
	for _, rule := range conditions.rules {
		if logFiles[rule.ID] {
			continue
		}
		bounded := len(rule.Alternatives) > 0
		for _, alt := range rule.Alternatives {
			ok, err := found.add(alt)
			if err != nil {
				return found, nil, fmt.Errorf("rule %s: %w", rule.ID, err)
			}
			bounded = bounded && ok
		}
		if !bounded {
			needAll = append(needAll, rule.ID)
		}
	}
	return found, needAll, nil
}

// add adds what one alternative looks for, and says whether that is less than everything.
func (w *wanted) add(alt alternative) (bool, error) {
	excluded, err := alt.excludesReads()
	if err != nil || excluded || alt.isOfOtherTypes() {
		return true, err
	}
	if named, ok := alt.names(); ok {
		w.names.add(named)
		return true, nil
	}
	fields, ok := alt.fields()
	if ok {
		w.addFields(fields)
	}
	return ok, nil
}

// addFields adds an alternative, unless one that is there takes all that it takes.
func (w *wanted) addFields(fields map[string]any) {
	covered := func(other map[string]any) bool { return covers(other, fields) }
	if slices.ContainsFunc(w.fields, covered) {
		return
	}
	w.fields = slices.DeleteFunc(w.fields, func(other map[string]any) bool { return covers(fields, other) })
	w.fields = append(w.fields, fields)
}

// covers says whether the wide fields take every event that the narrow ones take.
func covers(wide, narrow map[string]any) bool {
	for key, want := range wide {
		other, ok := narrow[key]
		if !ok {
			return false
		}
		inner, isMap := want.(map[string]any)
		if isMap {
			otherInner, ok := other.(map[string]any)
			if !ok || !covers(inner, otherInner) {
				return false
			}
			continue
		}
		values, _ := want.([]any)
		others, _ := other.([]any)
		if others == nil || slices.ContainsFunc(others, func(v any) bool { return !slices.Contains(values, v) }) {
			return false
		}
	}
	return true
}

// excludesReads says whether a record that is marked as a read can't fit.
func (a alternative) excludesReads() (bool, error) {
	for _, mark := range []string{`{"readOnly":true}`, `{"readOnly":"true"}`} {
		no, err := a.excludes(mark, "readOnly")
		if !no || err != nil {
			return false, err
		}
	}
	return true, nil
}

// isOfOtherTypes says whether only records fit that come under a detail-type of their own,
// whatever they are marked as.
func (a alternative) isOfOtherTypes() bool {
	for _, mark := range []string{`{"eventType":"AwsApiCall"}`, `{"eventType":"AwsConsoleAction"}`, `{}`} {
		if no, err := a.excludes(mark, "eventType"); !no || err != nil {
			return false
		}
	}
	return true
}

// excludes says whether a condition about the field alone excludes the record.
func (a alternative) excludes(record, field string) (bool, error) {
	c := compiler{root: &node{slot: -1}, slots: map[string]int{}}
	c.slot([]string{field})
	var body []predicate
	for _, condition := range a {
		if condition.usable() && condition.readsOnly(field) {
			holds, err := c.condition(condition)
			if err != nil {
				return false, err
			}
			body = append(body, holds)
		}
	}
	m := &Matcher{scan: scan{values: make([][]byte, len(c.slots)), seen: make([]uint32, c.nodes)}, answers: make([]map[string]tri, c.asked)}
	return m.run(c.root, []byte(record)) && all(m, body) == no, nil
}
