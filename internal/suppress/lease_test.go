package suppress_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"trailbell/internal/detection"
)

func TestAClaimThatSomebodyElseHolds(t *testing.T) {
	tests := []struct {
		name     string
		deadline time.Duration
		other    func(t *testing.T, w *world, id string) // after ten seconds
		alerts   int
		busy     bool
		after    time.Duration // the answer comes so late
	}{
		{"is waited for, and its holder is done", time.Minute, func(t *testing.T, w *world, id string) {
			if err := w.store.Done(t.Context(), id, time.Now().Add(time.Hour)); err != nil {
				t.Error(err)
			}
		}, 0, false, 10 * time.Second},
		{"is waited for, and its holder gives it up", time.Minute, func(t *testing.T, w *world, id string) {
			if err := w.store.Release(t.Context(), id, "other"); err != nil {
				t.Error(err)
			}
		}, 1, false, 10 * time.Second},
		{"is taken when its holder died", time.Minute, func(*testing.T, *world, string) {}, 1, false, 30 * time.Second},
		{"is never a success: without the time to wait the record comes again", 20 * time.Second, func(*testing.T, *world, string) {}, 0, true, 13 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, rule("DeleteBucket"))
				rec := call(t, "DeleteBucket", 1, start)
				id := detection.AlertID("test.DeleteBucket", rec.Key())
				began := time.Now()
				if _, err := w.store.Claim(t.Context(), id, "other", began, began.Add(30*time.Second)); err != nil {
					t.Fatal(err)
				}
				go func() {
					time.Sleep(10 * time.Second)
					tt.other(t, w, id)
				}()
				ctx, cancel := context.WithTimeout(t.Context(), tt.deadline)
				defer cancel()
				_, err := w.process().Process(ctx, rec)
				if errors.Is(err, detection.ErrBusy) != tt.busy || !tt.busy && err != nil {
					t.Errorf("error %v", err)
				}
				if len(w.alerts) != tt.alerts {
					t.Errorf("%d alerts, want %d", len(w.alerts), tt.alerts)
				}
				if took := time.Since(began); took < tt.after || took > tt.after+2*time.Second {
					t.Errorf("took %s, want about %s", took, tt.after)
				}
				time.Sleep(time.Minute)
			})
		})
	}
}

func TestWithoutADeadlineWaitingComesToAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rule("DeleteBucket"))
		rec := call(t, "DeleteBucket", 1, start)
		id := detection.AlertID("test.DeleteBucket", rec.Key())
		// Somebody takes it for a day, and the clock follows records: it stands still.
		w.opts.Now = func() time.Time { return start }
		if _, err := w.store.Claim(t.Context(), id, "other", start, start.Add(24*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if _, err := w.process().Process(t.Context(), rec); !errors.Is(err, detection.ErrBusy) {
			t.Errorf("error %v", err)
		}
		// A claim of the usual length ends, though the clock stands still.
		w.store.claims[id] = claimed{owner: "other", until: start.Add(30 * time.Second)}
		if _, err := w.process().Process(t.Context(), rec); err != nil || len(w.alerts) != 1 {
			t.Errorf("%d alerts, error %v", len(w.alerts), err)
		}
	})
}

func TestAnAlertThatCouldNotBeSentIsFreeAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rule("DeleteBucket"))
		rec := call(t, "DeleteBucket", 1, start)
		w.script.pick = func(_ int, what string) fault {
			if what == "publish" {
				return before
			}
			return none
		}
		if _, err := w.process().Process(t.Context(), rec); err == nil {
			t.Error("an alert that was not sent is a success")
		}
		w.script.pick = nil
		began := time.Now()
		process(t, w.process(), rec)
		if len(w.alerts) != 1 || time.Since(began) > time.Second {
			t.Errorf("%d alerts after %s", len(w.alerts), time.Since(began))
		}
	})
}

// A run that was thought dead comes back and finds its message refused, while the run
// after it is at work: it must not open the door to a third.
func TestAZombieGivesUpNothingThatIsNotItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rule("DeleteBucket"))
		rec := call(t, "DeleteBucket", 1, start)
		one, two := w.suppressor(), w.suppressor()
		findings := []detection.Finding{{Rule: w.rules[0].rule, Severity: detection.Medium}}
		zombie := one.Findings(t.Context(), rec, findings)
		time.Sleep(31 * time.Second)
		next := two.Findings(t.Context(), rec, findings)
		if len(zombie.Findings) != 1 || len(next.Findings) != 1 || zombie.Owner == next.Owner {
			t.Fatalf("zombie %+v, next %+v", zombie, next)
		}
		if err := one.Settle(t.Context(), zombie, errors.New("refused")); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if third := w.suppressor().Findings(ctx, rec, findings); !errors.Is(third.Retry, detection.ErrBusy) || len(third.Findings) != 0 {
			t.Errorf("third %+v", third)
		}
	})
}

// Waiting for one finding must not let the claim on another run out.
func TestAClaimIsRenewedWhileAnotherIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rule("DeleteBucket"), rule("DeleteBucket", func(r *detection.Rule) { r.ID = "test.second" }))
		rec := call(t, "DeleteBucket", 1, start)
		now := time.Now()
		if _, err := w.store.Claim(t.Context(), detection.AlertID("test.second", rec.Key()), "other", now, now.Add(25*time.Second)); err != nil {
			t.Fatal(err)
		}
		decision := w.suppressor().Findings(t.Context(), rec, []detection.Finding{{Rule: w.rules[0].rule, Severity: 3}, {Rule: w.rules[1].rule, Severity: 3}})
		if len(decision.Findings) != 2 {
			t.Fatalf("decision %+v", decision)
		}
		for _, id := range decision.Claims {
			if left := time.Until(w.store.claims[id].until); left < 29*time.Second {
				t.Errorf("the claim on %s ends in %s", id, left)
			}
		}
	})
}
