package selection

import (
	"encoding/json"
	"fmt"

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

// patterns are as few as hold the names. All that is asked of other fields is in the
// first one, so that no event fits two.
func (w wanted) patterns() ([]Pattern, error) {
	var list []Pattern
	rest := w.names.widened().list()
	for len(rest) > 0 || len(list) == 0 && len(w.fields) > 0 {
		p, take, err := w.pattern(len(list), rest)
		if err != nil {
			return nil, err
		}
		list, rest = append(list, p), rest[take:]
	}
	if len(list) > 1 && len(w.fields) > 0 {
		return nil, fmt.Errorf("the names of reads take %d patterns, which leaves no place for reads that are asked for otherwise", len(list))
	}
	return list, nil
}

// pattern is the next one, and how many of the names are in it.
func (w wanted) pattern(before int, rest []any) (Pattern, int, error) {
	for take := len(rest); ; take-- {
		detail := map[string]any{"readOnly": readMarks, keyName: rest[:take]}
		if before == 0 && len(w.fields) > 0 {
			or := []any{map[string]any{keyName: rest[:take]}}
			for _, fields := range w.fields {
				or = append(or, fields)
			}
			detail = map[string]any{"readOnly": readMarks, "$or": or}
		}
		p := pattern("Reads", callTypes, detail)
		p.AllReads = true
		if before > 0 {
			p.Name = fmt.Sprintf("Reads%d", before+1)
		}
		text, err := p.JSON()
		if err != nil || len(text) <= maxPattern {
			return p, take, err
		}
		if take <= 1 {
			return p, 0, fmt.Errorf("what one rule looks for among reads takes more than %d characters", maxPattern)
		}
	}
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
		w.fields = append(w.fields, fields)
	}
	return ok, nil
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
