package alertjson

import (
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/notify"
)

// rollUp is a follow-up. Every field is always there.
type rollUp struct {
	Kind          notify.Kind        `json:"kind"`
	SchemaVersion int                `json:"schema_version"`
	ID            string             `json:"id"`
	First         string             `json:"first"`
	Rule          detection.RuleID   `json:"rule"`
	Severity      detection.Severity `json:"severity"`
	Title         string             `json:"title"`
	Account       detection.Account  `json:"account"`
	OverLimit     bool               `json:"over_limit"`
	Count         int                `json:"count"`
	From          string             `json:"from"`
	To            string             `json:"to"`
	Regions       []string           `json:"regions"`
	Sources       []string           `json:"sources"`
}

// RollUp returns the message for the follow-up of an alert or a problem.
func (Renderer) RollUp(r detection.RollUp) (notify.Message, error) {
	text, err := marshal(rollUp{
		Kind: notify.KindRollUp, SchemaVersion: SchemaVersion, ID: short(r.ID, maxText), First: short(r.First, maxText),
		Rule: short(r.Rule, maxText), Severity: r.Severity, Title: short(r.Title, maxText),
		Account:   shortAccount(r.Account),
		OverLimit: r.OverLimit, Count: r.Count,
		From: r.From.UTC().Format(time.RFC3339), To: r.To.UTC().Format(time.RFC3339),
		Regions: shortAll(r.Regions, maxWord), Sources: shortAll(r.Sources, maxWord),
	})
	return notify.Message{Body: text, Attributes: notify.RollUpAttributes(r)}, err
}

// withheld is what was not sent, for those who ask to see it.
type withheld struct {
	Kind          notify.Kind        `json:"kind"`
	SchemaVersion int                `json:"schema_version"`
	ID            string             `json:"id"`
	Rule          detection.RuleID   `json:"rule"`
	EventID       string             `json:"event_id"`
	Severity      detection.Severity `json:"severity"`
	Reason        detection.Reason   `json:"reason"`
	By            string             `json:"by"`
}

// Withheld returns the message for what was not sent. No topic gets one.
func (Renderer) Withheld(w detection.Withheld) (notify.Message, error) {
	text, err := marshal(withheld{
		Kind: notify.KindWithheld, SchemaVersion: SchemaVersion, ID: short(w.ID, maxText), Rule: short(w.Rule, maxText),
		EventID: short(w.EventID, maxText), Severity: w.Severity, Reason: w.Reason, By: short(w.By, maxText),
	})
	return notify.Message{Body: text}, err
}
