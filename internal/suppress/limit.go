package suppress

import (
	"context"
	"fmt"
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/state"
)

// maxGroups is how many different groups of one rule and actor have alerts sent in a
// window. There is no limit across rules or actors: a storm must not hide anything else.
const maxGroups = 10

// limit withholds what is one of too many different alerts of a rule about an actor.
// The first group has its place by opening the window, each other takes one of the rest.
func (s *Suppressor) limit(ctx context.Context, m *matter) (verdict, error) {
	if m.limit == "" {
		return askOn, nil
	}
	entry, err := s.store.Lead(ctx, m.limit, m.entryFor(windowLength, m.window), m.now)
	if err != nil || entry.Info == m.window {
		return askOn, err
	}
	window := windowID(m.limit, entry)
	free, err := s.place(ctx, m, window, entry.Until)
	if err != nil || free {
		return askOn, err
	}
	return s.overLimit(ctx, m, window, entry)
}

// place says whether the group has one of the places, or takes one. They are taken in
// order, so when the last is gone all are: a storm costs one question a finding. A group
// that took a place and died before it was sent may find itself over the limit; then the
// follow-up counts it.
func (s *Suppressor) place(ctx context.Context, m *matter, window string, until time.Time) (bool, error) {
	key := func(n int) string { return fmt.Sprintf("P#%s#%d", window, n) }
	last, open, err := s.look(ctx, key(maxGroups-1), m.now)
	if err != nil || open {
		return open && last.By == m.window, err
	}
	for n := 1; n < maxGroups; n++ {
		entry, err := s.store.Lead(ctx, key(n), state.Entry{By: m.window, From: m.now, Until: until}, m.now)
		if err != nil || entry.By == m.window {
			return err == nil, err
		}
	}
	return false, nil
}

// overLimit counts m in the limit's own window. Nobody joins before the follow-up is asked
// for, and it comes after the window's end, since that was opened before.
func (s *Suppressor) overLimit(ctx context.Context, m *matter, window string, entry state.Entry) (verdict, error) {
	_, asked, err := s.look(ctx, infoKey(window), m.now)
	if err != nil {
		return verdict{}, err
	}
	if !asked {
		if !s.askFollowUp(ctx, window, entry.By) {
			return verdict{}, nil
		}
		a := m.about
		a.OverLimit = true
		if err := s.leaveInfo(ctx, m, window, a); err != nil {
			return verdict{}, err
		}
	}
	if counted, err := s.join(ctx, m, window, entry.Until); err != nil || !counted {
		return askOn, err
	}
	return withhold(detection.ReasonOverLimit, entry.By), nil
}
