package suppress

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/state"
)

const (
	// windowLength is how long the same is counted after an alert, and flushAfter when
	// the follow-up is asked for: the minute between is for those who join at the end.
	// SQS delays no message for longer (API reference, SendMessage, DelaySeconds).
	windowLength = 14 * time.Minute
	flushAfter   = 15 * time.Minute
	// late is how long after the end of a window somebody may still join it. Who is later
	// may have missed the follow-up.
	late = 30 * time.Second
	// timerPatience is for asking for one follow-up: the alert waits for it.
	timerPatience = 5 * time.Second
	longTitle     = 300 // bytes
	// longOver is how far in the past something ended that must not be open, even where
	// the clock steps back.
	longOver = 4 * 365 * 24 * time.Hour
)

// about is what a follow-up tells of the first alert or problem, as it is stored.
type about struct {
	Rule      detection.RuleID   `json:"rule"`
	Severity  detection.Severity `json:"-"`
	Level     int                `json:"severity"`
	Title     string             `json:"title"`
	Account   string             `json:"account"`
	OverLimit bool               `json:"over_limit,omitempty"`
}

func (a about) info() string {
	a.Level = int(a.Severity)
	text, _ := json.Marshal(a) // texts and numbers always marshal
	return string(text)
}

// readAbout reads what was stored. Where it is lost, somebody is told all the same.
func readAbout(info string) about {
	var a about
	if err := json.Unmarshal([]byte(info), &a); err != nil {
		return about{Severity: detection.High, Title: "What this repeats is not known any more"}
	}
	a.Severity = detection.Severity(a.Level)
	return a
}

// windowID names one window: the key, who opened it and when. Two windows of one key
// are told apart, so that each has a follow-up of its own. The parts hold no #: the key
// ends in a hash, and an opener is one.
func windowID(key string, e state.Entry) string {
	return fmt.Sprintf("%s#%s#%d", key, e.By, e.From.Unix())
}

// openedBy takes a window's name apart.
func openedBy(window string) (key, by string, ok bool) {
	parts := strings.Split(window, "#")
	if len(parts) != 4 {
		return "", "", false
	}
	return parts[0] + "#" + parts[1], parts[2], true
}

// infoKey is where a window's about is kept. It outlives the window, whose key may be in
// use for the next one when the follow-up comes.
func infoKey(window string) string { return "W#" + window }

// look returns what is open under the key. It asks to lead until long ago: whatever that
// leaves behind is open to nobody.
func (s *Suppressor) look(ctx context.Context, key string, now time.Time) (entry state.Entry, open bool, err error) {
	over := state.Entry{From: now, Until: now.Add(-longOver)}
	entry, err = s.store.Lead(ctx, key, over, now)
	return entry, err == nil && entry.Until.After(now), err
}

// entryFor is the entry by which m opens something. Whole seconds survive every store.
func (m *matter) entryFor(length time.Duration, info string) state.Entry {
	return state.Entry{By: m.id, From: m.now.Truncate(time.Second), Until: m.now.Add(length), Info: info}
}

// repeat withholds what was sent a moment ago. While its window is open nothing else is
// asked of the store about the group.
func (s *Suppressor) repeat(ctx context.Context, m *matter) (verdict, error) {
	if m.window == "" {
		return askOn, nil
	}
	entry, open, err := s.look(ctx, m.window, m.now)
	if err != nil || !open {
		return askOn, err
	}
	return s.within(ctx, m, entry)
}

// lead opens a window, or joins that of whoever was faster. The follow-up is asked for
// before the window opens: whoever finds it open and joins is sure to be counted, though
// the opener may die at any moment. Without a follow-up there is no window, and the next
// of the same is sent as well.
func (s *Suppressor) lead(ctx context.Context, m *matter) (verdict, error) {
	if m.window == "" {
		return askOn, nil
	}
	entry := m.entryFor(windowLength, "")
	window := windowID(m.window, entry)
	if err := s.leaveInfo(ctx, m, window, m.about); err != nil {
		return verdict{}, err
	}
	if !s.askFollowUp(ctx, window, m.id) {
		return verdict{}, nil
	}
	entry, err := s.store.Lead(ctx, m.window, entry, m.now)
	if err != nil {
		return verdict{}, err
	}
	return s.within(ctx, m, entry)
}

// within decides on m in an open window: its opener is sent, and all others are counted.
func (s *Suppressor) within(ctx context.Context, m *matter, entry state.Entry) (verdict, error) {
	if entry.By == m.id {
		return verdict{}, nil
	}
	if counted, err := s.join(ctx, m, windowID(m.window, entry), entry.Until); err != nil || !counted {
		return askOn, err
	}
	return withhold(detection.ReasonRolledUp, entry.By), nil
}

// join counts m in a window, and says whether the follow-up is sure to see it.
func (s *Suppressor) join(ctx context.Context, m *matter, window string, until time.Time) (bool, error) {
	err := s.store.Join(ctx, window, []state.Member{m.member}, m.now.Add(keep))
	return err == nil && s.now().Before(until.Add(late)), err
}

// leaveInfo leaves what the follow-up has to say.
func (s *Suppressor) leaveInfo(ctx context.Context, m *matter, window string, a about) error {
	_, err := s.store.Lead(ctx, infoKey(window), m.entryFor(keep, a.info()), m.now)
	return err
}

// askFollowUp has the follow-up of a window come when it is over, and says whether it
// will. It may be asked for several times: the first finds all, the others nothing to do.
func (s *Suppressor) askFollowUp(ctx context.Context, window, first string) bool {
	ctx, cancel := context.WithTimeout(ctx, timerPatience)
	defer cancel()
	err := s.timer.After(ctx, flushAfter, detection.Flush{Window: window, First: first})
	if err != nil {
		s.log.Warn("no follow-up can be asked for, so repeats are sent", "first", first, "why", err.Error())
	}
	return err == nil
}
