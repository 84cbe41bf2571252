package backtest

import (
	"fmt"
	"io"
	"strings"
)

// Markdown writes what changes, or where nothing was compared what was found, as text for a
// comment on a pull request. Whatever comes from records and rules stands in code spans, where
// GitHub neither mentions nor links.
func Markdown(w io.Writer, r Report) error {
	var b strings.Builder
	if r.Changes == nil {
		fmt.Fprintf(&b, "### trailbell: %s in %s\n\n", plural(r.Alerts, "alert"), plural(r.Records, "record"))
		r.markRules(&b)
	} else {
		r.Changes.mark(&b, r)
	}
	if !r.Complete {
		b.WriteString("\n**Stopped early:** this counts what was read until then.\n")
	}
	for i, d := range r.Damage {
		if i == 0 {
			fmt.Fprintf(&b, "\n%s, of which the first:\n\n", plural(r.Problems, "problem"))
		}
		if i == mostTop {
			break
		}
		fmt.Fprintf(&b, "- %s: %s\n", span(d.Where), span(d.What))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Report) markRules(b *strings.Builder) {
	if len(r.Rules) == 0 {
		b.WriteString("No rule found anything.\n")
		return
	}
	b.WriteString("| rule | severity | alerts | withheld |\n|---|---|--:|---|\n")
	for _, id := range r.ids() {
		rule := r.Rules[id]
		fmt.Fprintf(b, "| %s | %s | %d | %s |\n", span(id), rule.Severity, rule.Alerts, reasons(rule.Withheld))
	}
}

func (c *Comparison) mark(b *strings.Builder, r Report) {
	fmt.Fprintf(b, "### trailbell: %s before, %d after, in %s\n\n", plural(c.Before, "alert"), c.After, plural(r.Records, "record"))
	if len(c.Rules) == 0 {
		b.WriteString("No alert changes.\n")
		return
	}
	b.WriteString("| rule | added | gone | other severity |\n|---|--:|--:|--:|\n")
	for _, change := range c.Rules {
		fmt.Fprintf(b, "| %s | %d | %d | %d |\n", span(change.Rule), change.Added.Alerts, change.Gone.Alerts, change.Changed.Alerts)
	}
	b.WriteString("\n<details><summary>An example of each</summary>\n\n")
	for _, change := range c.Rules {
		change.Added.mark(b, "added", change.Rule)
		change.Gone.mark(b, "gone", change.Rule)
		change.Changed.mark(b, "other severity", change.Rule)
	}
	b.WriteString("\n</details>\n")
	if c.ProblemsBefore != r.Problems {
		fmt.Fprintf(b, "\nProblems: %d before, %d after.\n", c.ProblemsBefore, r.Problems)
	}
}

func (d Differ) mark(b *strings.Builder, what, rule string) {
	if d.Example == nil {
		return
	}
	e := d.Example
	fmt.Fprintf(b, "- %s %s (%s to %s): %s by %s in account %s, %s, event %s\n", span(rule), what,
		orNone(e.Before), orNone(e.After), span(e.Call), span(e.Actor), span(e.Account), span(e.Time.UTC().Format(stamp)), span(e.EventID))
}

func orNone(text string) string {
	if text == "" {
		return "nothing"
	}
	return text
}

// span is text in a code span that nothing in the text can end, in a table too.
func span(text string) string {
	text = visible(text)
	if text == "" {
		return "-"
	}
	// A table's cell ends at a bar, even in a code span, unless it is escaped; and a backslash
	// of the text before it would undo that.
	text = strings.NewReplacer("|", "¦", "`", "'").Replace(text)
	return "`` " + text + " ``"
}
