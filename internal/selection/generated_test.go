package selection_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/ruleset"
)

// A generated is a set of rules that a seed stands for.
type generated struct {
	seed   uint64
	source ruleset.Source
	wants  [][]want       // by rule
	styles map[string]int // how often each style was written
}

const generatedSettings = "lists: {filled: [AssumedRole, StopLogging, iam.amazonaws.com, us-east-1, 22, \"22\"], empty: [], one: eu-west-1}\n"

// generate writes n rules, the same for the same seed. Of some, as many in a hundred as
// plain says, a body is one condition: what others hide shows there.
func generate(seed uint64, n, plain int, words vocabulary) generated {
	g := newGenerated(seed)
	random := rand.New(rand.NewPCG(seed, 1))
	for range n {
		w := &ruleWriter{random: random, words: words, styles: g.styles, asking: helpers}
		w.plain = w.chance(plain)
		g.add(w, w.rule())
	}
	return g
}

// drills writes rules of one condition: each style several times, and its negation.
func drills(seed uint64, words vocabulary) generated {
	g := newGenerated(seed)
	random := rand.New(rand.NewPCG(seed, 1))
	for i, style := range slices.Concat(atoms, helpers, blocks) {
		for n := range 6 {
			w := &ruleWriter{random: random, words: words, styles: g.styles, asking: helpers, plain: true}
			condition := style.write(w, "input")
			if n%2 == 1 && i < len(atoms)+len(helpers) {
				condition = "not " + condition
			}
			g.add(w, w.drill(condition))
		}
	}
	return g
}

func newGenerated(seed uint64) generated {
	files := fstest.MapFS{"settings.yaml": &fstest.MapFile{Data: []byte(generatedSettings)}}
	return generated{seed: seed, source: ruleset.Source{Name: fmt.Sprintf("seed %d", seed), FS: files}, styles: map[string]int{}}
}

func (g *generated) add(w *ruleWriter, body string) {
	text := fmt.Sprintf("%spackage rules.generated.r%03d\n\n%s", metadata, len(g.wants), body)
	g.source.FS.(fstest.MapFS)[fmt.Sprintf("r%03d.rego", len(g.wants))] = &fstest.MapFile{Data: []byte(text)}
	g.wants = append(g.wants, w.wants)
}

// records yields records that nearly match some rule, for as long as they are taken.
func (g generated) records(bases []cloudtrail.Record) iter.Seq[cloudtrail.Record] {
	random := rand.New(rand.NewPCG(g.seed, 2))
	return func(yield func(cloudtrail.Record) bool) {
		for {
			fields := copied(pickOne(random, bases).Fields()).(map[string]any)
			if rec, err := g.record(random, fields, random.IntN(len(g.wants))); err == nil && !yield(rec) {
				return
			}
		}
	}
}

// record makes fields a record that nearly matches rule i.
func (g generated) record(random *rand.Rand, fields map[string]any, i int) (cloudtrail.Record, error) {
	wants := slices.Clone(g.wants[i])
	random.Shuffle(len(wants), func(i, j int) { wants[i], wants[j] = wants[j], wants[i] })
	for _, w := range wants {
		satisfy(random, fields, w)
	}
	for range random.IntN(2) {
		distort(random, fields, func() any { return copied(pickOne(random, odd)) })
	}
	return cloudtrail.New(fields)
}

func pickOne[T any](random *rand.Rand, list []T) T { return list[random.IntN(len(list))] }

// satisfy gives a field a value that a condition looks for, or nearly.
func satisfy(random *rand.Rand, fields map[string]any, w want) {
	switch n := random.IntN(13); {
	case n < 6:
		put(fields, w.path, copied(pickOne(random, w.values)))
	case n < 9:
		put(fields, w.path, near(random, copied(pickOne(random, w.values))))
	case n == 9:
		put(fields, w.path, copied(pickOne(random, odd)))
	case n == 10:
		remove(fields, w.path)
	case n == 11:
		put(fields, w.path, pickOne(random, []any{nil, false, "", true}))
	}
}

