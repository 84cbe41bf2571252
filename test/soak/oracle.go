package main

import (
	"fmt"
	"time"

	"trailbell/internal/detection"
)

// What the oracle goes by, written down again: it shares no line with what it judges.
const (
	windowLength = 14 * time.Minute
	mostGroups   = 10
	burst        = 5
	burstWindow  = 10 * time.Minute
)

// A kind is how a rule is judged.
type kind int

const (
	byActor  kind = iota // one group an actor
	byBucket             // one group a bucket: limited for each actor
	bursts               // waits for five calls of an actor
)

// A ruleOf is a rule of the run.
type ruleOf struct {
	name  string
	event string
	kind  kind
}

// ruleList are the rules: two of them look for the same call.
func ruleList() []ruleOf {
	var list []ruleOf
	for i := range 4 {
		list = append(list,
			ruleOf{fmt.Sprintf("actor%d", i), fmt.Sprintf("DeleteBucket%d", i), byActor},
			ruleOf{fmt.Sprintf("bucket%d", i), fmt.Sprintf("PutBucketPolicy%d", i), byBucket},
			ruleOf{fmt.Sprintf("burst%d", i), fmt.Sprintf("GetSecretValue%d", i), bursts},
		)
	}
	return append(list, ruleOf{"second", "DeleteBucket0", byBucket})
}

// fired are the calls that some rule looks for.
var fired = func() (events []string) {
	for _, r := range ruleList()[:12] {
		events = append(events, r.event)
	}
	return events
}()

// A span is what the oracle knows of an open window.
type span struct {
	until  time.Time
	first  string          // event that opened it
	groups map[string]bool // of a limit
}

// An oracle says what becomes of each finding, by rules and calls in their order alone. It
// knows no store, no copies and no faults.
type oracle struct {
	windows map[string]*span
	limits  map[string]*span
	recent  map[string][]time.Time
	// counted is what follow-ups have to tell, by rule, event that was first, and whether it
	// is of a limit.
	counted map[owed]int
	alerts  int
	told    int // by follow-ups
}

type owed struct {
	rule, first string
	overLimit   bool
}

func newOracle() *oracle {
	return &oracle{windows: map[string]*span{}, limits: map[string]*span{}, recent: map[string][]time.Time{}, counted: map[owed]int{}}
}

// judge says why a finding is withheld; 0 means that it is sent.
func (o *oracle) judge(r ruleOf, c call) detection.Reason {
	group := r.name + " " + c.actor
	if r.kind == byBucket {
		group = r.name + " bucket " + c.bucket + " " + c.actor
	}
	if w := o.windows[group]; w != nil && w.until.After(c.at) {
		o.count(owed{r.name, w.first, false})
		return detection.ReasonRolledUp
	}
	if r.kind == bursts && !o.reached(group, c.at) {
		return detection.ReasonBelowThreshold
	}
	if first, over := o.over(r, group, c); over {
		o.count(owed{r.name, first, true})
		return detection.ReasonOverLimit
	}
	o.windows[group] = &span{until: c.at.Add(windowLength), first: c.id}
	o.alerts++
	return 0
}

func (o *oracle) count(what owed) {
	o.counted[what]++
	o.told++
}

func (o *oracle) reached(group string, at time.Time) bool {
	var near []time.Time
	for _, t := range append(o.recent[group], at) {
		if at.Sub(t) <= burstWindow {
			near = append(near, t)
		}
	}
	o.recent[group] = near
	return len(near) >= burst
}

// over says whether ten other groups of the rule and actor have an alert already, and
// which was the first.
func (o *oracle) over(r ruleOf, group string, c call) (first string, over bool) {
	key := r.name + " " + c.actor
	l := o.limits[key]
	if l == nil || !l.until.After(c.at) {
		l = &span{until: c.at.Add(windowLength), first: c.id, groups: map[string]bool{}}
		o.limits[key] = l
	}
	if l.groups[group] || len(l.groups) < mostGroups {
		l.groups[group] = true
		return "", false
	}
	return l.first, true
}

// forget drops what is over, so that the oracle itself stays small.
func (o *oracle) forget(now time.Time) {
	for _, all := range []map[string]*span{o.windows, o.limits} {
		for key, w := range all {
			if now.Sub(w.until) > time.Hour {
				delete(all, key)
			}
		}
	}
	for key, times := range o.recent {
		if now.Sub(times[len(times)-1]) > time.Hour {
			delete(o.recent, key)
		}
	}
}
