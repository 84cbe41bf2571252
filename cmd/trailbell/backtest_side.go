package main

import (
	"context"
	"io"
	"maps"
	"slices"
	"sync"
	"time"

	"trailbell/internal/backtest"
	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/pipeline"
	"trailbell/internal/ruleset"
	"trailbell/internal/suppress"
)

// A side is a set of rules in a backtest. Workers select and evaluate with it at the same
// time; what they found goes through its process one record after the other, so that
// windows open and close in one order.
type side struct {
	selector  pipeline.Selector
	paths     *cloudtrail.Paths
	evaluator *engine.Engine
	spent     *spending
	process   *process
	found     *found
	collector *backtest.Collector
	rules     []detection.Rule
	// quiet is the latest time of the records since something was said, which the clock
	// has not been set to yet.
	quiet time.Time
}

func newSide(ctx context.Context, set *ruleset.Set, store suppress.Store, stderr io.Writer) (*side, error) {
	s := &side{spent: &spending{by: map[detection.RuleID]backtest.Spending{}}, found: &found{}, collector: backtest.NewCollector(set.Rules), rules: set.Rules}
	s.selector, s.paths = runFlags{}.selector(ctx, set, stderr)
	var err error
	if s.evaluator, err = engine.New(ctx, set, engine.PatientLimit); err != nil {
		return nil, exit{exitProblem, err}
	}
	s.evaluator.Spent = s.spent.add
	s.process = processOver(set, s.found, s.found, store)
	s.process.pipeline.Notifier = s.collector
	s.process.pipeline.OnWithheld = s.collector.Withheld
	return s, nil
}

// take brings a record on its way, with what the rules said of it.
func (s *side) take(ctx context.Context, rec cloudtrail.Record, outcomes []detection.Outcome) error {
	s.collector.Begin(rec)
	s.catchUp(ctx)
	if at := rec.Time(); !at.IsZero() {
		s.process.agenda.advance(ctx, s.process.pipeline, at)
	}
	s.found.outcomes = outcomes
	_, err := s.process.pipeline.Process(ctx, rec)
	return err
}

// problem brings a problem on its way that stands in the place of a record.
func (s *side) problem(ctx context.Context, problem *detection.Problem) error {
	s.collector.Begin(cloudtrail.Record{})
	s.catchUp(ctx)
	_, err := s.process.pipeline.Run(ctx, func(yield func(cloudtrail.Record, *detection.Problem) bool) {
		yield(cloudtrail.Record{}, problem)
	})
	return err
}

// pass notes the time of records that nothing is to be said of.
func (s *side) pass(latest time.Time) { s.quiet = backtest.Later(s.quiet, latest) }

// catchUp sets the clock to what was passed.
func (s *side) catchUp(ctx context.Context) {
	if !s.quiet.IsZero() {
		s.process.agenda.advance(ctx, s.process.pipeline, s.quiet)
		s.quiet = time.Time{}
	}
}

// found gives the pipeline what workers have found out already.
type found struct{ outcomes []detection.Outcome }

func (*found) Select(cloudtrail.Record) []detection.RuleID { return nil }

func (f *found) Evaluate(context.Context, cloudtrail.Record, []detection.RuleID) []detection.Outcome {
	return f.outcomes
}

// spending is how long rules took. It is safe for concurrent use.
type spending struct {
	mu sync.Mutex
	by map[detection.RuleID]backtest.Spending
}

func (s *spending) add(rule detection.RuleID, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.by[rule]
	s.by[rule] = backtest.Spending{Times: was.Times + 1, Took: was.Took + took}
}

func (s *spending) all() map[detection.RuleID]backtest.Spending {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.by)
}

// silent says whether nothing is to be said of a record.
func silent(outcomes []detection.Outcome) bool {
	return !slices.ContainsFunc(outcomes, func(o detection.Outcome) bool {
		return o.Verdict != detection.Quiet || len(o.Failures) > 0
	})
}
