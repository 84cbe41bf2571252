package suppress

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/state"
)

// maxPlaces is how many regions or addresses a follow-up lists.
const maxPlaces = 100

// Flush decides on the follow-up of a window: sent if anything was counted in it, and
// once, however often it is asked for. While the store is down nothing can be counted,
// so it must come again.
func (s *Suppressor) Flush(ctx context.Context, flush detection.Flush) detection.Decision {
	if s.store == nil {
		return detection.Decision{}
	}
	d := detection.Decision{Owner: rand.Text()}
	id := cloudtrail.Digest("rollup", flush.Window, flush.First)
	if s.recent.sent(id) {
		return d
	}
	rollUp, err := s.followUp(ctx, d.Owner, id, flush)
	switch {
	case err != nil: // a claim that stays ends before the next try
		d.Retry = fmt.Errorf("count what came after %s: %w", flush.First, err)
	case rollUp.Count > 0:
		d.RollUps, d.Claims = []detection.RollUp{rollUp}, []string{id}
	}
	return d
}

// followUp claims the follow-up, ends the window and counts. A count of 0 is nothing to
// send: nothing came again, or it was told before.
func (s *Suppressor) followUp(ctx context.Context, owner, id string, flush detection.Flush) (detection.RollUp, error) {
	v, err := s.claim(ctx, owner, id)
	if err != nil || !v.open {
		return detection.RollUp{}, err
	}
	now := s.now()
	// A clock that steps back would open it again, and what joined then would not be told.
	if key, by, ok := openedBy(flush.Window); ok {
		if err := s.store.Extend(ctx, key, by, now.Add(-longOver)); err != nil {
			return detection.RollUp{}, err
		}
	}
	members, err := s.store.count(ctx, flush.Window)
	if err != nil {
		return detection.RollUp{}, err
	}
	if len(members) == 0 {
		s.done(ctx, id, keep)
		return detection.RollUp{}, nil
	}
	info, _, err := s.look(ctx, infoKey(flush.Window), now)
	return rollUpOf(id, flush.First, readAbout(info.Info), members), err
}

// rollUpOf is the follow-up that tells of the members.
func rollUpOf(id, first string, a about, members []state.Member) detection.RollUp {
	r := detection.RollUp{
		ID: id, First: first, Rule: a.Rule, Severity: a.Severity, Title: a.Title,
		Account: detection.Account{ID: a.Account}, OverLimit: a.OverLimit,
		Count: len(members), From: members[0].At, To: members[0].At,
		Regions: places(members, func(m state.Member) string { return m.Region }),
		Sources: places(members, func(m state.Member) string { return m.Source }),
	}
	for _, m := range members {
		if m.At.Before(r.From) {
			r.From = m.At
		}
		if m.At.After(r.To) {
			r.To = m.At
		}
	}
	return r
}

// places are the different values that members have, sorted, not too many.
func places(members []state.Member, of func(state.Member) string) []string {
	var all []string
	for _, m := range members {
		if value := of(m); value != "" {
			all = append(all, value)
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return all[:min(len(all), maxPlaces)]
}
