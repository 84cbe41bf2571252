package reconcile_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trailbell/internal/detection"
)

// expected is what a simulation must come to.
type expected struct {
	both, busOnly, late int
	missed              []string // eventIDs
}

// happening fills a world with records that come by both lanes in any order, some of them
// twice, of which the bus drops some and has others late.
func happening(w *world, r *rand.Rand) (want expected) {
	if err := w.start(detection.LaneBus).Begin(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	var inFile []string
	fileAt := time.Time{}
	for id := range 20 + r.IntN(60) {
		made := w.begun.Add(10*time.Minute + time.Duration(r.IntN(3*3600))*time.Second)
		rec := record(id, made, "")
		byBus, byFile := made.Add(time.Duration(r.IntN(120))*time.Second), made.Add(time.Duration(2+r.IntN(14))*time.Minute)
		files, onBus := true, true
		switch r.IntN(8) {
		case 0: // the bus drops it
			onBus = false
			want.missed = append(want.missed, fmt.Sprintf("e%d", id))
		case 1: // the bus is too late
			byBus = byFile.Add(time.Hour + time.Duration(r.IntN(3600))*time.Second)
			want.missed, want.late = append(want.missed, fmt.Sprintf("e%d", id)), want.late+1
		case 2: // the bus is behind the file, and in time
			byBus = byFile.Add(time.Duration(r.IntN(8*60)) * time.Second)
			want.both++
		case 3: // no file has it
			files = false
			want.busOnly++
		default:
			want.both++
		}
		if onBus {
			w.add(event{at: byBus, lane: detection.LaneBus, body: bus(rec)})
			if r.IntN(4) == 0 { // it comes twice, perhaps a day later
				w.add(event{at: byBus.Add(time.Duration(r.IntN(24*3600)) * time.Second), lane: detection.LaneBus, body: bus(rec)})
			}
		}
		if files {
			if inFile = append(inFile, rec); fileAt.Before(byFile) {
				fileAt = byFile
			}
			w.add(event{at: byFile, lane: detection.LaneFiles, body: file(rec)})
		}
	}
	// All of it comes once more in one file.
	w.add(event{at: fileAt.Add(24 * time.Hour), lane: detection.LaneFiles, body: file(inFile...)})
	slices.Sort(want.missed)
	return want
}

// simulate plays a world to its end, in which processes die and flushes come twice.
func simulate(t *testing.T, seed uint64, deaths int) (w *world, want expected) {
	synctest.Test(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(seed, 1))
		w = newWorld(t)
		want = happening(w, r)
		left := deaths
		w.twice = func() bool { return r.IntN(4) == 0 }
		w.fault = func(int, string, bool) fault {
			if left == 0 || r.IntN(60) > 0 {
				return none
			}
			left--
			return []fault{dies, dead}[r.IntN(2)]
		}
		w.run()
		w.fault = nil
		missed := []string{}
		report := w.report()
		for _, m := range report.Missed {
			missed = append(missed, m.EventID)
		}
		slices.Sort(missed)
		total := sum(report)
		if !slices.Equal(missed, want.missed) || total.FilesOnly != len(want.missed) {
			t.Errorf("seed %d: missed %v (%d), want %v", seed, missed, total.FilesOnly, want.missed)
		}
		if total.Both != want.both || total.BusOnly != want.busOnly || total.Late != want.late || total.Unlisted+total.Overflows != 0 {
			t.Errorf("seed %d: %+v, want %+v", seed, total, want)
		}
		for id, n := range w.alerts {
			if n != 1 && deaths == 0 {
				t.Errorf("seed %d: alert %s was sent %d times", seed, id, n)
			}
		}
	})
	return w, want
}

// seeds is how many worlds are played, and few of them where time counts.
func seeds(all int) int {
	if testing.Short() {
		return all / 5
	}
	return all
}

func TestWhatTheBusDropsIsReportedAndNothingElse(t *testing.T) {
	missed := 0
	for seed := range uint64(seeds(20)) {
		w, want := simulate(t, seed, 0)
		missed += len(want.missed)
		if w.counts.FilesOnly != len(want.missed) || w.counts.Both != want.both || w.counts.BusOnly != want.busOnly || w.counts.Failed != 0 {
			t.Fatalf("seed %d: counted %+v, want %+v", seed, w.counts, want)
		}
	}
	t.Logf("%d were missed, and each was counted once", missed)
}

