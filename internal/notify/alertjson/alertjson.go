// Package alertjson writes alerts and problems as JSON for machines, in the form of
// docs/alert.schema.json. It knows nothing of who sends it.
package alertjson

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/notify"
)

// SchemaVersion is raised when a field changes its meaning or goes away.
const SchemaVersion = 1

const (
	maxText  = 2048 // bytes of JSON of one value beside the record, the evidence and the details
	maxWord  = 256  // of a short one
	maxItems = 30   // of a list of such values
	maxLinks = 10
)

// A Renderer writes one JSON object an alert or problem, on one line.
type Renderer struct{}

// document is an alert. Every field is always there; what is absent is null or empty.
type document struct {
	Kind          notify.Kind           `json:"kind"`
	SchemaVersion int                   `json:"schema_version"`
	ID            string                `json:"id"`
	RecordKey     string                `json:"record_key"`
	Rule          detection.RuleID      `json:"rule"`
	Severity      detection.Severity    `json:"severity"`
	Title         string                `json:"title"`
	Description   string                `json:"description"`
	Time          *string               `json:"time"`
	EventID       string                `json:"event_id"`
	EventSource   string                `json:"event_source"`
	EventName     string                `json:"event_name"`
	Account       detection.Account     `json:"account"`
	Region        string                `json:"region"`
	Failed        bool                  `json:"failed"`
	Error         string                `json:"error"`
	Actor         detection.Actor       `json:"actor"`
	Evidence      map[string]any        `json:"evidence"`
	Details       map[string]any        `json:"details"`
	Attack        []detection.Technique `json:"attack"`
	Runbook       []string              `json:"runbook"`
	Links         map[string]string     `json:"links"`
	Queries       detection.Queries     `json:"queries"`
	Notes         []string              `json:"notes"`
	Record        map[string]any        `json:"record"`
}

type problem struct {
	Kind          notify.Kind        `json:"kind"`
	SchemaVersion int                `json:"schema_version"`
	ID            string             `json:"id"`
	What          string             `json:"what"`
	Why           string             `json:"why"`
	Where         string             `json:"where"`
	EventID       string             `json:"event_id"`
	Rule          detection.RuleID   `json:"rule"`
	Severity      detection.Severity `json:"severity"`
}

// Alerts returns one message an alert. An alert too large for [notify.MaxBytes] loses
// its record first, then its evidence, then its details.
func (Renderer) Alerts(alerts []detection.Alert) ([]notify.Message, error) {
	messages := make([]notify.Message, 0, len(alerts))
	var errs []error
	for _, alert := range alerts {
		attributes := notify.AlertAttributes(alert)
		room := notify.MaxBytes - notify.Message{Attributes: attributes}.Size()
		text, err := fit(newDocument(alert), room)
		if err != nil {
			errs = append(errs, fmt.Errorf("alert %s: %w", alert.ID, err))
			continue
		}
		messages = append(messages, notify.Message{Body: text, Attributes: attributes})
	}
	return messages, errors.Join(errs...)
}

// Problem returns the message for a problem.
func (Renderer) Problem(p detection.Problem) (notify.Message, error) {
	text, err := marshal(problem{
		Kind: notify.KindProblem, SchemaVersion: SchemaVersion, ID: p.ID(),
		What: short(p.What, maxText), Why: short(p.Why, maxText), Where: short(p.Where, maxText),
		EventID: short(p.EventID, maxText), Rule: short(p.Rule, maxText), Severity: p.Severity,
	})
	return notify.Message{Body: text, Attributes: notify.ProblemAttributes(p)}, err
}

func newDocument(a detection.Alert) document {
	doc := document{
		Kind: notify.KindOf(a), SchemaVersion: SchemaVersion, ID: short(a.ID, maxText), RecordKey: short(a.RecordKey, maxText),
		Rule: short(a.Rule, maxText), Severity: a.Severity, Title: short(a.Title, maxText), Description: short(a.Description, maxText),
		EventID: short(a.EventID, maxText), EventSource: short(a.EventSource, maxText), EventName: short(a.EventName, maxText),
		Account: shortAccount(a.Account),
		Region:  short(a.Region, maxText), Failed: a.Failed, Error: short(a.Error, maxText), Actor: shortActor(a.Actor),
		Evidence: orEmpty(a.Evidence), Details: orEmpty(a.Details),
		Attack: shortAll(a.Attack, maxWord), Runbook: shortAll(a.Runbook, maxText),
		Links:   shortLinks(a.Links),
		Queries: detection.Queries{EventHistory: short(a.Queries.EventHistory, maxText), Athena: short(a.Queries.Athena, maxText)},
		Notes:   shortAll(a.Notes, maxText), Record: orEmpty(a.Record),
	}
	if !a.Time.IsZero() {
		at := a.Time.UTC().Format(time.RFC3339)
		doc.Time = &at
	}
	return doc
}

func shortAccount(a detection.Account) detection.Account {
	for _, field := range []*string{&a.ID, &a.Name, &a.Owner, &a.Environment} {
		*field = short(*field, maxText)
	}
	return a
}

func shortActor(a detection.Actor) detection.Actor {
	for _, field := range []*string{&a.Name, &a.ARN, &a.Account, &a.Issuer, &a.Session, &a.Via, &a.Source} {
		*field = short(*field, maxText)
	}
	a.Kind = cmp.Or(a.Kind, detection.ActorUnknown)
	a.Credentials = cmp.Or(a.Credentials, detection.CredentialsUnknown)
	a.MFA = cmp.Or(a.MFA, cloudtrail.MFAUnknown)
	return a
}

// shortAll cuts a list and each text in it. In the place of what is missing stands one
// mark of a cut.
func shortAll[S ~string](texts []S, limit int) []S {
	out := []S{}
	missing := 0
	for i, text := range texts {
		if i < maxItems {
			out = append(out, short(text, limit))
		} else {
			missing += len(text)
		}
	}
	if missing > 0 {
		out = append(out, S(notify.CutMark(missing)))
	}
	return out
}

func shortLinks(links map[string]string) map[string]string {
	out := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(links)) {
		if len(out) < maxLinks {
			out[short(key, maxWord)] = short(links[key], maxText)
		}
	}
	return out
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return maps.Clone(m)
}

// marshal is JSON on one line that can be printed: json.Marshal escapes the control
// characters below U+0020 only, so DEL and C1 are escaped here.
func marshal(v any) (string, error) { return notify.EscapedJSON(v, isC1) }

func isC1(r rune) bool { return r >= 0x7F && r <= 0x9F }
