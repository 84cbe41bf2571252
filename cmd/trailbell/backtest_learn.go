package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"trailbell/internal/detection"
	remembered "trailbell/internal/state"
	"trailbell/internal/state/bolt"
	"trailbell/internal/state/memory"
	"trailbell/internal/suppress"
)

// A learner is the memory of a backtest that notes what first-seen rules see, for who is
// to know it. Windows of repeats, counts and what was dealt with are not noted: nobody must
// think that anything was sent. It is for one goroutine.
type learner struct {
	suppress.Store
	pupil pupil // nil where nobody wants to know
	seen  map[string]remembered.Entry
}

// A pupil is told what was learned, and keeps it.
type pupil interface {
	io.Closer
	learn(ctx context.Context, l lesson) error
}

// A lesson is what first-seen rules saw in an archive.
type lesson struct {
	seen  map[string]remembered.Entry
	rules []detection.Rule
	// first and last are the times of the earliest and the latest record.
	first, last time.Time
	// problems are how many things could not be read.
	problems int
}

// keys are those of what was seen, in one order.
func (l lesson) keys() []string { return slices.Sorted(maps.Keys(l.seen)) }

// newLearner opens what is to know, so that one that can't be used is told before anything
// is read.
func (f backtestFlags) newLearner(ctx context.Context, args []string, stdin io.Reader, stderr io.Writer) (*learner, error) {
	l := &learner{Store: memory.New(), seen: map[string]remembered.Entry{}}
	if f.learn == "" {
		if f.yes {
			return nil, usage("--yes is for --learn")
		}
		return l, nil
	}
	var err error
	if where, is := tableOf(f.learn); is {
		l.pupil, err = newTablePupil(ctx, where, asker{yes: f.yes, stdin: stdin, taken: slices.Contains(args, "-"), stderr: stderr})
	} else {
		l.pupil, err = newFilePupil(f.learn, stderr)
	}
	if err != nil {
		e := exit{code: exitProblem}
		errors.As(err, &e)
		return nil, exit{e.code, fmt.Errorf("--learn: %w", err)}
	}
	return l, nil
}

func (l *learner) close() {
	if l.pupil != nil {
		_ = l.pupil.Close()
	}
}

// Lead keeps the promise of [suppress.Store], and notes what is there afterwards.
func (l *learner) Lead(ctx context.Context, key string, entry remembered.Entry, now time.Time) (remembered.Entry, error) {
	led, err := l.Store.Lead(ctx, key, entry, now)
	if err == nil && l.pupil != nil && suppress.IsFirstSeen(key) {
		l.seen[key] = led
	}
	return led, err
}

// Extend keeps the promise of [suppress.Store], and notes it.
func (l *learner) Extend(ctx context.Context, key, by string, until time.Time) error {
	err := l.Store.Extend(ctx, key, by, until)
	if entry, there := l.seen[key]; err == nil && there && entry.By == by {
		entry.Until = until
		l.seen[key] = entry
	}
	return err
}

// teach tells what the rules of a side learned from records between two times, if anybody
// wants to know and there was anything to read.
func (l *learner) teach(ctx context.Context, now *side, first, last time.Time) error {
	if l.pupil == nil || first.IsZero() {
		return nil
	}
	firstSeen := slices.DeleteFunc(slices.Clone(now.rules), func(r detection.Rule) bool {
		return r.FirstSeen == nil || r.Status == detection.StatusOff
	})
	seen := lesson{seen: l.seen, rules: firstSeen, first: first, last: last, problems: now.collector.Report().Problems}
	if err := l.pupil.learn(ctx, seen); err != nil {
		return fmt.Errorf("--learn: %w", err)
	}
	return nil
}

// A filePupil keeps it in a state file, for run --state. What the file knows already stays,
// and lasts longer where it was seen again.
type filePupil struct {
	*bolt.Store
	stderr io.Writer
}

func newFilePupil(path string, stderr io.Writer) (pupil, error) {
	file, err := bolt.Open(path)
	if err != nil {
		return nil, err
	}
	return filePupil{file, stderr}, nil
}

// learn takes what was seen into the file. The rules count as known since the first record.
func (f filePupil) learn(ctx context.Context, l lesson) error {
	keeper := suppress.New(suppress.Options{Store: f.Store, Now: func() time.Time { return l.first }})
	errs := []error{keeper.Know(ctx, l.rules)}
	for _, key := range l.keys() {
		entry := l.seen[key]
		led, err := f.Lead(ctx, key, entry, entry.From)
		if err == nil && led.Until.Before(entry.Until) {
			err = f.Extend(ctx, key, led.By, entry.Until)
		}
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	fmt.Fprintf(f.stderr, "learned %s of first-seen rules\n", plural(len(l.seen), "group"))
	return nil
}
