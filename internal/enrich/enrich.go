// Package enrich turns a finding into an alert: who did it, where, what proves it and
// where to look. It knows nothing of places that alerts are sent to.
package enrich

import (
	"slices"
	"strings"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

const maxEvidence = 20

// An Enricher makes alerts. It is safe for concurrent use.
type Enricher struct {
	// AccountNames is account id to name.
	AccountNames map[string]string
}

// Alerts makes one alert a finding, the most severe first. They share the record.
func (e Enricher) Alerts(rec cloudtrail.Record, findings []detection.Finding) []detection.Alert {
	if len(findings) == 0 {
		return nil
	}
	key := rec.Key()
	record := redact(rec.Fields())
	alerts := make([]detection.Alert, 0, len(findings))
	for _, finding := range findings {
		alerts = append(alerts, detection.Alert{
			ID:          detection.AlertID(finding.Rule.ID, key),
			RecordKey:   key,
			Test:        rec.Test,
			Heartbeat:   rec.Heartbeat,
			Rule:        finding.Rule.ID,
			Severity:    finding.Severity,
			Title:       finding.Title,
			Description: finding.Rule.Description,
			Time:        rec.Time(),
			EventID:     rec.EventID(),
			EventSource: rec.EventSource(),
			EventName:   rec.EventName(),
			Account:     detection.Account{ID: rec.Account(), Name: e.AccountNames[rec.Account()]},
			Region:      rec.Region(),
			Failed:      rec.Failed(),
			Error:       callError(rec),
			Actor:       actor(rec),
			Evidence:    evidence(record, finding.Rule),
			Details:     finding.Details,
			Attack:      finding.Rule.Attack,
			Runbook:     finding.Rule.Runbook,
			Links:       links(rec, finding.Rule),
			Notes:       slices.Concat(finding.Notes, rec.Notes()),
			Record:      record,
		})
	}
	slices.SortStableFunc(alerts, func(a, b detection.Alert) int {
		if a.Severity != b.Severity {
			return int(b.Severity - a.Severity)
		}
		return strings.Compare(string(a.Rule), string(b.Rule))
	})
	return alerts
}

// RollUp names the account of a follow-up.
func (e Enricher) RollUp(rollUp detection.RollUp) detection.RollUp {
	rollUp.Account.Name = e.AccountNames[rollUp.Account.ID]
	return rollUp
}

// callError is why the call failed, and empty when it did not.
func callError(rec cloudtrail.Record) string {
	code, message := rec.String("errorCode"), rec.String("errorMessage")
	if code != "" && message != "" {
		return code + ": " + message
	}
	return code + message
}

// evidence is the values of the paths that the rule groups by and looks at, as far
// as they are there. An object is left out when something inside it is shown.
func evidence(record map[string]any, rule detection.Rule) map[string]any {
	found := map[string]any{}
	for _, path := range paths(rule) {
		if len(found) == maxEvidence {
			break
		}
		value := lookup(record, strings.Split(path, "."))
		if value != nil && value != "" {
			found[path] = value
		}
	}
	for path := range found {
		for other := range found {
			if strings.HasPrefix(other, path+".") {
				delete(found, path)
			}
		}
	}
	return found
}

// paths are the rule's record paths, the ones that name the target of the call first.
func paths(rule detection.Rule) []string {
	var all []string
	for _, grouped := range rule.GroupBy {
		grouped = strings.TrimSuffix(strings.TrimPrefix(grouped, "agent_family("), ")")
		for path := range strings.SplitSeq(grouped, "|") {
			path, _, _ = strings.Cut(path, "/")
			all = append(all, path)
		}
	}
	for _, path := range rule.Evidence {
		if !slices.Contains(all, path) {
			all = append(all, path)
		}
	}
	return all
}

func lookup(value any, path []string) any {
	for _, key := range path {
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[key]
	}
	return value
}
