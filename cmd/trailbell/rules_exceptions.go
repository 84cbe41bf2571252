package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/state/bolt"
	"trailbell/internal/suppress"
)

// lastUsed says when an exception last withheld something, and whether it ever did. It
// is nil where nobody remembers.
type lastUsed func(detection.Exception) (time.Time, bool)

// rememberedUse asks a state file when exceptions were used; without a file nobody knows.
// The caller ends it.
func rememberedUse(ctx context.Context, file string) (used lastUsed, done func(), err error) {
	if file == "" {
		return nil, func() {}, nil
	}
	if _, err := os.Stat(file); err != nil {
		return nil, nil, exit{exitUsage, fmt.Errorf("--state: %w", err)}
	}
	store, err := bolt.Open(file)
	if err != nil {
		return nil, nil, exit{exitProblem, err}
	}
	suppressor := suppress.New(suppress.Options{Store: store})
	used = func(e detection.Exception) (time.Time, bool) {
		at, err := suppressor.LastUsed(ctx, e)
		return at, err == nil && !at.IsZero()
	}
	return used, func() { _ = store.Close() }, nil
}

// listExceptions prints the exceptions under the rules: of which rule, whose, until when,
// and whether they are used. Without any it prints nothing.
func listExceptions(w io.Writer, all []detection.Exception, now time.Time, used lastUsed) {
	if len(all) == 0 {
		return
	}
	sorted := slices.SortedFunc(slices.Values(all), func(a, b detection.Exception) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.At, b.At))
	})
	rules, owners := len("EXCEPTION OF"), len("OWNER")
	for _, e := range sorted {
		rules, owners = min(max(rules, len(e.Rule)), maxColumn), min(max(owners, len(e.Owner)), maxColumn)
	}
	const line = "%-*s  %-*s  %s\n"
	fmt.Fprintln(w)
	fmt.Fprintf(w, line, rules, "EXCEPTION OF", owners, "OWNER", "STATE")
	for _, e := range sorted {
		fmt.Fprintf(w, line, rules, e.Rule, owners, e.Owner, exceptionState(e, now)+", "+exceptionUse(e, used))
		reason := e.Reason
		if e.Ticket != "" {
			reason += " (" + e.Ticket + ")"
		}
		fmt.Fprintf(w, "    %s: %s\n", e.At, reason)
	}
}

// exceptionState says until when an exception works.
func exceptionState(e detection.Exception, now time.Time) string {
	if !now.Before(e.Expires) {
		return "expired on " + lastDay(e)
	}
	// Its last day is the one before the moment of its end.
	const day = 24 * 60 * 60
	switch days := (e.Expires.Unix() - now.Unix()) / day; days {
	case 0:
		return "active, today is its last day"
	case 1:
		return "active, expires tomorrow"
	default:
		return fmt.Sprintf("active, expires in %d days", days)
	}
}

// lastDay is the last day on which an exception works, as its file has it.
func lastDay(e detection.Exception) string { return e.Expires.AddDate(0, 0, -1).Format(time.DateOnly) }

// exceptionUse says when an exception last withheld something. One that never does can
// go.
func exceptionUse(e detection.Exception, used lastUsed) string {
	if used == nil {
		return "use unknown"
	}
	at, ever := used(e)
	if !ever {
		return "never used"
	}
	return "last used on " + at.UTC().Format(time.DateOnly)
}

// warnOfExpired names the exceptions that work no more. That is no error: findings are
// sent again, which is what the day is for.
func warnOfExpired(w io.Writer, all []detection.Exception, now time.Time) {
	for _, e := range all {
		if !now.Before(e.Expires) {
			fmt.Fprintf(w, "warning: %s: the exception of %s expired on %s and withholds nothing any more; ask %s, then renew or remove it\n",
				e.At, e.Rule, lastDay(e), e.Owner)
		}
	}
}

// overrideNotes are what settings changed of a rule.
func overrideNotes(rule detection.Rule) []string {
	var notes []string
	if rule.Fixed != 0 {
		notes = append(notes, fmt.Sprintf("severity: settings make every finding %s", rule.Fixed))
	}
	if rule.Shadow && rule.Status != detection.StatusTest {
		notes = append(notes, "shadow: settings have its findings counted and not sent")
	}
	return notes
}
