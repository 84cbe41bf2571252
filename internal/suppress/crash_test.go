package suppress_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"trailbell/internal/detection"
)

// walk is a sequence that goes through every kind of decision: sent, repeated, over the
// limit, below and at a threshold, seen before, and their follow-ups.
func walk(t *testing.T, w *world) (*queue, int) {
	w.store.entries["B#test.ConsoleLogin"] = entryFrom(time.Now().Add(-365 * 24 * time.Hour))
	q := newQueue(w, 1)
	id := 0
	send := func(event string, n int, changes ...any) {
		for i := range n {
			at := time.Duration(id) * time.Second
			change := append([]any{"requestParameters.bucketName", fmt.Sprintf("b%d", i%12)}, changes...)
			rec := call(t, event, id, start.Add(at), change...)
			q.record(rec, at)
			q.record(rec, at+20*time.Minute) // the other lane
			id++
		}
	}
	send("DeleteBucket", 4)
	send("PutBucketPolicy", 14)
	send("GetSecretValue", 5)
	send("AssumeRole", 3, "requestParameters.roleArn", []any{"a", "b"})
	send("ConsoleLogin", 3)
	q.wait.Wait()
	return q, id
}

func TestAFaultAtEachStep(t *testing.T) {
	steps := 0
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, simulated()...)
		walk(t, w)
		steps = w.script.calls
		checkWalk(t, w, 0, none, 0)
	})
	if steps < 150 {
		t.Fatalf("only %d steps", steps)
	}
	every := 1
	if testing.Short() {
		every = 31
	}
	runs, copies, unmarked := 0, 0, 0
	for _, f := range []fault{before, after, slow, throttle, die, dieAfter} {
		for k := 1; k <= steps; k += every {
			// One fault, and a store that fails its second try as well.
			for _, length := range []int{1, 2} {
				if length == 2 && k%3 > 0 {
					continue // a run takes ten milliseconds
				}
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, simulated()...)
					w.script.pick = func(n int, _ string) fault {
						if n >= k && n < k+length {
							return f
						}
						return none
					}
					q, _ := walk(t, w)
					c, u := checkWalk(t, w, k, f, q.exhausted)
					copies, unmarked = copies+c, unmarked+u
				})
				runs++
			}
			if t.Failed() {
				return
			}
		}
	}
	t.Logf("%d steps, %d runs with faults: no alert lost, %d copies, %d of them not marked as such", steps, runs, copies, unmarked)
}

// checkWalk says how many copies were sent, and how many of them do not say so.
func checkWalk(t *testing.T, w *world, step int, f fault, exhausted int) (copies, unmarked int) {
	t.Helper()
	sent, counted := w.told()
	lost := 0
	for i := range 18 {
		name := "DeleteBucket"
		if i >= 4 {
			name = "PutBucketPolicy"
		}
		if id := alertIn(t, w, name, i); sent[id] == 0 && !counted[id] {
			lost++
		}
	}
	for _, name := range []detection.RuleID{"test.GetSecretValue", "test.ConsoleLogin"} {
		found := false
		for _, a := range w.alerts {
			found = found || a.Rule == name
		}
		if !found {
			lost++
		}
	}
	// While the store is not asked, what comes again can't be known, and says so.
	seen := map[string]bool{}
	for _, a := range w.alerts {
		if seen[a.ID] {
			copies++
			if len(a.Notes) == 0 {
				unmarked++
			}
		}
		seen[a.ID] = true
	}
	if lost > 0 || unmarked > w.script.injected || exhausted > 0 {
		t.Errorf("%s at step %d: %d lost, %d copies that do not say so, %d messages never done", f, step, lost, unmarked, exhausted)
	}
	for _, r := range w.rollUps {
		for _, other := range w.rollUps {
			if r.ID == other.ID && r.Count != other.Count {
				t.Errorf("%s at step %d: one follow-up counts %d and %d", f, step, r.Count, other.Count)
			}
		}
	}
	if f == none && (copies > 0 || len(w.rollUps) != 5) {
		t.Errorf("without a fault %d copies and %d follow-ups", copies, len(w.rollUps))
	}
	return copies, unmarked
}

// alertIn is the id of the alert for a record of the walk.
func alertIn(t *testing.T, w *world, name string, id int) string {
	rec := call(t, name, id, start.Add(time.Duration(id)*time.Second))
	return detection.AlertID(detection.RuleID("test."+name), rec.Key())
}

func TestACrashBetweenClaimAndPublishIsFollowedByTheRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rule("DeleteBucket"))
		w.script.pick = func(_ int, what string) fault {
			if what == "publish" {
				w.script.pick = nil
				return die
			}
			return none
		}
		q := newQueue(w, 1)
		q.record(call(t, "DeleteBucket", 1, start), 0)
		q.wait.Wait()
		if len(w.alerts) != 1 || w.script.injected != 1 {
			t.Errorf("%d alerts", len(w.alerts))
		}
	})
}

func TestACrashBetweenPublishAndDoneCostsOneCopyWithTheSameID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rule("DeleteBucket"))
		w.script.pick = func(_ int, what string) fault {
			if what == "publish" {
				w.script.pick = nil
				return dieAfter
			}
			return none
		}
		q := newQueue(w, 1)
		for range 3 {
			q.record(call(t, "DeleteBucket", 1, start), 0)
		}
		q.wait.Wait()
		if len(w.alerts) != 2 || w.alerts[0].ID != w.alerts[1].ID {
			t.Errorf("alerts %+v", w.alerts)
		}
	})
}

func TestAnAnswerThatDoesNotArriveIsFoundAgain(t *testing.T) {
	for _, what := range []string{"Claim", "Lead", "Join", "Done"} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, rule("DeleteBucket"))
				for i := range 3 {
					failed := false
					w.script.pick = func(_ int, asked string) fault {
						if asked == what && !failed {
							failed = true
							return after
						}
						return none
					}
					process(t, w.process(), call(t, "DeleteBucket", i, start))
				}
				if len(w.alerts) != 1 || len(w.alerts[0].Notes) != 0 || len(w.withheld) != 2 {
					t.Errorf("alerts %+v, withheld %+v", w.alerts, w.withheld)
				}
			})
		})
	}
}
