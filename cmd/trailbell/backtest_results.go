package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"trailbell/internal/backtest"
	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
)

// checkResults says which flags have no meaning where records were read elsewhere.
func (f backtestFlags) checkResults(args []string) error {
	switch {
	case len(args) > 0 || f.history.on:
		return usage("--results takes the place of PATHs: the records were read where they were counted")
	case f.against != "":
		return usage("--against needs the records, and --results has what came of them only")
	case f.rules.settings != "" || f.rules.deployment != "":
		return usage("--results were counted with the settings that are built in; --settings and --deployment come too late")
	}
	return nil
}

// joinResults is the command for --results, once its flags are read.
func joinResults(ctx context.Context, flags backtestFlags, stdin io.Reader, stdout, stderr io.Writer) error {
	format, failOn, err := flags.checked()
	if err != nil {
		return err
	}
	from, err := findResults(ctx, flags.results)
	if err != nil {
		return err
	}
	heads, err := from.heads(ctx)
	if err != nil {
		return exit{exitProblem, err}
	}
	missing, err := from.missing(ctx, heads)
	if err != nil {
		return exit{exitProblem, err}
	}
	learned, err := flags.newLearner(ctx, nil, stdin, stderr)
	if err != nil {
		return err
	}
	defer learned.close()
	side, err := flags.joining(ctx, heads, learned, stderr)
	if err != nil {
		return err
	}
	j := joined{side: side, seen: missing.seen}
	runErr := j.run(ctx, heads, from.open)
	if runErr == nil {
		runErr = learned.teach(ctx, side, j.first, j.last)
	}
	left := missing.left()
	for _, problem := range left {
		runErr = errors.Join(runErr, side.collector.Problem(ctx, problem))
	}
	report := side.collector.Report()
	report.Files, report.Records, report.Bytes = j.files, j.records, j.bytes
	report.Complete = runErr == nil && len(left) == 0
	return show(stdout, format, report, failOn, runErr)
}

// joining is the side of rules that the results are of. Which records they match is known:
// nothing is evaluated.
func (f backtestFlags) joining(ctx context.Context, heads map[string]backtest.Head, learned *learner, stderr io.Writer) (*side, error) {
	set, sources, err := f.rules.loadFrom(ctx, nil, stderr)
	if err != nil {
		return nil, err
	}
	ours, err := ruleset.Fingerprint(sources)
	if err != nil {
		return nil, exit{exitProblem, err}
	}
	if err := sameRules(heads, ours); err != nil {
		return nil, exit{exitProblem, err}
	}
	s := &side{found: &found{}, collector: backtest.NewCollector(set.Rules), rules: set.Rules}
	s.process = processOver(set, s.found, s.found, learned)
	s.process.pipeline.Notifier, s.process.pipeline.OnWithheld = s.collector, s.collector.Withheld
	return s, nil
}

// sameRules refuses results that do not belong together, or not to the rules of this
// program: thresholds and groups that they were not counted for would make a report that
// is true of no rules.
func sameRules(heads map[string]backtest.Head, ours string) error {
	first := ""
	for _, name := range slices.Sorted(maps.Keys(heads)) {
		switch rules := heads[name].Rules; {
		case first != "" && heads[first].Rules != rules:
			return fmt.Errorf("%s and %s were counted with different rules or settings (fingerprints %.12s and %.12s): join the results of one deployment only",
				first, name, heads[first].Rules, rules)
		case rules != ours:
			return fmt.Errorf("%s was counted with other rules or settings (fingerprint %.12s) than these (%.12s): join with the program of the same checkout, and with the same --rules",
				name, rules, ours)
		}
		first = name
	}
	return nil
}

// joined is what was taken from results. It feeds a side as a reading does.
type joined struct {
	side    *side
	seen    func(file string)
	files   int
	records int
	bytes   int64
	first   time.Time // the earliest eventTime
	last    time.Time // the latest
}

// run takes all files of the results to the collector, in the order of the archive.
func (j *joined) run(ctx context.Context, heads map[string]backtest.Head, open func(name string) (io.ReadCloser, error)) error {
	var errs []error
	for file, err := range backtest.Join(heads, open) {
		if err == nil {
			err = j.file(ctx, file)
		}
		if errs = append(errs, err); err != nil {
			break
		}
	}
	_, err := j.side.process.agenda.finish(ctx, j.side.process.pipeline)
	return errors.Join(append(errs, err)...)
}

func (j *joined) file(ctx context.Context, file *backtest.File) error {
	for entry, err := range file.Entries() {
		if err == nil {
			err = j.entry(ctx, entry)
		}
		if err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return errors.New("stopped before the end")
	}
	j.files++
	j.seen(file.Name)
	j.records += file.Records
	j.bytes += file.Bytes
	j.first, j.last = backtest.Earlier(j.first, file.Earliest), backtest.Later(j.last, file.Latest)
	j.side.pass(file.Latest)
	return nil
}

func (j *joined) entry(ctx context.Context, entry backtest.Entry) error {
	j.side.pass(entry.After)
	if entry.Problem != nil {
		problem := entry.Problem.Detection()
		return j.side.problem(ctx, &problem)
	}
	rec, err := cloudtrail.Parse(entry.Record)
	if err != nil {
		return fmt.Errorf("an entry's record: %w", err)
	}
	rec.Test, rec.Heartbeat = entry.Test, entry.Heartbeat
	outcomes, err := j.outcomes(entry.Said)
	if err != nil {
		return err
	}
	return j.side.take(ctx, rec, outcomes)
}

// outcomes are what rules said, as if they had just been asked.
func (j *joined) outcomes(said []backtest.Said) ([]detection.Outcome, error) {
	var outcomes []detection.Outcome
	for _, s := range said {
		i, known := slices.BinarySearchFunc(j.side.rules, s.Rule, func(r detection.Rule, id detection.RuleID) int {
			return cmp.Compare(r.ID, id)
		})
		if !known {
			return nil, fmt.Errorf("an entry is of the rule %q, which is not there", s.Rule)
		}
		outcomes = append(outcomes, s.Outcome(j.side.rules[i]))
	}
	return outcomes, nil
}
