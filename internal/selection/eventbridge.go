package selection

import (
	"encoding/json"
	"slices"
	"strings"

	"trailbell/internal/cloudtrail"
)

// detailTypes are the detail-types that EventBridge gives records, by eventType. All
// others are API calls.
var detailTypes = map[string]any{
	"AwsConsoleAction":     callTypes[1],
	"AwsConsoleSignIn":     signInTypes[0],
	"AwsServiceEvent":      serviceTypes[0],
	"AwsCloudTrailInsight": serviceTypes[1],
	// AWS's guide lists the one, its samples have the other.
	"AwsVpceEvents": serviceTypes[2],
	"AwsVpceEvent":  serviceTypes[2],
}

// EventOf is the event in which EventBridge would deliver the record, as far as patterns
// look at it.
func EventOf(rec cloudtrail.Record) map[string]any {
	detailType, ok := detailTypes[rec.String("eventType")]
	if !ok {
		detailType = callTypes[0]
	}
	return map[string]any{
		"source":      "aws." + strings.TrimSuffix(rec.EventSource(), ".amazonaws.com"),
		"detail-type": detailType,
		"detail":      rec.Fields(),
	}
}

// Matches says whether EventBridge would take the event for the pattern. It knows what
// our patterns use: values, prefix, exists, anything-but with prefixes, and $or.
func (p Pattern) Matches(event map[string]any) bool { return fits(p.Fields, event) }

func fits(pattern, event map[string]any) bool {
	for key, want := range pattern {
		if or, ok := want.([]any); ok && key == "$or" {
			if !slices.ContainsFunc(or, func(one any) bool { branch, _ := one.(map[string]any); return fits(branch, event) }) {
				return false
			}
			continue
		}
		value, exists := event[key]
		switch w := want.(type) {
		case map[string]any:
			inner, _ := value.(map[string]any)
			if !fits(w, inner) {
				return false
			}
		case []any:
			if !slices.ContainsFunc(w, func(one any) bool { return fitsOne(one, value, exists) }) {
				return false
			}
		}
	}
	return true
}

func fitsOne(want, value any, exists bool) bool {
	rule, isRule := want.(map[string]any)
	if !isRule {
		return exists && sameScalar(want, value)
	}
	if prefix, ok := rule["prefix"].(string); ok {
		text, isText := value.(string)
		return isText && strings.HasPrefix(text, prefix)
	}
	if but, ok := rule["anything-but"].(map[string]any); ok {
		prefixes, _ := but["prefix"].([]string)
		text, isText := value.(string)
		return isText && !slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(text, p) })
	}
	wanted, ok := rule["exists"].(bool)
	return ok && wanted == exists
}

func sameScalar(a, b any) bool {
	switch b.(type) {
	case nil, bool, string:
		return a == b
	case json.Number:
		return false
	}
	return false
}
