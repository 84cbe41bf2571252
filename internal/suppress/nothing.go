package suppress

import (
	"context"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// Nothing is withheld by it: everything is sent, and nothing is remembered.
type Nothing struct{}

// Findings lets every finding be sent.
func (Nothing) Findings(_ context.Context, _ cloudtrail.Record, findings []detection.Finding) detection.Decision {
	return detection.Decision{Findings: findings}
}

// Problem lets the problem be sent.
func (Nothing) Problem(_ context.Context, problem detection.Problem) detection.Decision {
	return detection.Decision{Problems: []detection.Problem{problem}}
}

// Flush has nothing to tell.
func (Nothing) Flush(context.Context, detection.Flush) detection.Decision {
	return detection.Decision{}
}

// Settle has nothing to do.
func (Nothing) Settle(context.Context, detection.Decision, error) error { return nil }
