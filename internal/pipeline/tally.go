package pipeline

import "trailbell/internal/detection"

// A Tally counts what went through. Add tallies with [Tally.Plus].
type Tally struct {
	Records  int
	Alerts   int
	Problems int
	// Complaints counts built-in functions that failed inside rules.
	Complaints int
	// BySeverity counts alerts; its index is the severity.
	BySeverity [detection.Critical + 1]int
}

func count(alerts []detection.Alert, problems []detection.Problem) Tally {
	tally := Tally{Records: 1, Alerts: len(alerts), Problems: len(problems)}
	for _, alert := range alerts {
		tally.BySeverity[alert.Severity]++
	}
	return tally
}

// Plus is the sum of two tallies.
func (t Tally) Plus(other Tally) Tally {
	t.Records += other.Records
	t.Alerts += other.Alerts
	t.Problems += other.Problems
	t.Complaints += other.Complaints
	for severity, n := range other.BySeverity {
		t.BySeverity[severity] += n
	}
	return t
}

// AtLeast counts the alerts of a severity or above.
func (t Tally) AtLeast(severity detection.Severity) int {
	n := 0
	for _, count := range t.BySeverity[severity:] {
		n += count
	}
	return n
}
