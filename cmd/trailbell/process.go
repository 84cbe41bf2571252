package main

import (
	"context"
	"errors"
	"io"
	"log/slog"

	"trailbell/internal/engine"
	"trailbell/internal/enrich"
	"trailbell/internal/ingest"
	"trailbell/internal/pipeline"
	"trailbell/internal/ruleset"
	"trailbell/internal/state/bolt"
	"trailbell/internal/state/memory"
	"trailbell/internal/suppress"
)

// A process is the pipeline of the function over files: the clock follows the records,
// and what is remembered is in memory or in a file.
type process struct {
	pipeline *pipeline.Pipeline
	agenda   *agenda
	closers  []io.Closer
}

// newProcess makes one without a notifier. Where state is empty nothing is remembered
// when it ends.
func newProcess(ctx context.Context, set *ruleset.Set, selector pipeline.Selector, state string) (*process, error) {
	opa, err := engine.New(ctx, set, engine.PatientLimit)
	if err != nil {
		return nil, err
	}
	if state == "" {
		return processOver(set, selector, opa, memory.New()), nil
	}
	file, err := bolt.Open(state)
	if err != nil {
		return nil, err
	}
	p := processOver(set, selector, opa, file)
	p.closers = append(p.closers, file)
	return p, nil
}

// processOver makes one of stages that are there already.
func processOver(set *ruleset.Set, selector pipeline.Selector, evaluator pipeline.Evaluator, store suppress.Store) *process {
	p := &process{agenda: newAgenda()}
	p.pipeline = &pipeline.Pipeline{
		Selector:  selector,
		Evaluator: evaluator,
		Suppressor: suppress.New(suppress.Options{
			Store: store, Timer: p.agenda, Now: p.agenda.Now, Lists: set.Lists(), Exceptions: set.Exceptions,
		}),
		Enricher: enrich.Enricher{Accounts: set.Accounts, Ways: set.Ways},
		Log:      slog.New(slog.DiscardHandler),
	}
	return p
}

func (p *process) close() {
	for _, c := range p.closers {
		_ = c.Close()
	}
}

// run takes every input through the pipeline, and then sends the follow-ups that are left.
func (p *process) run(ctx context.Context, reader ingest.Reader, inputs []source) (pipeline.Tally, error) {
	var total pipeline.Tally
	var errs []error
	for _, input := range inputs {
		tally, err := p.input(ctx, reader, input)
		total = total.Plus(tally)
		if err != nil {
			errs = append(errs, err)
			break
		}
	}
	tally, err := p.agenda.finish(ctx, p.pipeline)
	return total.Plus(tally), errors.Join(append(errs, err)...)
}

func (p *process) input(ctx context.Context, reader ingest.Reader, input source) (pipeline.Tally, error) {
	from, err := input.open(ctx)
	if err != nil {
		return p.pipeline.Run(ctx, unreadable(input.where(), err))
	}
	defer from.Close()
	return p.pipeline.Run(ctx, p.agenda.follow(ctx, p.pipeline, reader.Records(from, input.where())))
}
