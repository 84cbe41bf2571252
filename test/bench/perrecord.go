package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
	"trailbell/rules"
)

// A deployed set of rules is what the function holds, and the records it is asked about.
type deployed struct {
	set    *ruleset.Set
	index  *selection.Index
	engine *engine.Engine
	wanted []call
}

func deploy(ctx context.Context, n int) (*deployed, error) {
	files, wanted := makeRules(n)
	d, _, err := load(ctx, files)
	if err == nil {
		d.wanted = wanted
	}
	return d, err
}

// deployShipped is the same with the rules that ship, and calls that they look for.
func deployShipped(ctx context.Context) (*deployed, error) {
	d, conditions, err := load(ctx, rules.FS)
	if err != nil {
		return nil, err
	}
	looks, err := selection.Looks(conditions)
	for _, look := range looks {
		for i, name := range look.Calls {
			if len(look.Sources) == 1 && i < 3 && !strings.HasSuffix(name, "*") {
				d.wanted = append(d.wanted, call{look.Sources[0], name})
			}
		}
	}
	return d, err
}

func load(ctx context.Context, files fs.FS) (*deployed, selection.Conditions, error) {
	set, err := ruleset.Load(ctx, ruleset.Options{Sources: sourcesOf(files)})
	if err == nil {
		err = set.Err()
	}
	if err != nil {
		return nil, selection.Conditions{}, err
	}
	conditions := selection.Derive(ctx, set)
	d := &deployed{set: set}
	if d.index, err = selection.New(conditions); err != nil {
		return nil, conditions, err
	}
	d.engine, err = engine.New(ctx, set, engine.DefaultLimit)
	return d, conditions, err
}

// A bench is a set of rules ready to be asked in every way that is compared.
type bench struct {
	*deployed
	scanner cloudtrail.Scanner
	merged  *selection.Merged
	queries []rego.PreparedEvalQuery
	records [][]byte
}

func newBench(ctx context.Context, d *deployed, records int) (*bench, error) {
	var err error
	b := &bench{deployed: d, scanner: cloudtrail.Scanner{Paths: d.index.Paths()}, records: newRecorder(1, d.wanted, 0.02).records(records)}
	if b.merged, err = selection.NewMerged(ctx, d.set); err != nil {
		return nil, err
	}
	for _, rule := range d.set.Rules {
		query, err := d.query(rule.ID).PrepareForEval(ctx)
		if err != nil {
			return nil, err
		}
		b.queries = append(b.queries, query)
	}
	return b, nil
}

// withIndex is what trailbell does: from the record's bytes to the verdicts.
func (b *bench) withIndex(ctx context.Context, record []byte) int {
	b.scanner.Reset()
	if _, err := b.scanner.Scan(record); err != nil {
		return -1
	}
	rec, err := b.scanner.Fleeting(record)
	if err != nil {
		return -1
	}
	return b.judge(ctx, rec)
}

func decoded(record []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(record))
	decoder.UseNumber()
	var value any
	_ = decoder.Decode(&value)
	return value
}

// onePerRule is OPA used well: the record is parsed once, each rule has its query.
func (b *bench) onePerRule(ctx context.Context, record []byte) int {
	input, err := ast.ValueFromReader(bytes.NewReader(record))
	if err != nil {
		return -1
	}
	return b.ask(ctx, rego.EvalParsedInput(input))
}

// naive is OPA used as its first example has it: each query gets the decoded record.
func (b *bench) naive(ctx context.Context, record []byte) int {
	return b.ask(ctx, rego.EvalInput(decoded(record)))
}

// anew is OPA used without a thought for speed: a query is made for each rule and record.
// Only the rules stay compiled.
func (b *bench) anew(ctx context.Context, record []byte) int {
	fired, input := 0, decoded(record)
	for _, rule := range b.set.Rules {
		results, err := b.query(rule.ID, rego.Input(input)).Eval(ctx)
		if err == nil && results.Allowed() {
			fired++
		}
	}
	return fired
}

func (d *deployed) query(id detection.RuleID, more ...func(*rego.Rego)) *rego.Rego {
	options := []func(*rego.Rego){rego.Query(fmt.Sprintf("data.rules.%s.match", id)), rego.Compiler(d.set.Compiler()), rego.Store(d.set.Data())}
	return rego.New(append(options, more...)...)
}

