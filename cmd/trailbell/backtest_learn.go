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

// A learner is the memory of a backtest that notes what first-seen rules see, for a state
// file. Windows of repeats, counts and what was dealt with are not noted: the file must not
// think that anything was sent. It is for one goroutine.
type learner struct {
	suppress.Store
	file *bolt.Store // nil where nobody wants to know
	seen map[string]remembered.Entry
}

// newLearner opens the file, so that one that can't be used is told before anything is read.
func newLearner(path string) (*learner, error) {
	l := &learner{Store: memory.New(), seen: map[string]remembered.Entry{}}
	if path == "" {
		return l, nil
	}
	var err error
	if l.file, err = bolt.Open(path); err != nil {
		return nil, exit{exitProblem, fmt.Errorf("--learn: %w", err)}
	}
	return l, nil
}

func (l *learner) close() {
	if l.file != nil {
		_ = l.file.Close()
	}
}

// Lead keeps the promise of [suppress.Store], and notes what is there afterwards.
func (l *learner) Lead(ctx context.Context, key string, entry remembered.Entry, now time.Time) (remembered.Entry, error) {
	led, err := l.Store.Lead(ctx, key, entry, now)
	if err == nil && l.file != nil && suppress.IsFirstSeen(key) {
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

// write takes what was seen into the file. The rules count as known since the first record.
// What the file knows already stays, and lasts longer where it was seen again.
func (l *learner) write(ctx context.Context, rules []detection.Rule, first time.Time, stderr io.Writer) error {
	if l.file == nil || first.IsZero() {
		return nil
	}
	keeper := suppress.New(suppress.Options{Store: l.file, Now: func() time.Time { return first }})
	errs := []error{keeper.Know(ctx, rules)}
	for _, key := range slices.Sorted(maps.Keys(l.seen)) {
		entry := l.seen[key]
		led, err := l.file.Lead(ctx, key, entry, entry.From)
		if err == nil && led.Until.Before(entry.Until) {
			err = l.file.Extend(ctx, key, led.By, entry.Until)
		}
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("--learn: %w", err)
	}
	fmt.Fprintf(stderr, "learned %s of first-seen rules\n", plural(len(l.seen), "group"))
	return nil
}
