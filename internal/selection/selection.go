// Package selection says which rules may match a record, so that the others need not
// be asked. What it knows is derived from the rules by OPA's partial evaluation. It may
// name too many rules, never too few, and knows nothing of verdicts.
package selection

import (
	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// Every selects all rules for every record.
type Every []detection.RuleID

// All returns the selection that asks every rule that is not off.
func All(rules []detection.Rule) Every {
	var every Every
	for _, rule := range rules {
		if asked(rule) {
			every = append(every, rule.ID)
		}
	}
	return every
}

func asked(rule detection.Rule) bool {
	return rule.Status != detection.StatusOff
}

// Select returns the ids of the rules that may match the record.
func (e Every) Select(cloudtrail.Record) []detection.RuleID { return e }
