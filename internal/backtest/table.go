package backtest

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"trailbell/internal/notify"
)

// wide is how much of a text from a record or a rule is shown.
const wide = 200

func visible(text string) string { return notify.Visible(text, wide) }

// Table writes the report for a terminal. What comes from records is made visible.
func Table(w io.Writer, r Report) error {
	p := &printer{w: tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
	p.line("%s", r.headline())
	if !r.Complete {
		p.line("stopped early: this counts what was read until then")
	}
	if r.From != nil {
		p.line("from %s to %s", r.From.Format(stamp), r.To.Format(stamp))
	}
	p.rules(r)
	p.days(r)
	p.top("actor", r.Actors)
	p.top("account", r.Accounts)
	p.top("source", r.Sources)
	p.costs(r.Costs)
	p.damage(r)
	return p.end()
}

const stamp = "2006-01-02 15:04:05 UTC"

// headline is the report in one sentence.
func (r *Report) headline() string {
	took := ""
	if r.Seconds != nil {
		took = fmt.Sprintf(" in %.1f s (%.0f records a second)", *r.Seconds, float64(r.Records)/max(*r.Seconds, 0.001))
	}
	return fmt.Sprintf("%s in %s, %s%s; %s: %s, %s, %d withheld, %s",
		plural(r.Records, "record"), plural(r.Files, "file"), plural(r.Bytes, "byte"), took, plural(r.Asked, "rule"),
		plural(r.Alerts, "alert"), plural(r.FollowUps, "follow-up"), sum(r.Withheld), plural(r.Problems, "problem"))
}

func plural[N int | int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// printer writes tables and keeps the first error.
type printer struct {
	w   *tabwriter.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if _, err := fmt.Fprintf(p.w, format+"\n", args...); p.err == nil {
		p.err = err
	}
}

func (p *printer) end() error {
	if err := p.w.Flush(); p.err == nil {
		p.err = err
	}
	return p.err
}

func (p *printer) rules(r Report) {
	if len(r.Rules) == 0 {
		return
	}
	p.line("\nRULE\tALERTS\tSEVERITY\tDAYS\tWITHHELD\tTITLE")
	for _, id := range r.ids() {
		rule := r.Rules[id]
		p.line("%s\t%d\t%s\t%d\t%s\t%s", id, rule.Alerts, rule.Severity, len(rule.PerDay), reasons(rule.Withheld), visible(rule.Title))
	}
}

// reasons are counts in words, by name.
func reasons(counts map[string]int) string {
	var words []string
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		words = append(words, fmt.Sprintf("%d %s", counts[reason], reason))
	}
	if len(words) == 0 {
		return "-"
	}
	return strings.Join(words, ", ")
}

func (p *printer) days(r Report) {
	if len(r.PerDay) == 0 {
		return
	}
	p.line("\nDAY\tALERTS\tBY RULE")
	for _, day := range slices.Sorted(maps.Keys(r.PerDay)) {
		var parts []string
		for _, id := range r.ids() {
			if n := r.Rules[id].PerDay[day]; n > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", n, id))
			}
		}
		if more := len(parts) - mostPerDay; more > 0 {
			parts = append(parts[:mostPerDay], fmt.Sprintf("%d rules more", more))
		}
		p.line("%s\t%d\t%s", day, r.PerDay[day], strings.Join(parts, ", "))
	}
}

// mostPerDay is how many rules a line of a day names.
const mostPerDay = 4

func (p *printer) top(what string, counts []Count) {
	if len(counts) == 0 {
		return
	}
	p.line("\n%s\tALERTS", strings.ToUpper(what))
	for _, c := range counts {
		p.line("%s\t%d", visible(c.Name), c.Alerts)
	}
}

func (p *printer) costs(costs []Cost) {
	if len(costs) == 0 {
		return
	}
	p.line("\nMOST EXPENSIVE RULE\tASKED\tSECONDS\tSHARE")
	for _, c := range costs {
		p.line("%s\t%d\t%.3f\t%.1f %%", c.Rule, c.Asked, c.Seconds, 100*c.Share)
	}
}

func (p *printer) damage(r Report) {
	if len(r.Damage) == 0 {
		return
	}
	p.line("\nPROBLEM\tWHERE\tWHY")
	for _, d := range r.Damage {
		p.line("%s\t%s\t%s", visible(d.What), visible(d.Where), visible(d.Why))
	}
	if more := r.Problems - len(r.Damage); more > 0 {
		p.line("and %d more", more)
	}
}
