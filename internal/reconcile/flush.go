package reconcile

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/state"
)

const (
	// lease is how long a comparison is somebody's. What asks again does so later.
	lease = 2 * time.Minute
	// maxListed is how many matches that only files brought one comparison lists. All are
	// counted.
	maxListed = 50
	// maxCompared is how many matches of a lane and a bucket are compared. Their set is read as
	// a whole, some 250 bytes for each.
	maxCompared = 200_000
	// farAhead is more than a window lies ahead whatever clocks say: nobody opened it.
	farAhead = 2 * time.Hour
)

// Flush makes the comparison of a window, or asks for it again where its time has not come.
// It is made once however often it is asked for. One that dies on its way is made again
// and comes to the same. Where the last answer is lost, the report has the counts and the
// metric has not.
func (l *Ledger) Flush(ctx context.Context, flush detection.Flush) (counts detection.Lanes, own bool, err error) {
	w, own := parseWindow(flush.Window)
	if !own {
		return counts, false, nil
	}
	l.settle(ctx)
	counts, err = l.flush(ctx, w)
	if err != nil {
		l.log.Warn("lanes could not be compared", "window", w.name(), "why", err.Error())
		if !errors.Is(err, detection.ErrBusy) {
			counts.Failed = 1
		}
		return counts, true, fmt.Errorf("compare lanes of %s: %w", w.name(), err)
	}
	return counts, true, nil
}

func (l *Ledger) flush(ctx context.Context, w window) (counts detection.Lanes, err error) {
	now := l.now()
	switch wait := w.due().Sub(now); {
	case wait > farAhead:
		l.log.Warn("a comparison lies too far ahead, and is not made", "window", w.name())
		return counts, nil
	case wait > 0:
		return counts, l.timer.After(ctx, min(wait, hop), w.flush())
	}
	id := cloudtrail.Digest(w.name())
	claim, err := l.store.Claim(ctx, id, rand.Text(), now, now.Add(lease))
	switch {
	case err != nil:
		return counts, err
	case claim.Outcome == state.Done:
		return counts, nil
	case claim.Outcome == state.Busy:
		return counts, fmt.Errorf("%w: %s", detection.ErrBusy, id)
	}
	c, err := l.compare(ctx, w)
	if err != nil {
		return counts, err
	}
	if err := l.report(ctx, w, c, now); err != nil {
		return counts, err
	}
	if err := l.store.Done(ctx, id, now.Add(keepNotes)); err != nil {
		return counts, err
	}
	l.tell(c)
	return detection.Lanes{Both: c.both, BusOnly: c.busOnly, FilesOnly: len(c.missed)}, nil
}

func (l *Ledger) compare(ctx context.Context, w window) (comparison, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*readTime)
	defer cancel()
	files, err := l.store.Members(ctx, notesKey(detection.LaneFiles, w.bucket), l.most)
	if err != nil {
		return comparison{}, err
	}
	bus, err := l.store.Members(ctx, notesKey(detection.LaneBus, w.bucket), l.most)
	if err != nil {
		return comparison{}, err
	}
	if len(files) >= l.most || len(bus) >= l.most {
		l.log.Warn("too many matches to compare", "window", w.name(), "files", len(files), "bus", len(bus))
		return comparison{overflows: 1}, nil
	}
	return compare(files, bus, w), nil
}

// counted are the counts of a window, as they are stored.
type counted struct {
	Both      int         `json:"both,omitempty"`
	BusOnly   int         `json:"bus_only,omitempty"`
	FilesOnly int         `json:"files_only,omitempty"`
	Unlisted  int         `json:"unlisted,omitempty"`
	ByDesign  map[Why]int `json:"by_design,omitempty"`
	Overflows int         `json:"overflows,omitempty"`
}

// report puts what a comparison came to into the sets of the day, under names that are the
// same each time.
func (l *Ledger) report(ctx context.Context, w window, c comparison, now time.Time) error {
	if c.empty() {
		return nil
	}
	day, keep := dayOf(w.bucket), now.Add(keepReport)
	listed := c.missed[:min(len(c.missed), maxListed)]
	if err := l.join(ctx, missedKey(day), listed, keep); err != nil {
		return err
	}
	if err := l.join(ctx, lateKey(day), c.late[:min(len(c.late), maxListed)], keep); err != nil {
		return err
	}
	text, err := json.Marshal(counted{
		Both: c.both, BusOnly: c.busOnly, FilesOnly: len(c.missed), Unlisted: len(c.missed) - len(listed), ByDesign: c.byDesign, Overflows: c.overflows,
	})
	if err != nil {
		return fmt.Errorf("write down counts: %w", err)
	}
	return l.store.Store.Join(ctx, countsKey(day), []state.Member{{ID: w.name(), At: w.opened, Weight: 1, Source: string(text)}}, keep)
}

func (l *Ledger) join(ctx context.Context, set string, matches []noted, keep time.Time) error {
	if len(matches) == 0 {
		return nil
	}
	var members []state.Member
	for _, n := range matches {
		text, err := json.Marshal(n.detail)
		if err != nil {
			return fmt.Errorf("write down %s: %w", n.id, err)
		}
		members = append(members, state.Member{ID: n.id, At: n.at, Weight: 1, Region: n.Region, Source: string(text)})
	}
	return l.store.Store.Join(ctx, set, members, keep)
}

// tell logs what the bus did not bring.
func (l *Ledger) tell(c comparison) {
	for _, n := range c.missed[:min(len(c.missed), maxListed)] {
		l.log.Warn("came by log files only", "id", n.id, "rule", n.Rule, "account", n.Acct, "region", n.Region, "event_id", n.Event,
			"event_source", n.Source, "event_name", n.Name, "event_time", n.Time, "seconds", int(n.at.Sub(n.Time).Seconds()), "why", string(n.Why), "became", n.Became)
	}
	for _, n := range c.late {
		l.log.Info("came by the bus late", "id", n.id, "at", n.at)
	}
}
