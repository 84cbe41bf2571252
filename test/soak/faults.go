package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/notify"
	"trailbell/internal/state"
	"trailbell/internal/suppress"
)

var errFault = errors.New("injected")

// A chance decides on faults, never on two in a row: what fails once is tried again, and
// what fails twice counts as down, which the soak does not ask about.
type chance struct {
	*rand.Rand
	one      int // in so many calls
	last     bool
	injected int
}

// fails says whether a call fails, and whether it came about all the same.
func (c *chance) fails() (fails, after bool) {
	fails = !c.last && c.IntN(c.one) == 0
	c.last = fails
	if fails {
		c.injected++
	}
	return fails, fails && c.IntN(2) == 0
}

// do makes a call or not, as chance has it.
func do[T any](c *chance, call func() (T, error)) (T, error) {
	var none T
	fails, after := c.fails()
	switch {
	case !fails:
		return call()
	case after:
		_, _ = call()
	}
	return none, errFault
}

// tell is do for calls without an answer.
func tell(c *chance, call func() error) error {
	_, err := do(c, func() (struct{}, error) { return struct{}{}, call() })
	return err
}

// faulty is a store whose answers get lost now and then.
type faulty struct {
	suppress.Store
	chance *chance
	calls  int
}

func (f *faulty) Claim(ctx context.Context, id, owner string, now, until time.Time) (state.Claim, error) {
	f.calls++
	return do(f.chance, func() (state.Claim, error) { return f.Store.Claim(ctx, id, owner, now, until) })
}

func (f *faulty) Done(ctx context.Context, id string, keep time.Time) error {
	f.calls++
	return tell(f.chance, func() error { return f.Store.Done(ctx, id, keep) })
}

func (f *faulty) Release(ctx context.Context, id, owner string) error {
	f.calls++
	return tell(f.chance, func() error { return f.Store.Release(ctx, id, owner) })
}

func (f *faulty) Lead(ctx context.Context, key string, entry state.Entry, now time.Time) (state.Entry, error) {
	f.calls++
	return do(f.chance, func() (state.Entry, error) { return f.Store.Lead(ctx, key, entry, now) })
}

func (f *faulty) Extend(ctx context.Context, key, by string, until time.Time) error {
	f.calls++
	return tell(f.chance, func() error { return f.Store.Extend(ctx, key, by, until) })
}

func (f *faulty) Join(ctx context.Context, set string, members []state.Member, keep time.Time) error {
	f.calls++
	return tell(f.chance, func() error { return f.Store.Join(ctx, set, members, keep) })
}

func (f *faulty) Members(ctx context.Context, set string, limit int) ([]state.Member, error) {
	f.calls++
	return do(f.chance, func() ([]state.Member, error) { return f.Store.Members(ctx, set, limit) })
}

// counter is the place that messages arrive at, which refuses some, and some after it has
// taken them.
type counter struct {
	chance   *chance
	messages int
	refused  int
}

func (p *counter) Send(_ context.Context, message notify.Message) error {
	fails, after := p.chance.fails()
	if !fails || after {
		p.messages++
	}
	if !fails {
		return nil
	}
	p.refused++
	return errFault
}

// heard remembers what was sent of the record in hand.
type heard struct {
	notify.Channels
	alerts  map[detection.RuleID]string // ids, of those that were sent without an error
	rollUps []detection.RollUp
	copies  int
	tried   map[string]bool
}

func (h *heard) Alerts(ctx context.Context, alerts []detection.Alert) error {
	for _, a := range alerts {
		if h.tried[a.ID] {
			h.copies++
		}
		h.tried[a.ID] = true
	}
	if err := h.Channels.Alerts(ctx, alerts); err != nil {
		return err
	}
	for _, a := range alerts {
		if h.alerts[a.Rule] != "" {
			return errors.New("an alert was sent twice: " + a.ID)
		}
		h.alerts[a.Rule] = a.ID
	}
	return nil
}

func (h *heard) RollUp(ctx context.Context, r detection.RollUp) error {
	if err := h.Channels.RollUp(ctx, r); err != nil {
		return err
	}
	h.rollUps = append(h.rollUps, r)
	return nil
}