func TestTheReportIsRightWhateverDies(t *testing.T) {
	counted, missed := 0, 0
	for seed := range uint64(seeds(50)) {
		w, want := simulate(t, seed, 12)
		if counted, missed = counted+w.counts.FilesOnly, missed+len(want.missed); w.counts.FilesOnly > len(want.missed) {
			t.Fatalf("seed %d: the metric says %d, of %d", seed, w.counts.FilesOnly, len(want.missed))
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d were missed, of which the metric has %d", missed, counted)
}

// Very many matches of a rule at once are as few writes and timers as a file needs
// that has few, and the report says that there were more.
func TestAStormIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		storm := seeds(10_000)
		w := newWorld(t)
		if err := w.start(detection.LaneBus).Begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		made := w.begun.Add(10 * time.Minute)
		var all []string
		for id := range storm {
			all = append(all, strings.Replace(record(id, made, ""), fmt.Sprintf("user/u%d", id), "user/eve", 1))
		}
		w.add(event{at: made.Add(5 * time.Minute), lane: detection.LaneFiles, body: file(all...)})
		// The bus brings the first and the last, and drops one that is followed.
		for _, id := range []int{0, storm - 1} {
			w.add(event{at: made.Add(time.Minute), lane: detection.LaneBus, body: bus(all[id])})
		}
		w.run()
		total := sum(w.report())
		t.Logf("%d matches: %d writes, %d timers", storm, w.writes, w.timers)
		if w.writes > 300 || w.timers > 12 {
			t.Errorf("%d writes and %d timers for %d matches", w.writes, w.timers, storm)
		}
		if w.counts.Uncompared != storm-200 || total.Overflows != 1 {
			t.Errorf("%d were not compared, and the report says %d", w.counts.Uncompared, total.Overflows)
		}
		if total.FilesOnly != 199 || total.Both != 1 || total.BusOnly != 0 || total.Unlisted != 149 {
			t.Errorf("%+v", total)
		}
	})
}

// Every call of the ledger fails once, in every way: the same alerts arrive, as soon as
// without a ledger, and something is counted.
func TestNoFaultOfTheLedgerTouchesAnAlert(t *testing.T) {
	// The last one comes when the store is asked again, and what could not be noted is.
	made := func(w *world, id int) time.Time {
		return w.begun.Add(10*time.Minute + time.Duration(id)*time.Second + time.Duration(id/4)*5*time.Minute)
	}
	play := func(t *testing.T, at int, f fault) (calls int, w *world) {
		synctest.Test(t, func(t *testing.T) {
			w = newWorld(t)
			if err := w.start(detection.LaneBus).Begin(t.Context()); err != nil {
				t.Fatal(err)
			}
			own := 0
			w.fault = func(_ int, _ string, ledger bool) fault {
				if ledger {
					if own++; own == at {
						return f
					}
				}
				return none
			}
			for id := range 5 {
				rec := record(id, made(w, id), "")
				w.add(event{at: made(w, id).Add(time.Minute), lane: detection.LaneFiles, body: file(rec)})
				if id > 0 {
					w.add(event{at: made(w, id).Add(90 * time.Second), lane: detection.LaneBus, body: bus(rec)})
				}
			}
			w.run()
			calls = own
			missed := w.report().Missed
			if len(missed) != 1 || missed[0].EventID != "e0" {
				t.Errorf("call %d, fault %d: %s", at, f, asJSON(missed))
			}
		})
		return calls, w
	}
	calls, _ := play(t, 0, none)
	if calls < 20 {
		t.Fatalf("only %d calls", calls)
	}
	for at := range calls {
		for _, f := range []fault{fails, lost, hangs} {
			_, w := play(t, at+1, f)
			if len(w.alerts) != 10 {
				t.Errorf("call %d, fault %d: %d alerts", at+1, f, len(w.alerts))
			}
			for id, n := range w.alerts {
				if n != 1 {
					t.Errorf("call %d, fault %d: alert %s came %d times", at+1, f, id, n)
				}
			}
			if w.counts.Failed == 0 {
				t.Errorf("call %d, fault %d: nobody is told", at+1, f)
			}
		}
	}
}
