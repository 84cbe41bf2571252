// Package suppress decides what of that which was found is sent now and what is
// withheld, always with a reason. It knows nothing of rules' bodies, of messages and of
// places, and nothing of how its store keeps things.
package suppress

import (
	"context"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/state"
)

// A Store remembers. Every method is safe for concurrent use, from several goroutines
// and several processes. An error says that the store could not be asked; the effect may
// have come about all the same, so every method can be repeated.
type Store interface {
	// Claim asks for an id in the name of owner, until a time. It is Mine when nobody has
	// it, when whoever had it let its time run out before now, and when owner has it
	// already.
	Claim(ctx context.Context, id, owner string, now, until time.Time) (state.Claim, error)
	// Done says that what the id stands for was dealt with, whoever holds it. It is
	// remembered until keep.
	Done(ctx context.Context, id string, keep time.Time) error
	// Release gives up owner's claim, and nobody else's, and nothing that is Done.
	Release(ctx context.Context, id, owner string) error
	// Lead puts the entry under the key unless there is one whose Until is after now, and
	// returns the entry that is there afterwards.
	Lead(ctx context.Context, key string, entry state.Entry, now time.Time) (state.Entry, error)
	// Extend moves the end of the entry that by opened, if it is still there.
	Extend(ctx context.Context, key, by string, until time.Time) error
	// Join puts members into a set, those that are in it already excepted. They are
	// remembered until keep.
	Join(ctx context.Context, set string, members []state.Member, keep time.Time) error
	// Members are what is in a set, at most limit of them unless that is 0, with all that
	// was put in before the call.
	Members(ctx context.Context, set string, limit int) ([]state.Member, error)
}

// A Timer brings a flush back to the pipeline after a delay, at least once.
type Timer interface {
	After(ctx context.Context, delay time.Duration, flush detection.Flush) error
}

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
