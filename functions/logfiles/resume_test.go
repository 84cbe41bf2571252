package main

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestAFileThatTakesLongerThanTheFunctionMayIsReadToItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.takes = 7 * time.Second
		w.put("a.json.gz", 100)
		w.work(t)
		w.check(t, 100, 0)
		if w.runs != 7 { // 16 records a run: none is begun after 110 seconds
			t.Errorf("%d runs", w.runs)
		}
	})
}

func TestARecordThatCantBeDecidedKeepsNoOtherFromBeingRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.takes, w.panics = 7*time.Second, "a.json.gz-3"
		w.put("a.json.gz", 60)
		w.work(t)
		w.check(t, 59, 0)
		if len(w.letters) != 1 {
			t.Errorf("dead letters %q: it must be there to be looked at", w.letters)
		}
	})
}

func TestARecordThatTakesAllTheTimeEndsAsADeadLetter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.takes = time.Hour
		w.put("a.json.gz", 3)
		w.work(t)
		if len(w.letters) == 0 || len(w.alerts) != 0 {
			t.Errorf("%d dead letters, alerts %v", len(w.letters), w.alerts)
		}
	})
}

func TestFilesThatThereIsNoTimeForGetMessagesOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.takes = 30 * time.Second
		var keys []string
		for i := range 5 {
			w.put(fmt.Sprint(i, ".json.gz"), 2)
			keys = append(keys, fmt.Sprint(prefix, i, ".json.gz"))
		}
		w.queue = nil
		w.notify(keys...)
		w.work(t)
		w.check(t, 10, 0)
		if w.runs > 6 {
			t.Errorf("%d runs: files were read again", w.runs)
		}
	})
}

// A function may be stopped, and whatever it asks for may fail, at any moment.
func TestAFaultAtEachStepLosesNothing(t *testing.T) {
	run := func(t *testing.T, w *world) {
		w.takes = 7 * time.Second
		w.put("a.json.gz", 40)
		w.put("b.json.gz", 3)
		w.work(t)
	}
	steps := 0
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		run(t, w)
		w.check(t, 43, 0)
		steps = w.steps
	})
	if steps < 120 {
		t.Fatalf("only %d steps", steps)
	}
	runs, copies := 0, 0
	for _, f := range []fault{refused, lost, dies, dead} {
		for k := 1; k <= steps; k++ {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				w.fault = func(step int, _ string) fault {
					if step == k {
						return f
					}
					return none
				}
				run(t, w)
				copies += w.check(t, 43, 1)
			})
			if runs++; t.Failed() {
				t.Fatalf("fault %d at step %d of %d", f, k, steps)
			}
		}
	}
	t.Logf("%d steps, %d runs with a fault each: no alert lost, %d copies", steps, runs, copies)
}

// Between two records nothing is half done, so that nothing is told twice either.
func TestAFunctionStoppedBetweenAnyTwoRecordsLosesNothing(t *testing.T) {
	const records = 43
	for k := range records {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld()
			at := 0
			w.stops = func(string) bool { at++; return at == k+1 }
			w.put("a.json.gz", records-3)
			w.put("b.json.gz", 3)
			w.work(t)
			w.check(t, records, 0)
			if w.runs != 3 || len(w.letters) > 0 {
				t.Errorf("%d runs, dead letters %q", w.runs, w.letters)
			}
		})
		if t.Failed() {
			t.Fatalf("stopped before record %d of %d", k+1, records)
		}
	}
}

// The message comes again as often as a function is stopped, and each run gets one record
// further.
func TestAFunctionStoppedAtEachRecordInTurnComesToTheEnd(t *testing.T) {
	const records = maxReceives - 1
	for _, tt := range []struct {
		name   string
		stop   func(w *world)
		copies int // of alerts that were published by a function that could not note it
	}{
		{"before the record", func(w *world) { w.stops = once() }, 0},
		{"behind its claim", func(w *world) { w.fault = w.onceEach("claim", dead) }, 0},
		{"before it is published", func(w *world) { w.fault = w.onceEach("publish", dies) }, 0},
		{"behind its publishing", func(w *world) { w.fault = w.onceEach("publish", dead) }, records},
		{"behind its end", func(w *world) { w.fault = w.onceEach("done", dead) }, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				tt.stop(w)
				w.put("a.json.gz", records)
				w.work(t)
				w.check(t, records, tt.copies)
				if w.runs != records+1 || len(w.letters) > 0 {
					t.Errorf("%d runs, dead letters %q", w.runs, w.letters)
				}
			})
		})
	}
}

// once says of each text whether it is asked of it for the first time.
func once() func(string) bool {
	met := map[string]bool{}
	return func(text string) bool {
		first := !met[text]
		met[text] = true
		return first
	}
}

// onceEach is a fault at a kind of step, when it is taken for a record the first time.
func (w *world) onceEach(kind string, f fault) func(int, string) fault {
	first := once()
	return func(_ int, what string) fault {
		if what == kind && first(w.begun.Load().(string)) {
			return f
		}
		return none
	}
}

// check counts the alerts: all are there, with so many copies at most. It returns how
// many there are.
func (w *world) check(t *testing.T, want, copies int) (found int) {
	t.Helper()
	for _, n := range w.alerts {
		found += n - 1
	}
	if len(w.alerts) != want || found > copies {
		t.Errorf("%d alerts and %d copies, want %d and at most %d", len(w.alerts), found, want, copies)
	}
	return found
}
