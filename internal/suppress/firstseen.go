package suppress

import (
	"context"
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/state"
)

// forever is the end of what has none.
const forever = 50 * 365 * 24 * time.Hour

// firstSeen withholds what was seen within the window, and all of it until the store
// knows the rule for as long as that: before, everything is new. The record that came
// first stays the first, however often it comes.
func (s *Suppressor) firstSeen(ctx context.Context, m *matter) (verdict, error) {
	if m.firstSeen == nil || !m.waits {
		return askOn, nil
	}
	window := m.firstSeen.Window
	key, until := "F#"+m.group, m.now.Add(window)
	entry, err := s.store.Lead(ctx, key, state.Entry{By: m.record, From: m.now, Until: until}, m.now)
	if err != nil {
		return verdict{}, err
	}
	if entry.By != m.record {
		s.seenAgain(ctx, key, entry, until, window)
		return withhold(detection.ReasonSeenBefore, ""), nil
	}
	rule := state.Entry{By: string(m.about.Rule), From: m.now, Until: m.now.Add(forever)}
	known, err := s.store.Lead(ctx, "B#"+string(m.about.Rule), rule, m.now)
	if err != nil {
		return verdict{}, err
	}
	if since := known.From; m.now.Sub(since) < window {
		return withhold(detection.ReasonLearning, "since "+since.UTC().Format(time.RFC3339)), nil
	}
	m.waits = false
	return askOn, nil
}

// seenAgain remembers for longer what is seen again. It writes seldom: most of what is
// seen is seen all the time.
func (s *Suppressor) seenAgain(ctx context.Context, key string, entry state.Entry, until time.Time, window time.Duration) {
	if until.Sub(entry.Until) <= window/10 {
		return
	}
	if err := s.store.Extend(ctx, key, entry.By, until); err != nil {
		s.log.Warn("what was seen again may be forgotten too early", "key", key, "why", err.Error())
	}
}
