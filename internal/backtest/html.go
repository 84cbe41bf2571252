package backtest

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page's parts
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"time"
)

// The parts of the page. uPlot is the chart library of https://github.com/leeoniya/uPlot in
// version 1.6.32, under the MIT licence that lies beside it.
var (
	//go:embed page/page.html.tmpl
	pageText string
	//go:embed page/page.js
	pageProgram string
	//go:embed page/page.css
	pageStyle string
	//go:embed page/uPlot.iife.min.js
	plotLibrary string
	//go:embed page/uPlot.min.css
	plotStyle string
	//go:embed page/uPlot.LICENSE
	plotLicence string
)

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"percent": func(share float64) string { return fmt.Sprintf("%.1f %%", 100*share) },
}).Parse(pageText))

// A view is the report as the page shows it.
type view struct {
	Policy           string
	Style            template.CSS
	Library, Program template.JS
	Complete         bool
	Facts            []fact
	From, To         string
	Rules            []ruleView
	Tops             []topView
	Costs            []Cost
	Changes          *Comparison
	Damage           []Damage
	Data             plots
}

type fact struct{ Name, Value string }

type ruleView struct {
	ID, Title, Severity, Withheld string
	Alerts                        int
}

type topView struct {
	Name   string
	Counts []Count
}

// plots are the numbers that are drawn, one for each day.
type plots struct {
	Days   []string `json:"days"`
	Alerts []int    `json:"alerts"`
	Rules  []plot   `json:"rules"`
}

type plot struct {
	Name   string `json:"name"`
	Values []int  `json:"values"`
}

// mostPlots is how many rules are drawn.
const mostPlots = 5

// HTML writes the report as one page that needs no network. Names from records are text
// in it: the template escapes them, and the page's own policy lets the browser run nothing
// but the two programs that are written here.
func HTML(w io.Writer, r Report) error {
	library := "/*!\n" + plotLicence + "*/\n" + plotLibrary
	v := view{
		Policy:  "default-src 'none'; style-src 'unsafe-inline'; script-src " + hashOf(library) + " " + hashOf(pageProgram),
		Style:   template.CSS(plotStyle + pageStyle),                     // #nosec G203 -- ours, embedded
		Library: template.JS(library), Program: template.JS(pageProgram), // #nosec G203 -- ours, embedded
		Complete: r.Complete, Facts: r.facts(), Costs: r.Costs, Changes: r.Changes, Data: r.plots(),
		Tops: []topView{{"Actors", seen(r.Actors)}, {"Accounts", seen(r.Accounts)}, {"Sources", seen(r.Sources)}},
	}
	if r.From != nil {
		v.From, v.To = r.From.Format(stamp), r.To.Format(stamp)
	}
	for _, id := range r.ids() {
		rule := r.Rules[id]
		v.Rules = append(v.Rules, ruleView{id, visible(rule.Title), rule.Severity, reasons(rule.Withheld), rule.Alerts})
	}
	for _, d := range r.Damage {
		v.Damage = append(v.Damage, Damage{visible(d.What), visible(d.Why), visible(d.Where)})
	}
	var b bytes.Buffer
	if err := page.Execute(&b, v); err != nil {
		return err
	}
	_, err := b.WriteTo(w)
	return err
}

// hashOf is a program as a content security policy names it.
func hashOf(program string) string {
	sum := sha256.Sum256([]byte(program))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func seen(counts []Count) []Count {
	var shown []Count
	for _, c := range counts {
		shown = append(shown, Count{visible(c.Name), c.Alerts})
	}
	return shown
}

func (r *Report) facts() []fact {
	facts := []fact{
		{"records", fmt.Sprint(r.Records)},
		{"files", fmt.Sprint(r.Files)},
		{"rules", fmt.Sprint(r.Asked)},
		{"alerts", fmt.Sprint(r.Alerts)},
		{"follow-ups", fmt.Sprint(r.FollowUps)},
		{"withheld", fmt.Sprint(sum(r.Withheld))},
		{"problems", fmt.Sprint(r.Problems)},
	}
	if r.Seconds != nil {
		facts = append(facts, fact{"seconds", fmt.Sprintf("%.1f", *r.Seconds)})
	}
	return facts
}

// plots are the numbers of each day with a date.
func (r *Report) plots() plots {
	p := plots{Days: days(slices.Sorted(maps.Keys(r.PerDay))), Alerts: []int{}, Rules: []plot{}}
	for _, day := range p.Days {
		p.Alerts = append(p.Alerts, r.PerDay[day])
	}
	for _, id := range r.ids()[:min(len(r.Rules), mostPlots)] {
		values := make([]int, len(p.Days))
		for i, day := range p.Days {
			values[i] = r.Rules[id].PerDay[day]
		}
		p.Rules = append(p.Rules, plot{id, values})
	}
	return p
}

// mostDays is how long a stretch is filled with the days on which nothing was alerted.
// Records that lie about their time can make it longer.
const mostDays = 4000

// days are sorted days with those between them, as far as they are days at all.
func days(known []string) []string {
	known = slices.DeleteFunc(known, func(day string) bool {
		_, err := time.Parse(time.DateOnly, day)
		return err != nil
	})
	if len(known) == 0 {
		return []string{}
	}
	first, _ := time.Parse(time.DateOnly, known[0])
	last, _ := time.Parse(time.DateOnly, known[len(known)-1])
	if last.Sub(first) > mostDays*24*time.Hour {
		return known
	}
	all := []string{}
	for day := first; !day.After(last); day = day.AddDate(0, 0, 1) {
		all = append(all, day.Format(time.DateOnly))
	}
	return all
}
