package suppress

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/state"
)

// forever is the end of what has none.
const forever = 50 * 365 * 24 * time.Hour

// seenGroup begins the keys of what first-seen rules have seen.
const seenGroup = "F#"

// IsFirstSeen says whether the key of an entry is that of a group that a first-seen rule
// has seen, for whoever takes what is known from one store to another.
func IsFirstSeen(key string) bool { return strings.HasPrefix(key, seenGroup) }

// firstSeen withholds what was seen within the window, and all of it until the store
// knows the rule for as long as that: before, everything is new. The record that came
// first stays the first, however often it comes.
func (s *Suppressor) firstSeen(ctx context.Context, m *matter) (verdict, error) {
	if m.firstSeen == nil || !m.waits {
		return askOn, nil
	}
	window := m.firstSeen.Window
	key, until := seenGroup+m.group, m.now.Add(window)
	entry, err := s.store.Lead(ctx, key, state.Entry{By: m.record, From: m.now, Until: until}, m.now)
	if err != nil {
		return verdict{}, err
	}
	if entry.By != m.record {
		s.seenAgain(ctx, key, entry, until, window)
		return withhold(detection.ReasonSeenBefore, ""), nil
	}
	since, err := s.knownSince(ctx, m.about.Rule, m.now)
	if err != nil {
		return verdict{}, err
	}
	if m.now.Sub(since) < window {
		return withhold(detection.ReasonLearning, "since "+since.UTC().Format(time.RFC3339)), nil
	}
	m.waits = false
	return askOn, nil
}

// knownSince is when the store was first asked about the rule.
func (s *Suppressor) knownSince(ctx context.Context, rule detection.RuleID, now time.Time) (time.Time, error) {
	key, known := Known(rule, now)
	entry, err := s.store.Lead(ctx, key, known, now)
	return entry.From, err
}

// Known is the entry, and its key, by which a store knows a first-seen rule since a time,
// for whoever takes what is known from one store to another.
func Known(rule detection.RuleID, since time.Time) (key string, entry state.Entry) {
	return "B#" + string(rule), state.Entry{By: string(rule), From: since, Until: since.Add(forever)}
}

// Know begins the learning of first-seen rules that the store does not know yet. Without
// it a rule that seldom finds anything would begin to learn with its first finding, and
// withhold that. It may be called any number of times.
func (s *Suppressor) Know(ctx context.Context, rules []detection.Rule) error {
	if s.store == nil {
		return nil
	}
	var errs []error
	for _, rule := range rules {
		if rule.FirstSeen == nil || rule.Status == detection.StatusOff {
			continue
		}
		if _, err := s.knownSince(ctx, rule.ID, s.now()); err != nil {
			errs = append(errs, fmt.Errorf("begin to learn for %s: %w", rule.ID, err))
		}
	}
	return errors.Join(errs...)
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
