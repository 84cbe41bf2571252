package selection_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ingest"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
)

// An oracle knows which rules a record concerns: those for which OPA's answer is not a
// plain no. All of them must be selected. It is safe for concurrent use.
type oracle struct {
	source     ruleset.Source
	set        *ruleset.Set
	conditions selection.Conditions
	index      *selection.Index
	merged     *selection.Merged
	ids        []detection.RuleID
	queries    []rego.PreparedEvalQuery
	all        rego.PreparedEvalQuery // of all rules at once, which is faster and fails for all at once
	hints      [][]string             // by rule: strings that it looks for
	noter      noter
}

// oracles are made once for all tests, because OPA takes a while to prepare them.
var oracles = struct {
	sync.Mutex
	made map[string]*oracle
}{made: map[string]*oracle{}}

// oracleOf is the oracle of the named rules.
func oracleOf(t testing.TB, name string) *oracle {
	t.Helper()
	oracles.Lock()
	defer oracles.Unlock()
	if oracles.made[name] == nil {
		oracles.made[name] = newOracle(t, oracleSources[name](t))
	}
	return oracles.made[name]
}

func newOracle(t testing.TB, source ruleset.Source) *oracle {
	t.Helper()
	o := newOracleOf(t, loadSet(t, source))
	o.source = source
	return o
}

func newOracleOf(t testing.TB, set *ruleset.Set) *oracle {
	t.Helper()
	o := &oracle{set: set}
	o.conditions = selection.Derive(t.Context(), o.set)
	var err error
	if o.index, err = selection.New(o.conditions); err != nil {
		t.Fatal(err)
	}
	if o.merged, err = selection.NewMerged(t.Context(), o.set); err != nil {
		t.Fatal(err)
	}
	for _, id := range selection.All(o.set.Rules) {
		query, err := rego.New(rego.Query(fmt.Sprintf("data.rules.%s.match", id)), rego.Compiler(o.set.Compiler()), rego.Store(o.set.Data())).PrepareForEval(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		o.ids, o.queries, o.hints = append(o.ids, id), append(o.queries, query), append(o.hints, constants(o.set, id))
	}
	o.askAll(t)
	return o
}

// tally counts what the oracle saw.
type tally struct {
	records, selected, concerned int
	fired                        map[detection.RuleID]int
	missed                       []miss
}

// A miss is a rule that the record concerns and that was not selected.
type miss struct {
	rule detection.RuleID
	rec  cloudtrail.Record
	by   selection.Means
}

func newTally() *tally { return &tally{fired: map[detection.RuleID]int{}} }

// judge compares the selection for a record with what OPA says. What was selected need
// not be asked: the engine asks OPA too.
func (o *oracle) judge(seen *tally, rec cloudtrail.Record, withMerged bool) error {
	input, err := ast.InterfaceToValue(rec.Fields())
	if err != nil {
		return err
	}
	if err := o.sameWhenNoted(rec); err != nil {
		seen.missed = append(seen.missed, miss{"(any)", rec, selection.Means(err.Error())})
	}
	selected := o.index.Select(rec)
	chosen := []detection.RuleID(selection.All(o.set.Rules))
	if withMerged {
		chosen = o.merged.Select(rec)
	}
	seen.records++
	seen.selected += len(selected)
	for _, id := range o.concerned(input) {
		seen.concerned++
		seen.fired[id]++
		if !slices.Contains(selected, id) {
			seen.missed = append(seen.missed, miss{id, rec, selection.ByIndex})
		}
		if !slices.Contains(chosen, id) {
			seen.missed = append(seen.missed, miss{id, rec, selection.ByMerged})
		}
	}
	return nil
}

// concerned are the rules for which OPA's answer is not a plain no.
func (o *oracle) concerned(input ast.Value) []detection.RuleID {
	var found []detection.RuleID
	if results, err := o.all.Eval(context.Background(), rego.EvalParsedInput(input)); err == nil {
		for _, id := range results[0].Expressions[0].Value.([]any) {
			found = append(found, detection.RuleID(id.(string)))
		}
		return found
	}
	for i, id := range o.ids {
		if o.concerns(i, input) {
			found = append(found, id)
		}
	}
	return found
}

func (o *oracle) concerns(i int, input ast.Value) bool {
	results, err := o.queries[i].Eval(context.Background(), rego.EvalParsedInput(input))
	return err != nil || len(results) > 0 && results[0].Expressions[0].Value != false
}

// text is the rule as it is written, without its METADATA.
func (o *oracle) text(id detection.RuleID) string {
	i := slices.IndexFunc(o.set.Rules, func(r detection.Rule) bool { return r.ID == id })
	text, err := fs.ReadFile(o.source.FS, strings.TrimPrefix(o.set.Rules[i].File, o.source.Name+"/"))
	if err != nil {
		return err.Error()
	}
	_, body, _ := strings.Cut(string(text), "package ")
	return "package " + body
}

// askAll prepares one query for all rules.
func (o *oracle) askAll(t testing.TB) {
	t.Helper()
	var text strings.Builder
	text.WriteString("package oracle\n")
	for _, id := range o.ids {
		fmt.Fprintf(&text, "concerned contains %q if data.rules.%s.match\n", id, id)
	}
	modules := map[string]*ast.Module{"oracle": ast.MustParseModule(text.String())}
	for name, module := range o.set.Compiler().Modules {
		modules[name] = module.Copy()
	}
	compiler := ast.NewCompiler()
	if compiler.Compile(modules); compiler.Failed() {
		t.Fatal(compiler.Errors)
	}
	var err error
	o.all, err = rego.New(rego.Query("data.oracle.concerned"), rego.Compiler(compiler), rego.Store(o.set.Data())).PrepareForEval(t.Context())
	if err != nil {
		t.Fatal(err)
	}
}

// samples are the records of events/, and of the folder of public ones where it is.
func samples(t testing.TB, pattern string) []cloudtrail.Record {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	var found []cloudtrail.Record
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for rec, problem := range (ingest.Reader{}).Records(bytes.NewReader(text), name) {
			if problem == nil {
				found = append(found, rec)
			}
		}
	}
	return found
}

