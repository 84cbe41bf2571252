package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/detection"
	remembered "trailbell/internal/state"
	"trailbell/internal/suppress"
)

// ledger is a store as the table's is, which test/test_state.py holds to the same. Each
// write may fail, before it has an effect or behind it.
type ledger struct {
	mu      sync.Mutex
	entries map[string]remembered.Entry
	writes  int
	fails   func(write int, effect func()) error
}

func (l *ledger) write(effect func()) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writes++
	if l.fails != nil {
		return l.fails(l.writes, effect)
	}
	effect()
	return nil
}

func (l *ledger) Lead(ctx context.Context, key string, entry remembered.Entry, now time.Time) (led remembered.Entry, err error) {
	err = l.write(func() {
		if old := l.entries[key]; !old.Open(now) {
			l.entries[key] = entry
		}
		led = l.entries[key]
	})
	return led, errors.Join(err, ctx.Err())
}

func (l *ledger) Prolong(ctx context.Context, key string, until time.Time) error {
	return errors.Join(ctx.Err(), l.write(func() {
		if e, there := l.entries[key]; there && e.Until.Before(until) {
			e.Until = until
			l.entries[key] = e
		}
	}))
}

func (l *ledger) Predate(ctx context.Context, key, by string, from time.Time) error {
	return errors.Join(ctx.Err(), l.write(func() {
		if e, there := l.entries[key]; there && e.By == by && e.From.After(from) {
			e.From = from
			l.entries[key] = e
		}
	}))
}

// day is midnight of a day in May; the deployment began on the 20th, and today is the 21st.
func day(n int) time.Time { return time.Date(2026, 5, n, 0, 0, 0, 0, time.UTC) }

func groupEntry(by string, from, until int) remembered.Entry {
	return remembered.Entry{By: by, From: day(from), Until: day(until)}
}

// deployment is what a function has learned in a day.
func deployment() *ledger {
	known, entry := suppress.Known("a.one", day(20))
	return &ledger{entries: map[string]remembered.Entry{
		known:    entry,
		"F#both": groupEntry("live", 20, 50), "F#over": groupEntry("live", 1, 3), "F#short": groupEntry("live", 20, 22),
		"F#live": groupEntry("live", 20, 50),
	}}
}

func aLesson(first, last int) lesson {
	return lesson{
		seen: map[string]remembered.Entry{
			"F#both": groupEntry("past", 5, 49), "F#over": groupEntry("past", 6, 36), "F#short": groupEntry("past", 7, 40),
			"F#new": groupEntry("past", 8, 38), "F#gone": groupEntry("past", 1, 15),
		},
		rules: []detection.Rule{{ID: "a.one"}, {ID: "a.two"}}, first: day(first), last: day(last),
	}
}

func pupilOf(l *ledger, told io.Writer) *tablePupil {
	return &tablePupil{to: l, what: "table t", ask: asker{yes: true, stderr: told}, now: func() time.Time { return day(21) }, every: time.Nanosecond}
}

// learned is what the deployment knows when it has learned all of the lesson.
func learned() map[string]remembered.Entry {
	want := map[string]remembered.Entry{
		"F#both": groupEntry("live", 20, 50), "F#over": groupEntry("past", 6, 36), "F#short": groupEntry("live", 20, 40),
		"F#live": groupEntry("live", 20, 50), "F#new": groupEntry("past", 8, 38),
	}
	for id, began := range map[detection.RuleID]int{"a.one": 20, "a.two": 21} {
		key, entry := suppress.Known(id, day(began))
		entry.From = day(1)
		want[key] = entry
	}
	return want
}

