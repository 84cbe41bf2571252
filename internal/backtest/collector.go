package backtest

import (
	"context"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// A Collector counts what a pipeline would send and withhold. It is for one goroutine. It
// sends nothing, and never fails.
type Collector struct {
	report                    Report
	rules                     map[detection.RuleID]detection.Rule
	actors, accounts, sources top
	day                       string
	at                        time.Time
	// met is what the record that is looked at led to.
	met map[detection.RuleID]fate
}

// NewCollector counts for a set of rules.
func NewCollector(rules []detection.Rule) *Collector {
	c := &Collector{rules: map[detection.RuleID]detection.Rule{}, met: map[detection.RuleID]fate{}}
	c.report = Report{
		Kind: "report", SchemaVersion: 1, Severities: map[string]int{}, Withheld: map[string]int{},
		Rules: map[string]*Rule{}, PerDay: map[string]int{}, Damage: []Damage{},
	}
	for _, rule := range rules {
		c.rules[rule.ID] = rule
		if rule.Status != detection.StatusOff {
			c.report.Asked++
		}
	}
	return c
}

// undated is the day of records without a time.
const undated = "unknown"

// Begin says which record comes next.
func (c *Collector) Begin(rec cloudtrail.Record) {
	clear(c.met)
	c.at, c.day = rec.Time(), undated
	if !c.at.IsZero() {
		c.day = c.at.Format(time.DateOnly)
	}
}

// Alerts counts what would be sent of one record.
func (c *Collector) Alerts(_ context.Context, alerts []detection.Alert) error {
	for _, a := range alerts {
		rule := c.rule(a.Rule)
		rule.Alerts++
		rule.PerDay[c.day]++
		rule.worst = max(rule.worst, a.Severity)
		rule.Worst = rule.worst.String()
		c.report.Alerts++
		c.report.PerDay[c.day]++
		c.report.Severities[a.Severity.String()]++
		c.actors.add(a.Actor.Name)
		c.accounts.add(a.Account.ID)
		c.sources.add(a.Actor.Source)
		c.met[a.Rule] = fate{severity: a.Severity, example: exampleOf(a)}
		c.span()
	}
	return nil
}

// Problem counts what could not be read or decided.
func (c *Collector) Problem(_ context.Context, p detection.Problem) error {
	c.report.Problems++
	if p.Rule != "" {
		c.rule(p.Rule).Problems++
	}
	if len(c.report.Damage) < mostDamage {
		c.report.Damage = append(c.report.Damage, Damage{p.What, p.Why, p.Where})
	}
	return nil
}

// RollUp counts a follow-up.
func (c *Collector) RollUp(context.Context, detection.RollUp) error {
	c.report.FollowUps++
	return nil
}

// Withheld counts what would not be sent.
func (c *Collector) Withheld(w detection.Withheld) {
	reason := w.Reason.String()
	c.report.Withheld[reason]++
	if w.Rule == "" {
		return // a problem that came again
	}
	c.rule(w.Rule).Withheld[reason]++
	c.met[w.Rule] = fate{severity: w.Severity, withheld: w.Reason}
	c.span()
}

// span widens the time that the report is about.
func (c *Collector) span() {
	if c.at.IsZero() {
		return
	}
	at := c.at
	if c.report.From == nil || at.Before(*c.report.From) {
		c.report.From = &at
	}
	if c.report.To == nil || at.After(*c.report.To) {
		c.report.To = &at
	}
}

func (c *Collector) rule(id detection.RuleID) *Rule {
	rule := c.report.Rules[string(id)]
	if rule == nil {
		known := c.rules[id]
		rule = &Rule{
			Title: known.Title, Severity: known.Severity.String(), File: known.File,
			Withheld: map[string]int{}, PerDay: map[string]int{},
		}
		c.report.Rules[string(id)] = rule
	}
	return rule
}

// Report is what was counted until now.
func (c *Collector) Report() Report {
	report := c.report
	report.Actors, report.Accounts, report.Sources = c.actors.list(), c.accounts.list(), c.sources.list()
	return report
}
