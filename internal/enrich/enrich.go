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

// AccountNames knows names of accounts that settings don't name.
type AccountNames interface {
	// Name is what the account is called, and empty while that is not known. It waits for a
	// moment at most: an alert is worth more than a name.
	Name(id string) string
}

// An Enricher makes alerts. It is safe for concurrent use when its Lookup is.
type Enricher struct {
	// Accounts is what settings know of accounts, by id.
	Accounts map[string]detection.Account
	// Lookup is asked for names that settings don't have; nil asks nobody.
	Lookup AccountNames
	// Ways are how readers get to other places.
	Ways detection.Ways
}

// Alerts makes one alert a finding, the most severe first. They share the record.
func (e Enricher) Alerts(rec cloudtrail.Record, findings []detection.Finding) []detection.Alert {
	if len(findings) == 0 {
		return nil
	}
	key := rec.Key()
	record := redactPaths(redact(rec.Fields()), findings)
	account, who, ask := e.account(rec.Account()), actor(rec), queries(rec, e.Ways)
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
			Account:     account,
			Region:      rec.Region(),
			Failed:      rec.Failed(),
			NoOutcome:   noOutcome(rec),
			Error:       callError(rec),
			Actor:       who,
			Evidence:    evidence(record, finding.Rule),
			Details:     finding.Details,
			Attack:      finding.Rule.Attack,
			Runbook:     finding.Rule.Runbook,
			Links:       links(rec, finding.Rule, e.Ways),
			Queries:     ask,
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
	rollUp.Account = e.account(rollUp.Account.ID)
	return rollUp
}

// account is what is known of an account. Settings have the last word.
func (e Enricher) account(id string) detection.Account {
	account := e.Accounts[id]
	account.ID = id
	if account.Name == "" && e.Lookup != nil && accountForm.MatchString(id) {
		account.Name = e.Lookup.Name(id)
	}
	return account
}

// silentKinds are the values of eventType that never come with an outcome; see
// "CloudTrail record contents", eventType, in the CloudTrail user guide. What a service
// did on its own has an errorCode at times, and is then a failure all the same.
var silentKinds = map[string]bool{"AwsServiceEvent": true, "AwsCloudTrailInsight": true, "AwsVpceEvent": true}

// noOutcome says whether a record without an error is no sign of success.
func noOutcome(rec cloudtrail.Record) bool {
	category := rec.String("eventCategory")
	return !rec.Failed() && (silentKinds[rec.String("eventType")] || category == "Insight")
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
