package main

import (
	"context"
	"errors"
	"time"
)

// When less than forAnswer is left of the function's time, what is being done is given
// up, so that the function can still answer: a function that is stopped has answered for
// nothing, and everything that it did comes again. When less than forMore is left,
// nothing new is begun.
const (
	forAnswer = 3 * time.Second
	forMore   = 5 * time.Second
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
