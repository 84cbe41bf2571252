package selection

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
)

// fixed selects the same rules for every record, or panics.
type fixed []detection.RuleID

func (f fixed) Select(cloudtrail.Record) []detection.RuleID {
	if f == nil {
		panic("no rules")
	}
	return f
}

func TestChoiceFallsBackStepByStep(t *testing.T) {
	works := func(id detection.RuleID) func() (selector, error) {
		return func() (selector, error) { return fixed{id}, nil }
	}
	fails := func() (selector, error) { return nil, errors.New("out of luck") }
	panics := func() (selector, error) { panic("out of mind") }
	tests := []struct {
		name          string
		index, merged func() (selector, error)
		means         Means
		selected      detection.RuleID
		why           []string
	}{
		{"the index is best", works("index"), panics, ByIndex, "index", nil},
		{"an index that fails gives way to one question", fails, works("merged"), ByMerged, "merged", []string{"the index can't be made: out of luck"}},
		{"an index that panics gives way to one question", panics, works("merged"), ByMerged, "merged", []string{"the index can't be made: panic: out of mind"}},
		{"when both fail every rule is asked", fails, fails, ByAsking, "every", []string{"the index can't", "one question to OPA can't be made: out of luck"}},
		{"when both panic every rule is asked", panics, panics, ByAsking, "every", []string{"the index can't", "one question to OPA can't be made: panic: out of mind"}},
		{"when one fails and one panics every rule is asked", fails, panics, ByAsking, "every", []string{"out of luck", "out of mind"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			choice := choose(Every{"every"}, attempt{ByIndex, tt.index}, attempt{ByMerged, tt.merged})
			if got := choice.Select(cloudtrail.Record{}); choice.Means != tt.means || !slices.Equal(got, []detection.RuleID{tt.selected}) {
				t.Errorf("chose %s, which selects %s", choice.Means, got)
			}
			if (choice.Why == nil) != (tt.why == nil) {
				t.Fatalf("the reason is %v", choice.Why)
			}
			for _, why := range tt.why {
				if !strings.Contains(choice.Why.Error(), why) {
					t.Errorf("the reason is %v, want %q in it", choice.Why, why)
				}
			}
		})
	}
}

func TestPanicOnARecordSelectsEveryRuleAndIsLogged(t *testing.T) {
	var log strings.Builder
	choice := choose(Every{"a", "b"}, attempt{ByIndex, func() (selector, error) { return fixed(nil), nil }})
	choice.Log = slog.New(slog.NewTextHandler(&log, nil))
	if got := choice.Select(cloudtrail.Record{}); !slices.Equal(got, []detection.RuleID{"a", "b"}) {
		t.Errorf("selected %v", got)
	}
	if !strings.Contains(log.String(), "selection panics, every rule is asked") || !strings.Contains(log.String(), `panic="no rules"`) {
		t.Errorf("the log says %q", log.String())
	}
	choice.Log = nil
	choice.Select(cloudtrail.Record{}) // a choice without a log must not panic for that
}

// twoRules is a set of two rules, and a record that the first one is about.
func twoRules(t *testing.T) (*ruleset.Set, cloudtrail.Record) {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{"Stop", "Start"} {
		files[name+".rego"] = &fstest.MapFile{Data: []byte("# METADATA\n# title: T\n# description: D.\n# custom: {severity: low}\npackage rules." + strings.ToLower(name) + "\nmatch if input.eventName == \"" + name + "\"\n")}
	}
	set, err := ruleset.Load(t.Context(), ruleset.Options{Sources: []ruleset.Source{{Name: "t", FS: files}}})
	if err != nil || set.Err() != nil {
		t.Fatal(err, set.Err())
	}
	rec, err := cloudtrail.New(map[string]any{"eventSource": "s", "eventName": "Stop"})
	if err != nil {
		t.Fatal(err)
	}
	return set, rec
}

// The means are real ones here, and broken one after the other.
func TestEveryMeansFindsTheRule(t *testing.T) {
	set, rec := twoRules(t)
	tests := []struct {
		name   string
		broken bool // the compiler of conditions
		ctx    func() context.Context
		means  Means
		want   []detection.RuleID
		whole  bool // nothing was wrong
	}{
		{"nothing is broken", false, t.Context, ByIndex, []detection.RuleID{"stop"}, true},
		{"conditions can't be compiled", true, t.Context, ByMerged, []detection.RuleID{"stop"}, false},
		{"no time is left to derive", false, stopped, ByIndex, []detection.RuleID{"start", "stop"}, false},
		{"no time is left for one question either", true, stopped, ByIndex, []detection.RuleID{"start", "stop"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.broken {
				sound := fast[nameOfEqual]
				defer func() { fast[nameOfEqual] = sound }()
				fast[nameOfEqual] = func(*compiler, []term) predicate { panic("broken") }
			}
			choice := Choose(tt.ctx(), set)
			if got := choice.Select(rec); choice.Means != tt.means || !slices.Equal(got, tt.want) {
				t.Errorf("%s selects %v (%v)", choice.Means, got, choice.Why)
			}
			if (choice.Why == nil) != tt.whole {
				t.Errorf("the reason is %v", choice.Why)
			}
		})
	}
}

// stopped is a context that is over.
func stopped() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

func TestRuleWhoseDerivationPanicsIsAskedAboutEveryRecord(t *testing.T) {
	set, _ := twoRules(t)
	found := deriveRule(t.Context(), nil, set.Data(), set.Rules[0], 0) // OPA panics without a compiler
	if len(found.Alternatives) != 0 || found.Why == "" {
		t.Errorf("got %+v", found)
	}
}
