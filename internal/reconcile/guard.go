package reconcile

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"trailbell/internal/state"
)

const (
	// callTime is for one call while a record is noted.
	callTime = 400 * time.Millisecond
	// rest is how long a store that failed is not asked: a slow one would hold up record
	// after record.
	rest = 30 * time.Second
	// readTime is for reading a set that is compared, which no record waits for.
	readTime = 10 * time.Second
)

// errResting is the error of a store that is not asked because it failed a moment ago.
var errResting = errors.New("the store failed a moment ago")

// A guard keeps a store or a timer that fails from holding up records. It is apart from the one that
// stands before what was sent, so that a fault here costs no deduplication.
type guard struct {
	Store

	mu    sync.Mutex
	until time.Time
}

func (g *guard) guarded(ctx context.Context, what string, call func(context.Context) error) error {
	g.mu.Lock()
	resting := time.Now().Before(g.until)
	g.mu.Unlock()
	if resting {
		return errResting
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	err := call(ctx)
	if err == nil {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.until = time.Now().Add(rest)
	return fmt.Errorf("%s: %w", what, err)
}

// Lead is the store's, for a record that is noted.
func (g *guard) Lead(ctx context.Context, key string, entry state.Entry, now time.Time) (led state.Entry, err error) {
	err = g.guarded(ctx, "lead", func(ctx context.Context) error {
		led, err = g.Store.Lead(ctx, key, entry, now)
		return err
	})
	return led, err
}

// Extend is the store's, for a record that is noted.
func (g *guard) Extend(ctx context.Context, key, by string, until time.Time) error {
	return g.guarded(ctx, "extend", func(ctx context.Context) error { return g.Store.Extend(ctx, key, by, until) })
}

// Join is the store's, for a record that is noted.
func (g *guard) Join(ctx context.Context, set string, members []state.Member, keep time.Time) error {
	return g.guarded(ctx, "join", func(ctx context.Context) error { return g.Store.Join(ctx, set, members, keep) })
}
