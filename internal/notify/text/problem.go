package text

import (
	"strings"

	"trailbell/internal/detection"
	"trailbell/internal/notify"
)

// Problem returns the message for a problem.
func (Renderer) Problem(p detection.Problem) (notify.Message, error) {
	var t body
	heading := "PROBLEM (" + strings.ToUpper(p.Severity.String()) + ")"
	t.line("%s: %s", heading, prose(p.What))
	t.line("")
	t.line("This is not an alert: something could not be read or decided, and may have been one.")
	t.line("")
	t.line("Why: %s", value(p.Why, maxProse))
	t.line("Where: %s", orDash(value(p.Where, maxValue)))
	if p.Account != "" || p.Region != "" {
		t.line("Account: %s, %s", orDash(name(p.Account)), orDash(name(p.Region)))
	}
	t.numbered("What to do now", notify.NextSteps(p))
	t.line("")
	t.line("Rule: %s", orDash(ruleID(p.Rule)))
	t.line("Event: %s", orDash(name(p.EventID)))
	t.line("Problem: %s", p.ID())
	return notify.Message{
		Subject:    subject(heading+": "+p.What, detection.Account{ID: p.Account}, p.Region),
		Body:       t.String(),
		Attributes: notify.ProblemAttributes(p),
	}, nil
}
