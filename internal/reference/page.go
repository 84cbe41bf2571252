package reference

import (
	"fmt"
	"slices"
	"strings"

	"trailbell/internal/attack"
	"trailbell/internal/detection"
)

// maxSampleLines is how much of a sample alert is shown.
const maxSampleLines = 40

// Pages are an index, README.md, and a page for each pack.
func Pages(rules []Rule) []File {
	all := packs(rules)
	files := []File{{"README.md", index(all)}}
	for _, p := range all {
		files = append(files, File{pageName(p.name), p.page()})
	}
	return files
}

func pageName(pack string) string { return pack + ".md" }

// index is the table of all rules.
func index(all []pack) string {
	var b strings.Builder
	b.WriteString(generated("docs") + "# Rules\n\n")
	var rules []Rule
	for _, p := range all {
		rules = append(rules, p.rules...)
	}
	fmt.Fprintf(&b, "%s in %s: %s.\n", plural(len(rules), "rule"), plural(len(all), "pack"), bySeverity(rules))
	if n := count(rules, func(r Rule) bool { return r.Inactive != "" }); n > 0 {
		fmt.Fprintf(&b, "Not active as they are: %d. They wait for settings or for a deployment, and their pages say for what.\n", n)
	}
	b.WriteString("A page has, for each rule of a pack, what it means and misses, what to do, and an alert of it.\n\n")
	b.WriteString(head("pack", "rules", "severities"))
	for _, p := range all {
		b.WriteString(row(link(prose(p.name), pageName(p.name)), fmt.Sprint(len(p.rules)), bySeverity(p.rules)))
	}
	for _, p := range all {
		fmt.Fprintf(&b, "\n## %s\n\n", prose(p.name))
		b.WriteString(head("severity", "rule", "title", "ATT&CK"))
		for _, rule := range p.rules {
			b.WriteString(row(rule.Severity.String(), ruleLink(rule.ID, ""), prose(rule.Title), techniqueIDs(rule)))
		}
	}
	return b.String()
}

// ruleLink leads to a rule's place, from a file that sees the pages in a folder.
func ruleLink(id detection.RuleID, folder string) string {
	return link(code(string(id)), folder+pageName(packOf(id))+"#"+anchor(string(id)))
}

func techniqueIDs(rule Rule) string {
	var ids []string
	for _, id := range rule.Attack {
		ids = append(ids, link(string(id), techniqueAddress(id)))
	}
	return strings.Join(ids, ", ")
}

// techniqueAddress is where MITRE describes a technique, in the version that is pinned.
func techniqueAddress(id detection.Technique) string {
	major, _, _ := strings.Cut(attack.Version, ".")
	return "https://attack.mitre.org/versions/v" + major + "/techniques/" + strings.ReplaceAll(string(id), ".", "/") + "/"
}

func count(rules []Rule, is func(Rule) bool) int {
	n := 0
	for _, rule := range rules {
		if is(rule) {
			n++
		}
	}
	return n
}

// bySeverity counts the rules of each severity, the highest first.
func bySeverity(rules []Rule) string {
	var counts []string
	for _, s := range slices.Backward(detection.Severities()) {
		if n := count(rules, func(r Rule) bool { return r.Severity == s }); n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, s))
		}
	}
	return strings.Join(counts, ", ")
}

func (p pack) page() string {
	var b strings.Builder
	b.WriteString(generated("docs"))
	fmt.Fprintf(&b, "# %s\n\n%s: %s. %s\n", prose(p.name), plural(len(p.rules), "rule"), bySeverity(p.rules), link("All rules", "README.md"))
	for _, rule := range p.rules {
		b.WriteString("\n" + section(rule))
	}
	return b.String()
}

