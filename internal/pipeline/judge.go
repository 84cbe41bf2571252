package pipeline

import (
	"fmt"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// judge splits outcomes into what was found and what could not be decided.
func judge(rec cloudtrail.Record, outcomes []detection.Outcome) (findings []detection.Finding, problems []detection.Problem) {
	for _, outcome := range outcomes {
		if outcome.Verdict == detection.Fired {
			findings = append(findings, outcome.Finding)
		}
		for _, failure := range outcome.Failures {
			problems = append(problems, problemOf(rec, outcome, failure))
		}
	}
	return findings, problems
}

// problemOf tells a person of a rule, or an answer of a rule, that failed on a record.
func problemOf(rec cloudtrail.Record, outcome detection.Outcome, failure detection.Failure) detection.Problem {
	problem := about(rec)
	problem.What = fmt.Sprintf("Rule could not decide (%s)", failure.Cause)
	problem.Why = failure.Err.Error()
	problem.Rule = outcome.Rule.ID
	if outcome.Rule.Severity > 0 {
		problem.Severity = outcome.Rule.Severity
	}
	if outcome.Verdict == detection.Fired {
		problem.What = fmt.Sprintf("Rule fired, but its %s could not be used (%s)", failure.Part, failure.Cause)
	}
	return problem
}

func crashed(rec cloudtrail.Record, v any) detection.Problem {
	problem := about(rec)
	problem.What = "trailbell crashed on a record"
	problem.Why = fmt.Sprintf("panic: %v", v)
	return problem
}

// about is a problem with a record, of the severity that an unknown one has.
func about(rec cloudtrail.Record) detection.Problem {
	return detection.Problem{
		Where:    rec.EventSource() + " " + rec.EventName(),
		EventID:  rec.EventID(),
		Severity: detection.High,
		Account:  rec.Account(),
		Region:   rec.Region(),
	}
}
