package suppress

import (
	"bytes"
	"encoding/json"
	"fmt"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// Extracts cut records to what is looked at here, and to who made the call: a finding in
// an extract is decided on like the finding in the record. Whoever keeps findings to
// decide on them elsewhere needs no more, and keeps no secret that a call may hold. It is
// safe for concurrent use.
type Extracts struct {
	rules map[detection.RuleID][][]string // places that the rule's groups, counts and exceptions name
}

// always are the places that every finding is decided by. What stands in the others of
// insightDetails is nobody's name.
var always = [][]string{
	{"eventID"},
	{"eventSource"},
	{"eventName"},
	{"eventTime"},
	{"recipientAccountId"},
	{"awsRegion"},
	{"sourceIPAddress"},
	{"vpcEndpointId"},
	{"userIdentity"},
	{"errorCode"},
	{"requestParameters", "bucketName"},
	{"insightDetails", "eventSource"},
	{"insightDetails", "eventName"},
}

// NewExtracts is for the findings of a set of rules.
func NewExtracts(rules []detection.Rule, exceptions []detection.Exception) *Extracts {
	x := &Extracts{rules: map[detection.RuleID][][]string{}}
	add := func(rule detection.RuleID, text string) {
		x.rules[rule] = append(x.rules[rule], parsePath(text).alternatives...)
	}
	for _, rule := range rules {
		for _, text := range rule.GroupBy {
			add(rule.ID, text)
		}
		if rule.Threshold != nil && rule.Threshold.Distinct != "" {
			add(rule.ID, rule.Threshold.Distinct)
		}
	}
	for _, e := range exceptions {
		for text := range e.Where {
			add(e.Rule, text)
		}
	}
	return x
}

// Of is the extract of a record for what some rules found in it, as the JSON of a record.
func (x *Extracts) Of(rec cloudtrail.Record, rules []detection.RuleID) ([]byte, error) {
	fields := rec.Fields()
	kept := any(fields)
	if rec.EventID() != "" { // without one, the whole record is its key
		kept = x.cut(rec, rules)
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(kept); err != nil {
		return nil, fmt.Errorf("extract of event %s: %w", rec.EventID(), err)
	}
	return bytes.TrimSpace(text.Bytes()), nil
}

func (x *Extracts) cut(rec cloudtrail.Record, rules []detection.RuleID) any {
	wanted, fields := tree{}, rec.Fields()
	for _, place := range always {
		wanted.add(place)
	}
	for _, rule := range rules {
		for _, place := range x.rules[rule] {
			wanted.add(place)
		}
	}
	if name := rec.EventName(); rec.String("responseElements", name) == "Failure" {
		wanted.add([]string{"responseElements", name})
	}
	kept := wanted.of(fields).(map[string]any) // of an object it is one
	// Whether the call failed counts, and its message only where a rule names it.
	if message := fields["errorMessage"]; message != nil && message != "" && kept["errorMessage"] == nil {
		kept["errorMessage"] = absent
	}
	return kept
}

// A tree holds places in an object by their keys. Of what is nil the whole is meant.
type tree map[string]tree

func (t tree) add(place []string) {
	key := place[0]
	below, there := t[key]
	switch {
	case there && below == nil: // the whole is meant already
	case len(place) == 1:
		t[key] = nil
	default:
		if !there {
			below = tree{}
			t[key] = below
		}
		below.add(place[1:])
	}
}

// of is what stands at the places of a value, also within lists. It shares what it need
// not cut.
func (t tree) of(value any) any {
	switch v := value.(type) {
	case map[string]any:
		kept := map[string]any{}
		for key, below := range t {
			switch inner, there := v[key]; {
			case !there || inner == nil:
			case below == nil:
				kept[key] = inner
			default:
				kept[key] = below.of(inner)
			}
		}
		return kept
	case []any:
		kept := make([]any, len(v))
		for i, element := range v {
			kept[i] = t.of(element)
		}
		return kept
	}
	return value
}