// section is all that is known of a rule.
func section(rule Rule) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n**%s**\n\n%s\n\n", rule.ID, prose(rule.Title), prose(rule.Description))
	for _, f := range facts(rule) {
		if f.text != "" {
			fmt.Fprintf(&b, "- **%s:** %s\n", f.name, f.text)
		}
	}
	list(&b, "What to do", rule.Runbook, func(i int) string { return fmt.Sprintf("%d. ", i+1) })
	list(&b, "False positives", rule.FalsePositives, func(int) string { return "- " })
	if len(rule.References) > 0 {
		b.WriteString("\n**Read more**\n\n")
		for _, address := range rule.References {
			fmt.Fprintf(&b, "- <%s>\n", strings.NewReplacer("<", "%3C", ">", "%3E").Replace(address))
		}
	}
	clauses(&b, "Other severities", rule, detection.OutputSeverities)
	clauses(&b, "When it waits for fewer, or for none", rule, detection.OutputLower, detection.OutputAtOnce)
	b.WriteString(sample(rule.Sample))
	return b.String()
}

// A fact is a line of the list under a rule's description; one without a text is left out.
type fact struct{ name, text string }

func facts(rule Rule) []fact {
	source := code(rule.File)
	if rule.Source != "" {
		source = link(source, rule.Source)
	}
	lane := ""
	if rule.LogFilesOnly {
		lane = "log files only: EventBridge does not bring its records"
	}
	exempt := ""
	if len(rule.Exempt) > 0 {
		exempt = "who or what is on " + codes(rule.Exempt)
	}
	return []fact{
		{"Severity", severity(rule)},
		{"State", state(rule)},
		{"Services", codes(rule.Services)},
		{"ATT&CK v" + attack.Version, techniques(rule)},
		{"CIS", cisOf(rule)},
		{"Reads settings", codes(rule.Settings)},
		{"Never alerts on", exempt},
		{"Waits", waits(rule)},
		{"Alike are findings with the same", group(rule)},
		{"Lane", lane},
		{"Source", source},
	}
}

func techniques(rule Rule) string {
	var list []string
	for _, id := range rule.Attack {
		known, _ := attack.Lookup(string(id)) // the loader refuses others
		list = append(list, fmt.Sprintf("%s (%s)", link(string(id)+" "+prose(known.Name), techniqueAddress(id)), strings.Join(known.Tactics, ", ")))
	}
	return strings.Join(list, "; ")
}

func list(b *strings.Builder, heading string, items []string, mark func(int) string) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(b, "\n**%s**\n\n", heading)
	for i, item := range items {
		b.WriteString(mark(i) + prose(item) + "\n")
	}
}

// clauses shows the Rego of some answers: their conditions are told best by themselves.
func clauses(b *strings.Builder, heading string, rule Rule, outputs ...detection.Output) {
	var texts []string
	for _, clause := range rule.Clauses {
		if slices.Contains(outputs, clause.Output) {
			texts = append(texts, clause.Text)
		}
	}
	if len(texts) > 0 {
		fmt.Fprintf(b, "\n**%s**\n\n%s", heading, block("rego", strings.Join(texts, "\n\n")))
	}
}

// sample is a rule's alert, without what the page has already.
func sample(s *Sample) string {
	if s == nil {
		return "\nNo sample fires it.\n"
	}
	with := ""
	if len(s.Filled) > 0 {
		with = ", with a value in " + codes(s.Filled)
	}
	return fmt.Sprintf("\n**An alert**, from %s%s:\n\n%s", code(s.File), with, block("", shortened(s.Text)))
}

// repeated are the parts of an alert that a page has anyway.
var repeated = []string{"Why it matters", "What to do now", "Read more"}

// shortened is an alert without the parts that the page has, and without its end if it is
// long. Three dots stand for what was left out.
func shortened(text string) string {
	var kept []string
	for part := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		if first, _, _ := strings.Cut(part, "\n"); slices.Contains(repeated, first) {
			part = first + " ..."
		}
		kept = append(kept, part)
	}
	lines := strings.Split(strings.Join(kept, "\n\n"), "\n")
	if len(lines) > maxSampleLines {
		lines = append(lines[:maxSampleLines], fmt.Sprintf("... and %s", plural(len(lines)-maxSampleLines, "more line")))
	}
	return strings.Join(lines, "\n")
}
