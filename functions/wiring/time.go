package wiring

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"trailbell/internal/detection"
)

// Margins are what a function keeps of its time. A function that is stopped has answered
// for nothing, and everything that it did comes again.
type Margins struct {
	// ForAnswer is what must be left for the answer: then what is being done is given up.
	ForAnswer time.Duration
	// ForMore is what must be left to begin something new.
	ForMore time.Duration
}

// ErrTimeRunsOut is why something was not begun or was given up.
var ErrTimeRunsOut = errors.New("the function's time runs out")

// Working is the time for the work: Lambda's, less what the answer takes. Without a
// deadline there is all the time.
func (m Margins) Working(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadlineCause(ctx, deadline.Add(-m.ForAnswer), ErrTimeRunsOut)
}

// More says whether the working time is enough to begin something new.
func (m Margins) More(working context.Context) bool {
	deadline, ok := working.Deadline()
	return working.Err() == nil && (!ok || time.Until(deadline) >= m.ForMore-m.ForAnswer)
}

// Level is how grave it is that something must come again: a warning where time alone
// helps.
func Level(why error) slog.Level {
	if errors.Is(why, detection.ErrBusy) || errors.Is(why, ErrTimeRunsOut) {
		return slog.LevelWarn
	}
	return slog.LevelError
}