// near is a value that careless comparisons take for the given one, or the other way.
func near(random *rand.Rand, value any) any {
	switch v := value.(type) {
	case string:
		return nearText(random, v)
	case json.Number:
		return pickOne(random, []any{v.String(), json.Number(v.String() + "e0"), json.Number(v.String() + "1"), json.Number(strings.TrimSuffix(v.String(), ".5") + ".50")})
	case bool:
		return pickOne(random, []any{!v, fmt.Sprint(v)})
	case nil:
		return pickOne(random, []any{"null", "", false})
	}
	return []any{value}
}

func nearText(random *rand.Rand, text string) any {
	runes := []rune(text)
	if len(runes) == 0 {
		return nil
	}
	half := string(runes[:len(runes)/2])
	return pickOne(random, []any{
		strings.ToLower(text), strings.ToUpper(text), string(runes[1:]), string(runes[:len(runes)-1]), text + "x", "x" + text, half, text + text, " " + text,
		[]any{text},
		string(runes[:len(runes)-1]) + "x", "x" + string(runes[1:]), strings.ToUpper(string(runes[:1])) + string(runes[1:]), text + "\\", strings.ReplaceAll(text, "a", "e"),
	})
}

func remove(fields map[string]any, path []string) {
	for _, key := range path[:len(path)-1] {
		next, ok := fields[key].(map[string]any)
		if !ok {
			return
		}
		fields = next
	}
	delete(fields, path[len(path)-1])
}

func sortedKeys(fields map[string]any) []string { return slices.Sorted(maps.Keys(fields)) }

// Anybody may look further: go test -run OfGeneratedRules -sets 500 -first 1000.
var (
	moreSets  = flag.Int("sets", 20, "how many sets of rules are generated")
	firstSeed = flag.Uint64("first", 0, "the seed of the first set of rules")
)

// generatedSize is how many sets there are, of how many rules, tried with how many records.
func generatedSize() (sets, rules, records int) {
	if raceDetector || testing.Short() {
		return 1, 25, 100
	}
	return *moreSets, 40, 600
}

// Rules that nobody would think of find what nobody thought of.
func TestIndexMissesNothingOfGeneratedRules(t *testing.T) {
	bases := samples(t, ownSamples)
	words := vocabularyOf(bases)
	sets, rules, records := generatedSize()
	for i := range uint64(sets) {
		seed := *firstSeed + i
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			g := generate(seed, rules, 40, words)
			o, seen := newOracle(t, g.source), newTally()
			for rec := range g.records(bases) {
				if seen.records == records {
					break
				}
				if err := o.judge(seen, rec, seen.records%10 == 0); err != nil {
					t.Fatal(err)
				}
			}
			seen.report(t, o, fmt.Sprintf("seed %d", seed))
			if !testing.Short() && len(seen.fired) < rules/2 {
				t.Errorf("only %d of %d rules concerned some record: the records are too far from them", len(seen.fired), rules)
			}
		})
	}
}

// Every way of writing must be used, or it tests nothing.
func TestGeneratorWritesInEveryStyle(t *testing.T) {
	words, written := vocabularyOf(samples(t, ownSamples)), map[string]int{}
	for seed := range uint64(20) {
		for style, n := range generate(seed, 40, 40, words).styles {
			written[style] += n
		}
	}
	for _, style := range slices.Concat(atoms, blocks, helpers) {
		if written[style.name] < 3 {
			t.Errorf("%s was written %d times", style.name, written[style.name])
		}
	}
	for _, style := range slices.Concat(atoms, helpers) {
		if written["not "+style.name] == 0 {
			t.Errorf("%s was never negated", style.name)
		}
	}
	t.Logf("%d styles, %d with negations", len(atoms)+len(blocks)+len(helpers), len(written))
}

func TestSameSeedGivesTheSameRulesAndRecords(t *testing.T) {
	bases := samples(t, ownSamples)
	words := vocabularyOf(bases)
	first, second := generate(7, 40, 40, words), generate(7, 40, 40, words)
	for name, file := range first.source.FS.(fstest.MapFS) {
		if other := second.source.FS.(fstest.MapFS)[name]; other == nil || string(file.Data) != string(other.Data) {
			t.Fatalf("%s differs", name)
		}
	}
	var texts []string
	for _, g := range []generated{first, second} {
		n, text := 0, ""
		for rec := range g.records(bases) {
			if n++; n > 50 {
				break
			}
			text += string(rec.Bytes())
		}
		texts = append(texts, text)
	}
	if texts[0] != texts[1] {
		t.Error("the records differ")
	}
}
