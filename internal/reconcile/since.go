package reconcile

import (
	"context"
	"time"

	"trailbell/internal/state"
)

const (
	sinceKey = "lanes/since"
	// settle is how long after the beginning calls are compared: what was called before
	// may have come by the bus when nobody noted it.
	settle = 5 * time.Minute
	// sinceLasts is after what time without the bus's function measuring begins anew, so
	// that a trail which was switched off for a while finds no gap of its own making.
	sinceLasts = 48 * time.Hour
	// tooOld is how long after a call its notes can be relied on to be there.
	tooOld = keepNotes - 24*time.Hour
	// askAgain is how long a process relies on what it knows.
	askAgain = time.Hour
)

// since is from when on the bus's matches are noted, as far as a process knows.
type since struct {
	from, asked time.Time
}

// measures says whether a call of that time is compared. The function of the bus begins
// with it, and the other one waits for that.
func (l *Ledger) measures(ctx context.Context, at time.Time) (bool, error) {
	now := l.now()
	if now.Sub(at) > tooOld {
		return false, nil
	}
	if known := l.known(now); known != nil {
		return !at.Before(known.from.Add(settle)), nil
	}
	entry := state.Entry{By: "bus", From: now, Until: now.Add(sinceLasts)}
	if l.files {
		entry.Until = now.Add(-24 * time.Hour) // begins nothing
	}
	entry, err := l.store.Lead(ctx, sinceKey, entry, now)
	if err != nil {
		return false, err
	}
	if !entry.Open(now) {
		return false, nil
	}
	if !l.files && entry.Until.Sub(now) < sinceLasts-askAgain/2 {
		if err := l.store.Extend(ctx, sinceKey, "bus", now.Add(sinceLasts)); err != nil {
			return false, err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.since = since{from: entry.From, asked: now}
	return !at.Before(entry.From.Add(settle)), nil
}

func (l *Ledger) known(now time.Time) *since {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.since.asked.IsZero() || now.Sub(l.since.asked).Abs() >= askAgain {
		return nil
	}
	known := l.since
	return &known
}
