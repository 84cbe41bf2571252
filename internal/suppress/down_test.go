package suppress_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/suppress"
)

// storeIs has every call to the store do the same.
func (w *world) storeIs(f fault) {
	w.script.set(func(_ int, what string) fault {
		if strings.HasPrefix(what, "publish") || what == "timer" {
			return none
		}
		return f
	})
}

const copyNote = "Repeats could not be recognised: this may be a copy."

func TestWhileTheStoreIsDownAlertsGoOut(t *testing.T) {
	for _, f := range []fault{before, after, slow, throttle} {
		t.Run(f.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, rule("DeleteBucket"))
				w.storeIs(f)
				p := w.process()
				began := time.Now()
				const hour = 360
				lastAsked := began.Add(-time.Hour)
				for i := range hour {
					asked := w.script.asked
					sent := time.Now()
					process(t, p, call(t, "DeleteBucket", i, start))
					if took := time.Since(sent); took > time.Second {
						t.Fatalf("a store that is down holds an alert back for %s", took)
					}
					if w.script.asked > asked {
						if since := sent.Sub(lastAsked); since < 29*time.Second {
							t.Fatalf("a store that failed %s ago is asked again", since)
						}
						lastAsked = sent
					}
					time.Sleep(time.Until(began.Add(time.Duration(i+1) * 10 * time.Second)))
				}
				if len(w.alerts) != hour {
					t.Errorf("%d alerts, want %d", len(w.alerts), hour)
				}
				for _, a := range w.alerts {
					if len(a.Notes) != 1 || a.Notes[0] != copyNote {
						t.Fatalf("notes %q", a.Notes)
					}
				}
				if n := len(w.problems); n < 11 || n > 12 {
					t.Errorf("%d problems in an hour, want one in five minutes", n)
				}
				if p := w.problems[0]; p.Severity != detection.High || p.Rule != "test.DeleteBucket" || !strings.Contains(p.Why, "store is down") {
					t.Errorf("problem %+v", p)
				}
				// It is back.
				w.script.set(nil)
				time.Sleep(30 * time.Second)
				process(t, p, call(t, "DeleteBucket", hour, start))
				process(t, p, call(t, "DeleteBucket", hour+1, start))
				if len(w.alerts) != hour+1 || len(w.alerts[hour].Notes) != 0 {
					t.Errorf("%d alerts: what the store remembers counts again", len(w.alerts))
				}
			})
		})
	}
}

func TestOneProcessSendsNothingTwiceWhileTheStoreIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rule("DeleteBucket"))
		w.storeIs(before)
		p := w.process()
		rec := call(t, "DeleteBucket", 1, start)
		for range 5 {
			process(t, p, rec)
		}
		if len(w.alerts) != 1 || len(w.withheld) != 4 || w.withheld[0].Reason != detection.ReasonDuplicate {
			t.Errorf("%d alerts, withheld %+v", len(w.alerts), w.withheld)
		}
		// What could not be sent is not remembered as sent.
		w.script.pick = func(_ int, what string) fault { return before }
		if _, err := p.Process(t.Context(), call(t, "DeleteBucket", 2, start)); err == nil {
			t.Error("an alert that was not sent is a success")
		}
		w.storeIs(before)
		process(t, p, call(t, "DeleteBucket", 2, start))
		if len(w.alerts) != 2 {
			t.Errorf("%d alerts, want 2", len(w.alerts))
		}
		// The memory is short: a store that is down for long costs copies, and not gigabytes.
		time.Sleep(6 * time.Minute)
		process(t, p, rec)
		if len(w.alerts) != 3 {
			t.Errorf("%d alerts, want 3", len(w.alerts))
		}
	})
}

func TestRulesThatWaitCannotDecideWhileTheStoreIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rule("GetSecretValue", func(r *detection.Rule) {
			r.GroupBy, r.Threshold = []string{"userIdentity.arn"}, &detection.Threshold{Count: 3, Window: time.Hour}
		}), rule("ConsoleLogin", func(r *detection.Rule) {
			r.GroupBy, r.FirstSeen = []string{"userIdentity.arn"}, &detection.FirstSeen{Window: time.Hour}
		}))
		w.store.entries["B#test.ConsoleLogin"] = entryFrom(time.Now().Add(-365 * 24 * time.Hour))
		w.storeIs(before)
		q := newQueue(w, 1)
		for i := range 3 {
			q.record(call(t, "GetSecretValue", i, start), 0)
		}
		q.record(call(t, "ConsoleLogin", 4, start), 0)
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if len(w.alerts) != 0 || len(w.problems) != 2 {
			t.Errorf("%d alerts and %d problems, want none and one in five minutes", len(w.alerts), len(w.problems))
		}
		if w.problems[0].What != "Rule could not decide: its memory is down" {
			t.Errorf("problem %+v", w.problems[0])
		}
		// The records come again, so nothing was lost.
		w.script.set(nil)
		q.wait.Wait()
		if len(w.alerts) != 2 || q.exhausted > 0 {
			t.Errorf("%d alerts, want one of each rule", len(w.alerts))
		}
	})
}