const (
	ownSamples    = "../../events/*.*"
	publicSamples = "../../../shared/data/*.jsonl"
)

var oracleSources = map[string]func(testing.TB) ruleset.Source{
	"shipped": func(testing.TB) ruleset.Source { return shippedSource() },
	"styles":  stylesSource,
}

// publicRecords are the records inside the public samples, one line each.
func publicRecords(t testing.TB) []cloudtrail.Record {
	t.Helper()
	names, err := filepath.Glob(publicSamples)
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 || testing.Short() {
		t.Logf("without public records: there are %d files beside the checkout, and they are left out with -short", len(names))
		return nil
	}
	var found []cloudtrail.Record
	for _, name := range names {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			decoder := json.NewDecoder(bytes.NewReader(lines.Bytes()))
			decoder.UseNumber()
			var value any
			if decoder.Decode(&value) == nil {
				found = append(found, inside(value)...)
			}
		}
		file.Close()
	}
	return found
}

// inside finds the records in a value, whatever is around them.
func inside(value any) []cloudtrail.Record {
	var found []cloudtrail.Record
	switch v := value.(type) {
	case map[string]any:
		if rec, err := cloudtrail.New(v); err == nil {
			return []cloudtrail.Record{rec}
		}
		for _, member := range v {
			found = append(found, inside(member)...)
		}
	case []any:
		for _, item := range v {
			found = append(found, inside(item)...)
		}
	}
	return found
}

func TestIndexMissesNothingInSamples(t *testing.T) {
	records := samples(t, ownSamples)
	if len(records) < 50 {
		t.Fatalf("only %d records in events/", len(records))
	}
	public := publicRecords(t)
	if len(public) == 0 {
		t.Logf("SKIPPED: %s is not there, so only our own records were tried", publicSamples)
	}
	for name := range oracleSources {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, seen := oracleOf(t, name), newTally()
			for i, rec := range slices.Concat(records, public) {
				if err := o.judge(seen, rec, !testing.Short() || i%10 == 0); err != nil {
					t.Error(err)
				}
			}
			seen.report(t, o, "samples")
		})
	}
}

// report fails the test for what was missed, with all that it takes to try it again.
func (s *tally) report(t *testing.T, o *oracle, records string) {
	t.Helper()
	for _, missed := range s.missed[:min(len(s.missed), 5)] {
		t.Errorf("%s was not selected by %s, %s\n%s\n%s", missed.rule, missed.by, records, o.text(missed.rule), missed.rec.Bytes())
	}
	t.Logf("%d records, %d rules: selected %.2f a record, concerned %.2f, %d rules concerned at least once, %d missed",
		s.records, len(o.ids), float64(s.selected)/float64(s.records), float64(s.concerned)/float64(s.records), len(s.fired), len(s.missed))
}

// varied leaves out records that are like others: samples for thresholds are the same
// call over and over.
func varied(records []cloudtrail.Record) []cloudtrail.Record {
	const alike = 3
	seen := map[string]int{}
	return slices.DeleteFunc(records, func(rec cloudtrail.Record) bool {
		key := rec.EventSource() + " " + rec.EventName()
		seen[key]++
		return seen[key] > alike
	})
}

// mutated is how many mutated records each set of rules is tried with.
func mutated() int {
	if raceDetector || testing.Short() {
		return 400 // each takes ten times as long
	}
	return 50000
}

func TestIndexMissesNothingInMutatedRecords(t *testing.T) {
	for name := range oracleSources {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := oracleOf(t, name)
			o.mutate(t, 1, mutated()).report(t, o, "mutated with seed 1")
		})
	}
}

