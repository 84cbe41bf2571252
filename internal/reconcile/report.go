package reconcile

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/state"
)

// A Reader is what a report is read from; see [Store].
type Reader interface {
	Members(ctx context.Context, set string, limit int) ([]state.Member, error)
}

// A Report is what comparisons came to.
type Report struct {
	Days   []Day   `json:"days"`   // that have something, in order
	Missed []Match `json:"missed"` // in the order of their calls
}

// A Day is the sum of comparisons of calls that were made on a day, in UTC.
type Day struct {
	Day     string `json:"day"`
	Both    int    `json:"both"`
	BusOnly int    `json:"bus_only"`
	// FilesOnly counts what the bus did not bring in time, Late those of them that it
	// brought later. Of FilesOnly, Unlisted are not among the report's Missed.
	FilesOnly int `json:"files_only"`
	Late      int `json:"late"`
	Unlisted  int `json:"unlisted"`
	// ByDesign counts what came by files only, and was not expected otherwise.
	ByDesign map[Why]int `json:"by_design"`
	// Overflows counts how often a rule had more matches at once than are compared.
	Overflows int `json:"overflows"`
}

// A Match is one that the bus did not bring in time.
type Match struct {
	ID          string           `json:"id"`
	Rule        detection.RuleID `json:"rule"`
	Account     string           `json:"account"`
	Region      string           `json:"region"`
	EventID     string           `json:"event_id"`
	EventSource string           `json:"event_source"`
	EventName   string           `json:"event_name"`
	Time        time.Time        `json:"time"`
	// ByFiles is when log files brought it, and ByBus when the bus did; zero where it never
	// did so far.
	ByFiles time.Time `json:"by_files"`
	ByBus   time.Time `json:"by_bus,omitzero"`
	Why     Why       `json:"why"`
	Became  string    `json:"became"` // alert, or why none was sent
}

// MaxDays is how many days are kept.
const MaxDays = int(keepReport / (24 * time.Hour))

// Read reads the report of the days from one to another, both of them included.
func Read(ctx context.Context, store Reader, from, to time.Time) (Report, error) {
	r := Report{Days: []Day{}, Missed: []Match{}}
	last := to.UTC().Format(time.DateOnly)
	for at := from.UTC(); at.Format(time.DateOnly) <= last; at = at.AddDate(0, 0, 1) {
		day, missed, err := readDay(ctx, store, at.Format(time.DateOnly))
		if err != nil {
			return Report{}, fmt.Errorf("read what was compared on %s: %w", at.Format(time.DateOnly), err)
		}
		if day != nil {
			r.Days, r.Missed = append(r.Days, *day), append(r.Missed, missed...)
		}
	}
	return r, nil
}

// readDay is nil for a day of which nothing is known.
func readDay(ctx context.Context, store Reader, day string) (*Day, []Match, error) {
	windows, err := store.Members(ctx, countsKey(day), 0)
	if err != nil || len(windows) == 0 {
		return nil, nil, err
	}
	d := Day{Day: day, ByDesign: map[Why]int{}}
	for _, w := range windows {
		var c counted
		if err := json.Unmarshal([]byte(w.Source), &c); err != nil {
			return nil, nil, fmt.Errorf("counts of %s: %w", w.ID, err)
		}
		d.Both, d.BusOnly, d.FilesOnly = d.Both+c.Both, d.BusOnly+c.BusOnly, d.FilesOnly+c.FilesOnly
		d.Unlisted, d.Overflows = d.Unlisted+c.Unlisted, d.Overflows+c.Overflows
		for why, n := range c.ByDesign {
			d.ByDesign[why] += n
		}
	}
	missed, err := store.Members(ctx, missedKey(day), 0)
	if err != nil {
		return nil, nil, err
	}
	late, err := store.Members(ctx, lateKey(day), 0)
	if err != nil {
		return nil, nil, err
	}
	byBus, _ := read(late)
	found, _ := read(missed)
	var matches []Match
	for _, n := range slices.SortedFunc(maps.Values(found), byCall) {
		m := Match{
			ID: n.id, Rule: n.Rule, Account: n.Acct, Region: n.Region, EventID: n.Event, EventSource: n.Source, EventName: n.Name,
			Time: n.Time, ByFiles: n.at, ByBus: byBus[n.id].at, Why: n.Why, Became: n.Became,
		}
		if !m.ByBus.IsZero() {
			d.Late++
		}
		matches = append(matches, m)
	}
	return &d, matches, nil
}