func TestATableLearnsWhatItDoesNotKnowAndLosesNothing(t *testing.T) {
	var told bytes.Buffer
	table := deployment()
	for range 2 { // again is no different
		l := aLesson(1, 20)
		l.problems = 3
		if err := pupilOf(table, &told).learn(t.Context(), l); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(learned(), table.entries); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
	for _, says := range []string{"4 groups of 2 rules with first_seen are to be written into table t", "at most 12 write requests", "$0.625 a million", "known since 2026-05-01T00:00:00Z or before: 2 rules", "3 problems: what could not be read will be taken for new"} {
		if !strings.Contains(told.String(), says) {
			t.Errorf("%q is missing in\n%s", says, &told)
		}
	}
}

// Whatever fails, no rule counts as known before all groups are in, nothing that was there
// is shorter, and the same again completes it.
func TestAFaultAtEachWriteClaimsNothingAndIsMadeGood(t *testing.T) {
	whole := deployment()
	if err := pupilOf(whole, io.Discard).learn(t.Context(), aLesson(1, 20)); err != nil {
		t.Fatal(err)
	}
	if whole.writes < 8 {
		t.Fatalf("only %d writes", whole.writes)
	}
	for _, f := range []struct{ lost, forGood bool }{{false, false}, {false, true}, {true, false}, {true, true}} {
		for k := 1; k <= whole.writes; k++ {
			t.Run(fmt.Sprint(f, k), func(t *testing.T) {
				table, before := deployment(), deployment()
				table.fails = func(write int, effect func()) error {
					fails := write == k || f.forGood && write > k
					if !fails || f.lost && write == k {
						effect()
					}
					if fails {
						return errors.New("throttled")
					}
					return nil
				}
				if err := pupilOf(table, io.Discard).learn(t.Context(), aLesson(1, 20)); err == nil {
					t.Error("nobody is told")
				}
				in := 0
				for key, want := range learned() {
					if strings.HasPrefix(key, "F#") && table.entries[key] == want {
						in++
					}
				}
				for id := range map[detection.RuleID]bool{"a.one": true, "a.two": true} {
					key, _ := suppress.Known(id, day(1))
					if e, there := table.entries[key]; there && e.From.Equal(day(1)) && in < 5 {
						t.Errorf("%s counts as known, and %d groups are in", id, in)
					}
				}
				for key, was := range before.entries {
					if is := table.entries[key]; is.Until.Before(was.Until) || was.Open(day(21)) && is.By != was.By {
						t.Errorf("%s was %v and is %v", key, was, is)
					}
				}
				table.fails = nil
				if err := pupilOf(table, io.Discard).learn(t.Context(), aLesson(1, 20)); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(learned(), table.entries); diff != "" {
					t.Errorf("after the same again: -want +got:\n%s", diff)
				}
			})
		}
	}
}

func TestLearningThatIsStoppedSaysHowFarItIs(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	table := deployment()
	table.fails = func(write int, effect func()) error {
		effect()
		if write == 2 {
			stop()
		}
		return nil
	}
	err := pupilOf(table, io.Discard).learn(ctx, aLesson(1, 20))
	if err == nil || !strings.Contains(err.Error(), "of 4 groups are in, and no rule counts as known; the same command again goes on") {
		t.Error(err)
	}
}

func TestWhatAnArchiveIsWorthToARule(t *testing.T) {
	for _, tt := range []struct {
		name               string
		first, last, since int
		want               knownReason
	}{
		{"it reaches into what the deployment saw", 1, 20, 18, knownEarlier},
		{"it ends within a day of it", 1, 19, 20, knownEarlier},
		{"days are missing between", 1, 18, 20, knownGap},
		{"it begins when the deployment did", 18, 20, 18, knownAlready},
		{"it begins later", 19, 20, 18, knownAlready},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := knownFrom(day(tt.first), day(tt.last), day(tt.since)); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestARuleGoesOnLearningWhereDaysAreMissing(t *testing.T) {
	var told bytes.Buffer
	table := deployment()
	if err := pupilOf(table, &told).learn(t.Context(), aLesson(1, 18)); err != nil {
		t.Fatal(err)
	}
	for id, began := range map[detection.RuleID]int{"a.one": 20, "a.two": 21} {
		if key, want := suppress.Known(id, day(began)); table.entries[key] != want {
			t.Errorf("%s: %v", id, table.entries[key])
		}
	}
	if !strings.Contains(told.String(), "still learning: 2 rules, since the archive ends 2026-05-18T00:00:00Z") {
		t.Error(&told)
	}
}

func TestWritesAreSpread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := aLesson(1, 20)
		l.seen = map[string]remembered.Entry{}
		for i := range 1000 {
			l.seen[fmt.Sprint("F#", i)] = groupEntry("past", 5, 40)
		}
		p, began := pupilOf(deployment(), io.Discard), time.Now()
		p.every = time.Second / tableRate
		if err := p.learn(t.Context(), l); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < 4900*time.Millisecond || took > 6*time.Second {
			t.Errorf("1000 writes took %s", took)
		}
	})
}

func TestNothingIsWrittenThatNobodyAgreedTo(t *testing.T) {
	for _, tt := range []struct {
		name string
		ask  asker
		why  string
	}{
		{"standard input is no person", asker{stdin: strings.NewReader("y\n")}, "nobody is there to be asked. Say --yes"},
		{"standard input is records", asker{stdin: strings.NewReader(""), taken: true}, "nobody is there"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			table := deployment()
			p := pupilOf(table, nil)
			tt.ask.stderr = io.Discard
			p.ask = tt.ask
			if err := p.learn(t.Context(), aLesson(1, 20)); err == nil || !strings.Contains(err.Error(), tt.why) || table.writes > 0 {
				t.Errorf("%v, %d writes", err, table.writes)
			}
		})
	}
	answers := map[string]bool{"y\n": true, "YES\n": true, "n\n": false, "\n": false, "": false, "yesterday\n": false}
	for _, answer := range slices.Sorted(maps.Keys(answers)) {
		if err := (asker{stdin: strings.NewReader(answer), stderr: io.Discard}).question(); (err == nil) != answers[answer] {
			t.Errorf("%q: %v", answer, err)
		}
	}
}
