package reference

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"trailbell/internal/detection"
)

//go:embed coverage.md.tmpl
var coverageText string

var coverageTemplate = template.Must(template.New("coverage").Parse(coverageText))

// monitoring is the section of the benchmark that asks for alerts, and how many controls
// it has, by version.
var monitoring = map[string]struct {
	section  string
	controls int
}{"v5.0": {"4", 16}}

// CoveragePage is the coverage as a page, with what the rules can't see. The pages of the
// rules are in the folder, seen from it, with a slash at its end.
func CoveragePage(rules []Rule, folder string) (string, error) {
	c := Cover(rules)
	p := coveragePage{rules: rules, folder: folder, Note: generated("coverage"), Coverage: c}
	var b strings.Builder
	if err := coverageTemplate.Execute(&b, p); err != nil {
		return "", fmt.Errorf("write the coverage: %w", err)
	}
	return b.String(), nil
}

// A coveragePage has a method for each generated part of the page.
type coveragePage struct {
	rules    []Rule
	folder   string
	Note     string
	Coverage Coverage
}

// Counts says how much there is.
func (p coveragePage) Counts() string {
	return fmt.Sprintf("%s watch %s of %s.", plural(p.Coverage.Rules, "rule"),
		plural(len(p.Coverage.Techniques()), "technique"), plural(len(p.Coverage.Tactics), "tactic"))
}

// Matrix is the techniques, by tactic.
func (p coveragePage) Matrix() string {
	var b strings.Builder
	for _, tactic := range p.Coverage.Tactics {
		fmt.Fprintf(&b, "### %s\n\n%s", tactic.Name, head("technique", "name", "rules"))
		for _, technique := range tactic.Techniques {
			b.WriteString(row(link(string(technique.ID), techniqueAddress(technique.ID)), prose(technique.Name), p.links(technique.Rules)))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// Unmapped are the rules without a technique.
func (p coveragePage) Unmapped() string { return p.links(p.Coverage.Unmapped) }

func (p coveragePage) links(ids []detection.RuleID) string {
	var list []string
	for _, id := range ids {
		text := ruleLink(id, p.folder)
		if p.Coverage.Inactive[id] != "" {
			text += " (not active)"
		}
		list = append(list, text)
	}
	return strings.Join(list, ", ")
}

// Sections says what of the section that asks for alerts is watched.
func (p coveragePage) Sections() string {
	var b strings.Builder
	for version, m := range monitoring {
		var missing []string
		for i := range m.controls {
			id := fmt.Sprintf("%s.%d", m.section, i+1)
			if !slices.ContainsFunc(p.Coverage.CIS, func(c Control) bool { return c.Version == version && c.ID == id }) {
				missing = append(missing, id)
			}
		}
		fmt.Fprintf(&b, "Section %s of %s, which asks for alerts, has %d controls. %d have a rule", m.section, version, m.controls, m.controls-len(missing))
		if len(missing) > 0 {
			b.WriteString("; " + strings.Join(missing, ", ") + " have none")
		}
		b.WriteString(".\n")
	}
	return b.String()
}

// Controls are the controls, the newest version first.
func (p coveragePage) Controls() string {
	var versions []string
	for _, c := range p.Coverage.CIS {
		if !slices.Contains(versions, c.Version) {
			versions = append(versions, c.Version)
		}
	}
	var b strings.Builder
	for _, version := range slices.Backward(versions) {
		fmt.Fprintf(&b, "### CIS %s\n\n%s", prose(version), head("control", "rules"))
		for _, c := range p.Coverage.CIS {
			if c.Version == version {
				b.WriteString(row(prose(c.ID), p.links(c.Rules)))
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// table is a row for each rule that has cells, under the heads, and a word where none has.
func (p coveragePage) table(heads []string, cells func(Rule) []string) string {
	var b strings.Builder
	for _, rule := range p.rules {
		if c := cells(rule); c != nil {
			b.WriteString(row(append([]string{ruleLink(rule.ID, p.folder)}, c...)...))
		}
	}
	if b.Len() == 0 {
		return "None.\n"
	}
	return head(append([]string{"rule"}, heads...)...) + b.String()
}

// Reads are the rules about reads.
func (p coveragePage) Reads() string {
	return p.table([]string{"reads that it asks for"}, func(rule Rule) []string {
		if !asksForReads(rule) {
			return nil
		}
		names := readNames(rule)
		text := codes(names)
		if rule.OtherReads {
			text = strings.TrimPrefix(text+", or any call that fits otherwise", ", or ")
		}
		return []string{text}
	})
}

// LogFiles are the rules that EventBridge does not serve.
func (p coveragePage) LogFiles() string {
	return p.table([]string{"calls"}, func(rule Rule) []string {
		if !rule.LogFilesOnly {
			return nil
		}
		return []string{codes(rule.Calls)}
	})
}

// DataEvents are the rules about data events.
func (p coveragePage) DataEvents() string {
	return p.table([]string{"calls"}, func(rule Rule) []string {
		if names := dataNames(rule); len(names) > 0 {
			return []string{codes(names)}
		}
		return nil
	})
}

// Homes are the regions of services that are of none, with how many rules depend on them.
func (p coveragePage) Homes() string {
	var b strings.Builder
	for _, h := range homes {
		n := count(p.rules, func(rule Rule) bool { return slices.Contains(rule.Services, h.service) })
		if n > 0 {
			b.WriteString(row(code(h.service), h.region, fmt.Sprint(n)))
		}
	}
	if b.Len() == 0 {
		return "No rule is about one of them.\n"
	}
	return head("service", "recorded in", "rules") + b.String()
}

// Inactive are the rules that wait for something.
func (p coveragePage) Inactive() string {
	return p.table([]string{"why", "settings that it reads"}, func(rule Rule) []string {
		if p.Coverage.Inactive[rule.ID] == "" {
			return nil
		}
		return []string{prose(rule.Inactive), codes(rule.Settings)}
	})
}

// Learning are the first-seen rules.
func (p coveragePage) Learning() string {
	return p.table([]string{"silent for"}, func(rule Rule) []string {
		if rule.FirstSeen == nil {
			return nil
		}
		return []string{duration(rule.FirstSeen.Window)}
	})
}
