package main

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/pipeline"
)

// An agenda is the clock of a run, and what is to be done when it strikes. It follows the
// records' eventTime, so that a run over last month's files withholds what the function
// would have withheld, and two runs print the same.
type agenda struct {
	now  time.Time
	due  []appointment // by time
	errs []error
	// tally counts what the follow-ups led to.
	tally pipeline.Tally
}

type appointment struct {
	at    time.Time
	flush detection.Flush
}

// newAgenda has no time before the first record's.
func newAgenda() *agenda { return &agenda{now: time.Unix(0, 0).UTC()} }

// Now is the time of the record that is being looked at.
func (a *agenda) Now() time.Time { return a.now }

// After keeps a flush until a record is later than the delay, or there are no more.
func (a *agenda) After(_ context.Context, delay time.Duration, flush detection.Flush) error {
	next := appointment{a.now.Add(delay), flush}
	i, _ := slices.BinarySearchFunc(a.due, next, func(x, y appointment) int {
		if c := x.at.Compare(y.at); c != 0 {
			return c
		}
		return -1 // what was asked for first comes first
	})
	a.due = slices.Insert(a.due, i, next)
	return nil
}

// follow yields the records, with the clock set to each, and sends the follow-ups that
// are due before it.
func (a *agenda) follow(ctx context.Context, p *pipeline.Pipeline, records iter.Seq2[cloudtrail.Record, *detection.Problem]) iter.Seq2[cloudtrail.Record, *detection.Problem] {
	return func(yield func(cloudtrail.Record, *detection.Problem) bool) {
		for rec, problem := range records {
			if at := rec.Time(); problem == nil && !at.IsZero() {
				a.advance(ctx, p, at)
			}
			if !yield(rec, problem) {
				return
			}
		}
	}
}

// advance sets the clock, and sends the follow-ups that are due.
func (a *agenda) advance(ctx context.Context, p *pipeline.Pipeline, at time.Time) {
	a.now = at
	a.flush(ctx, p, func(x appointment) bool { return !x.at.After(at) })
}

// finish sends the follow-ups that are left.
func (a *agenda) finish(ctx context.Context, p *pipeline.Pipeline) (pipeline.Tally, error) {
	a.flush(ctx, p, func(appointment) bool { return true })
	return a.tally, errors.Join(a.errs...)
}

func (a *agenda) flush(ctx context.Context, p *pipeline.Pipeline, isDue func(appointment) bool) {
	for len(a.due) > 0 && isDue(a.due[0]) {
		next := a.due[0]
		a.due = a.due[1:]
		if next.at.After(a.now) {
			a.now = next.at
		}
		tally, err := p.Flush(ctx, next.flush)
		a.tally, a.errs = a.tally.Plus(tally), append(a.errs, err)
	}
}
