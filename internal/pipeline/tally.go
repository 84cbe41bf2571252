package pipeline

import (
	"errors"
	"time"

	"trailbell/internal/detection"
)

// A Tally counts what went through. Add tallies with [Tally.Plus].
type Tally struct {
	Records int
	// Unfinished counts records that did not get through every stage: one crashed, or time
	// ran out.
	Unfinished int
	// Alerts and Problems count what was to be sent.
	Alerts   int
	Problems int
	// RollUps counts follow-ups.
	RollUps int
	// Complaints counts built-in functions that failed inside rules.
	Complaints int
	// Forgetful counts what was sent without being remembered.
	Forgetful int
	// Busy counts records that another run is at work on.
	Busy int
	// Oldest is the longest time that passed between what a record says and its alert.
	// Tests, heartbeats and records without a time don't count.
	Oldest time.Duration
	// BySeverity counts alerts; its index is the severity.
	BySeverity [detection.Critical + 1]int
	// Lanes counts by which lanes matches came, where lanes are compared.
	Lanes detection.Lanes
	// Withheld counts what was not sent; its index is the reason.
	Withheld [detection.ReasonOwn + 1]int
}

func count(decision detection.Decision, alerts []detection.Alert) Tally {
	tally := Tally{
		Alerts: len(alerts), Problems: len(decision.Problems), RollUps: len(decision.RollUps), Forgetful: decision.Forgetful,
	}
	if errors.Is(decision.Retry, detection.ErrBusy) {
		tally.Busy++
	}
	for _, alert := range alerts {
		tally.BySeverity[alert.Severity]++
	}
	for _, w := range decision.Withheld {
		tally.Withheld[w.Reason]++
	}
	return tally
}

// Plus is the sum of two tallies.
func (t Tally) Plus(other Tally) Tally {
	t.Records += other.Records
	t.Unfinished += other.Unfinished
	t.Alerts += other.Alerts
	t.Problems += other.Problems
	t.RollUps += other.RollUps
	t.Complaints += other.Complaints
	t.Forgetful += other.Forgetful
	t.Busy += other.Busy
	t.Oldest = max(t.Oldest, other.Oldest)
	t.Lanes = t.Lanes.Plus(other.Lanes)
	for severity, n := range other.BySeverity {
		t.BySeverity[severity] += n
	}
	for reason, n := range other.Withheld {
		t.Withheld[reason] += n
	}
	return t
}

// oldest is the age of the oldest alert of those that were just sent.
func oldest(alerts []detection.Alert, now time.Time) time.Duration {
	age := time.Duration(0)
	for _, alert := range alerts {
		if !alert.Test && !alert.Heartbeat && !alert.Time.IsZero() {
			age = max(age, now.Sub(alert.Time))
		}
	}
	return age
}

// AtLeast counts the alerts of a severity or above.
func (t Tally) AtLeast(severity detection.Severity) int {
	n := 0
	for _, count := range t.BySeverity[severity:] {
		n += count
	}
	return n
}

// NotSent counts everything that was withheld.
func (t Tally) NotSent() int {
	n := 0
	for _, count := range t.Withheld {
		n += count
	}
	return n
}
