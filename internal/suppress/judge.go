package suppress

import (
	"context"
	"errors"
	"fmt"

	"trailbell/internal/detection"
	"trailbell/internal/state"
)

// A verdict says what becomes of a finding or problem. It is sent where nothing else is
// said.
type verdict struct {
	open   bool             // nothing is decided: ask on
	reason detection.Reason // why it is withheld
	by     string
	// retry is why it is neither sent nor withheld: the record must come again.
	retry error
	// fault is why it could not be remembered: the store is down.
	fault error
}

var askOn = verdict{open: true}

func withhold(reason detection.Reason, by string) verdict { return verdict{reason: reason, by: by} }

// judge decides on what no list withholds. What is withheld is dealt with when it
// returns; for what is to be sent it holds a claim.
func (s *Suppressor) judge(ctx context.Context, owner string, m *matter) verdict {
	if s.store == nil {
		return verdict{}
	}
	if s.recent.sent(m.id) {
		return withhold(detection.ReasonDuplicate, "")
	}
	v, err := s.steps(ctx, owner, m)
	if err != nil {
		v = s.fault(m, err)
	}
	switch {
	case v.retry != nil && !errors.Is(v.retry, detection.ErrBusy):
		s.release(ctx, m.id, owner)
	case v.reason != 0 && v.reason != detection.ReasonDuplicate:
		s.done(ctx, m.id, m.keep)
	}
	return v
}

// steps asks one reason after the other whether it withholds. Claiming comes first,
// because all that follows changes what is remembered.
func (s *Suppressor) steps(ctx context.Context, owner string, m *matter) (verdict, error) {
	steps := []func(context.Context, *matter) (verdict, error){
		s.firstSeen, // a rule that waits for something new
		s.repeat,    // the same was sent, and its window is open
		s.threshold, // a rule that waits for more records
		s.limit,     // too many of this rule and actor were sent
		s.lead,      // opens a window of its own, or has lost the race to
	}
	if v, err := s.claim(ctx, owner, m.id); err != nil || !v.open {
		return v, err
	}
	for _, step := range steps {
		if v, err := step(ctx, m); err != nil || !v.open {
			return v, err
		}
	}
	return verdict{}, nil
}

// fault decides where a step could not. Only a store that is down makes us send what we
// do not know to be the first; a record whose time is over comes again.
func (s *Suppressor) fault(m *matter, err error) verdict {
	switch {
	case !errors.Is(err, errDown):
		return verdict{retry: err}
	case m.waits:
		return verdict{retry: err, fault: err}
	}
	switch s.recent.begin(m.id) {
	case state.Done:
		return withhold(detection.ReasonDuplicate, "")
	case state.Busy:
		return verdict{retry: fmt.Errorf("%w: %s", detection.ErrBusy, m.id)}
	}
	return verdict{fault: err}
}

// enter writes a verdict into the decision, and says whether to send.
func (s *Suppressor) enter(d *detection.Decision, m *matter, v verdict) bool {
	if v.fault != nil && s.alarm.due() {
		d.Problems = append(d.Problems, memoryDown(m, v))
	}
	switch {
	case v.reason != 0:
		d.Withheld = append(d.Withheld, detection.Withheld{
			ID: m.id, Rule: m.about.Rule, EventID: m.eventID, Severity: m.about.Severity, Reason: v.reason, By: v.by,
		})
		return false
	case v.retry != nil:
		d.Retry = errors.Join(d.Retry, v.retry)
		return false
	case s.store != nil:
		d.Claims = append(d.Claims, m.id)
	}
	if v.fault != nil {
		d.Forgetful++
	}
	return true
}
