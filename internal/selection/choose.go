package selection

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
)

// maxDeriving is for all rules together: AWS Lambda gives a start ten seconds.
const maxDeriving = 8 * time.Second

// Means are ways to select, all of which find every rule that may match. They differ in
// what they cost.
type Means string

// The means, the cheapest first.
const (
	ByIndex  Means = "the index"
	ByMerged Means = "one question to OPA"
	ByAsking Means = "asking every rule"
)

// A Choice selects by the cheapest means that could be made. It is safe for concurrent
// use. Where its means panics on a record, every rule is selected for that record.
type Choice struct {
	// Means is what was chosen.
	Means Means
	// Why says what was wrong with cheaper means, or with a part of this one; nil where
	// nothing was.
	Why error
	// Log gets a line for each record on which the means panics; nil means none.
	Log *slog.Logger

	best  selector
	every Every
}

type selector interface {
	Select(rec cloudtrail.Record) []detection.RuleID
}

// Paths are the places of a record that the means looks at, for a reader that notes their
// values; nil where the means has none.
func (c *Choice) Paths() *cloudtrail.Paths {
	if index, is := c.best.(*Index); is {
		return index.Paths()
	}
	return nil
}

// Choose derives the index from the rules. What can't be made leads to the next means,
// the last of which is always there: a fault of ours makes us slow, and never silent.
func Choose(ctx context.Context, set *ruleset.Set) *Choice {
	limited, cancel := context.WithTimeout(ctx, maxDeriving)
	defer cancel()
	choice := choose(All(set.Rules),
		attempt{ByIndex, func() (selector, error) { return New(Derive(limited, set)) }},
		attempt{ByMerged, func() (selector, error) { return NewMerged(limited, set) }},
	)
	if err := limited.Err(); err != nil {
		choice.Why = errors.Join(choice.Why, fmt.Errorf("some rules are asked about every record: deriving them was stopped: %w", err))
	}
	return choice
}

// Chosen is the choice of an index that is there already.
func Chosen(index *Index) *Choice {
	return &Choice{Means: ByIndex, best: index, every: index.every}
}

// An attempt makes one of the means.
type attempt struct {
	means Means
	make  func() (selector, error)
}

// choose takes the first attempt that succeeds, or every rule.
func choose(every Every, attempts ...attempt) *Choice {
	choice := &Choice{Means: ByAsking, best: every, every: every}
	for _, a := range attempts {
		made, err := a.try()
		if err == nil {
			choice.Means, choice.best = a.means, made
			break
		}
		choice.Why = errors.Join(choice.Why, fmt.Errorf("%s can't be made: %w", a.means, err))
	}
	return choice
}

func (a attempt) try() (made selector, err error) {
	defer recovered(&err)
	return a.make()
}

// recovered makes a panic an error. It must be deferred.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("panic: %v", p)
	}
}

// Select returns the ids of the rules that may match the record, in the order of the
// set. They must not be changed.
func (c *Choice) Select(rec cloudtrail.Record) (chosen []detection.RuleID) {
	defer func() {
		if p := recover(); p != nil {
			if c.Log != nil {
				c.Log.Error("selection panics, every rule is asked", "means", string(c.Means), "event_id", rec.EventID(), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			}
			chosen = c.every
		}
	}()
	return c.best.Select(rec)
}
