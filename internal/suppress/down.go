package suppress

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/state"
)

const (
	// patience is how long one call to the store may take, and tries how often it is made.
	patience = 300 * time.Millisecond
	tries    = 2
	// countPatience is for reading all that a follow-up counts, which no alert waits for.
	countPatience = 10 * time.Second
	// breakFor is how long the store is not asked after it failed: a slow one would eat the
	// time in which alerts are to be sent.
	breakFor = 30 * time.Second
	// alarmEvery is how often a person is told that the store is down.
	alarmEvery = 5 * time.Minute
)

// errDown is the error of a store that can't be asked. An answer that somebody does not
// like, such as a claim that is busy, is none.
var errDown = errors.New("the store is down")

// A guard keeps a store that fails from taking alerts with it. Its errors wrap errDown,
// or the context's when the run's own time is over. Times here are the machine's.
type guard struct {
	store Store

	mu    sync.Mutex
	until time.Time // it is not asked before
	why   error
}

func (g *guard) broken() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if time.Now().Before(g.until) {
		return g.why
	}
	return nil
}

func (g *guard) rest(why error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.until, g.why = time.Now().Add(breakFor), why
}

// ask makes a call to the store, which may be repeated.
func ask[T any](ctx context.Context, g *guard, what string, limit time.Duration, call func(context.Context) (T, error)) (T, error) {
	var none T
	if err := g.broken(); err != nil {
		return none, err
	}
	var failed error
	for range tries {
		answer, err := once(ctx, limit, call)
		if err == nil {
			return answer, nil
		}
		if ctx.Err() != nil {
			return none, fmt.Errorf("%s: %w", what, context.Cause(ctx))
		}
		failed = err
	}
	err := fmt.Errorf("%w: %s: %w", errDown, what, failed)
	g.rest(err)
	return none, err
}

func once[T any](ctx context.Context, limit time.Duration, call func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return call(ctx)
}

// tell is ask for calls without an answer.
func tell(ctx context.Context, g *guard, what string, call func(context.Context) error) error {
	_, err := ask(ctx, g, what, patience, func(ctx context.Context) (struct{}, error) { return struct{}{}, call(ctx) })
	return err
}

func (g *guard) Claim(ctx context.Context, id, owner string, now, until time.Time) (state.Claim, error) {
	return ask(ctx, g, "claim", patience, func(ctx context.Context) (state.Claim, error) { return g.store.Claim(ctx, id, owner, now, until) })
}

func (g *guard) Done(ctx context.Context, id string, keep time.Time) error {
	return tell(ctx, g, "mark as done", func(ctx context.Context) error { return g.store.Done(ctx, id, keep) })
}

func (g *guard) Release(ctx context.Context, id, owner string) error {
	return tell(ctx, g, "release", func(ctx context.Context) error { return g.store.Release(ctx, id, owner) })
}

func (g *guard) Lead(ctx context.Context, key string, entry state.Entry, now time.Time) (state.Entry, error) {
	return ask(ctx, g, "lead", patience, func(ctx context.Context) (state.Entry, error) { return g.store.Lead(ctx, key, entry, now) })
}

func (g *guard) Extend(ctx context.Context, key, by string, until time.Time) error {
	return tell(ctx, g, "extend", func(ctx context.Context) error { return g.store.Extend(ctx, key, by, until) })
}

func (g *guard) Join(ctx context.Context, set string, members []state.Member, keep time.Time) error {
	return tell(ctx, g, "join", func(ctx context.Context) error { return g.store.Join(ctx, set, members, keep) })
}

func (g *guard) Members(ctx context.Context, set string, limit int) ([]state.Member, error) {
	return ask(ctx, g, "members", patience, func(ctx context.Context) ([]state.Member, error) { return g.store.Members(ctx, set, limit) })
}

// count is Members without a limit, with the time that many of them take.
func (g *guard) count(ctx context.Context, set string) ([]state.Member, error) {
	return ask(ctx, g, "count", countPatience, func(ctx context.Context) ([]state.Member, error) { return g.store.Members(ctx, set, 0) })
}

// A limiter lets something through once in a while.
type limiter struct {
	every time.Duration

	mu   sync.Mutex
	last time.Time
}

// due says whether it is time, and takes the turn.
func (l *limiter) due() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.last.IsZero() && time.Since(l.last) < l.every {
		return false
	}
	l.last = time.Now()
	return true
}

// again gives the turn back: what was let through did not arrive.
func (l *limiter) again() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = time.Time{}
}

const (
	couldNotDecide    = "Rule could not decide: its memory is down"
	couldNotRecognise = "Repeats can't be recognised: the memory of what was sent is down"
)

// memoryDown tells a person that the store is down, by the first matter that it struck.
func memoryDown(m *matter, v verdict) detection.Problem {
	p := detection.Problem{
		What: couldNotRecognise, Severity: detection.High, Rule: m.about.Rule, EventID: m.eventID,
		Account: m.about.Account, Region: m.member.Region,
		Where: "store",
		Why: "alerts go out, perhaps more than once; rules with a threshold or first_seen can't decide, and their records come again: " +
			strings.ToValidUTF8(v.fault.Error(), "\uFFFD"),
	}
	if v.retry != nil {
		p.What = couldNotDecide
	}
	return p
}

func isMemoryDown(p detection.Problem) bool {
	return p.What == couldNotDecide || p.What == couldNotRecognise
}
