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
	t.numbered("What to do now", nextSteps(p))
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

// nextSteps are what a person does about a problem. It depends on what is known of it,
// not on its words.
func nextSteps(p detection.Problem) []string {
	var steps []string
	if p.EventID != "" {
		steps = append(steps, "Look the event up by its id and judge it yourself: it may have been an alert.")
	}
	switch {
	case p.Rule != "" && p.EventID == "":
		steps = append(steps, "Run trailbell rules check and mend the rule. Until then it finds nothing.")
	case p.Rule != "":
		steps = append(steps, "Run trailbell test and trailbell explain on the rule with that record, and mend the rule. Until then its answers are missing.")
	case p.EventID == "":
		steps = append(steps, "Find what could not be read, by the place above; the function's log has its beginning. Read it with trailbell run.")
	default:
		steps = append(steps, "Look into the function's log at that time: what came again may have been dealt with since.")
	}
	return append(steps, "If the same comes for many events, run trailbell doctor.")
}