func TestWhatFiresAtOnceWaitsForNoStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := rule("GetSecretValue", func(r *detection.Rule) {
			r.GroupBy, r.Threshold = []string{"userIdentity.arn"}, &detection.Threshold{Count: 3, Window: time.Hour}
		})
		w := newWorld(t, m)
		finding := detection.Finding{Rule: m.rule, Severity: detection.High, AtOnce: true}
		s := w.suppressor()
		d := s.Findings(t.Context(), call(t, "GetSecretValue", 1, start), []detection.Finding{finding})
		if len(d.Findings) != 1 {
			t.Errorf("decision %+v", d)
		}
		w.storeIs(before)
		d = s.Findings(t.Context(), call(t, "GetSecretValue", 2, start), []detection.Finding{finding})
		if len(d.Findings) != 1 || d.Forgetful != 1 || d.Retry != nil {
			t.Errorf("decision %+v", d)
		}
	})
}

func TestAFollowUpWaitsForTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rule("DeleteBucket"))
		q := newQueue(w, 2)
		for i := range 5 {
			q.record(call(t, "DeleteBucket", i, start), time.Duration(i)*time.Minute)
		}
		time.Sleep(14*time.Minute + 30*time.Second)
		w.storeIs(before)
		time.Sleep(5 * time.Minute)
		w.script.set(nil)
		q.wait.Wait()
		if len(w.rollUps) != 1 || w.rollUps[0].Count != 4 {
			t.Errorf("follow-ups %+v", w.rollUps)
		}
	})
}

func TestARunWhoseTimeIsOverBlamesNoStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rule("DeleteBucket"))
		s := w.suppressor()
		w.storeIs(slow)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		d := s.Findings(ctx, call(t, "DeleteBucket", 1, start), []detection.Finding{{Rule: w.rules[0].rule}})
		if !errors.Is(d.Retry, context.DeadlineExceeded) || len(d.Findings) != 0 {
			t.Errorf("decision %+v", d)
		}
		if len(d.Problems) != 0 || d.Forgetful != 0 {
			t.Errorf("decision %+v", d)
		}
		// Where it held a claim already, the next try need not wait for its end.
		w.script.set(func(_ int, what string) fault {
			if what == "Lead" {
				return slow
			}
			return none
		})
		ctx, cancel = context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		d = w.suppressor().Findings(ctx, call(t, "DeleteBucket", 2, start), []detection.Finding{{Rule: w.rules[0].rule}})
		if held := w.store.claims[detection.AlertID("test.DeleteBucket", call(t, "DeleteBucket", 2, start).Key())]; d.Retry == nil || held.owner != "" {
			t.Errorf("claim %+v, decision %+v", held, d)
		}
	})
}

func TestATimerThatFailsKeepsNoAlertBack(t *testing.T) {
	for _, f := range []fault{before, after, slow} {
		t.Run(f.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, rule("DeleteBucket"))
				w.script.pick = func(_ int, what string) fault {
					if what == "timer" {
						return f
					}
					return none
				}
				for i := range 3 {
					process(t, w.process(), call(t, "DeleteBucket", i, start))
				}
				// Nobody would tell of repeats, so they are sent.
				if len(w.alerts) != 3 || len(w.withheld) != 0 {
					t.Errorf("%d alerts, %d withheld", len(w.alerts), len(w.withheld))
				}
			})
		})
	}
}

func TestWithoutATimerEachAlertIsSentOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rule("DeleteBucket"))
		s := suppress.New(suppress.Options{Store: w.store})
		for i := range 4 {
			d := s.Findings(t.Context(), call(t, "DeleteBucket", i/2, start), []detection.Finding{{Rule: w.rules[0].rule}})
			if sent := len(d.Findings) == 1; sent != (i%2 == 0) {
				t.Errorf("record %d: sent %t, decision %+v", i/2, sent, d)
			}
			if err := s.Settle(t.Context(), d, nil); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestOneProcessSendsOnceThoughManyDeliveriesMeetAStoreThatIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rule("DeleteBucket"))
		w.script.set(func(_ int, what string) fault {
			if !strings.HasPrefix(what, "publish") {
				return slow
			}
			w.script.mu.Unlock()
			time.Sleep(2 * time.Second) // while the others ask
			w.script.mu.Lock()
			return none
		})
		p := w.process()
		rec := call(t, "DeleteBucket", 1, start)
		var wait sync.WaitGroup
		for range 20 {
			wait.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), runTime)
				defer cancel()
				if _, err := p.Process(ctx, rec); err != nil && !errors.Is(err, detection.ErrBusy) {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if len(w.alerts) != 1 {
			t.Errorf("%d alerts, want 1", len(w.alerts))
		}
	})
}

func TestAFollowUpThatWasSentIsNotSentAgainThoughTheStoreMissedIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rule("DeleteBucket"))
		p := w.process()
		for i := range 3 {
			process(t, p, call(t, "DeleteBucket", i, start))
		}
		time.Sleep(15 * time.Minute)
		w.script.set(func(_ int, what string) fault {
			if what == "Done" {
				return before
			}
			return none
		})
		for range 3 {
			flush(t, p, w.flushes[0])
			time.Sleep(31 * time.Second)
		}
		if len(w.rollUps) != 1 {
			t.Errorf("%d follow-ups", len(w.rollUps))
		}
		// The store learns of it when it is back, and with it every other process; if not at
		// the first try, then at the next.
		dones := 0
		w.script.set(func(_ int, what string) fault {
			if what == "Done" {
				dones++
			}
			if dones > 1 {
				return before
			}
			return none
		})
		process(t, p, call(t, "DeleteBucket", 9, start))
		time.Sleep(31 * time.Second)
		w.script.set(nil)
		process(t, p, call(t, "DeleteBucket", 10, start, actorIs("eve")...))
		flush(t, w.process(), w.flushes[0])
		if len(w.rollUps) != 1 {
			t.Errorf("%d follow-ups", len(w.rollUps))
		}
	})
}
