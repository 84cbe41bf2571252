package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"trailbell/functions/wiring"
	"trailbell/internal/archive"
	"trailbell/internal/backtest"
	"trailbell/internal/detection"
)

// A fileResult is what came of one file, or why nothing did.
type fileResult struct {
	counted backtest.Counted
	denied  bool // S3 refused it, or it is gone
	err     error
}

// errLater is of files that there was no time for.
var errLater = errors.New("there was no time for it")

// count takes as many files into the part as there is time for, in their order. Its error
// means that the part must not be written.
func (b *backfill) count(ctx context.Context, part *backtest.Part, keys []string) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	opened, denied := 0, 0
	var why error
	for result := range b.files(ctx, keys) {
		switch err := result.err; {
		case errors.Is(err, errLater):
			if opened == 0 {
				return OutOfTime{fmt.Errorf("not one file could be counted in the time: %w", err)}
			}
			return allDenied(opened, denied, why)
		case err != nil:
			return err
		}
		if !part.Fits(result.counted) {
			break // the next part begins with it
		}
		if opened++; result.denied {
			denied++
			why = fmt.Errorf("%s can't be read", result.counted.Name)
		}
		if err := part.Add(result.counted); err != nil {
			return err
		}
	}
	return allDenied(opened, denied, why)
}

// allDenied is an error where not one file could be opened: a role without rights, and no
// damage to an archive. A run of which each batch is so must not look as if it had counted.
func allDenied(opened, denied int, why error) error {
	if opened == 0 || denied < opened {
		return nil
	}
	return Refused{fmt.Errorf("S3 let none of %d files be read: %w", opened, why)}
}

// files yields what came of each file, in order, with a few of them being read.
func (b *backfill) files(ctx context.Context, keys []string) func(yield func(fileResult) bool) {
	return func(yield func(fileResult) bool) {
		ctx, cancel := context.WithCancel(ctx)
		ahead := make(chan chan fileResult, max(b.atOnce-1, 0))
		go func() {
			defer close(ahead)
			for _, key := range keys {
				promise := make(chan fileResult, 1)
				ahead <- promise
				go func() { promise <- b.file(ctx, key) }()
			}
		}()
		defer func() { // whoever stops early leaves nothing behind: the others say that there is no time
			cancel()
			for promise := range ahead {
				<-promise
			}
		}()
		for promise := range ahead {
			if !yield(<-promise) {
				return
			}
		}
	}
}

// fileTries is how often a file is tried that S3 breaks off, with a second more between.
const fileTries = 4

// file counts one file. What S3 breaks off is tried again here: to count the other files
// anew for one of them would cost more.
func (b *backfill) file(ctx context.Context, key string) (result fileResult) {
	defer func() {
		if v := recover(); v != nil {
			b.log.Error("panic", "key", key, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			result = fileResult{err: fmt.Errorf("%s: panic: %v", key, v)}
		}
	}()
	for try := 1; ; try++ {
		if !counting.More(ctx) {
			return fileResult{err: fmt.Errorf("%s: %w", key, errLater)}
		}
		result = b.once(ctx, key)
		if result.err == nil || try == fileTries || errors.Is(result.err, errLater) {
			return result
		}
		b.log.Warn("once more", "key", key, "why", result.err.Error())
		select {
		case <-time.After(time.Duration(try) * time.Second):
		case <-ctx.Done():
		}
	}
}

func (b *backfill) once(ctx context.Context, key string) fileResult {
	where := "s3://" + b.conf.Bucket + "/" + key
	object, err := b.objects.Open(ctx, b.conf.Bucket, key)
	switch {
	case errors.Is(err, archive.ErrDenied), errors.Is(err, archive.ErrMissing):
		return fileResult{denied: true, counted: backtest.Unopened(where, detection.Problem{
			What: "File could not be read", Why: err.Error(), Where: where, Severity: detection.High,
		})}
	case ctx.Err() != nil:
		return fileResult{err: fmt.Errorf("%s: %w", key, errLater)}
	case err != nil:
		return fileResult{err: err}
	}
	defer func() { _ = object.Close() }() // all that is wanted of it was read
	taken := &countedReader{from: object}
	counted, err := b.examiner.File(ctx, where, b.reader.Records(taken, where))
	switch {
	case ctx.Err() != nil || errors.Is(err, wiring.ErrTimeRunsOut):
		return fileResult{err: fmt.Errorf("%s: %w", key, errLater)}
	case object.Broken() != nil:
		return fileResult{err: fmt.Errorf("%s: %w", where, object.Broken())}
	case err != nil:
		return fileResult{err: err}
	}
	counted.Bytes = taken.n
	return fileResult{counted: counted}
}

// countedReader counts what is read.
type countedReader struct {
	from io.Reader
	n    int64
}

func (c *countedReader) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.n += int64(n)
	return n, err
}
