// Package backtest counts what rules would have led to over an archive, compares two
// sets of rules, and writes both down. It reads no records, asks no rules, and does not
// know where either came from.
package backtest

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"trailbell/internal/detection"
)

// A Report is what a set of rules led to. Its JSON is what --format json prints. All of
// it but Seconds and Costs is the same whenever the same records are read.
type Report struct {
	Kind          string `json:"kind"` // always report
	SchemaVersion int    `json:"schema_version"`
	// Complete is false when somebody stopped the reading: the rest counts what was read.
	Complete bool  `json:"complete"`
	Files    int   `json:"files"`
	Records  int   `json:"records"`
	Bytes    int64 `json:"bytes"` // as they lie there, packed or not
	// Seconds is how long it took, nil where nobody is to see what differs each time.
	Seconds *float64 `json:"seconds,omitempty"`
	// From and To are the first and last eventTime of what was alerted or withheld.
	From       *time.Time     `json:"from"`
	To         *time.Time     `json:"to"`
	Alerts     int            `json:"alerts"`
	FollowUps  int            `json:"follow_ups"`
	Problems   int            `json:"problems"`
	Severities map[string]int `json:"severities"` // of alerts
	Withheld   map[string]int `json:"withheld"`   // by reason
	// Asked is how many rules there are, whether they found anything or not.
	Asked int              `json:"asked"`
	Rules map[string]*Rule `json:"rules"` // those with anything to say
	// PerDay is alerts by day of eventTime, in UTC.
	PerDay   map[string]int `json:"per_day"`
	Actors   []Count        `json:"actors"`
	Accounts []Count        `json:"accounts"`
	Sources  []Count        `json:"sources"`
	// Damage is the first problems that were met, and Problems says how many there are.
	Damage []Damage `json:"damage"`
	// Costs are the rules that took most time to be evaluated.
	Costs   []Cost      `json:"costs,omitempty"`
	Changes *Comparison `json:"changes,omitempty"`
}

// A Rule is what one rule led to.
type Rule struct {
	Title    string         `json:"title"`
	Severity string         `json:"severity"` // as METADATA has it
	File     string         `json:"file"`
	Alerts   int            `json:"alerts"`
	Withheld map[string]int `json:"withheld"` // by reason
	Problems int            `json:"problems"`
	PerDay   map[string]int `json:"per_day"` // alerts
	// Worst is the highest severity that an alert of the rule had, empty without one.
	Worst string `json:"worst"`
	worst detection.Severity
}

// A Count is how many alerts are about somebody or something.
type Count struct {
	Name   string `json:"name"`
	Alerts int    `json:"alerts"`
}

// Damage is what could not be read or decided, and where.
type Damage struct {
	What  string `json:"what"`
	Why   string `json:"why"`
	Where string `json:"where"`
}

// A Cost is the time that a rule took.
type Cost struct {
	Rule    string  `json:"rule"`
	Asked   int     `json:"asked"` // times
	Seconds float64 `json:"seconds"`
	Share   float64 `json:"share"` // of the time that all rules took, from 0 to 1
}

// Most says how many of a list are reported.
const (
	mostTop    = 10
	mostDamage = 100
)

// A Spending is what asking a rule took, all times together.
type Spending struct {
	Times int
	Took  time.Duration
}

// Costs are the rules that took most, the most expensive first.
func Costs(spent map[detection.RuleID]Spending) []Cost {
	var all time.Duration
	for _, s := range spent {
		all += s.Took
	}
	costs := []Cost{}
	for id, s := range spent {
		costs = append(costs, Cost{string(id), s.Times, s.Took.Seconds(), float64(s.Took) / float64(max(all, 1))})
	}
	slices.SortFunc(costs, func(a, b Cost) int {
		return cmp.Or(cmp.Compare(b.Seconds, a.Seconds), cmp.Compare(a.Rule, b.Rule))
	})
	return costs[:min(len(costs), mostTop)]
}

// AtLeast says whether an alert has the severity or a higher one.
func (r *Report) AtLeast(least detection.Severity) bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(r.Rules)), func(rule *Rule) bool { return rule.worst >= least })
}

// ids are the rules with anything to say, those with most alerts first.
func (r *Report) ids() []string {
	return slices.SortedFunc(maps.Keys(r.Rules), func(a, b string) int {
		x, y := r.Rules[a], r.Rules[b]
		return cmp.Or(cmp.Compare(y.Alerts, x.Alerts), cmp.Compare(sum(y.Withheld), sum(x.Withheld)), cmp.Compare(a, b))
	})
}

func sum(counts map[string]int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}
