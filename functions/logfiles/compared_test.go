package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/ingest"
	"trailbell/internal/pipeline"
	"trailbell/internal/reconcile"
)

// lanes are the ledgers of both functions over the store of a world.
type lanes struct {
	w       *world
	flushes []detection.Flush
}

func (l *lanes) After(_ context.Context, _ time.Duration, flush detection.Flush) error {
	l.flushes = append(l.flushes, flush)
	return nil
}

func (l *lanes) ledger(files bool) *reconcile.Ledger {
	return reconcile.New(reconcile.Options{Store: l.w.store, Timer: l, Files: files, Home: reconcile.Home{Account: "123456789012", Reads: true}})
}

// bus brings the records of a file by EventBridge, but for those that are dropped.
func (l *lanes) bus(t *testing.T, name string, records int, dropped ...int) {
	t.Helper()
	p := &pipeline.Pipeline{Ledger: l.ledger(false)}
	at := 0
	for rec := range (ingest.Reader{}).Records(strings.NewReader(logFile(name, records)), "test") {
		if rec.Bus = true; !slices.Contains(dropped, at) {
			finding := detection.Finding{Rule: rule, Severity: detection.High}
			if got := p.Ledger.Note(t.Context(), rec, []detection.Finding{finding}, detection.Decision{}); got.Failed > 0 {
				t.Fatalf("%+v", got)
			}
		}
		at++
	}
}

// compare has all comparisons made, and says which records were missed.
func (l *lanes) compare(t *testing.T) []string {
	t.Helper()
	ledger := l.ledger(false)
	for len(l.flushes) > 0 {
		flush := l.flushes[0]
		l.flushes = l.flushes[1:]
		time.Sleep(15 * time.Minute)
		if _, own, err := ledger.Flush(t.Context(), flush); err != nil || !own {
			t.Fatal(own, err)
		}
	}
	made := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	report, err := reconcile.Read(t.Context(), l.w.store, made, made)
	if err != nil {
		t.Fatal(err)
	}
	missed := []string{}
	for _, m := range report.Missed {
		missed = append(missed, m.EventID)
	}
	slices.Sort(missed)
	return missed
}

// begin has the files of a world noted, from when on the bus is. The file's records are of
// the day on which this test begins.
func begin(t *testing.T, w *world) *lanes {
	t.Helper()
	time.Sleep(time.Until(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)))
	l := &lanes{w: w}
	if err := l.ledger(false).Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Until(time.Date(2026, 11, 21, 10, 1, 0, 0, time.UTC)))
	w.ledger = func() pipeline.Ledger { return l.ledger(true) }
	return l
}

func TestWhatTheBusDroppedOfAFileIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		l := begin(t, w)
		l.bus(t, "a.json.gz", 40, 3, 17, 39)
		w.put("a.json.gz", 40)
		w.work(t)
		w.check(t, 40, 0)
		if got := l.compare(t); fmt.Sprint(got) != "[a.json.gz-17 a.json.gz-3 a.json.gz-39]" {
			t.Errorf("missed %v", got)
		}
	})
}

// A function that is stopped anywhere, in a file that takes several runs, notes what the
// next one reads again: what is reported stays the same.
func TestTheReportIsTheSameWhereverTheFunctionIsStopped(t *testing.T) {
	run := func(t *testing.T, step int, f fault) (steps int) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld()
			w.takes = 7 * time.Second
			l := begin(t, w)
			l.bus(t, "a.json.gz", 20, 3, 17)
			w.put("a.json.gz", 20)
			w.fault = func(at int, _ string) fault {
				if at == step {
					return f
				}
				return none
			}
			w.work(t)
			if got := l.compare(t); fmt.Sprint(got) != "[a.json.gz-17 a.json.gz-3]" {
				t.Errorf("step %d, fault %d: missed %v", step, f, got)
			}
			steps = w.steps
		})
		return steps
	}
	steps := run(t, 0, none)
	for step := range steps {
		for _, f := range []fault{refused, lost, dies, dead} {
			run(t, step+1, f)
		}
	}
	t.Logf("%d steps", steps)
}
