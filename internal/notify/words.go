package notify

import (
	"fmt"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// MFA says in words whether the actor proved a second factor. Nothing in it is from the
// record.
func MFA(a detection.Actor) string {
	switch {
	case a.MFA == cloudtrail.MFAYes, a.MFA == cloudtrail.MFANo:
		return string(a.MFA)
	case a.Federated:
		return "unknown (asked for by the identity provider)"
	case a.Kind == detection.ActorService:
		return "none (services have no second factor)"
	}
	return "unknown (the record does not say)"
}

// When says a time for a person, in UTC, and what it means where there is none.
func When(at time.Time) string {
	if at.Unix() <= 0 {
		return "unknown (the record has no time)"
	}
	return at.UTC().Format("Mon 2 Jan 2006 15:04:05") + " UTC"
}

// Outcome says how the call ended. The error of a call that failed is for the renderer to
// add, since it is the record's own text.
func Outcome(a detection.Alert) string {
	switch {
	case a.Failed:
		return "FAILED"
	case a.NoOutcome:
		return "no error recorded"
	}
	return "succeeded"
}

// NextSteps are what a person does about a problem. They depend on what is known of it,
// not on its words, and nothing in them is from the record.
func NextSteps(p detection.Problem) []string {
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

// SaidAbove says whether the value of a record's path stands among the facts that every
// alert shows, so that the evidence need not say it again.
func SaidAbove(path string) bool { return saidAbove[path] }

var saidAbove = map[string]bool{
	"awsRegion": true, "errorCode": true, "errorMessage": true, "eventName": true, "eventSource": true,
	"eventTime": true, "recipientAccountId": true, "sourceIPAddress": true, "userIdentity.arn": true,
	"userIdentity.accountId": true,
}

// Listed is the label of a list: how many there are, if they are more than one.
func Listed(one, many string, n int) string {
	if n == 1 {
		return one
	}
	return fmt.Sprintf("%s (%d)", many, n)
}
