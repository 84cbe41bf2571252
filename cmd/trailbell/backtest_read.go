package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"trailbell/internal/backtest"
	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ingest"
)

// A reading takes an archive through one or two sets of rules. As many files are read at
// the same time as there are processors, and as many batches evaluated; what comes of them
// is counted in the order of files and records. Each file has room for a few batches, and
// then its reader waits, so memory does not depend on the archive.
type reading struct {
	sides    []*side
	reader   ingest.Reader
	progress *progress
	compared *backtest.Comparer // nil where nothing is compared
	slots    chan struct{}      // for evaluation

	files   int // that were read to their end
	records int
	first   time.Time // the earliest eventTime
	last    time.Time // the latest
	// complete says that nobody stopped it.
	complete bool
	errs     []error
}

func newReading(sides []*side, shown *progress) *reading {
	r := &reading{sides: sides, progress: shown, slots: make(chan struct{}, runtime.GOMAXPROCS(0))}
	r.reader = ingest.Reader{MaxUnpacked: maxUnpacked, Paths: sides[0].paths, Fleeting: true}
	if len(sides) > 1 {
		r.compared = backtest.NewComparer(sides[1].collector, sides[0].collector)
	}
	return r
}

const (
	// mostSides are the rules of now and those that they are compared with.
	mostSides = 2
	// mostItems and mostBytes are how much makes a batch.
	mostItems = 64
	mostBytes = 1 << 20
	// mostWaiting is how many batches of a file may wait for their turn.
	mostWaiting = 4
)

// An item is a record that rules may have something to say about, or a problem.
type item struct {
	rec     cloudtrail.Record
	problem *detection.Problem
	// earlier is the latest time of the records since the last item.
	earlier  time.Time
	rules    [][]detection.RuleID // by side
	outcomes [][]detection.Outcome
}

// A batch is what one worker evaluates at a time.
type batch struct {
	items   []item
	bytes   int
	records int       // with those that no rule is asked about
	first   time.Time // the earliest of all records
	last    time.Time // the latest of all records
	latest  time.Time // of the records behind the last item
	err     error     // why it was not evaluated
}

// run reads the inputs in their order. Its error says why it did not read all of them.
func (r *reading) run(ctx context.Context, inputs []source) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	streams := make(chan chan chan batch, cap(r.slots))
	go func() {
		defer close(streams)
		readers := make(chan struct{}, cap(r.slots))
		for _, input := range inputs {
			readers <- struct{}{}
			stream := make(chan chan batch, mostWaiting)
			streams <- stream
			go func() {
				defer func() { close(stream); <-readers }()
				if ctx.Err() == nil {
					r.read(ctx, input, stream)
				}
			}()
		}
	}()
	// What was read is counted to its end, even when somebody pressed Ctrl-C.
	calm := context.WithoutCancel(ctx)
	for stream := range streams {
		for future := range stream {
			r.count(calm, <-future)
		}
		if ctx.Err() == nil {
			r.files++
		}
	}
	for _, s := range r.sides {
		_, err := s.process.agenda.finish(calm, s.process.pipeline)
		r.errs = append(r.errs, err)
	}
	r.complete = ctx.Err() == nil
	if !r.complete {
		r.errs = append(r.errs, errors.New("stopped before the end"))
	}
	return errors.Join(r.errs...)
}

// read yields the batches of one file, each as the promise of a worker.
func (r *reading) read(ctx context.Context, input source, stream chan<- chan batch) {
	from, err := input.open(ctx)
	if err != nil {
		for _, problem := range unreadable(input.where(), err) {
			r.send(ctx, stream, batch{items: []item{{problem: problem}}})
		}
		return
	}
	defer from.Close()
	var next batch
	for rec, problem := range r.reader.Records(r.progress.counting(from), input.where()) {
		if ctx.Err() != nil {
			return
		}
		r.add(&next, rec, problem)
		if len(next.items) >= mostItems || next.bytes >= mostBytes {
			r.send(ctx, stream, next)
			next = batch{}
		}
	}
	r.send(ctx, stream, next)
}

