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
