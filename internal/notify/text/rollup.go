package text

import (
	"fmt"
	"strings"

	"trailbell/internal/detection"
	"trailbell/internal/notify"
)

// RollUp returns the message for the follow-up of an alert or a problem.
func (Renderer) RollUp(r detection.RollUp) (notify.Message, error) {
	var t body
	head := "AGAIN (" + strings.ToUpper(r.Severity.String()) + ")"
	count := fmt.Sprintf("%d more", r.Count)
	if r.OverLimit {
		count = fmt.Sprintf("%d further alerts", r.Count)
	}
	t.line("%s: %s: %s", head, count, prose(r.Title))
	t.line("")
	if r.OverLimit {
		t.line("One actor set this rule off so often that these were counted and not sent one by one.")
	} else {
		t.line("The same came again after the alert that you got.")
	}
	t.line("")
	t.line("Count: %d", r.Count)
	t.line("From: %s", notify.When(r.From))
	t.line("To: %s", notify.When(r.To))
	t.line("Account: %s", account(r.Account))
	t.list("Region", "Regions", r.Regions)
	t.list("Source", "Sources", r.Sources)
	t.line("")
	t.line("Rule: %s", orDash(ruleID(r.Rule)))
	t.line("First alert: %s", orDash(name(r.First)))
	return notify.Message{
		Subject:    subject(head+": "+count+": "+r.Title, r.Account, only(r.Regions)),
		Body:       t.String(),
		Attributes: notify.RollUpAttributes(r),
	}, nil
}

// list is names on one line, after how many there are if they are more than one.
func (b *body) list(one, many string, names []string) {
	if len(names) == 0 {
		return
	}
	var shown []string
	for _, n := range clip(names) {
		shown = append(shown, name(n))
	}
	rest := ""
	if n := len(names) - len(shown); n > 0 {
		rest = fmt.Sprintf(" (and %d more)", n)
	}
	b.line("%s: %s%s", notify.Listed(one, many, len(names)), strings.Join(shown, ", "), rest)
}

// only is the name that all have in common, and empty where they have none.
func only(names []string) string {
	if len(names) != 1 {
		return ""
	}
	return names[0]
}
