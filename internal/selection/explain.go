package selection

import (
	"fmt"
	"strings"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// A Way is one way in which a rule may match, with what became of its conditions.
type Way struct {
	Conditions []Checked
}

// A Checked is a condition and what a record has to say about it.
type Checked struct {
	Text string // in Rego
	Not  bool
	// Answer is yes, no, or "OPA decides" where the condition is not understood.
	Answer string
	// Values are what the record has at the paths that the condition reads, as JSON;
	// empty where it has nothing.
	Values []Value
	// Any are the ways of a helper that the condition asks.
	Any []Way
}

// A Value is what a record has at a path.
type Value struct {
	Path string
	JSON string
}

// answers are the words for a tri.
var answers = map[tri]string{no: "no", yes: "yes", unknown: "OPA decides"}

// Explain says, for each way in which the rule may match, which conditions hold for the
// record. The error says that nothing is known of the rule.
func Explain(conditions Conditions, id detection.RuleID, rec cloudtrail.Record) ([]Way, error) {
	for _, rule := range conditions.rules {
		if rule.ID != id {
			continue
		}
		if len(rule.Alternatives) == 0 {
			return nil, fmt.Errorf("rule %s is asked about every record: %s", id, rule.Why)
		}
		return explainAll(rule.Alternatives, rec.Bytes())
	}
	return nil, fmt.Errorf("rule %s is not asked: it is off, counts records, or does not exist", id)
}

// SilencedBy is what the settings would have to say for the rule to match any record, in
// Rego; nothing where it may match.
func SilencedBy(conditions Conditions, id detection.RuleID) string {
	for _, rule := range conditions.rules {
		if rule.ID == id {
			return rule.Silenced
		}
	}
	return ""
}

func explainAll(alts []alternative, record []byte) ([]Way, error) {
	ways := make([]Way, 0, len(alts))
	for _, alt := range alts {
		var way Way
		for _, c := range alt {
			if c.hidden() {
				continue
			}
			checked, err := c.check(record)
			if err != nil {
				return nil, err
			}
			way.Conditions = append(way.Conditions, checked)
		}
		ways = append(ways, way)
	}
	return ways, nil
}

// check compiles the condition alone and asks it.
func (c condition) check(record []byte) (Checked, error) {
	checked := Checked{Text: c.text(), Not: c.Not, Answer: answers[unknown]}
	compiled := compiler{root: &node{slot: -1}, slots: map[string]int{}}
	holds, err := compiled.condition(c)
	if err != nil {
		return checked, fmt.Errorf("%s: %w", c.Text, err)
	}
	c.paths(func(path []string) { compiled.slot(path) })
	m := &Matcher{
		scan:    scan{values: make([][]byte, len(compiled.slots)), seen: make([]uint32, compiled.nodes)},
		answers: make([]map[string]tri, compiled.asked),
	}
	if !m.run(compiled.root, record) {
		return checked, nil
	}
	checked.Answer = answers[holds(m)]
	shown := map[int]bool{}
	c.paths(func(path []string) {
		if slot := compiled.slot(path); !shown[slot] {
			shown[slot] = true
			checked.Values = append(checked.Values, Value{strings.Join(path, "."), string(m.values[slot])})
		}
	})
	checked.Any, err = explainAll(c.Any, record)
	return checked, err
}
