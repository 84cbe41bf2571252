package suppress

import (
	"context"
	"fmt"
	"slices"
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/state"
)

const (
	// lease is how long a claim holds. It is shorter than the first retry of whoever
	// brings records, so that a run that died keeps nothing back, and longer than a
	// message takes to be sent.
	lease = 30 * time.Second
	// Somebody else's claim is asked for again after firstPoll, then less and less often.
	firstPoll = 50 * time.Millisecond
	slowPoll  = time.Second
	// margin is what is left of the run's time when it stops waiting.
	margin = 5 * time.Second
)

// claim asks for the id until it is ours or dealt with. One that another run holds is
// never a success: the other may have died. Where the time does not reach, the error
// wraps [detection.ErrBusy].
func (s *Suppressor) claim(ctx context.Context, owner, id string) (verdict, error) {
	began, first := time.Now(), s.now()
	for wait := firstPoll; ; wait = min(2*wait, slowPoll) {
		// A clock that follows records stands still while we wait, and leases must not.
		now := latest(s.now(), first.Add(time.Since(began)))
		claim, err := s.store.Claim(ctx, id, owner, now, now.Add(lease))
		switch {
		case err != nil:
			return verdict{}, err
		case claim.Outcome == state.Mine:
			return askOn, nil
		case claim.Outcome == state.Done:
			return withhold(detection.ReasonDuplicate, ""), nil
		case !pause(ctx, wait, began):
			return verdict{}, fmt.Errorf("%w: %s", detection.ErrBusy, id)
		}
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// pause waits, and says whether there was time to. Twice the length of a lease is long
// enough for the other to be done, or for us to take what it left.
func pause(ctx context.Context, wait time.Duration, began time.Time) bool {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < wait+margin || time.Since(began) > 2*lease {
		return false
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(wait):
		return true
	}
}

// renew asks anew for claims that have grown old while others of the same record were
// waited for. One that is lost by then costs a copy and nothing else.
func (s *Suppressor) renew(ctx context.Context, d detection.Decision, age time.Duration) {
	if age < lease/3 {
		return
	}
	for _, id := range d.Claims {
		now := s.now()
		if _, err := s.store.Claim(ctx, id, d.Owner, now, now.Add(lease)); err != nil {
			s.log.Warn("a claim was not renewed", "id", id, "why", err.Error())
		}
	}
}

// Settle ends the claims of a decision: dealt with when it was sent, free for the next
// try when it was not. It always returns nil, because what could not be written costs a
// copy at most: a claim that stays ends by itself.
func (s *Suppressor) Settle(ctx context.Context, d detection.Decision, sent error) error {
	if sent != nil && slices.ContainsFunc(d.Problems, isMemoryDown) {
		s.alarm.again()
	}
	for _, id := range d.Claims {
		if sent != nil {
			s.release(ctx, id, d.Owner)
			continue
		}
		s.recent.remember(id)
		s.done(ctx, id, keepOf(d, id))
	}
	s.payBack(context.WithoutCancel(ctx))
	return nil
}

// release gives an id up, so that the next try need not wait for the end of the lease.
func (s *Suppressor) release(ctx context.Context, id, owner string) {
	s.recent.forget(id)
	if err := s.store.Release(context.WithoutCancel(ctx), id, owner); err != nil {
		s.log.Warn("a claim was not given up, and ends by itself", "id", id, "why", err.Error())
	}
}

// done remembers what was dealt with. That is worth doing even if the run's time is over.
func (s *Suppressor) done(ctx context.Context, id string, keep time.Duration) {
	until := s.now().Add(keep)
	if err := s.store.Done(context.WithoutCancel(ctx), id, until); err != nil {
		s.log.Warn("not remembered as done, may come twice", "id", id, "why", err.Error())
		s.owed.add(debt{id, until})
	}
}

// keepOf is how long the id is remembered.
func keepOf(d detection.Decision, id string) time.Duration {
	if i := slices.IndexFunc(d.Problems, func(p detection.Problem) bool { return p.ID() == id }); i >= 0 {
		return keepProblem(d.Problems[i])
	}
	return keep
}
