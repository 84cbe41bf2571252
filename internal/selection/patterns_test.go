package selection_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/selection"
)

func shippedPatterns(t testing.TB, choice selection.ReadEvents) []selection.Pattern {
	t.Helper()
	set := loadSet(t, shippedSource())
	patterns, needAll, err := selection.Patterns(selection.Derive(t.Context(), set), set.Rules, choice)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range needAll {
		t.Errorf("%s would need every read: mark it lane: logfiles or name the calls", id)
	}
	return patterns
}

// deliverable says whether AWS could have written the record: EventBridge's side of a
// record that it can't have is nobody's promise.
func deliverable(rec cloudtrail.Record) bool {
	if !strings.HasSuffix(rec.String("eventSource"), ".amazonaws.com") || rec.String("eventName") == "" {
		return false
	}
	switch rec.Fields()["readOnly"] {
	case nil, true, false, "true", "false":
		return true
	}
	return false
}

// Every record that a rule matches starts the function once.
func TestEachRecordThatConcernsARuleFitsOnePattern(t *testing.T) {
	o := oracleOf(t, "shipped")
	records := append(samples(t, ownSamples), publicRecords(t)...)
	random := rand.New(rand.NewPCG(5, 0))
	mutants := 6000
	if testing.Short() {
		records, mutants = samples(t, ownSamples), 1500
	}
	for range mutants {
		if rec, err := o.mutant(random, records); err == nil {
			records = append(records, rec)
		}
	}
	logFilesOnly := map[detection.RuleID]bool{}
	for _, rule := range o.set.Rules {
		logFilesOnly[rule.ID] = rule.LogFilesOnly
	}
	for _, choice := range []selection.ReadEvents{selection.ReadsNarrow, selection.ReadsAll} {
		patterns := shippedPatterns(t, choice)
		concerned := 0
		for _, rec := range records {
			if !deliverable(rec) {
				continue
			}
			input, err := ast.InterfaceToValue(rec.Fields())
			if err != nil {
				t.Fatal(err)
			}
			fitting := 0
			for _, p := range patterns {
				if p.Matches(selection.EventOf(rec)) {
					fitting++
				}
			}
			rules := slices.DeleteFunc(o.concerned(input), func(id detection.RuleID) bool { return logFilesOnly[id] })
			if fitting > 1 || fitting == 0 && len(rules) > 0 {
				t.Errorf("%s: %d patterns fit a record that concerns %v: %s", choice, fitting, rules, rec.Bytes())
			}
			concerned += min(len(rules), 1)
		}
		t.Logf("%s: %d records, %d concern a rule", choice, len(records), concerned)
		if concerned < mutants/12 {
			t.Errorf("only %d records concern a rule", concerned)
		}
	}
}

func TestRulesThatNeedEveryReadAreNamed(t *testing.T) {
	set := loadSet(t, stylesSource(t))
	derived := selection.Derive(t.Context(), set)
	_, needAll, err := selection.Patterns(derived, set.Rules, selection.ReadsNarrow)
	if err != nil {
		t.Fatal(err)
	}
	named := map[detection.RuleID]bool{}
	for _, id := range needAll {
		named[id] = true
	}
	for name, want := range map[string]bool{
		"eq": false, "in_set": false, "map_lookup": false, "any_prefix": false, "startswith": false, "helper": true, "regex": true, "contains": true, "true": true, "bodies": false, "walked": false,
	} {
		if got := named["style.s_"+detection.RuleID(name)]; got != want {
			t.Errorf("%s: needs every read: %t, want %t", name, got, want)
		}
	}
	for i := range set.Rules {
		set.Rules[i].LogFilesOnly = true
	}
	if _, needAll, _ = selection.Patterns(derived, set.Rules, selection.ReadsNarrow); len(needAll) > 0 {
		t.Errorf("rules of the log files lane need nothing: %v", needAll)
	}
}

func TestPatternMatches(t *testing.T) {
	var fields map[string]any
	text := `{"source":[{"prefix":"aws."}],"detail":{"readOnly":[false,null,{"exists":false}],"eventName":["A",{"prefix":"B"}]}}`
	if err := json.Unmarshal([]byte(text), &fields); err != nil {
		t.Fatal(err)
	}
	p := selection.Pattern{Fields: fields}
	for event, want := range map[string]bool{
		`{"source":"aws.s3","detail":{"eventName":"A"}}`:                    true,
		`{"source":"aws.s3","detail":{"eventName":"Bc","readOnly":false}}`:  true,
		`{"source":"aws.s3","detail":{"eventName":"A","readOnly":null}}`:    true,
		`{"source":"aws.s3","detail":{"eventName":"A","readOnly":true}}`:    false,
		`{"source":"aws.s3","detail":{"eventName":"A","readOnly":"false"}}`: false,
		`{"source":"mine","detail":{"eventName":"A"}}`:                      false,
		`{"source":"aws.s3","detail":{"eventName":"a"}}`:                    false,
		`{"source":"aws.s3","detail":{}}`:                                   false,
		`{"source":"aws.s3"}`:                                               false,
	} {
		var value map[string]any
		if err := json.Unmarshal([]byte(event), &value); err != nil {
			t.Fatal(err)
		}
		if got := p.Matches(value); got != want {
			t.Errorf("%s: %t", event, got)
		}
	}
}
