package attacks

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"trailbell/internal/attack"
	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// A tally is what became of the calls of one technique.
type tally struct {
	calls, told, working, counted int
	missed                        map[string]bool // names of calls that nothing tells
}

// techniques is the table of single calls by what they are used for. A call may stand
// with several techniques.
func (p *product) techniques(t *testing.T, b *strings.Builder, all []labelled) {
	byTechnique := map[string]*tally{}
	reads, writes, sum := map[string]bool{}, map[string]bool{}, tally{}
	for _, l := range all {
		rec, err := cloudtrail.Parse(l.Event)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := worked(t, l.Event)
		asIs, then := p.ask(t, rec), p.ask(t, again)
		for _, id := range append(slices.Clone(l.Mitre), "") {
			id = strings.TrimSuffix(id, ":")
			of := &sum
			if id != "" {
				of = byTechnique[id]
				if of == nil {
					of = &tally{missed: map[string]bool{}}
					byTechnique[id] = of
				}
			}
			of.add(rec, asIs, then)
		}
		if len(asIs.told)+len(then.told)+len(asIs.waiting)+len(then.waiting) == 0 {
			name := strings.TrimSuffix(rec.EventSource(), ".amazonaws.com") + ":" + rec.EventName()
			if onlyReads(rec) {
				reads[name] = true
			} else {
				writes[name] = true
			}
		}
	}
	fmt.Fprintf(b, "### Single calls, by technique\n\nTrailDiscover has a record of each of %d calls that attackers use, most of them refused to whoever recorded it. "+
		"%d are told as they are, %d more once they work, %d are counted or learnt from, and told in numbers.\n\n", sum.calls, sum.told, sum.working, sum.counted)
	b.WriteString("| technique | calls | told | told once it works | counted | not seen |\n|---|---|---|---|---|---|\n")
	for _, id := range slices.Sorted(maps.Keys(byTechnique)) {
		of := byTechnique[id]
		name := ""
		if technique, known := attack.Lookup(id); known {
			name = " " + technique.Name
		}
		fmt.Fprintf(b, "| %s%s | %d | %d | %d | %d | %d |\n", id, name, of.calls, of.told, of.working, of.counted, of.calls-of.told-of.working-of.counted)
	}
	fmt.Fprintf(b, "\nNot seen, and why:\n\n- %d calls only read. One of them tells nothing, since consoles and tools make the same ones all day; rules that count many of them see more than this table of single calls shows. %s.\n"+
		"- %d calls change something and no rule tells it, or the rule looks into a request that these records don't show. %s.\n", len(reads), list(reads), len(writes), list(writes))
}

func (of *tally) add(rec cloudtrail.Record, asIs, then answer) {
	of.calls++
	switch {
	case len(asIs.told) > 0:
		of.told++
	case len(then.told) > 0:
		of.working++
	case len(asIs.waiting)+len(then.waiting) > 0:
		of.counted++
	}
}

// onlyReads goes by the name where a record does not say it.
func onlyReads(rec cloudtrail.Record) bool {
	if says, is := rec.Fields()["readOnly"].(bool); is {
		return says
	}
	return slices.ContainsFunc([]string{"Describe", "Get", "Head", "List", "Lookup"}, func(verb string) bool { return strings.HasPrefix(rec.EventName(), verb) })
}

func list(names map[string]bool) string {
	return cmp.Or(strings.Join(keys(names), ", "), "None")
}

// runs is the table of a run of an attack: each call that changed something, and whether
// it was told.
func (p *product) runs(t *testing.T, b *strings.Builder, title string, all []cloudtrail.Record) {
	if len(all) == 0 {
		t.Fatalf("%s: no records", title)
	}
	type row struct {
		n     int
		rules map[detection.RuleID]bool
	}
	rows, reads, told := map[string]*row{}, 0, 0
	for _, rec := range all {
		a := p.ask(t, rec)
		if onlyReads(rec) && len(a.told)+len(a.waiting) == 0 {
			reads++
			continue
		}
		name := strings.TrimSuffix(rec.EventSource(), ".amazonaws.com") + ":" + rec.EventName()
		if code, _ := rec.Fields()["errorCode"].(string); code != "" {
			name += " (refused)"
		}
		if rows[name] == nil {
			rows[name] = &row{rules: map[detection.RuleID]bool{}}
		}
		rows[name].n++
		for _, id := range append(a.told, a.waiting...) {
			rows[name].rules[id] = true
		}
		if len(a.told)+len(a.waiting) > 0 {
			told++
		}
	}
	fmt.Fprintf(b, "\n### %s\n\n%d records: rules fire for %d, and %d only read.\n\n| call | records | rules |\n|---|---|---|\n", title, len(all), told, reads)
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		fmt.Fprintf(b, "| %s | %d | %s |\n", name, rows[name].n, cmp.Or(strings.Join(keys(rows[name].rules), ", "), "none"))
	}
}

// expectations is what others' tests of others' rules expect, and what ours say.
func (p *product) expectations(t *testing.T, b *strings.Builder, whose string, all []labelled) {
	type both struct{ yes, no []string }
	said := map[bool]*both{true: {}, false: {}}
	strange := 0
	for _, l := range all {
		rec, err := cloudtrail.Parse(l.Event)
		if err != nil || l.Expected == nil || !strings.HasSuffix(rec.EventSource(), ".amazonaws.com") {
			strange++
			continue
		}
		a := p.ask(t, rec)
		if of := said[*l.Expected]; len(a.told)+len(a.waiting) > 0 {
			of.yes = append(of.yes, l.RuleID+" ("+rec.EventName()+")")
		} else {
			of.no = append(of.no, l.RuleID+" ("+rec.EventName()+")")
		}
	}
	fmt.Fprintf(b, "\n### Tests of %s rules\n\nOf %d records that its rules alert on, ours fire for %d; of %d that they must not alert on, for %d. %d hide what service they are of, and are left out.\n\n",
		whose, len(said[true].yes)+len(said[true].no), len(said[true].yes), len(said[false].yes)+len(said[false].no), len(said[false].yes), strange)
	fmt.Fprintf(b, "- Alerted on by them and not by ours: %s.\n- Not by them and by ours: %s.\n", unique(said[true].no), unique(said[false].yes))
}

// ordinary counts what fires for records of nobody's attack.
func (p *product) ordinary(t *testing.T, b *strings.Builder, title string, all []cloudtrail.Record) {
	fired := map[detection.RuleID]int{}
	for _, rec := range all {
		a := p.ask(t, rec)
		for _, id := range append(a.told, a.waiting...) {
			fired[id]++
		}
	}
	fmt.Fprintf(b, "\n### No attack: %s\n\n%d records.\n\n", title, len(all))
	for _, id := range keys(fired) {
		fmt.Fprintf(b, "- `%s`: %d\n", id, fired[detection.RuleID(id)])
	}
	if len(fired) == 0 {
		b.WriteString("No rule fires.\n")
	}
}

func unique(names []string) string {
	slices.Sort(names)
	return cmp.Or(strings.Join(slices.Compact(names), ", "), "none")
}
