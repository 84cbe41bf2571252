package selection_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/selection"
)

// judged is a record with what OPA says about one rule.
type judged struct {
	rec       cloudtrail.Record
	rule      detection.RuleID
	concerned bool
}

// judgeEach makes n records for each rule of one condition, and asks OPA about that rule.
func judgeEach(t *testing.T, o *oracle, g generated, n int, round uint64) []judged {
	t.Helper()
	bases, random := samples(t, ownSamples), rand.New(rand.NewPCG(g.seed, 3+round))
	var all []judged
	for i, id := range o.ids {
		for range n {
			rec, err := g.record(random, copied(pickOne(random, bases).Fields()).(map[string]any), i)
			if err != nil {
				continue
			}
			input, err := ast.InterfaceToValue(rec.Fields())
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, judged{rec, id, o.concerns(i, input)})
		}
	}
	return all
}

// missed is how many records it takes to see a rule left out that must not be, 0 where
// nothing is.
func missed(index *selection.Index, all []judged) int {
	for i, j := range all {
		if j.concerned && !slices.Contains(index.Select(j.rec), j.rule) {
			return i + 1
		}
	}
	return 0
}

// The oracle would be worth nothing if it did not see an index that is a little wrong.
func TestEveryFaultIsFound(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some time, and nothing else depends on it")
	}
	g := drills(1, vocabularyOf(samples(t, ownSamples)))
	o := newOracle(t, g.source)
	all := judgeEach(t, o, g, 30, 0)
	if n := missed(o.index, all); n > 0 {
		t.Fatalf("the sound index leaves out %s\n%s\n%s", all[n-1].rule, o.text(all[n-1].rule), all[n-1].rec.Bytes())
	}
	const rounds = 8
	perRound := len(all) - len(all)/20 // some mutants are no records
	for _, fault := range selection.Faults {
		t.Run(fault.Name, func(t *testing.T) {
			broken := fault.Break(t, o.conditions)
			n := missed(broken, all)
			// Some faults show in few records. What was judged for one serves the next.
			for round := uint64(1); n == 0 && round <= rounds; round++ {
				if len(all) < int(round+1)*perRound {
					all = append(all, judgeEach(t, o, g, 30, round)...)
					if n := missed(o.index, all); n > 0 {
						t.Fatalf("the sound index leaves out %s: %s", all[n-1].rule, all[n-1].rec.Bytes())
					}
				}
				n = missed(broken, all)
			}
			if n == 0 {
				t.Fatalf("none of %d records shows it", len(all))
			}
			t.Logf("record %d shows it, with\n%s", n, o.text(all[n-1].rule))
		})
	}
}
