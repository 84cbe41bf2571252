package reconcile

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/state"
)

// noted is a match as a set holds it.
type noted struct {
	id string
	at time.Time // when it came
	detail
}

// read takes a set apart. What can't be read is a match of which nothing more is known.
func read(members []state.Member) (matches map[string]noted, overflows []noted) {
	matches = map[string]noted{}
	for _, m := range members {
		n := noted{id: m.ID, at: m.At}
		_ = json.Unmarshal([]byte(m.Source), &n.detail)
		n.Region = m.Region
		if strings.HasPrefix(m.ID, overflowID) {
			overflows = append(overflows, n)
			continue
		}
		matches[m.ID] = n
	}
	return matches, overflows
}

// byCall compares matches by when they were called.
func byCall(a, b noted) int { return cmp.Or(a.Time.Compare(b.Time), strings.Compare(a.id, b.id)) }

// comparison is what one window comes to.
type comparison struct {
	both, busOnly int
	missed        []noted // that the bus should have brought, in the order of their calls
	byDesign      map[Why]int
	late          []noted // that the bus brought when they had been counted as missed
	overflows     int     // how often there were more matches than are noted or compared
}

func (c comparison) empty() bool {
	return c.both+c.busOnly+len(c.missed)+len(c.late)+len(c.byDesign)+c.overflows == 0
}

// compare says what became of the matches that belong to the window. A match is counted by
// the window in which its first lane noted it, whatever the other does later, and by when
// the lanes noted it and not by when it is asked: so each is counted once, and always alike.
func compare(files, bus []state.Member, w window) comparison {
	c := comparison{byDesign: map[Why]int{}}
	inFiles, overflows := read(files)
	onBus, _ := read(bus)
	crowded := c.overflow(overflows, w)
	for id, f := range inFiles {
		if b, also := onBus[id]; !also || !b.at.Before(f.at) {
			c.filesFirst(f, b, also, w)
		}
	}
	for id, b := range onBus {
		if f, also := inFiles[id]; w.has(b) && (!also || b.at.Before(f.at)) {
			c.busFirst(f, b, also, crowded)
		}
	}
	for _, list := range [][]noted{c.missed, c.late} {
		slices.SortFunc(list, byCall)
	}
	return c
}

// overflow counts what was not noted in the window, and returns the rules that had too much
// in any.
func (c *comparison) overflow(overflows []noted, w window) map[detection.RuleID]bool {
	crowded := map[detection.RuleID]bool{}
	for _, o := range overflows {
		crowded[o.Rule] = true
		if w.has(o) {
			c.overflows++
		}
	}
	return crowded
}

// has says whether a match was noted in the window.
func (w window) has(n noted) bool { return n.Opened == w.opened.Unix() }

// busFirst counts a match of the window that the bus brought, and files later or not at
// all. Of a crowded rule files may have brought what was not noted.
func (c *comparison) busFirst(f, b noted, also bool, crowded map[detection.RuleID]bool) {
	switch {
	case also && f.at.Sub(b.at) <= Patience:
		c.both++
	case also || !crowded[b.Rule]:
		c.busOnly++
	}
}

// filesFirst counts a match that files brought, and the bus later or not at all.
func (c *comparison) filesFirst(f, b noted, also bool, w window) {
	inTime := also && b.at.Sub(f.at) <= Patience
	if w.has(f) {
		switch {
		case inTime:
			c.both++
		case f.Why.ByDesign():
			c.byDesign[f.Why]++
		default:
			c.missed = append(c.missed, f)
		}
	}
	if also && !inTime && !f.Why.ByDesign() && w.has(b) {
		c.late = append(c.late, b)
	}
}