// add puts a record into the batch: a copy of it when a rule may match, and else only
// its time.
func (r *reading) add(b *batch, rec cloudtrail.Record, problem *detection.Problem) {
	if problem != nil {
		b.items = append(b.items, item{problem: problem, earlier: b.latest})
		b.latest = time.Time{}
		return
	}
	b.records++
	at := rec.Time()
	b.first, b.last = backtest.Earlier(b.first, at), backtest.Later(b.last, at)
	// Nearly every record concerns no rule, so nothing is made for it.
	var chosen [mostSides][]detection.RuleID
	any := false
	for i, s := range r.sides {
		chosen[i] = s.selector.Select(rec)
		any = any || len(chosen[i]) > 0
	}
	if !any {
		b.latest = backtest.Later(b.latest, at)
		return
	}
	own, err := keep(rec)
	if err != nil {
		problem := &detection.Problem{What: "Record could not be kept", Why: err.Error(), EventID: rec.EventID(), Severity: detection.High}
		b.items = append(b.items, item{problem: problem, earlier: b.latest})
		return
	}
	b.items = append(b.items, item{rec: own, rules: slices.Clone(chosen[:len(r.sides)]), earlier: b.latest})
	b.bytes += len(own.Bytes())
	b.latest = time.Time{}
}

// keep is a copy of a record that is good for longer than its turn.
func keep(rec cloudtrail.Record) (cloudtrail.Record, error) {
	own, err := cloudtrail.Parse(rec.Bytes())
	if err != nil {
		return cloudtrail.Record{}, fmt.Errorf("read it again: %w", err)
	}
	own.Test, own.Heartbeat = rec.Test, rec.Heartbeat
	return own, nil
}

// send gives a batch to a worker, and its promise to whoever counts.
func (r *reading) send(ctx context.Context, stream chan<- chan batch, b batch) {
	future := make(chan batch, 1)
	stream <- future
	if len(b.items) == 0 {
		future <- b
		return
	}
	r.slots <- struct{}{}
	go func() {
		defer func() { <-r.slots }()
		future <- r.evaluate(ctx, b)
	}()
}

// evaluate asks the rules about each item of a batch.
func (r *reading) evaluate(ctx context.Context, b batch) (done batch) {
	defer func() {
		if p := recover(); p != nil {
			done = batch{err: fmt.Errorf("evaluate: panic: %v", p)}
		}
	}()
	for i := range b.items {
		it := &b.items[i]
		if it.problem != nil {
			continue
		}
		it.outcomes = make([][]detection.Outcome, len(r.sides))
		for n, s := range r.sides {
			it.outcomes[n] = s.evaluator.Evaluate(ctx, it.rec, it.rules[n])
		}
	}
	if ctx.Err() != nil {
		return batch{} // rules that were interrupted are no problem
	}
	return b
}

// count takes what was found to the collectors.
func (r *reading) count(ctx context.Context, b batch) {
	if b.err != nil {
		r.errs = append(r.errs, b.err)
	}
	r.records += b.records
	r.first, r.last = backtest.Earlier(r.first, b.first), backtest.Later(r.last, b.last)
	r.progress.records.Store(int64(r.records))
	for _, it := range b.items {
		r.countItem(ctx, it)
	}
	for _, s := range r.sides {
		s.pass(b.latest)
	}
}

func (r *reading) countItem(ctx context.Context, it item) {
	for n, s := range r.sides {
		s.pass(it.earlier)
		switch {
		case it.problem != nil:
			r.errs = append(r.errs, s.problem(ctx, it.problem))
		case silent(it.outcomes[n]):
			s.collector.Begin(it.rec)
			s.pass(it.rec.Time())
		default:
			r.errs = append(r.errs, s.take(ctx, it.rec, it.outcomes[n]))
		}
	}
	if r.compared != nil && it.problem == nil {
		r.compared.End()
	}
}

// report is what was counted, of the first side.
func (r *reading) report() backtest.Report {
	report := r.sides[0].collector.Report()
	report.Records, report.Bytes = r.records, r.progress.bytes.Load()
	if r.compared != nil {
		report.Changes = r.compared.Comparison()
	}
	return report
}
