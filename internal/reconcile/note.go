package reconcile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/state"
)

const (
	// noteTime is for noting what one record led to, which the next record waits for.
	noteTime = time.Second
	// maxOwed is how many notes a process keeps for a store that is down, and payAtOnce how
	// many it writes behind one that came about.
	maxOwed, payAtOnce = 1000, 10
	// maxText is how many bytes of a record's text are kept in a note.
	maxText = 128
)

// A note is what one record led to, on its way into the store.
type note struct {
	bucket  int64
	at      time.Time // of the call
	matches []match
}

// A match is what is known of a member of a set: by the bus the window and the rule alone.
type match struct {
	id string
	detail
}

// A detail is what a person wants to know of a match, as it is stored. Names are short
// because there may be many.
type detail struct {
	Opened int64            `json:"o"` // the window, in seconds since 1970
	Rule   detection.RuleID `json:"r,omitempty"`
	Acct   string           `json:"a,omitempty"`
	Event  string           `json:"e,omitempty"`
	Source string           `json:"s,omitempty"`
	Name   string           `json:"n,omitempty"`
	Time   time.Time        `json:"t,omitzero"`
	Region string           `json:"-"` // stands in the member
	Why    Why              `json:"w,omitempty"`
	Became string           `json:"b,omitempty"`
}

// Note notes what rules found in a record. What can't be noted now is noted with one of
// the next records, counted as failed, and said in the log.
func (l *Ledger) Note(ctx context.Context, rec cloudtrail.Record, findings []detection.Finding, decision detection.Decision) (counts detection.Lanes) {
	if !l.concerned(rec) {
		return counts
	}
	n := note{bucket: bucketOf(rec), at: rec.Time()}
	for _, f := range findings {
		if compared(f) {
			l.add(&n, &counts, rec, f, decision)
		}
	}
	if len(n.matches) == 0 {
		return counts
	}
	// It is worth doing even when the run's time is over, and must not take long.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTime)
	defer cancel()
	if err := l.write(ctx, n); err != nil {
		counts.Failed += len(n.matches)
		l.owe(n)
		if !errors.Is(err, errResting) { // that was said when it failed
			l.log.Warn("by which lane matches came is not noted yet", "lane", l.lane(), "event_id", rec.EventID(), "why", err.Error())
		}
		return counts
	}
	l.pay(ctx)
	return counts
}

// concerned says whether a record is of this lane, and of a call whose time is known.
func (l *Ledger) concerned(rec cloudtrail.Record) bool {
	return !rec.Test && !rec.Heartbeat && !rec.Time().IsZero() && (l.files || rec.Bus)
}

// add adds a match to a note, or counts it where there are too many.
func (l *Ledger) add(n *note, counts *detection.Lanes, rec cloudtrail.Record, f detection.Finding, decision detection.Decision) {
	m := match{id: detection.AlertID(f.Rule.ID, rec.Key()), detail: detail{Rule: f.Rule.ID}}
	if l.files {
		switch l.crowd.admit(f.Rule.ID, n.bucket) {
		case admitted:
			m.detail = l.describe(rec, f, became(decision, m.id))
		case overflows:
			m = overflow(f.Rule.ID)
			counts.Uncompared++
		case full:
			counts.Uncompared++
			return
		}
	}
	n.matches = append(n.matches, m)
}

func (l *Ledger) describe(rec cloudtrail.Record, f detection.Finding, became string) detail {
	return detail{
		Rule: f.Rule.ID, Acct: short(rec.Account()), Event: short(rec.EventID()), Source: short(rec.EventSource()), Name: short(rec.EventName()),
		Time: rec.Time(), Region: short(rec.Region()), Why: expect(rec, l.home), Became: became,
	}
}

// became says what became of a finding: an alert, a reason to withhold it, or nothing yet.
func became(d detection.Decision, id string) string {
	if i := slices.IndexFunc(d.Withheld, func(w detection.Withheld) bool { return w.ID == id }); i >= 0 {
		return d.Withheld[i].Reason.String()
	}
	if d.Retry != nil && !slices.Contains(d.Claims, id) {
		return "not decided yet"
	}
	return "alert"
}

// short is the beginning of a text. It is a copy, since records may be fleeting.
func short(text string) string {
	return strings.ToValidUTF8(strings.Clone(text[:min(len(text), maxText)]), "")
}

// write joins the sets of the note, if the time that it is of is compared.
func (l *Ledger) write(ctx context.Context, n note) error {
	if measured, err := l.measures(ctx, n.at); err != nil || !measured {
		return err
	}
	w, err := l.window(ctx, n.bucket)
	if err != nil {
		return err
	}
	now := l.now()
	var members []state.Member
	for _, m := range n.matches {
		m.Opened = w.opened.Unix()
		text, err := json.Marshal(m.detail)
		if err != nil {
			return fmt.Errorf("write down %s: %w", m.id, err)
		}
		members = append(members, state.Member{ID: m.id, At: now, Weight: 1, Region: m.Region, Source: string(text)})
	}
	return l.store.Join(ctx, notesKey(l.lane(), n.bucket), members, now.Add(keepNotes))
}

// window is the open window of a bucket. The comparison is asked for before it is opened,
// so that nobody joins one that is never compared.
func (l *Ledger) window(ctx context.Context, of int64) (window, error) {
	now := l.now()
	if at, known := l.recall(of, now); known {
		return window{of, at}, nil
	}
	closed := state.Entry{From: now, Until: now.Add(-24 * time.Hour)} // opens nothing
	entry, err := l.store.Lead(ctx, openKey(of), closed, now)
	if err != nil {
		return window{}, err
	}
	if !entry.Open(now) {
		w := window{of, now.Truncate(time.Second)}
		err := l.store.guarded(ctx, "ask for a comparison", func(ctx context.Context) error { return l.timer.After(ctx, hop, w.flush()) })
		if err != nil {
			return window{}, err
		}
		entry, err = l.store.Lead(ctx, openKey(of), state.Entry{By: "lanes", From: w.opened, Until: w.opened.Add(opened)}, now)
		if err != nil {
			return window{}, err
		}
	}
	at := entry.From.Truncate(time.Second).UTC()
	l.remember(of, at, now)
	return window{of, at}, nil
}

func (l *Ledger) recall(of int64, now time.Time) (time.Time, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, known := l.open[of]
	return at, known && now.Before(at.Add(opened))
}

// remember keeps that a window is open, and forgets those that are not any more.
func (l *Ledger) remember(of int64, at, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for bucket, at := range l.open {
		if !now.Before(at.Add(opened)) {
			delete(l.open, bucket)
		}
	}
	l.open[of] = at
}

func (l *Ledger) owe(n note) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.owed) < maxOwed {
		l.owed = append(l.owed, n)
	}
}

func (l *Ledger) take() (n note, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.owed) == 0 {
		return n, false
	}
	n, l.owed = l.owed[0], l.owed[1:]
	return n, true
}

// settle is pay where nothing else is noted.
func (l *Ledger) settle(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, noteTime)
	defer cancel()
	l.pay(ctx)
}

// pay notes some of what could not be noted before.
func (l *Ledger) pay(ctx context.Context) {
	for range payAtOnce {
		n, ok := l.take()
		if !ok {
			return
		}
		if err := l.write(ctx, n); err != nil {
			l.owe(n)
			return
		}
	}
}