func (b *bench) ask(ctx context.Context, input rego.EvalOption) int {
	fired := 0
	for _, query := range b.queries {
		results, err := query.Eval(ctx, input)
		if err == nil && results.Allowed() {
			fired++
		}
	}
	return fired
}

// inOneSet asks the residuals of all rules at once.
func (b *bench) inOneSet(_ context.Context, record []byte) int {
	rec, err := cloudtrail.New(decoded(record))
	if err != nil {
		return -1
	}
	return len(b.merged.Select(rec))
}

// A timing is what one way took for each record, in ascending order by the clock, and a
// record on average by the processor, which other programs disturb less.
type timing struct {
	each  []time.Duration
	mean  time.Duration
	fired int
}

// percentile is in µs, and a dash where there are too few records to know it.
func (t timing) percentile(p float64) string {
	if float64(len(t.each))*(100-p) < 100 {
		return "–"
	}
	return micros(t.each[int(p/100*float64(len(t.each)-1))])
}

func timed(ctx context.Context, records [][]byte, way func(context.Context, []byte) int) timing {
	t := timing{each: make([]time.Duration, len(records))}
	used := processorTime()
	for i, record := range records {
		start := time.Now()
		t.fired += way(ctx, record)
		t.each[i] = time.Since(start)
	}
	t.mean = (processorTime() - used) / time.Duration(len(records))
	slices.Sort(t.each)
	return t
}

// median times a way several times and takes the round with the median mean.
func median(ctx context.Context, rounds int, records [][]byte, way func(context.Context, []byte) int) timing {
	var all []timing
	for range rounds {
		all = append(all, timed(ctx, records, way))
	}
	slices.SortFunc(all, func(a, b timing) int { return int(a.mean - b.mean) })
	return all[len(all)/2]
}

func perRecord(ctx context.Context, w io.Writer, rounds int) error {
	fmt.Fprint(w, "\n## One record, from its bytes to the verdicts, on one processor\n\n"+
		"| rules | way | processor µs | p50 by the clock | p99 | p99.9 | times faster than a query per rule |\n|--:|---|--:|--:|--:|--:|--:|\n")
	for _, n := range sizes {
		d, err := deploy(ctx, n)
		if err != nil {
			return err
		}
		if err := rowsOf(ctx, w, rounds, fmt.Sprint(n), d); err != nil {
			return err
		}
	}
	d, err := deployShipped(ctx)
	if err != nil {
		return err
	}
	if err := rowsOf(ctx, w, rounds, fmt.Sprintf("%d that ship", len(d.set.Rules)), d); err != nil {
		return err
	}
	_, err = fmt.Fprint(w, "\nThe rules of the first three sizes are made; two records in a hundred are calls that some rule looks for. Rules that\nfire are asked for their group, severity and the like by trailbell only; of those that ship, one fires on most reads.\n")
	return err
}

// rowsOf are the ways for one set of rules.
func rowsOf(ctx context.Context, w io.Writer, rounds int, name string, d *deployed) error {
	b, err := newBench(ctx, d, 20000)
	if err != nil {
		return err
	}
	few := b.records[:60000/len(d.set.Rules)] // each of them takes milliseconds
	timed(ctx, b.records, b.withIndex)
	if with, without := timed(ctx, few, b.withIndex).fired, timed(ctx, few, b.onePerRule).fired; with != without {
		return fmt.Errorf("%s rules: %d fire with the index, %d without", name, with, without)
	}
	base := median(ctx, rounds, few, b.onePerRule)
	for _, row := range []struct {
		name string
		t    timing
	}{
		{"trailbell", median(ctx, rounds, b.records, b.withIndex)},
		{"residuals merged into one OPA set", median(ctx, rounds, few, b.inOneSet)},
		{"one prepared OPA query per rule, record parsed once", base},
		{"the same, each given the decoded record", median(ctx, 1, few, b.naive)},
		{"a new OPA query for each rule and record", median(ctx, 1, few[:len(few)/10], b.anew)},
	} {
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %.2f |\n", name, row.name, micros(row.t.mean), row.t.percentile(50),
			row.t.percentile(99), row.t.percentile(99.9), float64(base.mean)/float64(row.t.mean))
	}
	return nil
}

func micros(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d)/float64(time.Microsecond)) }
