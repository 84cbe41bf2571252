// Package alertjson writes alerts and problems as JSON for machines, in the form of
// docs/alert.schema.json. It knows nothing of who sends it.
package alertjson

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/notify"
)

// SchemaVersion is raised when a field changes its meaning or goes away.
const SchemaVersion = 1

const (
	maxText  = 2048 // bytes of JSON of one value beside the record, the evidence and the details
	maxItems = 30   // of a list of such values
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
	for _, alert := range alerts {
		attributes := notify.AlertAttributes(alert)
		room := notify.MaxBytes - notify.Message{Attributes: attributes}.Size()
		text, err := fit(newDocument(alert), room)
		if err != nil {
			return nil, fmt.Errorf("alert %s: %w", alert.ID, err)
		}
		messages = append(messages, notify.Message{Body: text, Attributes: attributes})
	}
	return messages, nil
}

// Problem returns the message for a problem.
func (Renderer) Problem(p detection.Problem) (notify.Message, error) {
	text, err := marshal(problem{
		Kind: notify.KindProblem, SchemaVersion: SchemaVersion, ID: p.ID(),
		What: short(p.What), Why: short(p.Why), Where: short(p.Where), EventID: short(p.EventID),
		Rule: p.Rule, Severity: p.Severity,
	})
	return notify.Message{Body: text, Attributes: notify.ProblemAttributes(p)}, err
}

func newDocument(a detection.Alert) document {
	doc := document{
		Kind: notify.KindOf(a), SchemaVersion: SchemaVersion, ID: a.ID, RecordKey: a.RecordKey,
		Rule: a.Rule, Severity: a.Severity, Title: short(a.Title), Description: short(a.Description),
		EventID: short(a.EventID), EventSource: short(a.EventSource), EventName: short(a.EventName),
		Account: detection.Account{ID: short(a.Account.ID), Name: short(a.Account.Name)},
		Region:  short(a.Region), Failed: a.Failed, Error: short(a.Error), Actor: shortActor(a.Actor),
		Evidence: orEmpty(a.Evidence), Details: orEmpty(a.Details),
		Attack: slices.Concat([]detection.Technique{}, a.Attack), Runbook: shortAll(a.Runbook),
		Links: a.Links, Notes: shortAll(a.Notes), Record: orEmpty(a.Record),
	}
	if !a.Time.IsZero() {
		at := a.Time.Format(time.RFC3339)
		doc.Time = &at
	}
	if doc.Links == nil {
		doc.Links = map[string]string{}
	}
	return doc
}

func shortActor(a detection.Actor) detection.Actor {
	for _, field := range []*string{&a.Name, &a.ARN, &a.Account, &a.Issuer, &a.Session, &a.Via, &a.Source} {
		*field = short(*field)
	}
	return a
}

func shortAll(texts []string) []string {
	out := []string{}
	for _, text := range texts[:min(len(texts), maxItems)] {
		out = append(out, short(text))
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
// characters below U+0020 only, so DEL and C1 are escaped here. They can stand only
// inside strings.
func marshal(v any) (string, error) {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return "", fmt.Errorf("write JSON: %w", err)
	}
	return escapeC1(strings.TrimSuffix(b.String(), "\n")), nil
}

func escapeC1(text string) string {
	if !strings.ContainsFunc(text, isC1) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if isC1(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isC1(r rune) bool { return r >= 0x7F && r <= 0x9F }
