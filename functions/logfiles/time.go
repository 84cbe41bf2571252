package main

import (
	"context"
	"errors"
	"time"
)

// When less than forAnswer is left of the function's time, what is being done is given
// up: the rest of a file is handed over, and the function answers. When less than forMore
// is left, no other record is begun.
const (
	forAnswer = 5 * time.Second
	forMore   = 10 * time.Second
)

var errTimeRunsOut = errors.New("the function's time runs out")

// workingTime is the time for the work: Lambda's, less what the answer takes. Without a
// deadline there is all the time.
func workingTime(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadlineCause(ctx, deadline.Add(-forAnswer), errTimeRunsOut)
}

// timeForMore says whether the working time is enough to begin something new.
func timeForMore(working context.Context) bool {
	deadline, ok := working.Deadline()
	return working.Err() == nil && (!ok || time.Until(deadline) >= forMore-forAnswer)
}
