package backtest

import (
	"maps"
	"slices"
	"time"

	"trailbell/internal/detection"
)

// A Comparison is what changes from one set of rules to another, record by record. What a
// rule found and did not send is no alert, so an exception that is new makes alerts go.
type Comparison struct {
	// Before and After are how many alerts either led to.
	Before int `json:"before"`
	After  int `json:"after"`
	// ProblemsBefore is how many problems there were.
	ProblemsBefore int       `json:"problems_before"`
	Rules          []*Change `json:"rules"` // by id, those that change anything
}

// A Change is what changes for one rule, each with the first record that shows it.
type Change struct {
	Rule  string `json:"rule"`
	Title string `json:"title"`
	Added Differ `json:"added"`
	Gone  Differ `json:"gone"`
	// Changed is alerts of another severity.
	Changed Differ `json:"changed"`
}

// A Differ counts one kind of change.
type Differ struct {
	Alerts  int      `json:"alerts"`
	Example *Example `json:"example"`
}

// An Example is an alert that shows a change.
type Example struct {
	EventID string    `json:"event_id"`
	Call    string    `json:"call"` // eventSource and eventName
	Actor   string    `json:"actor"`
	Account string    `json:"account"`
	Region  string    `json:"region"`
	Time    time.Time `json:"time"`
	Before  string    `json:"before"` // severity, or why it was not sent, or empty
	After   string    `json:"after"`
}

func exampleOf(a detection.Alert) Example {
	return Example{
		EventID: a.EventID, Call: a.EventSource + " " + a.EventName, Actor: a.Actor.Name,
		Account: a.Account.ID, Region: a.Region, Time: a.Time,
	}
}

// A fate is what became of a rule's finding in a record. The zero value is that there was
// none.
type fate struct {
	severity detection.Severity
	withheld detection.Reason // why it is not sent
	example  Example
}

func (f fate) sent() bool { return f.severity != 0 && f.withheld == 0 }

// String is the severity of what is sent, or why it is not.
func (f fate) String() string {
	switch {
	case f.withheld != 0:
		return "withheld: " + f.withheld.String()
	case f.severity == 0:
		return ""
	}
	return f.severity.String()
}

// A Comparer compares two collectors that count the same records. It is for one goroutine.
type Comparer struct {
	before, after *Collector
	rules         map[detection.RuleID]*Change
}

// NewComparer compares what one set of rules led to with what another leads to.
func NewComparer(before, after *Collector) *Comparer {
	return &Comparer{before, after, map[detection.RuleID]*Change{}}
}

// End says that both have dealt with the record that they began with.
func (c *Comparer) End() {
	for id, now := range c.after.met {
		c.note(id, c.before.met[id], now)
	}
	for id, then := range c.before.met {
		if _, both := c.after.met[id]; !both {
			c.note(id, then, fate{})
		}
	}
}

func (c *Comparer) note(id detection.RuleID, then, now fate) {
	if then.sent() == now.sent() && (!now.sent() || then.severity == now.severity) {
		return
	}
	change := c.rules[id]
	if change == nil {
		change = &Change{Rule: string(id), Title: c.title(id)}
		c.rules[id] = change
	}
	kind, example := &change.Changed, now.example
	switch {
	case !then.sent():
		kind = &change.Added
	case !now.sent():
		kind, example = &change.Gone, then.example
	}
	kind.Alerts++
	if kind.Example == nil {
		example.Before, example.After = then.String(), now.String()
		kind.Example = &example
	}
}

func (c *Comparer) title(id detection.RuleID) string {
	if rule, there := c.after.rules[id]; there {
		return rule.Title
	}
	return c.before.rules[id].Title
}

// Comparison is what was found until now.
func (c *Comparer) Comparison() *Comparison {
	found := &Comparison{
		Before: c.before.report.Alerts, After: c.after.report.Alerts,
		ProblemsBefore: c.before.report.Problems, Rules: []*Change{},
	}
	for _, id := range slices.Sorted(maps.Keys(c.rules)) {
		found.Rules = append(found.Rules, c.rules[id])
	}
	return found
}