// mutate judges n mutated records, the same for the same seed.
func (o *oracle) mutate(t testing.TB, seed uint64, n int) *tally {
	t.Helper()
	bases := varied(samples(t, ownSamples))
	seen := newTally()
	random := rand.New(rand.NewPCG(seed, 0))
	for i := 0; seen.records < n; i++ {
		rec, err := o.mutant(random, bases)
		if err != nil {
			continue // without a name there is no record
		}
		if err := o.judge(seen, rec, i%20 == 0); err != nil {
			t.Fatal(err)
		}
	}
	return seen
}

// odd are values that rules don't expect.
var odd = []any{
	nil, false, true, "", "x", json.Number("0"), json.Number("22"), json.Number("22.0"), json.Number("1e2"), json.Number("3389"),
	[]any{},
	map[string]any{},
	[]any{"x"},
	[]any{"a", map[string]any{"b": json.Number("1")}},
	"a\x00b", "Zoë", "a\"<&\\é", "\u2028",
}

// mutant is a record that nearly concerns some rule: a sample whose fields take values
// that the rule looks for, and odd ones.
func (o *oracle) mutant(random *rand.Rand, bases []cloudtrail.Record) (cloudtrail.Record, error) {
	fields := copied(bases[random.IntN(len(bases))].Fields()).(map[string]any)
	i := random.IntN(len(o.ids))
	hints := o.hints[i]
	pick := func() any {
		if len(hints) == 0 || random.IntN(4) == 0 {
			return copied(odd[random.IntN(len(odd))])
		}
		return hints[random.IntN(len(hints))]
	}
	rule := o.set.Rules[slices.IndexFunc(o.set.Rules, func(r detection.Rule) bool { return r.ID == o.ids[i] })]
	for _, path := range append([]string{keySource, keyName}, rule.Evidence...) {
		if random.IntN(5) > 0 {
			put(fields, strings.Split(path, "."), likely(random, path, hints, pick))
		}
	}
	for range random.IntN(4) {
		distort(random, fields, pick)
	}
	return cloudtrail.New(fields)
}

const (
	keySource = "eventSource"
	keyName   = "eventName"
)

// likely is a value for a path: for the two that nearly all rules ask for, one that looks
// like them.
func likely(random *rand.Rand, path string, hints []string, pick func() any) any {
	var fits func(hint string) bool
	switch path {
	case keySource:
		fits = func(hint string) bool { return strings.HasSuffix(hint, ".amazonaws.com") }
	case keyName:
		fits = func(hint string) bool { return hint != "" && hint[0] >= 'A' && hint[0] <= 'Z' }
	default:
		return pick()
	}
	var list []string
	for _, hint := range hints {
		if fits(hint) {
			list = append(list, hint)
		}
	}
	if len(list) == 0 || random.IntN(10) == 0 {
		return pick()
	}
	return list[random.IntN(len(list))]
}

func put(fields map[string]any, path []string, value any) {
	for _, key := range path[:len(path)-1] {
		next, ok := fields[key].(map[string]any)
		if !ok {
			next = map[string]any{}
			fields[key] = next
		}
		fields = next
	}
	fields[path[len(path)-1]] = value
}

// distort changes one member somewhere in the record.
func distort(random *rand.Rand, fields map[string]any, pick func() any) {
	keys := sortedKeys(fields)
	if len(keys) == 0 {
		return
	}
	key := keys[random.IntN(len(keys))]
	if inner, ok := fields[key].(map[string]any); ok && random.IntN(3) > 0 {
		distort(random, inner, pick)
		return
	}
	switch random.IntN(6) {
	case 0:
		delete(fields, key)
	case 1:
		fields[key] = []any{fields[key]}
	case 2:
		fields[key] = map[string]any{"x": fields[key], "items": []any{fields[key]}}
	case 3:
		if text, ok := fields[key].(string); ok {
			fields[key] = text + "\"<&\\é"
		}
	case 4:
		if text, ok := fields[key].(string); ok {
			fields[key] = strings.ToUpper(text)
		}
	default:
		fields[key] = pick()
	}
}

func copied(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, member := range v {
			out[key] = copied(member)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = copied(item)
		}
		return out
	}
	return value
}

// FuzzIndex lets the fuzzer choose the record, as JSON.
func FuzzIndex(f *testing.F) {
	for _, rec := range samples(f, ownSamples) {
		f.Add(rec.Bytes())
	}
	o := oracleOf(f, "styles")
	f.Fuzz(func(t *testing.T, text []byte) {
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		var value any
		if decoder.Decode(&value) != nil {
			o.index.Matcher().Select(text) // it must not crash either
			return
		}
		rec, err := cloudtrail.New(value)
		if err != nil {
			return
		}
		seen := newTally()
		if err := o.judge(seen, rec, false); err == nil && len(seen.missed) > 0 {
			t.Errorf("missed %s", seen.missed[0].rule)
		}
	})
}
